// The roster as a OneRoster zip, made while it is sent: a thread of its own writes, the visitor reads, and at most a few megabytes lie between.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

#include "base/text.h"
#include "export/zip_stream.h"
#include "report/words.h"
#include "runs/apply.h"
#include "runs/hand_on.h"
#include "runs/look.h"
#include "web/chosen_school.h"
#include "web/hand_on.h"
#include "web/organizations.h"
#include "web/pages.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

constexpr std::size_t most_between = std::size_t{4} << 20, piece_size = std::size_t{256} << 10, most_choices = 500;
constexpr int most_at_once = 2;  // each keeps a core busy, and the ids of a roster in memory
std::atomic<int> under_way{0};

// Bytes on their way from who writes to who reads. Who writes waits when too much lies here, and goes on without a word when nobody reads any more.
class Pipe {
 public:
  void write(std::string_view bytes) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return bytes_.size() < most_between || deserted_; });
    if (!deserted_) bytes_ += bytes;
    changed_.notify_all();
  }
  void end(std::optional<Trouble> trouble) {
    std::lock_guard const lock(mutex_);
    ended_ = true;
    trouble_ = std::move(trouble);
    changed_.notify_all();
  }
  void desert() {
    std::lock_guard const lock(mutex_);
    deserted_ = true;
    bytes_.clear();
    changed_.notify_all();
  }
  bool deserted() {
    std::lock_guard const lock(mutex_);
    return deserted_;
  }
  Result<std::string> read() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return bytes_.size() >= piece_size || ended_; });
    if (trouble_) return *trouble_;
    auto const size = std::min(bytes_.size(), piece_size);
    auto piece = bytes_.substr(0, size);
    bytes_.erase(0, size);
    changed_.notify_all();
    return piece;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string bytes_;
  bool ended_ = false, deserted_ = false;
  std::optional<Trouble> trouble_;
};

// Lives as long as the response: when that ends early, who writes is told.
struct Reader {
  std::shared_ptr<Pipe> pipe;
  explicit Reader(std::shared_ptr<Pipe> from) : pipe(std::move(from)) {}
  Reader(Reader const&) = delete;
  ~Reader() { pipe->desert(); }
};

struct Work {
  store::Home home;
  store::ServerKey key;
  std::string data_folder;
  unsigned workers;
  std::int32_t today;
  store::Actor actor;
  store::District district;
  runs::ExportOptions options;
  std::optional<runs::HandedOn> made;  // none: the export is there already, and this is its file
  std::string digest;                  // that it has to have, or ""
  std::shared_ptr<Pipe> pipe;
};

void write_zip(Work work) {
  runs::Hub hub{work.home, work.key, work.data_folder, work.workers, work.today, work.actor, runs::name_of_this_worker()};
  store::Sha256 digest;
  ZipStream zip(
      [&](std::string_view bytes) {
        if (work.made) work.made->take(bytes);
        else digest.take(bytes);
        work.pipe->write(bytes);
      },
      work.workers);
  if (!work.made) work.options.stops = [pipe = work.pipe] { return pipe->deserted(); };
  auto const exported = runs::export_roster(hub, work.district, work.options, zip);
  if (exported) zip.finish();
  auto trouble = exported ? std::nullopt : std::optional(exported.trouble());
  if (work.made) {
    if (auto const unnoted = work.made->end(hub, exported, work.pipe->deserted()))
      std::fprintf(stderr, "portal: export %lld: %s\n", static_cast<long long>(work.made->made().id), unnoted->text.c_str());
  } else if (exported && digest.hex() != work.digest) {
    trouble = Trouble{"The bytes are not those of the export."};
  }
  work.pipe->end(std::move(trouble));
  --under_way;
}

std::int64_t newest_revision(Visit& visit) {
  auto const roster = runs::open_roster(visit.hub, *visit.district);
  return roster ? runs::last_revision(**roster) : 0;
}

