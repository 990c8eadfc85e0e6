#include "report/words.h"

#include <charconv>

#include "base/escape.h"
#include "schema/catalogue.h"

namespace rollbook {
namespace {

struct Range {
  char32_t first, last;
};

template <std::size_t n>
constexpr bool in(Range const (&ranges)[n], char32_t point) {
  for (auto const& range : ranges)
    if (point >= range.first && point <= range.last) return true;
  return false;
}

// Nobody sees these, but two ids that differ only by one of them are different ids, and some turn the text around them.
constexpr Range hidden[] = {{0x00AD, 0x00AD}, {0x061C, 0x061C}, {0x180E, 0x180E}, {0x200B, 0x200B}, {0x200E, 0x200F},  {0x2028, 0x202E},
                            {0x2060, 0x2064}, {0x2066, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};

// Coarse, but enough to align names in any script.
constexpr Range no_column[] = {{0x0300, 0x036F}, {0x0591, 0x05BD}, {0x064B, 0x065F}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
                               {0x200C, 0x200D}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};
constexpr Range two_columns[] = {{0x1100, 0x115F}, {0x2E80, 0x303E}, {0x3041, 0xA4CF},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},  {0xFE30, 0xFE6F},
                                 {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};

void append_visible(std::string& out, char32_t point) {
  if (point < 0x20) {
    append_point(out, 0x2400 + point);  // the block "Control Pictures" has the same order
  } else if (point == 0x7F) {
    append_point(out, 0x2421);
  } else if (is_control(point) || in(hidden, point)) {
    char digits[8];
    auto const end = std::to_chars(digits, digits + sizeof digits, static_cast<std::uint32_t>(point), 16).ptr;
    out += "<U+";
    out.append(static_cast<std::size_t>(end - digits) < 4 ? 4 - static_cast<std::size_t>(end - digits) : 0, '0');
    for (auto digit = digits; digit != end; ++digit) out += *digit >= 'a' ? static_cast<char>(*digit - 'a' + 'A') : *digit;
    out += '>';
  } else {
    append_point(out, point);
  }
}

constexpr bool is_upper(char letter) { return letter >= 'A' && letter <= 'Z'; }

// "academicSessions" → "academic sessions"
std::string spaced(std::string_view table) {
  std::string words;
  for (auto const letter : table) {
    if (is_upper(letter)) words += ' ';
    words += is_upper(letter) ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return words;
}

}  // namespace

std::string with_separators(std::uint64_t number) {
  auto text = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) text.insert(static_cast<std::size_t>(at), 1, ',');
  return text;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  auto text = with_separators(number) + ' ';
  if (number == 1) return text += one;
  if (!many.empty()) return text += many;
  return (text += one) += 's';
}

std::string size_in_words(std::uint64_t bytes) {
  constexpr std::string_view units[] = {"KB", "MB", "GB", "TB"};
  if (bytes < 1024) return counted(bytes, "byte");
  std::size_t unit = 0;
  auto tenths = bytes / 1024 * 10 + bytes % 1024 * 10 / 1024;
  for (; tenths >= 10240 && unit + 1 < std::size(units); ++unit) tenths /= 1024;
  auto text = with_separators(tenths / 10);
  if (tenths < 1000) (text += '.') += static_cast<char>('0' + tenths % 10);
  return (text += ' ') += units[unit];
}

std::string visible(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  each_point(text, [&](char32_t point) { append_visible(out, point); });
  return out;
}

std::string visible(std::string_view text, std::size_t most) {
  std::string out;
  for (std::size_t written = 0; !text.empty(); ++written) {
    if (written == most) return out += "…";
    auto const next = first_point(text);
    append_visible(out, next.point);
    text.remove_prefix(next.length);
  }
  return out;
}

unsigned columns_of(std::string_view visible_text) {
  unsigned columns = 0;
  each_point(visible_text, [&](char32_t point) {
    if (point < 0x300) ++columns;  // nearly everything
    else columns += in(no_column, point) ? 0 : in(two_columns, point) ? 2 : 1;
  });
  return columns;
}

std::string many_of_table(std::string_view table) {
  // All other tables are called by plain words.
  if (table == "orgs") return "organizations";
  if (table == "users") return "people";
  return visible(spaced(table), 40);
}

std::string one_of_table(std::string_view table) {
  auto const* known = table_by_name(table);
  return known != nullptr ? std::string(known->one) : visible(spaced(table), 40);
}

std::string capitalized(std::string words) {
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z') words[0] = static_cast<char>(words[0] - 'a' + 'A');
  return words;
}

std::string name_in_words(std::string_view rule_name) {
  std::string words(rule_name);
  for (auto& letter : words)
    if (letter == '-') letter = ' ';
  return capitalized(std::move(words));
}

}  // namespace rollbook
