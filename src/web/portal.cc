#include "web/portal.h"

#include <chrono>
#include <cstdio>

#include "access/throttle.h"
#include "http/calm.h"
#include "store/moment.h"
#include "store/server_facts.h"
#include "web/admission.h"
#include "web/answers.h"
#include "web/chosen_school.h"
#include "web/desks.h"
#include "web/operator_pages.h"
#include "web/pulse.h"
#include "web/routes.h"

namespace rollbook::web {
namespace {

constexpr std::size_t most_of_a_form = std::size_t{1} << 20;
constexpr std::size_t most_of_a_strangers_form = std::size_t{16} << 10;  // each of thousands of connections may hold that much memory

std::int64_t clock_now() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

class RealPortal;

// For programs that look whether the server does well: who they are is not asked here.
bool is_for_watchers(Route const& route) { return route.answer == healthz || route.answer == metrics; }

// One request on its way: an upload is admitted by its head, before its body is taken; a form is short, and is taken first.
class Passage : public http::Exchange {
 public:
  Passage(RealPortal& portal, http::Head const& head) : portal_(portal), head_(head), desk_(nullptr, nullptr) {
    early_ = guarded([&] { return arrive(); });
  }

  std::optional<http::Response> take(std::string_view bytes) override {
    if (!early_) early_ = guarded([&] { return collect(bytes); });
    return early_ ? std::exchange(early_, std::nullopt) : std::nullopt;
  }
  http::Response finish() override {
    if (!early_) early_ = guarded([&]() -> std::optional<http::Response> { return answer(); });
    return std::move(*early_);
  }

 private:
  std::optional<http::Response> arrive();
  std::optional<http::Response> enter();
  std::optional<http::Response> seat();
  http::Response watch();
  std::optional<http::Response> collect(std::string_view bytes);
  bool takes_form_of(std::uint64_t bytes);
  bool is_somebody();
  http::Response answer();
  std::optional<Answer> read_form();
  std::optional<Answer> check_origin();
  http::Response dress(Answer answer);

  template <class Work>
  std::optional<http::Response> guarded(Work const& work);

  RealPortal& portal_;
  http::Head head_;
  Found found_;
  Desks::Taken desk_;
  std::optional<Visit> visit_;
  std::unique_ptr<Taker> taker_;
  std::string body_;
  std::size_t most_ = most_of_a_strangers_form;  // of a form
  double seconds_ = 0;                           // of work on it, without waiting for its body
  std::optional<http::Response> early_;
};

class RealPortal : public Portal {
 public:
  explicit RealPortal(PortalOptions options)
      : now(options.now ? std::move(options.now) : clock_now),
        templates(options.ui_folder, options.strict || !options.ui_folder.empty()),
        assets(options.ui_folder),
        answers(templates, assets),
        desks(options.place, options.key, options.workers, std::move(options.on_queued)),
        per_address(options.per_address),
        per_session(options.per_session),
        most_to_upload(options.most_to_upload),
        live_(std::move(options.place), now) {}

  Live& live() override { return live_; }

  std::unique_ptr<http::Exchange> begin(http::Head const& head) override { return std::make_unique<Passage>(*this, head); }

  std::function<std::int64_t()> now;
  Templates templates;
  Assets assets;
  Answers answers;
  Desks desks;
  Limits per_address, per_session;
  std::uint64_t most_to_upload;