View form_page(Visit& visit, std::string const& wrong) {
  View view{"export", "Export data"};
  auto& model = view.model;
  auto const revision = newest_revision(visit);
  Model schools = Model::List();
  std::size_t listed = 0;
  auto const chosen = visit.school ? visit.school->id : std::string(visit.form["school"]);
  schools.add(choice("", "All schools", chosen.empty()));
  for (auto const& organization : organizations_of(visit))
    if (++listed <= most_choices || organization.id == chosen)
      schools.add(choice(organization.id, organization.name + " (" + organization.id + ")", chosen == organization.id));
  visit.narrowed = visit.school.has_value();
  model["wrong"] = wrong.empty() ? Model(false) : alert("danger", wrong);
  model["revision"] = revision;
  model["has_roster"] = revision > 0;
  model["no_demographics"] = !visit.standing.may_everywhere(access::Right::SeeDemographics, visit.district->id);
  model["here"] = visit.in_district("export");
  model["schools"] = std::move(schools);
  model["to_history"] = visit.in_district("history?kind=export");
  model["nothing"] =
      empty("download", "There is no roster to export yet", "It is there when the first delivery has been applied.", visit.in_district(), "Go to Home");
  if (!wrong.empty()) view.status = 422;
  return view;
}

}  // namespace

Answer export_form(Visit& visit) {
  if (!take_school(visit)) return Refusal{404};
  return form_page(visit, "");
}

Answer export_roster(Visit& visit) {
  auto const revision = newest_revision(visit);
  if (revision == 0) return form_page(visit, "There is no roster to export yet.");
  auto const version = visit.form["version"];
  if (version != "1.1" && version != "1.2") return form_page(visit, "Choose the version of OneRoster.");
  runs::ExportOptions options{revision, version == "1.2" ? Version::V12 : Version::V11, {}, {}};
  if (!visit.form["school"].empty()) options.schools = {std::string(visit.form["school"])};
  options.demographics = visit.standing.may_everywhere(access::Right::SeeDemographics, visit.district->id);
  return send_zip(visit, options);
}

namespace {

http::Response answer_of(std::shared_ptr<Pipe> const& pipe, std::string const& name) {
  http::Response response;
  response.headers = {{"content-type", "application/zip"}, {"content-disposition", "attachment; filename=\"" + name + "\""}};
  auto const reader = std::make_shared<Reader>(pipe);
  response.more = [reader] { return reader->pipe->read(); };
  return response;
}

Refusal too_many() { return {409, "Other exports are being written at this moment.", "Try again in a minute."}; }

}  // namespace

Answer send_made(Visit& visit, store::Export const& made) {
  auto& operations = visit.hub.home.operations();
  auto const receiver = store::find_receiver(operations, visit.district->id, made.receiver);
  auto const options = runs::options_of(visit.hub, *visit.district, made);
  if (!receiver || !options) return Refusal{409, "It is not known any more what this export was made of.", "Make a new one on the page of its receiver."};
  if (++under_way > most_at_once) return --under_way, too_many();
  auto home = visit.hub.home.again();
  auto const trouble = operations.transaction([&] {
    store::add_fetched(operations, made.id, {visit.hub.actor.at, visit.hub.actor.who});
    store::note(operations, visit.hub.actor, visit.district->id, "export fetched", std::to_string(made.id) + " for " + receiver->name);
    return true;
  });
  if (!home || trouble) return --under_way, Refusal{503};
  auto const pipe = std::make_shared<Pipe>();
  std::thread(write_zip, Work{std::move(*home), visit.hub.key, visit.hub.data_folder, visit.hub.workers, visit.hub.today, visit.hub.actor, *visit.district,
                              *options, std::nullopt, made.digest, pipe})
      .detach();
  return answer_of(pipe, runs::zip_name_of(*receiver));
}

Answer send_zip(Visit& visit, runs::ExportOptions const& options) {
  if (++under_way > most_at_once) {
    --under_way;
    return too_many();
  }
  auto home = visit.hub.home.again();
  auto made = runs::HandedOn::begin(visit.hub, *visit.district, options);
  if (!home || !made) return --under_way, Refusal{503};
  auto const version = made->made().version, revision = std::to_string(made->made().revision);
  auto const pipe = std::make_shared<Pipe>();
  std::thread(write_zip, Work{std::move(*home), visit.hub.key, visit.hub.data_folder, visit.hub.workers, visit.hub.today, visit.hub.actor, *visit.district,
                              options, std::move(*made), "", pipe})
      .detach();
  return answer_of(pipe, "OneRoster-" + version + "-revision-" + revision + ".zip");
}

}  // namespace rollbook::web
