// The manifest: the authority on which files a delivery has and what each of them states.
#include <algorithm>
#include <map>

#include "base/text.h"
#include "bundle/bundle.h"
#include "csv/record.h"

namespace rollbook {
namespace {

struct Property {
  std::string name, value;
  std::uint64_t line;
};

std::optional<Mode> mode_of(std::string const& value) {
  for (auto mode : {Mode::Absent, Mode::Bulk, Mode::Delta})
    if (value == name_of(mode)) return mode;
  return std::nullopt;
}

class ManifestReader {
 public:
  explicit ManifestReader(Bundle& bundle) : bundle_(bundle) {}

  void read(std::string_view bytes) {
    if (!read_properties(bytes)) return;
    read_versions();
    if (!bundle_.version) return;  // what belongs into it depends on the version
    read_modes(*bundle_.version);
    for (auto const& [name, property] : properties_)
      if (!known_.contains(name)) spot(BundleFlaw::PropertyUnknown, property->line, name, property->value);
  }

 private:
  void spot(BundleFlaw flaw, std::optional<std::uint64_t> line, std::string column, std::string value, std::string detail = {}) {
    bundle_.spots.push_back({flaw, "manifest.csv", line, std::move(column), std::move(value), std::move(detail)});
  }

  // False when it is no manifest at all.
  bool read_properties(std::string_view bytes) {
    csv::Record record;
    std::uint64_t line = 1;
    std::string buffer;
    constexpr std::size_t most_rows = 1000;  // a manifest has two dozen rows
    auto const text = bytes.substr(0, std::size_t{1} << 20);
    bool header = true;
    for (std::uint32_t at = 0; at < text.size() && rows_.size() < most_rows; at = record.next) {
      csv::read_record(text, at, header ? 0 : 2, record);
      auto const cell = [&](std::size_t i) {
        return i < record.size() ? std::string(trimmed(csv::cell_value(csv::raw_cell(text, record, i), buffer))) : std::string();
      };
      bool const blank = record.size() == 1 ? cell(0).empty() : cell(0).empty() && cell(1).empty();
      auto const damage = std::find_if(record.spots.begin(), record.spots.end(), [](csv::Spot s) { return s.damage != csv::Damage::CellCount; });
      if (damage != record.spots.end()) spot(BundleFlaw::ManifestUnreadable, line, "", "", "line is damaged");
      if (blank) {
      } else if (header && cell(0) == "propertyName" && cell(1) == "value") {
        header = false;
      } else if (header && (lower(cell(0)) == "propertyname") && (lower(cell(1)) == "value" || lower(cell(1)) == "propertyvalue")) {
        spot(BundleFlaw::ManifestHeader, line, "", cell(0) + "," + cell(1), "propertyName,value");
        header = false;
      } else if (header) {
        spot(BundleFlaw::ManifestUnreadable, line, "", cell(0) + "," + cell(1), "its first line is not propertyName,value");
        return false;
      } else {
        rows_.push_back({cell(0), cell(1), line});
      }
      line += record.lines;
    }
    if (header) {
      spot(BundleFlaw::ManifestUnreadable, std::nullopt, "", "", "it has no header");
      return false;
    }
    for (auto& row : rows_) {
      if (row.name.size() > 1 && row.name.back() == '*') {
        spot(BundleFlaw::PropertyStar, row.line, row.name, row.value);
        row.name.pop_back();
      }
      auto const [at, fresh] = properties_.emplace(row.name, &row);
      if (!fresh) spot(BundleFlaw::PropertyTwice, row.line, row.name, row.value, std::to_string(at->second->line));
    }
    return true;
  }

  Property const* find(std::string const& name) {
    known_.emplace(name, true);
    auto const at = properties_.find(name);
    return at == properties_.end() ? nullptr : at->second;
  }

  void read_versions() {
    find("source.systemName");
    find("source.systemCode");
    if (auto const* p = find("manifest.version"); p == nullptr) spot(BundleFlaw::VersionMissing, std::nullopt, "manifest.version", "");
    else if (p->value == "1" || p->value == "1.00") spot(BundleFlaw::ManifestVersionLoose, p->line, p->name, p->value);
    else if (p->value != "1.0") spot(BundleFlaw::ManifestVersion, p->line, p->name, p->value);
    auto const* p = find("oneroster.version");
    if (p == nullptr || p->value.empty()) return spot(BundleFlaw::VersionMissing, p ? std::optional(p->line) : std::nullopt, "oneroster.version", "");
    if (p->value == "1.1") bundle_.version = Version::V11;
    else if (p->value == "1.2") bundle_.version = Version::V12;
    else {
      if (p->value == "1.0") bundle_.oneroster = "1.0";
      return spot(p->value == "1.0" ? BundleFlaw::OneRoster10 : BundleFlaw::VersionUnknown, p->line, p->name, p->value, "its manifest says so");
    }
    bundle_.oneroster = p->value;
  }

  void read_modes(Version version) {
    for (auto const* table : all_tables) {
      auto const index = static_cast<std::size_t>(table->id);
      auto const name = "file." + std::string(table->name);
      auto const there = bundle_.members[index].has_value();
      bundle_.modes[index] = Mode::Absent;
      if (!is_in(table->in, version)) {
        if (there) {
          bundle_.spots.push_back({BundleFlaw::NotInVersion, file_name(table->id), {}, {}, std::string(name_of(version)), {}});
          bundle_.members[index].reset();
        }
        continue;
      }
      auto const* p = find(name);
      if (p == nullptr) {
        spot(BundleFlaw::PropertyMissing, std::nullopt, name, "");
        if (there) bundle_.modes[index] = Mode::Bulk;
        continue;
      }
      auto mode = mode_of(p->value);
      if (!mode && (mode = mode_of(lower(p->value)))) spot(BundleFlaw::ModeCase, p->line, name, p->value, std::string(name_of(*mode)));
      if (!mode) {
        spot(BundleFlaw::ModeUnknown, p->line, name, p->value);
        if (there) bundle_.modes[index] = Mode::Bulk;
        continue;
      }
      bundle_.modes[index] = *mode;
      if (*mode == Mode::Absent && there) {
        spot(BundleFlaw::AbsentButThere, p->line, name, p->value, file_name(table->id));
        bundle_.modes[index] = Mode::Bulk;  // read all the same, so that everything can be told at once
      }
      if (*mode != Mode::Absent && !there) spot(BundleFlaw::ListedButMissing, p->line, name, p->value, file_name(table->id));
    }
  }

  Bundle& bundle_;
  std::vector<Property> rows_;
  std::map<std::string, Property const*> properties_;
  std::map<std::string, bool> known_;
};

}  // namespace

void read_manifest(Member const& manifest, Bundle& bundle) { ManifestReader(bundle).read(manifest.bytes); }

}  // namespace rollbook
