#include "store/sources.h"

#include <algorithm>

#include "store/source_clocks.h"

namespace rollbook::store {
namespace {

void write_settings(Database& operations, Source const& source, SettingChanges const& changes, Actor const& actor) {
  auto clear = operations.prepare("DELETE FROM source_settings WHERE source = ? AND name = ?");
  auto insert = operations.prepare("INSERT INTO source_settings(source, name, value) VALUES(?, ?, ?)");
  for (auto const& [name, value] : changes) {
    clear->run(source.id, name);
    insert->run(source.id, name, value);
    note(operations, actor, source.district, "source set", source.name + ": " + name + " = " + value);
    if (name == "schedule") begin_schedule(operations, source.id, actor.at);
    if (name == "expected-by") begin_to_expect(operations, source.id, actor.at);
  }
}

std::optional<Trouble> apply(SettingChanges const& changes, SourceSettings& settings) {
  for (auto const& [name, value] : changes)
    if (auto trouble = settings.set(name, value)) return trouble;
  return std::nullopt;
}

}  // namespace

Result<Source> add_source(Database& operations, District const& district, std::string const& name, SettingChanges const& changes, Actor const& actor,
                          std::string const& kind) {
  if (auto const wrong = wrong_with_name(name); !wrong.empty()) return Trouble{"The name of the source " + wrong + "."};
  Source source{0, district.id, name, kind, actor.at, {}, "active"};
  if (auto trouble = apply(changes, source.settings)) return *trouble;
  bool taken = false;
  auto const trouble = operations.transaction([&] {
    auto same = operations.prepare("SELECT 1 FROM sources WHERE district = ? AND lower(name) = lower(?) AND state <> 'deleted'");
    taken = same->with(district.id, name).step();
    same.reset();
    if (taken) return false;
    auto next = operations.prepare("SELECT coalesce(max(id), 0) + 1 FROM sources");
    if (next->step()) source.id = next->integer(0);
    next.reset();
    operations.run("INSERT INTO sources(id, district, name, kind, created) VALUES(?, ?, ?, ?, ?)", source.id, district.id, name, source.kind, actor.at);
    note(operations, actor, district.id, "source added", name);
    write_settings(operations, source, changes, actor);
    return true;
  });
  if (trouble) return *trouble;
  if (taken) return Trouble{"The district \"" + district.name + "\" has a source \"" + name + "\" already."};
  return source;
}

Result<Source> set_source(Database& operations, District const& district, std::string const& name, SettingChanges const& changes, Actor const& actor) {
  auto source = find_source(operations, district, name);
  if (!source) return source;
  if (auto trouble = apply(changes, source->settings)) return *trouble;
  auto const trouble = operations.transaction([&] {
    write_settings(operations, *source, changes, actor);
    return true;
  });
  if (trouble) return *trouble;
  return source;
}

Result<std::vector<Source>> list_sources(Database& operations, District const& district) {
  std::vector<Source> all;
  auto rows = operations.prepare("SELECT id, name, kind, created, state FROM sources WHERE district = ? ORDER BY id");
  rows->with(district.id);
  while (rows->step())
    all.push_back(
        {rows->integer(0), district.id, std::string(rows->text(1)), std::string(rows->text(2)), std::string(rows->text(3)), {}, std::string(rows->text(4))});
  auto settings = operations.prepare("SELECT name, value FROM source_settings WHERE source = ?");
  for (auto& source : all) {
    settings->with(source.id);
    while (settings->step())
      if (auto trouble = source.settings.set(settings->text(0), settings->text(1))) return *trouble;
  }
  if (operations.trouble()) return *operations.trouble();
  return all;
}

Result<Source> find_source(Database& operations, District const& district, std::string const& name) {
  auto const all = list_sources(operations, district);
  if (!all) return all.trouble();
  std::string there;
  for (auto const& source : *all) {
    if (source.state == "deleted") continue;
    if (source.name == name) return source;
    there += (there.empty() ? "\"" : ", \"") + source.name + "\"";
  }
  return Trouble{"The district \"" + district.name + "\" has no source \"" + name + "\". " +
                 (there.empty() ? "It has none yet; \"rollbook source add NAME --district D\" makes one." : "It has: " + there + ".")};
}

Source const* source_with(std::vector<Source> const& sources, std::optional<std::int64_t> id) {
  auto const at = std::find_if(sources.begin(), sources.end(), [&](Source const& source) { return id == source.id; });
  return at == sources.end() ? nullptr : &*at;
}

Result<std::optional<Source>> find_source(Database& operations, District const& district, std::int64_t id) {
  auto const all = list_sources(operations, district);
  if (!all) return all.trouble();
  auto const* const found = source_with(*all, id);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

void set_source_state(Database& operations, std::int64_t source, std::string_view state) {
  operations.run("UPDATE sources SET state = ? WHERE id = ?", state, source);
}

}  // namespace rollbook::store
