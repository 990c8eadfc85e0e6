// Words, booleans, strings and lists.
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <bit>

#include "roster/cells.h"

namespace rollbook::cells {
namespace {

// A vocabulary in one version, ready for comparing eight bytes at once.
class Words {
 public:
  Words(Vocabulary const& vocabulary, Version version) : extensible_(vocabulary.extensible_in_12 && version == Version::V12) {
    for (std::size_t i = 0; i < vocabulary.words.size(); ++i) {
      if (!vocabulary.has(i, version)) continue;
      auto const word = vocabulary.words[i];
      std::array<char, 8> head{};
      std::copy_n(word.data(), std::min<std::size_t>(8, word.size()), head.data());
      words_[count_++] = {load8(head.data()), word, static_cast<std::int32_t>(i)};
    }
  }

  // Code of the word, or invalid. Needs eight readable bytes.
  std::int32_t code(std::string_view value) const {
    auto const head = first8(value);
    for (std::size_t i = 0; i < count_; ++i)
      if (words_[i].head == head && words_[i].word.size() == value.size() &&
          (value.size() <= 8 || std::memcmp(words_[i].word.data() + 8, value.data() + 8, value.size() - 8) == 0))
        return words_[i].code;
    if (extensible_ && value.starts_with("ext:") && value.size() > 4 &&
        value.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", 4) == std::string_view::npos)
      return ext_word;
    return invalid;
  }

  std::int32_t code_folded(std::string_view value) const {
    for (std::size_t i = 0; i < count_; ++i)
      if (same_folded(words_[i].word, value)) return words_[i].code;
    return invalid;
  }

 private:
  struct Word {
    std::uint64_t head;
    std::string_view word;
    std::int32_t code;
  };
  std::array<Word, 32> words_{};
  std::size_t count_ = 0;
  bool extensible_;
};

}  // namespace

void read_words(Column const& column) {
  auto& values = column.out.column[column.field];
  values.resize(column.batch.rows);
  Words const words(*column.declared.words, column.reading.version);
  bool const is_status = column.declared.need == Need::DeltaOnly;
  std::uint64_t above = 0;
  std::int32_t above_code = invalid;
  for_each(column.batch, column.column, [&](std::uint32_t row, std::string_view value) {
    if (value.empty()) {
      values[row] = blank;
      return column.no_value(row);
    }
    auto const head = value.size() <= 8 ? first8(value) : 0;
    if (head != 0 && head == above && !is_status) {  // words repeat from row to row
      values[row] = above_code;
      return;
    }
    auto code = words.code(value);
    if (code >= 0) above = head, above_code = code;
    if (code == invalid) [[unlikely]] {
      if (is_status && value == "inactive") {  // OneRoster 1.0's word
        code = 2;
        if (column.reading.delta) column.flaw(row, Flaw::InactiveStatus);
      } else {
        code = words.code_folded(value);
        if (code != invalid) column.flaw(row, Flaw::WordCase);
        else if (!is_status || column.reading.delta) tell(column, row, value, Flaw::NotAWord);
      }
    }
    if (is_status && !column.reading.delta) column.flaw(row, code == 1 || code == 2 ? Flaw::DeletedInBulk : Flaw::FilledInBulk);
    values[row] = code;
  });
}

void read_booleans(Column const& column) {
  auto& values = column.out.column[column.field];
  values.resize(column.batch.rows);
  constexpr std::uint64_t true_head = 0x65757274, false_head = 0x65736c6166;  // "true" and "false", first byte lowest
  for_each(column.batch, column.column, [&](std::uint32_t row, std::string_view value) {
    if (value.empty()) {
      values[row] = blank;
      return column.no_value(row);
    }
    auto const head = value.size() <= 5 ? first8(value) : 0;
    if (head == false_head) values[row] = 0;
    else if (head == true_head) values[row] = 1;
    else if (same_folded(value, "true") || same_folded(value, "false")) {
      values[row] = value.size() == 4;
      column.flaw(row, Flaw::BooleanCase);
    } else {
      values[row] = invalid;
      tell(column, row, value, Flaw::NotABoolean);
    }
  });
}

namespace {

bool curly_quoted(std::string_view value) {
  constexpr std::string_view left = "\xe2\x80\x9c", right = "\xe2\x80\x9d";
  auto const at_start = value.substr(0, 3), at_end = value.size() >= 6 ? value.substr(value.size() - 3) : std::string_view{};
  return (at_start == left || at_start == right) && (at_end == left || at_end == right);
}

// Something before and after a single @, no spaces, a dot in the domain or none: what can be told without asking a mail server.
bool looks_like_email(std::string_view value) {
  std::size_t ats = 0, at = 0;
  bool bad = false;
  std::size_t i = 0;
#if defined(__SSE2__)
  for (; i < value.size(); i += 16) {  // there are readable bytes behind every value
    auto const bytes = _mm_loadu_si128(reinterpret_cast<__m128i const*>(value.data() + i));
    auto const is = [&](char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); };
    auto const left = value.size() - i;
    auto const valid = left >= 16 ? 0xffffu : (1u << left) - 1;
    auto const found = static_cast<unsigned>(_mm_movemask_epi8(is('@'))) & valid;
    if (found != 0) ats += (found & (found - 1)) == 0 ? 1 : 2, at = i + static_cast<std::size_t>(std::countr_zero(found));
    bad |= (static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(is(' '), is('\t')), _mm_or_si128(is(','), is(';'))))) & valid) != 0;
  }
