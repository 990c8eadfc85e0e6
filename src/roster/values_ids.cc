// sourcedIds and references to them.
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/hash.h"
#include "csv/id_characters.h"
#include "roster/cells.h"

namespace rollbook {
namespace {

constexpr auto id_characters = [] {
  std::array<std::uint8_t, 256> ok{};
  for (unsigned c = 0; c < 256; ++c) ok[c] = csv::is_id_character(static_cast<unsigned char>(c));
  return ok;
}();

// Spaces, tabs, and the no-break space that web pages leave behind.
constexpr std::string_view no_break_space = "\xc2\xa0";
bool blank_at_ends(std::string_view id) {
  return cells::is_space(id.front()) || cells::is_space(id.back()) || id.starts_with(no_break_space) || id.ends_with(no_break_space);
}
std::string_view bare_id(std::string_view id) {
  while (!id.empty() && blank_at_ends(id)) {
    if (id.starts_with(no_break_space)) id.remove_prefix(2);
    else if (id.ends_with(no_break_space)) id.remove_suffix(2);
    else id = trimmed(id);
  }
  return id;
}

}  // namespace

bool is_id_text(std::string_view id) {
  std::size_t i = 0;
#if defined(__SSE2__)
  // In ASCII the characters of ids are four ranges: - . / 0–9, @ A–Z, _, a–z. Sixteen bytes are compared with all of them at
  // once; the last sixteen overlap the ones before.
  auto const good = [&](std::size_t at) {
    auto const bytes = _mm_loadu_si128(reinterpret_cast<__m128i const*>(id.data() + at));
    auto const within = [&](char from, char to) {  // signed: bytes from 0x80 are negative and in no range
      return _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(static_cast<char>(from - 1))), _mm_cmplt_epi8(bytes, _mm_set1_epi8(static_cast<char>(to + 1))));
    };
    auto const ok = _mm_or_si128(_mm_or_si128(within('-', '9'), within('@', 'Z')), _mm_or_si128(within('_', '_'), within('a', 'z')));
    return _mm_movemask_epi8(ok) == 0xffff;
  };
  if (id.size() >= 16) {
    for (; i + 16 <= id.size(); i += 16)
      if (!good(i)) return false;
    return i == id.size() || good(id.size() - 16);
  }
#endif
  std::uint8_t ok = 1;
  for (; i < id.size(); ++i) ok &= id_characters[static_cast<unsigned char>(id[i])];
  return ok != 0;
}

namespace cells {

void note_digits(Widths& widths, std::string_view value, csv::Place place, std::size_t kept) {
  if (!std::all_of(value.begin(), value.end(), is_digit)) {
    ++widths.others;
    return;
  }
  ++widths.count[value.size()];
  widths.zero_led[value.size()] += value.front() == '0';
  auto& places = widths.places[value.size()];
  if (places.size() < kept) places.push_back(place);
}

void read_ids(Column const& column, Widths& widths) {
  auto& hashes = column.out.id_hash;
  auto const seed = column.reading.seed;
  bool const all_good = !column.batch.seen.beyond_ids && !column.batch.seen.control && !column.batch.seen.escaped_quote && column.batch.aside.empty();
  for_each(column.batch, column.column, [&](std::uint32_t row, std::string_view id) {
    if (id.empty()) return column.no_value(row);
    hashes[row] = hash_of_id(id, seed);
    if ((all_good || is_id_text(id)) && id.size() <= 255) [[likely]] {
      note_width(widths, id, column.place(row), column.reading.places_kept);
      return;
    }
    if (only_spaces(id)) return hashes[row] = 0, column.no_value(row);
    if (blank_at_ends(id)) {
      column.out.also.emplace_back(hash_of_id(bare_id(id), seed), column.place(row));
      return column.flaw(row, Flaw::IdPadded);
    }
    if (id.size() > 255) return column.flaw(row, Flaw::IdTooLong);
    if (is_excel_error(id)) column.flaw(row, Flaw::ExcelError);
    if (is_scientific(id)) {
      column.flaw(row, Flaw::IdScientific);
      if (column.reading.version == Version::V11) return;
    }
    column.flaw(row, column.reading.version == Version::V11 ? Flaw::IdCharacters11 : Flaw::IdCharacters);
  });
}

namespace {

struct Resolved {
  std::int32_t row;  // or invalid
  bool excluded;
};

// The target of a hash. Ids that damaged rows seem to have had count as excluded rows, not as missing ones.
inline Resolved resolve(Target const& target, std::uint64_t hash) {
  auto row = target.index->find(hash);
  if (row == no_row && target.also != nullptr) [[unlikely]] {
    auto const found = target.also->find(hash);
    if (found != target.also->end()) row = found->second;
  }
  if (row == no_row) return {invalid, false};
  return {static_cast<std::int32_t>(row), target.root != nullptr && target.root[row] != 0};
}

// Word that a target must have as its type, as a code of the target's vocabulary; -1: any.
std::int32_t wanted_type(Field const& field) {
  if (field.target_type.empty()) return -1;
  auto const& target = table_of(field.refers_to);
  auto const& words = target.fields[field_index(target, "type")].words->words;
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i] == field.target_type) return static_cast<std::int32_t>(i);
  return -1;
}

}  // namespace

