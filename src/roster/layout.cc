#include "roster/layout.h"

#include <algorithm>
#include <numeric>

namespace rollbook {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      auto const above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
      diagonal = above;
    }
  }
  return row[b.size()];
}

bool lists(std::string_view words, std::string_view word) {
  for (std::size_t at = 0; at < words.size();) {
    auto const end = std::min(words.find(' ', at), words.size());
    if (words.substr(at, end - at) == word) return true;
    at = end + 1;
  }
  return false;
}

bool is_needed(Field const& field, Version version, bool delta) { return is_required(field.need, version) || (field.need == Need::DeltaOnly && delta); }

}  // namespace

std::string_view nearest(std::string_view name, std::vector<std::string_view> const& known) {
  auto const wanted = lower(name.substr(0, 64));
  std::string_view best;
  auto best_distance = std::max<std::size_t>(1, wanted.size() / 4) + 1;
  for (auto const candidate : known) {
    auto const distance = edit_distance(wanted, lower(candidate));
    if (distance < best_distance) best = candidate, best_distance = distance;
  }
  return best;
}

Layout read_layout(std::vector<std::string> const& header, Table const& table, Version version, bool delta) {
  Layout layout;
  layout.columns = header;
  layout.column_of.fill(no_column);
  layout.field_of.assign(header.size(), 255);
  auto const fields = table.fields;
  auto const spot = [&](HeaderFlaw flaw, std::string_view column, std::string_view suggestion = {}) {
    layout.spots.push_back({flaw, std::string(column), std::string(suggestion)});
  };
  auto const take = [&](std::size_t column, std::size_t field) {
    if (layout.column_of[field] != no_column) return false;
    layout.column_of[field] = static_cast<std::int16_t>(column);
    layout.field_of[column] = static_cast<std::uint8_t>(field);
    return true;
  };

  // Exact names first, so that an alias or another case never takes the place of the real column.
  for (std::size_t c = 0; c < header.size(); ++c)
    for (std::size_t f = 0; f < fields.size(); ++f)
      if (is_in(fields[f].in, version) && fields[f].name == header[c] && !take(c, f)) spot(HeaderFlaw::Duplicate, header[c]);
  std::vector<std::string_view> names;
  for (auto const& field : fields)
    if (is_in(field.in, version)) names.push_back(field.name);

  std::string_view metadata_before;  // a metadata column that a column of the standard follows
  for (std::size_t c = 0; c < header.size(); ++c) {
    auto const& name = header[c];
    bool const is_metadata = name.starts_with("metadata.") && name.size() > 9;
    if (is_metadata) {
      if (std::count(header.begin(), header.begin() + static_cast<std::ptrdiff_t>(c), name) > 0) spot(HeaderFlaw::Duplicate, name);
      if (metadata_before.empty()) metadata_before = name;
      continue;
    }
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      if (!metadata_before.empty() &&
          std::none_of(layout.spots.begin(), layout.spots.end(), [](HeaderSpot const& s) { return s.flaw == HeaderFlaw::MetadataPlace; }))
        spot(HeaderFlaw::MetadataPlace, metadata_before);
      continue;
    }
    if (name.find_first_not_of(" \t") == std::string::npos) {
      spot(HeaderFlaw::BlankName, name);
      continue;
    }
    auto const trimmed_lower = lower(trimmed(name));
    bool done = false;
    for (std::size_t f = 0; f < fields.size() && !done; ++f) {
      if (!is_in(fields[f].in, version)) continue;
      if (lower(fields[f].name) == trimmed_lower) {
        done = true;
        if (take(c, f)) spot(HeaderFlaw::WrongCase, name, fields[f].name);
        else spot(HeaderFlaw::Duplicate, name, fields[f].name);
      }
    }
    for (std::size_t f = 0; f < fields.size() && !done; ++f)
      if (is_in(fields[f].in, version) && lists(fields[f].aliases, name) && take(c, f)) {
        done = true;
        spot(HeaderFlaw::Alias, name, fields[f].name);
      }
    if (done) continue;
    if (std::count(header.begin(), header.begin() + static_cast<std::ptrdiff_t>(c), name) > 0) {
      spot(HeaderFlaw::Duplicate, name);
      continue;
    }
    bool const other_version =
        lists(table.former, name) || std::any_of(fields.begin(), fields.end(), [&](Field const& f) { return f.name == name && !is_in(f.in, version); });
    if (other_version) spot(HeaderFlaw::OtherVersion, name);
    else {
      std::vector<std::string_view> missing;
      for (std::size_t f = 0; f < fields.size(); ++f)
        if (is_in(fields[f].in, version) && std::find(header.begin(), header.end(), fields[f].name) == header.end()) missing.push_back(fields[f].name);
      spot(HeaderFlaw::Unknown, name, nearest(name, missing));
    }
  }

  std::int16_t last = -1;
  bool in_order = true;
  for (std::size_t f = 0; f < fields.size(); ++f) {
    if (!is_in(fields[f].in, version)) continue;
    auto const column = layout.column_of[f];
    if (column == no_column) {
      std::string_view suggestion;
      for (auto const& s : layout.spots)
        if (s.flaw == HeaderFlaw::Unknown && s.suggestion == fields[f].name) suggestion = s.column;
      spot(is_needed(fields[f], version, delta) ? HeaderFlaw::MissingRequired : HeaderFlaw::MissingOptional, fields[f].name, suggestion);
      continue;
    }
    in_order &= column > last;
    last = std::max(last, column);
  }
  if (!in_order) spot(HeaderFlaw::WrongOrder, "");
  layout.exact = layout.spots.empty();
  return layout;
}

}  // namespace rollbook
