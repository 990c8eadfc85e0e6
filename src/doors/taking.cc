#include "doors/taking.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "delivery/load.h"
#include "doors/whole.h"
#include "runs/landing.h"
#include "runs/look.h"
#include "runs/planned.h"
#include "runs/queue.h"
#include "runs/received.h"
#include "runs/source_change.h"
#include "store/events.h"
#include "store/moment.h"
#include "store/runs.h"

namespace rollbook::doors {
namespace fs = std::filesystem;
namespace {

// A zip may be whole and still be nothing that we take: then a run says so. These say that bytes are missing, or not there yet.
bool is_missing_bytes(BundleFlaw flaw) {
  return flaw == BundleFlaw::NotAZip || flaw == BundleFlaw::ZipTruncated || flaw == BundleFlaw::ZipLies || flaw == BundleFlaw::ZipDamaged;
}

std::vector<std::string> files_in(std::string const& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  for (auto const& entry : fs::directory_iterator(folder, error))
    if (auto const name = entry.path().filename().string(); is_zip_name(name) || is_csv_name(name)) paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

// What its manifest says; "" where none does.
std::string stated_by(std::vector<std::string> const& paths, unsigned workers) {
  auto const delivery = delivery::load_delivery(paths, workers);
  if (!delivery || !delivery->problems.empty()) return "";
  auto const bundle = open_bundle(delivery->files);
  return bundle.manifest ? runs::modes_of(bundle) : "";
}

Result<std::string> landed(runs::Hub& hub, store::District const& district, std::vector<std::string> const& paths) {
  if (hub.data_folder.empty())  // there the vault lies in the roster's database
    if (auto const roster = runs::open_roster(hub, district); !roster) return roster.trouble();
  runs::Landing landing(hub, district);
  std::string piece(std::size_t{1} << 20, '\0');
  for (auto const& path : paths) {
    if (auto trouble = landing.begin(fs::path(path).filename().string())) return *trouble;
    std::ifstream in(path, std::ios::binary);
    while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())), in.gcount() > 0)
      landing.take(std::string_view(piece).substr(0, static_cast<std::size_t>(in.gcount())));
    if (!in.eof()) return Trouble{"A delivery that has come could not be read from the disk; it is tried again."};
  }
  auto all = landing.finish();
  if (!all) return all.trouble();
  return std::move(all->delivery);
}

std::uint64_t weight_of_last(store::Database& operations, store::Source const& source) {
  std::uint64_t weight = 0;
  if (auto const last = store::last_delivery(operations, source.district, source.id))
    for (auto const& file : runs::received_files(last->files)) weight += file.size;
  return weight;
}

// Numbers alone: what the file is called may be anything.
void tell(store::Database& operations, store::Source const& source, Incomplete const& one) {
  store::Event event{.district = source.district, .kind = store::EventKind::DeliveryIncomplete, .at = store::moment_text(one.since), .source = source.id};
  event.facts = {{"bytes", std::to_string(one.bytes)}};
  if (one.usual > 0) event.facts.emplace_back("percent", std::to_string(one.per_cent()));
  store::raise(operations, event);
}

std::optional<Trouble> note_incomplete(store::Database& operations, store::Source const& source, std::vector<Incomplete> const& all) {
  auto const same = [](Incomplete const& a, Incomplete const& b) { return a.name == b.name && a.bytes == b.bytes && a.since == b.since; };
  auto const known = incomplete_of(operations, source.id);
  if (std::equal(known.begin(), known.end(), all.begin(), all.end(), same)) return operations.trouble();
  return operations.transaction([&] {
    operations.run("DELETE FROM door_incomplete WHERE source = ?", source.id);
    for (auto const& one : all) {
      if (std::none_of(known.begin(), known.end(), [&](auto const& before) { return before.name == one.name; })) tell(operations, source, one);
      operations.run("INSERT INTO door_incomplete(source, name, bytes, usual, since) VALUES(?, ?, ?, ?, ?)", source.id, one.name, one.bytes, one.usual,
                     one.since);
    }
    return true;
  });
}

}  // namespace

std::vector<Incomplete> incomplete_of(store::Database& operations, std::int64_t source) {
  std::vector<Incomplete> all;
  auto rows = operations.prepare("SELECT name, bytes, usual, since FROM door_incomplete WHERE source = ?");
  for (rows->with(source); rows->step();)
    all.push_back({std::string(rows->text(0)), static_cast<std::uint64_t>(rows->integer(1)), static_cast<std::uint64_t>(rows->integer(2)), rows->integer(3)});
  std::sort(all.begin(), all.end(), [](auto const& a, auto const& b) { return a.name < b.name; });  // databases sort texts differently
  return all;
}

struct Taking::From {
  runs::Hub& hub;
  store::District const& district;
  store::Source const& source;
  std::int64_t now;
};

