#include "doors/http_door.h"

#include <algorithm>

#include "base/base64.h"
#include "base/text.h"
#include "doors/facts.h"
#include "doors/whole.h"
#include "http/forms.h"
#include "runs/source_change.h"
#include "store/district_life.h"
#include "store/districts.h"

namespace rollbook::doors {
namespace {

constexpr std::string_view below = "/doors/", on_its_way = ".part";

http::Response answer(int status, std::string text, std::vector<http::Header> headers = {}) {
  http::Response response;
  response.status = status;
  response.headers = std::move(headers);
  for (auto const& [name, value] :
       {std::pair("content-type", "text/plain; charset=utf-8"), {"x-content-type-options", "nosniff"}, {"cache-control", "no-store"}})
    response.headers.push_back({name, value});
  response.body = std::move(text) + "\n";
  return response;
}

// One answer for all who are not known, whatever it is that does not fit.
http::Response who_are_you() {
  return answer(401, "Name and password of the account do not fit, or it may not come from here. Both stand on the page of the source: curl -u NAME:PASSWORD …",
                {{"www-authenticate", "Basic realm=\"Rollbook doors\", charset=\"UTF-8\""}});
}

http::Response refusal(ZoneSays said) {
  switch (said) {
    case ZoneSays::BadName:
      return answer(400, "This is no name for a file here. Names are flat, without slashes, and at most 250 bytes long.");
    case ZoneSays::InUse:
      return answer(409, "Somebody sends a file of this name at this moment. Send it again when that has come to its end.");
    case ZoneSays::TooMuch:
      return answer(507, "The account has no room left for this. Files that wait there have to be taken or removed first.");
    case ZoneSays::TooManyFiles:
      return answer(507, "Too many files wait in this account. They have to be taken or removed first.");
    case ZoneSays::DiskFull:
      return answer(507, "The disk of the server is full. Tell its operator, and send it again later.");
    default:
      return answer(500, "The server could not keep this. Send it again; if it stays so, tell its operator.");
  }
}

http::Response no_database() { return answer(503, "The database cannot be reached at this moment. Send it again in a minute.", {{"retry-after", "60"}}); }

struct Credentials {
  std::string name, password;
};

// Of `Basic`, name and password; of `Bearer` the password alone, and the account is that of the address.
std::optional<Credentials> credentials_of(http::Head const& head, std::string const& account) {
  auto const value = head.header("authorization");
  auto const gap = value.find(' ');
  if (gap == std::string_view::npos) return std::nullopt;
  auto const scheme = lower(value.substr(0, gap));
  auto const rest = trimmed(value.substr(gap + 1));
  if (scheme == "bearer") return Credentials{account, std::string(rest)};
  auto const both = scheme == "basic" ? from_base64(rest) : std::nullopt;
  auto const colon = both ? both->find(':') : std::string::npos;
  if (colon == std::string::npos) return std::nullopt;
  return Credentials{both->substr(0, colon), both->substr(colon + 1)};
}

struct Target {
  std::string account;
  std::optional<std::string> file;  // nothing: it cannot be read
};

Target target_of(std::string_view path) {
  auto const rest = path.substr(below.size());
  auto const slash = std::min(rest.find('/'), rest.size());
  return {http::percent_decoded(rest.substr(0, slash)).value_or(""), http::percent_decoded(rest.substr(std::min(slash + 1, rest.size())))};
}

std::string what_becomes_of_it(std::string const& name, store::Source const& source) {
  if (is_zip_name(name)) return "It is taken as soon as it proves to be whole.";
  auto const markers = source.settings.names("landing-marker");
  if (!markers.empty()) return "Loose files are taken together, when " + markers.front() + " has come too.";
  return "Loose files are taken together, when none of them has changed for " + std::to_string(source.settings.number("landing-quiet")) + " minutes.";
}

}  // namespace

// One file on its way. Whoever leaves in the middle leaves it unfinished, under the name that waits.
class Arrival : public http::Exchange {
 public:
  Arrival(HttpDoor& door, http::Head const& head) : door_(door), head_(head), target_(target_of(head.path)) {}
  ~Arrival() override {
    file_.reset();
    if (!seated_) return;
    std::lock_guard const lock(door_.seats_mutex_);
    if (--door_.seats_[account_.source] == 0) door_.seats_.erase(account_.source);
  }

  // The first piece is empty: who may not come hears it before anything is sent.
  std::optional<http::Response> take(std::string_view bytes) override {
    if (auto refused = begin()) return refused;
    auto const said = file_->write(came_, bytes);
    came_ += bytes.size();
    return said == ZoneSays::Ok ? std::nullopt : std::optional(give_up(said));
  }

  http::Response finish() override {
    if (auto refused = begin()) return std::move(*refused);
    if (came_ != *head_.body_size) return answer(400, "Less has come than was announced. Send it again.");
    auto said = file_->close();
    file_.reset();
    bool const replaces = zone_->look(*target_.file).has_value();
    if (said == ZoneSays::Ok) said = zone_->rename(waiting_, *target_.file, true);
    if (said != ZoneSays::Ok) return give_up(said);
    if (door_.options_.on_arrived) door_.options_.on_arrived();
    return answer(replaces ? 200 : 201, std::to_string(came_) + " bytes have arrived" + (replaces ? ", in place of those that waited. " : ". ") + becomes_);
  }

 private:
  std::optional<http::Response> begin() {
    if (std::exchange(begun_, true)) return std::nullopt;
    if (head_.method != "PUT") return answer(405, "Files are left here with PUT, and nothing else is done: curl -T FILE …", {{"allow", "PUT"}});
    if (auto refused = let_in()) return refused;
    if (auto refused = look_at_head()) return refused;
    return open();
  }