#else
  for (; i < value.size(); ++i) {
    char const c = value[i];
    if (c == '@') ++ats, at = i;
    bad |= c == ' ' || c == '\t' || c == ',' || c == ';';
  }
#endif
  return ats == 1 && !bad && at > 0 && at + 1 < value.size() && value.back() != '.' && value[at + 1] != '.';
}

// Length in characters: bytes that do not continue a character.
std::size_t characters(std::string_view value) {
  return static_cast<std::size_t>(std::count_if(value.begin(), value.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

void text_flaws(Column const& column, std::uint32_t row, std::string_view value) {
  if (value.size() > 255 && characters(value) > 255) column.flaw(row, Flaw::TooLong);
  if (value.front() == '#' && is_excel_error(value)) column.flaw(row, Flaw::ExcelError);
  if (static_cast<unsigned char>(value.front()) == 0xe2 && curly_quoted(value)) column.flaw(row, Flaw::CurlyQuotes);
}

}  // namespace

void read_strings(Column const& column, Widths* widths) {
  auto const& name = column.declared.name;
  column.out.column[column.field].clear();
  // First bytes that are worth a second look: # of a spreadsheet's errors, spaces, curly quotes.
  auto const look = [&](std::uint32_t row, std::string_view value) {
    if (value.size() > 255 || value.front() == '#' || static_cast<unsigned char>(value.front()) == 0xe2) text_flaws(column, row, value);
    if (only_spaces(value)) column.flaw(row, Flaw::OnlySpaces);
  };
  auto const is_worth_it = [](std::string_view value) {
    auto const first = static_cast<unsigned char>(value.front());
    return (first <= '#' && (first <= ' ' || first == '#')) | (first == 0xe2) | (value.size() > 255);
  };
  auto const read = [&](auto const& more) {
    for_each(column.batch, column.column, [&](std::uint32_t row, std::string_view value) {
      if (value.empty()) return column.no_value(row);
      if (is_worth_it(value)) [[unlikely]]
        look(row, value);
      more(row, value);
    });
  };
  if (name == "email") {
    read([&](std::uint32_t row, std::string_view value) {
      if (!looks_like_email(value)) [[unlikely]]
        column.flaw(row, Flaw::EmailMalformed);
    });
  } else if (name == "identifier" || name == "classCode" || name == "courseCode") {
    bool const widths_matter = name == "identifier";
    read([&](std::uint32_t row, std::string_view value) {
      if (is_digit(value.front()) && is_scientific(value)) [[unlikely]]
        column.flaw(row, Flaw::IdScientific);
      else if (widths_matter) note_width(*widths, value, column.place(row), column.reading.places_kept);
    });
  } else {
    read([](std::uint32_t, std::string_view) {});
  }
}

namespace {

// {type:identifier}; the identifier may hold further colons, as addresses do.
bool is_pair(std::string_view item) {
  if (item.size() < 5 || item.front() != '{' || item.back() != '}') return false;
  std::size_t colon = 0;
  for (std::size_t i = 1; i + 1 < item.size(); ++i) {
    if (item[i] == '{' || item[i] == '}') return false;
    if (item[i] == ':' && colon == 0) colon = i;
  }
  return colon > 1 && colon + 2 < item.size();
}

// Number of pairs in a list that is nothing but {type:identifier},{type:identifier}; 0 when anything else is in it.
std::uint32_t plain_pairs(std::string_view list) {
  std::uint32_t pairs = 0;
  for (std::size_t at = 0;;) {
    if (at >= list.size() || list[at] != '{') return 0;
    auto const open = at++;
    std::size_t colon = 0;
    for (; at < list.size() && list[at] != '}'; ++at) {
      if (list[at] == ':' && colon == 0) colon = at;
      if (list[at] == '{' || list[at] == ',' || list[at] == ' ') return 0;
    }
    if (at >= list.size() || colon <= open + 1 || colon + 1 >= at) return 0;
    ++pairs;
    if (++at == list.size()) return pairs;
    if (list[at++] != ',') return 0;
  }
}

}  // namespace

void read_lists(Column const& column) {
  auto const type = column.declared.type;
  bool const grades = column.declared.name == "grades";
  auto const& vocabulary = column.declared.words != nullptr ? *column.declared.words : words::grade;
  Words const known(vocabulary, column.reading.version);
  auto& counts = column.out.item_ends[column.field];  // of plain lists: just the number of items, for rules that compare lengths
  counts.resize(column.batch.rows);
  for_each(column.batch, column.column, [&](std::uint32_t row, std::string_view list) {
    counts[row] = 0;
    if (list.empty()) return column.no_value(row);
    if (grades && list.size() <= 5 && known.code(list) != invalid) [[likely]] {  // one grade, as nearly always
      counts[row] = 1;
      return;
    }
    if (type == Type::TypedIds && list.size() <= 255) [[likely]] {
      if ((counts[row] = plain_pairs(list)) != 0) return;
    }
    if (list.size() > 255 || list.front() == '#' || static_cast<unsigned char>(list.front()) == 0xe2) [[unlikely]]
      text_flaws(column, row, list);
    bool spaces = false, empty_item = false, bad = false, cased = false, unknown_grade = false, lost_zero = false;
    for_items(list, [&](std::string_view item, bool spaced) {
      ++counts[row];
      spaces |= spaced;
      if (item.empty()) {
        empty_item = true;
        return;
      }
      if (type == Type::TypedIds || type == Type::Mapping) bad |= !is_pair(item);
      if (type == Type::EnumList) {
        if (known.code(item) == invalid) {
          if (known.code_folded(item) != invalid) cased = true;
          else bad = true;
        }
      }
      if (grades) {
        bool const single = item.size() == 1 && item[0] >= '1' && item[0] <= '9';
        if (single) lost_zero = true;
        else if (column.reading.version == Version::V11) unknown_grade |= known.code(item) == invalid;
      }
    });
    if (bad) {
      column.flaw(row, type == Type::TypedIds ? Flaw::TypedIdMalformed : type == Type::Mapping ? Flaw::MappingMalformed : Flaw::NotAWord);
    }
    if (cased) column.flaw(row, Flaw::WordCase);
    if (spaces) column.flaw(row, Flaw::ListSpaces);
    if (empty_item) column.flaw(row, Flaw::ListEmptyItem);
    if (lost_zero) column.flaw(row, Flaw::GradeLostZero);
    if (unknown_grade && !is_excel_error(list)) column.flaw(row, Flaw::GradeUnknown);
  });
}

}  // namespace rollbook::cells
