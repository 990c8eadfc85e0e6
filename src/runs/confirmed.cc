#include "runs/confirmed.h"

#include <algorithm>

#include "base/text.h"
#include "rules/package/package_rules.h"
#include "runs/outcome.h"
#include "runs/source_change.h"

namespace rollbook::runs {
namespace {

std::string_view code_of_no_manifest() {
  for (auto const& rule : package_rules)
    if (rule.flaw == BundleFlaw::NoManifest) return rule.info.code;
  return "";
}

std::string manifest_of(Bundle const& bundle, Version version) {
  std::string text = "propertyName,value\nmanifest.version,1.0\noneroster.version," + std::string(name_of(version)) + "\n";
  for (auto const* table : all_tables)
    if (is_in(table->in, version))
      text += "file." + std::string(table->name) + "," + std::string(name_of(bundle.members[static_cast<std::size_t>(table->id)] ? Mode::Bulk : Mode::Absent)) +
              "\n";
  return text + "source.systemName,\nsource.systemCode,\n";
}

// Beside the other files, should all of them be in a folder.
std::string place_of_manifest(std::vector<InputFile> const& files) {
  for (auto const& file : files)
    if (lower(file.path).ends_with(".csv")) return file.path.substr(0, file.path.rfind('/') + 1) + "manifest.csv";
  return "manifest.csv";
}

}  // namespace

std::string to_text(Confirmed const& confirmed) { return std::string(name_of(confirmed.version)) + (confirmed.additive ? " additive" : " full"); }

std::optional<Confirmed> confirmed_of(std::string_view text) {
  for (auto const version : {Version::V11, Version::V12})
    for (bool const additive : {false, true})
      if (Confirmed const one{version, additive}; to_text(one) == text) return one;
  return std::nullopt;
}

void add_confirmed_manifest(delivery::Delivery& delivery, std::string_view confirmed, std::string& text) {
  auto const what = confirmed_of(confirmed);
  if (!what || !delivery.problems.empty()) return;
  auto const bundle = open_bundle(delivery.files);
  if (bundle.manifest_file) return;
  text = manifest_of(bundle, what->version);
  delivery.files.push_back({place_of_manifest(delivery.files), text});
}

bool lacks_manifest(store::Run const& run) {
  if (run.kind != "delivery" || run.outcome != "refused" || run.delivery.empty()) return false;
  auto const answer = from_json(run.report);
  return answer && std::any_of(answer->findings.begin(), answer->findings.end(), [](auto const& rule) { return rule.code == code_of_no_manifest(); });
}

Result<Queued> queue_confirmed(Hub& hub, store::District const& district, std::int64_t number, Confirmed const& confirmed) {
  auto& operations = hub.home.operations();
  auto const refused = store::find_run(operations, district.id, number);
  if (operations.trouble()) return *operations.trouble();
  if (!refused || !lacks_manifest(*refused)) return Trouble{"Run " + std::to_string(number) + " does not lack a manifest."};
  auto const found = store::find_source(operations, district, refused->source.value_or(0));
  if (!found) return found.trouble();
  auto const& source = *found;
  if (!source) return Trouble{"The source of run " + std::to_string(number) + " is no longer there."};
  if (auto why = why_closed(*source); !why.empty()) return Trouble{why};
  auto run = new_run(hub, district, "delivery", refused->source);
  run.delivery = refused->delivery;
  run.work = "confirmed " + to_text(confirmed) + "\n";
  auto const trouble = operations.transaction([&] {
    store::add_run(operations, run);
    store::note(operations, hub.actor, district.id, "manifest confirmed", std::to_string(number) + " → " + std::to_string(run.id) + ": " + to_text(confirmed));
    return true;
  });
  if (trouble) operations.recover();
  if (trouble) return Queued{0, trouble->text + " Confirm it again; that does no harm if it became a run nevertheless."};
  if (hub.queued) hub.queued();
  return Queued{run.id, {}};
}

}  // namespace rollbook::runs
