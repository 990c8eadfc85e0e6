#include "runs/handed_on.h"

#include <chrono>

#include "base/text.h"
#include "runs/apply.h"
#include "runs/look.h"
#include "store/moment.h"

namespace rollbook::runs {
namespace {

std::string in_lines(std::vector<std::string> const& words) {
  std::string all;
  for (auto const& word : words) all += (all.empty() ? "" : "\n") + word;
  return all;
}

}  // namespace

Result<HandedOn> HandedOn::begin(Hub& hub, store::District const& district, ExportOptions const& options) {
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  HandedOn one;
  auto& made = one.made_;
  made.district = district.id;
  made.created = hub.actor.at;
  made.who = hub.actor.who;
  made.revision = options.revision.value_or(last_revision(**roster));
  made.version = options.version ? std::string(name_of(*options.version)) : "";
  made.schools = in_lines(options.schools);
  made.day = options.day.value_or(hub.today);
  auto& operations = hub.home.operations();
  auto const trouble = operations.transaction([&] {
    store::add_export(operations, made);
    store::note(operations, hub.actor, district.id, "export begun", std::to_string(made.id));
    return true;
  });
  if (trouble) return *trouble;
  return one;
}

void HandedOn::take(std::string_view bytes) {
  digest_.take(bytes);
  made_.bytes += bytes.size();
}

std::optional<Trouble> HandedOn::end(Hub& hub, Result<Exported> const& exported, bool broken_off) {
  if (exported) {
    made_.revision = exported->revision;
    made_.version = name_of(exported->version);
    std::vector<std::string> counts;
    for (auto const& [table, rows] : exported->rows) made_.rows += rows, counts.push_back(table + "=" + std::to_string(rows));
    made_.counts = joined_by_commas(counts);
  }
  made_.outcome = !exported ? "failed" : broken_off ? "broken off" : "exported";
  if (made_.outcome == "exported" && made_.bytes > 0) made_.digest = digest_.hex();
  if (made_.digest.empty()) made_.bytes = 0;
  made_.finished = store::moment_text(std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count());
  auto& operations = hub.home.operations();
  return operations.transaction([&] {
    store::save_export(operations, made_);
    store::note(operations, hub.actor, made_.district, "roster exported", std::to_string(made_.id) + " " + made_.outcome);
    return true;
  });
}

bool holds_demographics(store::Export const& made) {
  return made.counts.empty() || ("," + made.counts).find(",demographics=") != std::string::npos;
}

ExportOptions options_of(store::Export const& made) {
  ExportOptions options{made.revision, made.version == "1.2" ? Version::V12 : Version::V11, split(made.schools, '\n'), {}};
  if (made.day > 0) options.day = made.day;
  options.demographics = holds_demographics(made);
  return options;
}

}  // namespace rollbook::runs