namespace {

// References into a table that is not there to be asked.
void read_unasked(Column const& column, bool within) {
  auto& values = column.out.column[column.field];
  for_each(column.batch, column.column, [&](std::uint32_t row, std::string_view id) {
    values[row] = id.empty() ? blank : not_asked;
    if (id.empty()) return column.no_value(row);
    if (!within) return;
    if (blank_at_ends(id)) return column.flaw(row, Flaw::IdPadded);
    column.out.pending.push_back({hash_of_id(id, column.reading.seed), column.place(row), column.field});
  });
}

constexpr std::int32_t repeats_above = INT32_MIN + 3;  // only while a column is read

// Rows that repeat the value above them take its answer, and its flaw. `flaws` are those of the answers, in ascending rows.
void settle_repeats(Column const& column, std::vector<FlawSpot> const& flaws) {
  auto& values = column.out.column[column.field];
  auto flaw = flaws.begin();
  auto first = std::uint32_t{0};
  auto answer = blank;
  for (std::uint32_t row = 0; row < column.batch.rows; ++row) {
    if (values[row] != repeats_above) {
      if (values[row] != blank) first = row, answer = values[row];
      continue;
    }
    values[row] = answer;
    if (flaws.empty()) [[likely]]
      continue;
    while (flaw != flaws.end() && flaw->row < first) ++flaw;
    if (flaw != flaws.end() && flaw->row == first) column.flaw(row, flaw->flaw, flaw->aux);
  }
}

}  // namespace

// In three short loops, each over the whole batch: what is asked for, the answers, and the rows that repeat them. SIS exports are sorted:
// a cell is very often the same as the one above it, and then nothing is asked.
void read_reference(Column const& column) {
  auto const rows = column.batch.rows;
  auto& values = column.out.column[column.field];
  values.resize(rows);
  auto const& target = column.reading.targets[static_cast<std::size_t>(column.declared.refers_to)];
  bool const required = column.if_blank != Flaw::Count_;
  if (target.index == nullptr)
    return read_unasked(column, !column.reading.delta && &table_of(column.declared.refers_to).fields[column.field] == &column.declared);

  auto& asked_row = column.out.asked_row;
  auto& asked_hash = column.out.asked_hash;
  if (asked_row.size() < rows) asked_row.resize(rows), asked_hash.resize(rows);
  std::uint32_t asked = 0, repeats = 0;
  std::string_view above;
  std::string above_copy;
  for_each(column.batch, column.column, [&, seed = column.reading.seed, text = column.batch.text](std::uint32_t row, std::string_view id) {
    if (id.empty()) {
      values[row] = blank;
      return column.no_value(row);
    }
    if (id.size() == above.size() && same_text(id.data(), above.data(), id.size())) {
      values[row] = repeats_above;
      ++repeats;
      return;
    }
    bool const in_text = static_cast<std::size_t>(id.data() - text.data()) <= text.size();
    if (in_text) [[likely]]
      above = id;
    else above_copy = id, above = above_copy;
    asked_hash[asked] = hash_of_id(id, seed);
    asked_row[asked++] = row;
  });

  std::vector<FlawSpot> flaws;  // ascending rows
  std::string unquoted;
  auto const wanted = target.type != nullptr ? wanted_type(column.declared) : -1;
  // A look-up waits until its memory is on its way.
  constexpr std::uint32_t ahead = 32;
  for (std::uint32_t i = 0; i < std::min(ahead, asked); ++i) target.index->prefetch(asked_hash[i]);
  for (std::uint32_t i = 0; i < asked; ++i) {
    if (i + ahead < asked) target.index->prefetch(asked_hash[i + ahead]);
    auto const row = asked_row[i];
    auto const [found, excluded] = resolve(target, asked_hash[i]);
    values[row] = excluded ? invalid : found;  // rules do not compare with a row that is left out
    auto const flaw = [&](Flaw what, std::uint64_t aux) { flaws.push_back({row, column.field, what, aux}); };
    if (found == invalid) [[unlikely]] {
      auto const id = csv::cell_value(column.batch.raw(row, column.column), unquoted);
      if (blank_at_ends(id)) flaw(Flaw::IdPadded, 0);
      else flaw(required ? Flaw::Dangling : Flaw::DanglingOptional, asked_hash[i]);
    } else if (excluded) [[unlikely]]
      flaw(required ? Flaw::DependsOnExcluded : Flaw::OptionalOnExcluded, static_cast<std::uint64_t>(found));
    else if (wanted >= 0 && target.type[found] != wanted && target.type[found] != ext_word && has_value(target.type[found])) [[unlikely]]
      flaw(Flaw::WrongTarget, 0);
  }
  if (repeats > 0) settle_repeats(column, flaws);
  column.out.flaws.insert(column.out.flaws.end(), flaws.begin(), flaws.end());
}

