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
#include "runs/export.h"
#include "runs/look.h"
#include "store/exports.h"
#include "store/moment.h"
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
  store::Export made;
  std::shared_ptr<Pipe> pipe;
};

void note_end(Work& work, Result<runs::Exported> const& exported) {
  auto& operations = work.home.operations();
  if (exported) {
    work.made.revision = exported->revision;
    work.made.version = name_of(exported->version);
    std::vector<std::string> counts;
    for (auto const& [table, rows] : exported->rows) work.made.rows += rows, counts.push_back(table + "=" + std::to_string(rows));
    work.made.counts = joined_by_commas(counts);
  }
  work.made.outcome = !exported ? "failed" : work.pipe->deserted() ? "broken off" : "exported";
  work.made.finished = store::moment_text(std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count());
  auto const trouble = operations.transaction([&] {
    store::save_export(operations, work.made);
    store::note(operations, work.actor, work.district.id, "roster exported", std::to_string(work.made.id) + " " + work.made.outcome);
    return true;
  });
  if (trouble) std::fprintf(stderr, "portal: export %lld: %s\n", static_cast<long long>(work.made.id), trouble->text.c_str());
}

void write_zip(Work work) {
  runs::Hub hub{work.home, work.key, work.data_folder, work.workers, work.today, work.actor, runs::name_of_this_worker()};
  ZipStream zip([&](std::string_view bytes) { work.pipe->write(bytes); });
  auto const exported = runs::export_roster(hub, work.district, work.options, zip);
  if (exported) zip.finish();
  note_end(work, exported);
  work.pipe->end(exported ? std::nullopt : std::optional(exported.trouble()));
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
  schools.add(choice("", "All schools", visit.form["school"].empty()));
  for (auto const& organization : organizations_of(visit))
    if (++listed <= most_choices)
      schools.add(choice(organization.id, organization.name + " (" + organization.id + ")", visit.form["school"] == organization.id));
  model["wrong"] = wrong.empty() ? Model(false) : alert("danger", wrong);
  model["revision"] = revision;
  model["has_roster"] = revision > 0;
  model["here"] = visit.in_district("export");
  model["schools"] = std::move(schools);
  model["to_history"] = visit.in_district("history?kind=export");
  model["nothing"] =
      empty("download", "There is no roster to export yet", "It is there when the first delivery has been applied.", visit.in_district(), "Go to Home");
  if (!wrong.empty()) view.status = 422;
  return view;
}

}  // namespace

Answer export_form(Visit& visit) { return form_page(visit, ""); }

Answer export_roster(Visit& visit) {
  auto const revision = newest_revision(visit);
  if (revision == 0) return form_page(visit, "There is no roster to export yet.");
  auto const version = visit.form["version"];
  if (version != "1.1" && version != "1.2") return form_page(visit, "Choose the version of OneRoster.");
  if (++under_way > most_at_once) {
    --under_way;
    return Refusal{409, "Other exports are being written at this moment.", "Try again in a minute."};
  }
  auto home = visit.hub.home.again();
  store::Export made;
  made.district = visit.district->id;
  made.created = visit.hub.actor.at;
  made.who = visit.hub.actor.who;
  made.revision = revision;
  made.version = version;
  made.schools = visit.form["school"];
  auto& operations = visit.hub.home.operations();
  auto const noted = operations.transaction([&] {
    store::add_export(operations, made);
    store::note(operations, visit.hub.actor, made.district, "export begun", std::to_string(made.id));
    return true;
  });
  if (!home || noted) return --under_way, Refusal{503};
  auto const pipe = std::make_shared<Pipe>();
  runs::ExportOptions options{revision, version == "1.2" ? Version::V12 : Version::V11, {}};
  if (!made.schools.empty()) options.schools = {made.schools};
  std::thread(write_zip, Work{std::move(*home), visit.hub.key, visit.hub.data_folder, visit.hub.workers, visit.hub.today, visit.hub.actor, *visit.district,
                              options, made, pipe})
      .detach();
  http::Response response;
  response.headers = {{"content-type", "application/zip"},
                      {"content-disposition", "attachment; filename=\"OneRoster-" + std::string(version) + "-revision-" + std::to_string(revision) + ".zip\""}};
  auto const reader = std::make_shared<Reader>(pipe);
  response.more = [reader] { return reader->pipe->read(); };
  return response;
}

}  // namespace rollbook::web