 private:
  Live live_;
};

// Answers that cost next to nothing, for those of whom there may be very many.
http::Response too_large(http::Head const& head, std::uint64_t bytes) {
  return http::calm_answer(
      http::dress_for(head), 413,
      bytes > most_of_a_form ? "This form sends more than it may: 1 MiB." : "Who is not signed in may send 16 KiB, and this form is longer.");
}

http::Response too_many(http::Head const& head, int seconds) {
  return http::calm_answer(http::dress_for(head), 429, "This came faster than the portal answers one person or one address.",
                           seconds == 1 ? "Wait a second, then try again." : "Wait " + std::to_string(seconds) + " seconds, then try again.", seconds);
}

http::Response no_database(http::Head const& head) {
  return http::calm_answer(http::dress_for(head), 503, "The database cannot be reached at this moment.", "", 60);
}

// We are wrong somewhere: the visitor is told that, the log what; neither is told any value.
template <class Work>
std::optional<http::Response> Passage::guarded(Work const& work) {
  std::optional<http::Response> response;
  auto const began = std::chrono::steady_clock::now();
  try {
    response = work();
  } catch (BrokenPromise const& broken) {
    std::fprintf(stderr, "portal: %s %s: %s\n", head_.method.c_str(), found_.route == nullptr ? "?" : std::string(found_.route->pattern).c_str(),
                 broken.what());
    response = visit_ ? dress(Refusal{500}) : http::calm_answer(http::dress_for(head_), 500, "This page could not be made.");
  }
  seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (response) {
    protect(*response, head_.secure);
    pulse().answered(response->status, seconds_);
  }
  return response;
}

http::Response Passage::dress(Answer answer) { return portal_.answers.dress(*visit_, std::move(answer)); }

std::optional<http::Response> Passage::arrive() {
  auto const now = portal_.now();
  if (auto const wait = portal_.per_address.take(access::network_of(head_.peer), now)) return too_many(head_, wait);
  constexpr std::string_view assets = "/assets/";
  if (head_.path.starts_with(assets)) {
    auto asset =
        head_.method == "GET" || head_.method == "HEAD" ? portal_.assets.answer(head_, std::string_view(head_.path).substr(assets.size())) : std::nullopt;
    return asset ? std::move(*asset) : http::calm_answer(http::dress_for(head_), 404, "There is no such file.");
  }
  found_ = find_route(routes(), head_.method, head_.path);
  auto const is_upload = found_.route != nullptr && found_.route->upload != nullptr;
  auto const announced = is_upload ? 0 : head_.body_size.value_or(0);
  if (!takes_form_of(announced)) return too_large(head_, announced);
  // A form is waited for without a desk: senders who take their time would otherwise hold as many databases as they have connections.
  return is_upload ? enter() : std::nullopt;
}

bool Passage::takes_form_of(std::uint64_t bytes) {
  if (bytes > most_ && bytes <= most_of_a_form && is_somebody()) most_ = most_of_a_form;
  return bytes <= most_;
}

// Looked at before a long form is taken, with a desk that is given back at once; who it is is asked again when the form is whole.
bool Passage::is_somebody() {
  auto const desk = portal_.desks.take();
  if (!desk) return false;
  Visit visit{.head = head_, .hub = (*desk)->hub, .now = portal_.now() / 1000, .secure = head_.secure};
  return !identify(visit) && visit.account;
}

// Databases, and a visit over them.
std::optional<http::Response> Passage::seat() {
  auto const now = portal_.now();
  auto desk = portal_.desks.take();
  if (!desk) {
    std::fprintf(stderr, "portal: %s\n", desk.trouble().text.c_str());
    return no_database(head_);
  }
  desk_ = std::move(*desk);
  visit_.emplace(Visit{.head = head_, .parts = found_.parts, .hub = desk_->hub, .now = now / 1000, .secure = head_.secure, .format = found_.format});
  auto& visit = *visit_;
  visit.live = &portal_.live();
  visit.most_to_upload = portal_.most_to_upload;
  return std::nullopt;
}

// For programs that look after the server. They bring no session, and are told more plainly when there is no database.
http::Response Passage::watch() {
  if (auto refused = seat()) return without_database();
  auto answer = found_.route->answer(*visit_);
  if (desk_->home.operations().trouble()) return without_database();
  return dress(std::move(answer));
}

std::optional<http::Response> Passage::enter() {
  auto const now = portal_.now();
  if (auto refused = seat()) return refused;
  auto& visit = *visit_;
  visit.whole_page = head_.header("hx-request") != "true" || head_.header("hx-boosted") == "true" || head_.header("hx-history-restore-request") == "true";
  if (auto refused = identify(visit)) return dress(std::move(*refused));
  if (visit.session)
    if (auto const wait = portal_.per_session.take(std::to_string(visit.session->id), now)) return too_many(head_, wait);
  if (visit.account) desk_->hub.actor = access::actor_of(*visit.account, visit.now, head_.peer);
  else desk_->hub.actor = {"a visitor", store::moment_text(visit.now), head_.peer};

  if (found_.route == nullptr) {
    if (found_.allowed.empty()) return dress(Refusal{404});
    auto response = dress(Refusal{405});
    response.headers.push_back({"allow", found_.allowed});
    return response;
  }
  auto query = http::read_fields(head_.query);
  if (!query) return dress(Refusal{400});
  visit.query = std::move(*query);
  if (auto refused = admit(visit, *found_.route)) return dress(std::move(*refused));
  if (auto refused = check_origin()) return dress(std::move(*refused));
  recall_school(visit);
  if (found_.route->upload != nullptr) taker_ = found_.route->upload(visit);
  return std::nullopt;
}

// Of what changes something: that it comes from one of our own pages.
std::optional<Answer> Passage::check_origin() {
  auto& visit = *visit_;
  if (found_.route->method == "GET" || visit.csrf_checked) return std::nullopt;
  Refusal const stranger{403, "This did not come from a page of this portal, or the page was too old.", "Go back, load the page again, and send it once more."};
  if (!comes_from_us(head_)) return stranger;
  auto const token = head_.header("x-csrf-token");
  if (token.empty()) return std::nullopt;  // then it stands in the form
  if (!right_token(visit, token)) return stranger;
  visit.csrf_checked = true;
  return std::nullopt;
}

std::optional<http::Response> Passage::collect(std::string_view bytes) {
  if (taker_) {
    auto answer = taker_->take(bytes);
    return answer ? std::optional(dress(std::move(*answer))) : std::nullopt;
  }
  if (auto const size = body_.size() + bytes.size(); !takes_form_of(size)) return too_large(head_, size);  // in chunks, its length is not told before
  body_ += bytes;
  return std::nullopt;
}

std::optional<Answer> Passage::read_form() {
  auto& visit = *visit_;
  if (found_.route->method == "GET") return std::nullopt;
  auto form = http::read_fields(body_);
  if (!form || (!body_.empty() && !head_.header("content-type").starts_with("application/x-www-form-urlencoded"))) return Refusal{400};
  visit.form = std::move(*form);
  if (visit.csrf_checked || right_token(visit, visit.form["csrf"])) return std::nullopt;
  return Refusal{403, "This form is too old, or it did not come from a page of this portal.", "Go back, load the page again, and send it once more."};
}

http::Response Passage::answer() {
  if (taker_) return dress(taker_->finish());
  if (found_.route != nullptr && is_for_watchers(*found_.route)) return watch();
  if (auto refused = enter()) return std::move(*refused);
  if (auto refused = read_form()) return dress(std::move(*refused));
  auto answer = found_.route->answer(*visit_);
  if (auto const& trouble = desk_->home.operations().trouble()) {
    std::fprintf(stderr, "portal: %s %s: %s\n", head_.method.c_str(), std::string(found_.route->pattern).c_str(), trouble->text.c_str());
    return no_database(head_);
  }
  return dress(std::move(answer));
}

}  // namespace

Result<std::unique_ptr<Portal>> Portal::open(PortalOptions options) {
  auto const key = options.key;
  auto portal = std::make_unique<RealPortal>(std::move(options));
  auto desk = portal->desks.take();  // also brings the database to its newest shape, before anybody waits for a page
  if (!desk) return desk.trouble();
  if (auto trouble = store::check_server_key((*desk)->home.operations(), key)) return *trouble;
  desk->reset();
  return std::unique_ptr<Portal>(std::move(portal));
}

}  // namespace rollbook::web
