#include "runs/search_terms.h"

#include <algorithm>
#include <array>

#include "base/escape.h"
#include "base/hash.h"

namespace rollbook::runs {
namespace {

// U+00C0 to U+017F without their marks; a letter that is two sounds is two letters.
constexpr std::array<std::string_view, 0x180 - 0xC0> plain = {
    "a", "a", "a",  "a",  "a", "a", "ae", "c",  "e", "e", "e",  "e", "i", "i", "i", "i", "d", "n", "o", "o", "o", "o", "o", "×", "o", "u", "u", "u",
    "u", "y", "th", "ss", "a", "a", "a",  "a",  "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i", "d", "n", "o", "o", "o", "o", "o", "÷",
    "o", "u", "u",  "u",  "u", "y", "th", "y",  "a", "a", "a",  "a", "a", "a", "c", "c", "c", "c", "c", "c", "c", "c", "d", "d", "d", "d", "e", "e",
    "e", "e", "e",  "e",  "e", "e", "e",  "e",  "g", "g", "g",  "g", "g", "g", "g", "g", "h", "h", "h", "h", "i", "i", "i", "i", "i", "i", "i", "i",
    "i", "i", "ij", "ij", "j", "j", "k",  "k",  "k", "l", "l",  "l", "l", "l", "l", "l", "l", "l", "l", "n", "n", "n", "n", "n", "n", "n", "n", "n",
    "o", "o", "o",  "o",  "o", "o", "oe", "oe", "r", "r", "r",  "r", "r", "r", "s", "s", "s", "s", "s", "s", "s", "s", "t", "t", "t", "t", "t", "t",
    "u", "u", "u",  "u",  "u", "u", "u",  "u",  "u", "u", "u",  "u", "w", "w", "y", "y", "y", "z", "z", "z", "z", "z", "z", "s"};

void put(char32_t point, std::string& out) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | point >> 6);
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | point >> 12);
    out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | point >> 18);
    out += static_cast<char>(0x80 | (point >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  }
}

char32_t lowered(char32_t point) {
  if (point >= 'A' && point <= 'Z') return point + 32;
  if ((point >= 0x391 && point <= 0x3A9) || (point >= 0x410 && point <= 0x42F)) return point + 32;  // Greek, Cyrillic
  if (point >= 0x400 && point <= 0x40F) return point + 80;
  if (point >= 0x1E00 && point <= 0x1EFF) return point | 1;
  return point;
}

// Vietnamese and other letters with marks, in rows by their plain letter: the last of each.
std::string_view plain_of_1e(char32_t point) {
  struct Until {
    char32_t last;
    std::string_view plain;
  };
  constexpr Until rows[] = {{0x1E01, "a"}, {0x1E07, "b"}, {0x1E09, "c"}, {0x1E13, "d"}, {0x1E1D, "e"}, {0x1E1F, "f"}, {0x1E21, "g"}, {0x1E2B, "h"},
                            {0x1E2F, "i"}, {0x1E35, "k"}, {0x1E3D, "l"}, {0x1E43, "m"}, {0x1E4B, "n"}, {0x1E53, "o"}, {0x1E57, "p"}, {0x1E5F, "r"},
                            {0x1E69, "s"}, {0x1E71, "t"}, {0x1E7B, "u"}, {0x1E7F, "v"}, {0x1E89, "w"}, {0x1E8D, "x"}, {0x1E8F, "y"}, {0x1E95, "z"},
                            {0x1E9F, ""},  {0x1EB7, "a"}, {0x1EC7, "e"}, {0x1ECB, "i"}, {0x1EE3, "o"}, {0x1EF1, "u"}, {0x1EF9, "y"}};
  for (auto const& row : rows)
    if (point <= row.last) return row.plain;
  return "";
}

std::string big_endian(std::uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift);
  return bytes;
}

bool parts_words(char c) { return static_cast<unsigned char>(c) <= ' ' || c == ',' || c == ';' || c == '(' || c == ')' || c == '"'; }

std::string cut(std::string term) {
  if (term.size() > longest_term) term.resize(longest_term);
  return term;
}

bool is_name(TableId table, std::string_view field) {
  if (table != TableId::Users) return field == "name" || field == "title";
  return field == "givenName" || field == "familyName" || field == "middleName" || field.starts_with("preferred");
}

bool is_id(TableId table, std::string_view field) {
  if (table == TableId::Users) return field == "username" || field == "identifier" || field == "email" || field == "userMasterIdentifier";
  return field == "identifier" || field == "courseCode" || field == "classCode";
}

}  // namespace