void read_reference_list(Column const& column) {
  auto const rows = column.batch.rows;
  auto& values = column.out.items[column.field];
  auto& ends = column.out.item_ends[column.field];
  values.clear();
  ends.resize(rows);
  auto const& target = column.reading.targets[static_cast<std::size_t>(column.declared.refers_to)];
  bool const within = !column.reading.delta && target.index == nullptr && &table_of(column.declared.refers_to).fields[column.field] == &column.declared;
  bool const required = column.if_blank != Flaw::Count_;
  auto const seed = column.reading.seed;
  // People of one school stand together: a list that says the same as the one above it has the same answer.
  std::string_view above;
  std::size_t above_from = 0, above_to = 0;
  auto const* const text = column.batch.text.data();
  for_each(column.batch, column.column, [&](std::uint32_t row, std::string_view list) {
    ends[row] = static_cast<std::uint32_t>(values.size());
    if (list.empty()) return column.no_value(row);
    if (list.size() == above.size() && same_text(list.data(), above.data(), list.size())) {
      for (auto i = above_from; i < above_to; ++i) values.push_back(std::int32_t{values[i]});
      ends[row] = static_cast<std::uint32_t>(values.size());
      return;
    }
    auto const flaws_at_first = column.out.flaws.size(), pending_at_first = column.out.pending.size();
    above_from = values.size();
    bool spaces = false, empty_item = false;
    std::uint32_t items = 0, good = 0;
    std::uint64_t missing = 0;
    std::int32_t excluded_row = invalid;
    auto const flaws_before = column.out.flaws.size();
    for_items(list, [&](std::string_view id, bool spaced) {
      spaces |= spaced && !id.empty();
      if (id.empty()) {
        empty_item = true;
        return;
      }
      ++items;
      auto const hash = hash_of_id(id, seed);
      if (target.index == nullptr) {
        ++good;
        if (within) column.out.pending.push_back({hash, column.place(row), column.field});
        return;
      }
      auto const [found, excluded] = resolve(target, hash);
      if (found == invalid) {
        if (missing == 0) missing = hash;
        column.flaw(row, Flaw::DanglingOptional, hash);
      } else if (excluded) {
        excluded_row = found;
        column.flaw(row, Flaw::OptionalOnExcluded, static_cast<std::uint64_t>(found));
      } else {
        ++good;
        values.push_back(found);
      }
    });
    if (required && items > 0 && good == 0) {  // a list that must not be empty has become so: the row cannot stay
      column.out.flaws.resize(flaws_before);
      if (missing != 0) column.flaw(row, Flaw::Dangling, missing);
      else column.flaw(row, Flaw::DependsOnExcluded, static_cast<std::uint64_t>(excluded_row));
    }
    if (items == 0) column.no_value(row);
    if (spaces) column.flaw(row, Flaw::ListSpaces);
    if (empty_item && items > 0) column.flaw(row, Flaw::ListEmptyItem);
    ends[row] = static_cast<std::uint32_t>(values.size());
    above_to = values.size();
    bool const plain = flaws_at_first == column.out.flaws.size() && pending_at_first == column.out.pending.size();
    above = plain && list.data() >= text && list.data() < text + column.batch.text.size() ? list : std::string_view{};
  });
}

}  // namespace cells
}  // namespace rollbook