  std::optional<http::Response> let_in() {
    auto const shown = credentials_of(head_, target_.account);
    if (!shown) return who_are_you();
    std::lock_guard const lock(door_.databases_);
    auto& operations = door_.home_->operations();
    auto const now = door_.options_.now();
    auto refused = known(operations, *shown, now);
    if (operations.trouble()) {
      operations.recover();
      return no_database();
    }
    return refused;
  }

  std::optional<http::Response> known(store::Database& operations, Credentials const& credentials, std::int64_t now) {
    auto const who = who_shows(operations, head_.peer, credentials.name, credentials.password, now, door_.options_.log);
    if (who.shut_until > 0)
      return answer(429, "This address is shut out, after repeated failures to sign in. Wait, or have it let in on the page of the source.",
                    {{"retry-after", std::to_string(who.shut_until - now)}});
    if (!who.account) return who_are_you();
    account_ = *who.account;
    if (account_.name != target_.account)
      return answer(403, "This account leaves its files below " + std::string(below) + account_.name + "/ and nowhere else.");
    if (store::service_of(operations, account_.district) != store::Service::Open)
      return answer(403, "This district is not served at present. Its operator knows why.");
    if (note_let_in(operations, head_.peer, account_, now)) return no_database();
    auto const district = store::find_district(operations, std::to_string(account_.district));
    auto const source = district ? store::find_source(operations, *district, account_.source) : Result<std::optional<store::Source>>(std::nullopt);
    if (!source || !*source) return answer(404, "There is no such source any more.");
    if (auto why = runs::why_closed(**source); !why.empty()) return answer(409, std::move(why));
    markers_ = (*source)->settings.names("landing-marker");
    if (target_.file) becomes_ = what_becomes_of_it(*target_.file, **source);
    return std::nullopt;
  }

  // What can be known of a file before it comes.
  std::optional<http::Response> look_at_head() {
    if (target_.file && target_.file->empty()) return answer(404, "Name the file too: curl appends its name where the address ends with a slash.");
    if (!target_.file || !is_zone_name(*target_.file) || !is_zone_name(*target_.file + std::string(on_its_way))) return refusal(ZoneSays::BadName);
    bool const marker = std::find(markers_.begin(), markers_.end(), *target_.file) != markers_.end();
    if (!marker && !is_zip_name(*target_.file) && !is_csv_name(*target_.file))
      return answer(
          400, "Only names that end in .zip or .csv are taken here, and the marker file where the source has one. Send it under the name that it is to have.");
    if (!head_.header("content-range").empty())
      return answer(400, "A file is sent here as a whole; to go on where one stopped, use SFTP. Send it again without -C.");
    if (auto const coding = head_.header("content-encoding"); !coding.empty() && coding != "identity")
      return answer(415, "Send the file as it is, without a content-encoding.");
    if (!head_.body_size)
      return answer(411, "Say how long it is (Content-Length), so that half of it is never taken for the whole: curl -T FILE does, curl -T - does not.");
    return std::nullopt;
  }

  std::optional<http::Response> open() {
    if (!sit_down()) return answer(429, "Too many files are on their way already. Send one after the other.", {{"retry-after", "60"}});
    auto zone = door_.options_.zones->of(account_.source);
    if (!zone) return door_.options_.log(zone.trouble().text), refusal(ZoneSays::Failed);
    zone_ = std::move(*zone);
    if (zone_->may_grow(*head_.body_size) != ZoneSays::Ok)
      return *head_.body_size > Quota{}.bytes ? answer(413, "This is more than an account may hold.") : refusal(ZoneSays::TooMuch);
    waiting_ = *target_.file + std::string(on_its_way);
    auto opened = zone_->write(waiting_, {});
    if (opened.said != ZoneSays::Ok) return refusal(opened.said);
    file_ = std::move(opened.file);
    return std::nullopt;
  }

  bool sit_down() {
    std::lock_guard const lock(door_.seats_mutex_);
    std::size_t all = 0;
    for (auto const& [source, count] : door_.seats_) all += count;
    auto& own = door_.seats_[account_.source];  // there may be one for each source
    if (all >= door_.options_.most_at_once || own >= door_.options_.most_of_account) return false;
    return ++own, seated_ = true;
  }

  // What cannot be kept takes no room from what can.
  http::Response give_up(ZoneSays said) {
    file_.reset();
    zone_->remove(waiting_);
    return refusal(said);
  }

  HttpDoor& door_;
  http::Head const head_;
  Target const target_;
  Account account_;
  std::vector<std::string> markers_;
  std::string becomes_, waiting_;
  std::shared_ptr<Zone> zone_;
  std::unique_ptr<Zone::File> file_;
  std::uint64_t came_ = 0;
  bool begun_ = false, seated_ = false;
};

Result<std::unique_ptr<HttpDoor>> HttpDoor::open(HttpDoorOptions options, http::App& behind) {
  std::unique_ptr<HttpDoor> door(new HttpDoor(std::move(options), behind));
  auto home = store::Home::open(door->options_.place);
  if (!home) return home.trouble();
  door->home_.emplace(std::move(*home));
  return door;
}

std::string http_door_address(store::Database& operations) { return door_fact(operations, "http"); }

std::optional<Trouble> keep_http_door_address(store::Database& operations, std::string const& address) {
  return keep_door_facts(operations, {{"http", address}});
}

std::unique_ptr<http::Exchange> HttpDoor::begin(http::Head const& head) {
  if (!std::string_view(head.path).starts_with(below)) return behind_.begin(head);
  return std::make_unique<Arrival>(*this, head);
}

}  // namespace rollbook::doors