std::string folded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    auto const [point, length] = first_point(text);
    text.remove_prefix(length);
    if (point >= 0x300 && point <= 0x36F) continue;  // a mark by itself
    if (point >= 0xC0 && point < 0x180) {
      out += plain[point - 0xC0];
      continue;
    }
    auto const small = lowered(point);
    if (auto const letter = small >= 0x1E00 && small <= 0x1EFF ? plain_of_1e(small) : std::string_view(); !letter.empty()) out += letter;
    else put(small, out);
  }
  return out;
}

std::vector<std::string> folded_words(std::string_view text) {
  std::vector<std::string> words;
  auto const all = folded(text);
  for (std::size_t at = 0; at < all.size();) {
    auto end = at;
    while (end < all.size() && !parts_words(all[end])) ++end;
    if (end > at) words.push_back(cut(all.substr(at, end - at)));
    at = end + 1;
  }
  return words;
}

std::string behind(std::string word) {
  while (!word.empty() && static_cast<unsigned char>(word.back()) == 0xFF) word.pop_back();
  if (!word.empty()) word.back() = static_cast<char>(static_cast<unsigned char>(word.back()) + 1);
  return word;
}

std::string with_key(std::string const& before, std::uint32_t key) { return before + big_endian(key); }

std::string references_of(std::size_t column) { return {'\x01', static_cast<char>(column)}; }

std::string reference_term(std::size_t column, std::uint32_t to) { return with_key(references_of(column), to); }

std::string id_term(std::string_view id) {
  auto const hash = static_cast<std::uint32_t>(hash_of(id, 29));
  return '\x03' + big_endian(hash).substr(0, 2);
}

std::string all_roles() { return "\x02"; }

std::string roles_at(std::uint32_t org) { return with_key(all_roles(), org); }

std::string role_term(std::uint32_t org, std::uint32_t user) { return roles_at(org) + big_endian(user); }

std::uint32_t user_of(std::string_view role_term) {
  std::uint32_t user = 0;
  for (auto const c : role_term.substr(std::min(role_term.size(), std::size_t{5}))) user = user << 8 | static_cast<unsigned char>(c);
  return user;
}

bool is_searched(TableId table) {
  return table == TableId::Orgs || table == TableId::AcademicSessions || table == TableId::Courses || table == TableId::Classes || table == TableId::Users;
}

std::vector<std::string> words_of_column(TableId table, StoredRow const& row, std::size_t column) {
  std::vector<std::string> words;
  auto const& stored = stored_columns(table)[column];
  if (!is_searched(table) || stored.as != Stored::Text || row.is_null(column)) return words;
  auto const name = table_of(table).fields[stored.field].name;
  if (is_name(table, name)) return folded_words(row.text(column));
  if (is_id(table, name)) words.push_back(cut(folded(row.text(column))));
  if (name == "userIds")  // {type:identifier},{type:identifier}
    for (std::size_t at = row.text(column).find(':'); at != std::string_view::npos; at = row.text(column).find(':', at)) {
      auto const end = std::min(row.text(column).find('}', at), row.text(column).size());
      words.push_back(cut(folded(row.text(column).substr(at + 1, end - at - 1))));
      at = end;
    }
  std::erase(words, "");
  return words;
}

std::vector<std::string> terms_of(TableId table, std::string_view id, StoredRow const& row) {
  std::vector<std::string> terms;
  auto const& columns = stored_columns(table);
  if (is_searched(table)) terms.push_back(cut(folded(id)));
  else if (!id.empty()) terms.push_back(id_term(id));
  static auto const role_org = stored_index(TableId::Roles, "orgSourcedId"), role_user = stored_index(TableId::Roles, "userSourcedId");
  if (table == TableId::Roles && !row.is_null(role_org) && !row.is_null(role_user))
    terms.push_back(role_term(static_cast<std::uint32_t>(row.number(role_org)), static_cast<std::uint32_t>(row.number(role_user))));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (row.is_null(i)) continue;
    if (columns[i].as == Stored::Key || columns[i].as == Stored::Keys)
      for (auto const key : keys_in(row, i, columns[i].as)) terms.push_back(reference_term(i, key));
    else
      for (auto& word : words_of_column(table, row, i)) terms.push_back(std::move(word));
  }
  std::erase(terms, "");
  std::sort(terms.begin(), terms.end());
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  return terms;
}

}  // namespace rollbook::runs