bool Taking::is_sound(runs::Hub const& hub, Place& place, ZoneEntry const& entry) {
  std::pair<Place const*, std::string> const key(&place, entry.name);
  auto const known = judged_.find(key);
  if (known != judged_.end() && known->second.size == entry.size && known->second.modified == entry.modified) return known->second.sound;
  auto const held = place.hold(entry);
  if (held == nullptr) return false;
  bool sound = false;
  if (auto delivery = delivery::load_delivery({held->path()}, hub.workers); delivery && delivery->zipped)
    sound = delivery::arrived_whole(*delivery) ||
            std::none_of(delivery->problems.begin(), delivery->problems.end(), [](BundleSpot const& spot) { return is_missing_bytes(spot.flaw); });
  judged_[key] = {entry.size, entry.modified, sound};
  return sound;
}

std::optional<Trouble> Taking::finish(Place& place, From const& from, std::string const& taken, Took& took) {
  auto& operations = from.hub.home.operations();
  auto known = operations.prepare("SELECT run FROM door_taken WHERE token = ?");
  std::int64_t run = known->with(taken).step() ? known->integer(0) : 0;
  known->reset();
  if (operations.trouble()) return *operations.trouble();
  if (run == 0) {
    auto const paths = files_in(place.path_of_taken(taken));
    if (paths.empty()) return (place.forget_taken(taken), std::nullopt);  // somebody else has finished it a moment ago
    auto const modes = stated_by(paths, from.hub.workers);
    auto const received = landed(from.hub, from.district, paths);
    if (!received) return received.trouble();
    auto const queued = runs::queue_arrival(from.hub, from.district, from.source, *received, modes, [&](std::int64_t number) {
      operations.run("INSERT INTO door_taken(token, source, run) VALUES(?, ?, ?)", taken, from.source.id, number);
    });
    if (!queued) return queued.trouble();
    if (queued->failed) return Trouble{*queued->failed};
    run = queued->run;
  }
  // The token goes when nothing is left that it could be asked about.
  if (place.forget_taken(taken) == ZoneSays::Ok) operations.run("DELETE FROM door_taken WHERE token = ?", taken);
  took.runs.push_back(run);
  return std::nullopt;
}

std::optional<Trouble> Taking::take_from(Place& place, From const& from, Took& took) {
  for (auto const& taken : place.taken_out())
    if (auto trouble = finish(place, from, taken, took)) return trouble;

  auto const entries = place.list();
  std::vector<Arrived> arrived;
  for (auto const& entry : entries)
    arrived.push_back({entry.name, entry.modified, entry.unfinished, !entry.unfinished && is_zip_name(entry.name) && is_sound(from.hub, place, entry)});
  std::erase_if(judged_, [&](auto const& one) {
    return one.first.first == &place && std::none_of(entries.begin(), entries.end(), [&](auto const& entry) { return entry.name == one.first.second; });
  });

  auto const& settings = from.source.settings;
  auto const sorted = sort_arrived(arrived, {settings.number("landing-quiet") * 60, settings.names("landing-marker")}, from.now);
  auto const usual = weight_of_last(from.hub.home.operations(), from.source);
  for (auto const i : sorted.incomplete) took.incomplete.push_back({entries[i].name, entries[i].size, usual, entries[i].modified / 1'000'000'000});
  for (auto const& delivery : sorted.deliveries) {
    std::vector<ZoneEntry> files;
    for (auto const i : delivery) files.push_back(entries[i]);
    auto const taken = place.take_out(files);
    if (taken.empty()) continue;  // it has changed meanwhile
    if (auto trouble = finish(place, from, taken, took)) return trouble;
  }
  if (auto trouble = place.trouble()) took.complaints.push_back(trouble->text);
  return std::nullopt;
}

Result<Took> Taking::take(runs::Hub& hub, store::District const& district, store::Source const& source, std::int64_t now) {
  if (auto why = runs::why_closed(source); !why.empty()) return Trouble{why};
  Took took;
  std::optional<Trouble> first;
  std::erase_if(judged_,
                [&](auto const& one) { return std::none_of(places_.begin(), places_.end(), [&](auto const& p) { return p.get() == one.first.first; }); });
  for (auto const& place : places_)
    if (auto trouble = take_from(*place, {hub, district, source, now}, took); trouble && !first) first = std::move(trouble);
  // Two places may each have a file of one name: the one that came last is told.
  std::stable_sort(took.incomplete.begin(), took.incomplete.end(),
                   [](auto const& a, auto const& b) { return a.name != b.name ? a.name < b.name : a.since > b.since; });
  took.incomplete.erase(std::unique(took.incomplete.begin(), took.incomplete.end(), [](auto const& a, auto const& b) { return a.name == b.name; }),
                        took.incomplete.end());
  if (hub.home.operations().trouble()) return *hub.home.operations().trouble();
  if (auto trouble = note_incomplete(hub.home.operations(), source, took.incomplete)) return *trouble;
  return first ? Result<Took>(*first) : took;
}

}  // namespace rollbook::doors
