#include "runs/near_ids.h"

#include <algorithm>

#include "runs/names.h"
#include "runs/search_index.h"
#include "runs/search_terms.h"

namespace rollbook::runs {
namespace {

// Nobody pads an id with more zeros than this.
constexpr std::size_t most_zeros = 12;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The Social Security Administration gives no numbers of area 000, 666 or 9xx, of group 00, or of serial 0000.
bool could_be_given(std::string_view nine) {
  auto const area = nine.substr(0, 3);
  return area != "000" && area != "666" && area[0] != '9' && nine.substr(3, 2) != "00" && nine.substr(5) != "0000";
}

}  // namespace

std::string without_case_and_zeros(std::string_view id) {
  while (id.size() > 1 && id.front() == '0') id.remove_prefix(1);
  std::string out(id);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

std::vector<NearId> near_ids(store::Database& roster, TableId table, std::string const& id) {
  auto const bare = without_case_and_zeros(id);
  std::vector<std::string> terms;
  for (std::size_t zeros = 0; zeros <= most_zeros; ++zeros) terms.push_back(folded(std::string(zeros, '0') + bare).substr(0, longest_term));
  std::vector<std::uint32_t> keys;
  each_with_terms(roster, table, terms,
                  [&](std::string_view, std::vector<std::uint32_t> const& found) { keys.insert(keys.end(), found.begin(), found.end()); });
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  std::vector<NearId> near;
  auto called = roster.prepare("SELECT id FROM ids WHERE tbl = ? AND key = ? AND until IS NULL");
  for (auto const key : keys) {
    if (called->with(static_cast<int>(table), key).step()) {
      std::string other(called->text(0));
      if (other != id && without_case_and_zeros(other) == bare) near.push_back({key, std::move(other)});
    }
    called->reset();
  }
  return near;
}

bool has_social_security_number(std::string_view text) {
  auto const is_part = [](char c) { return is_digit(c) || c == '-'; };
  for (auto at = text.begin(); at != text.end();) {
    at = std::find_if(at, text.end(), is_part);
    auto const end = std::find_if_not(at, text.end(), is_part);
    std::string_view const word(at, end);
    std::string digits(word);
    std::erase(digits, '-');
    bool const in_groups = word.size() == 11 && word[3] == '-' && word[6] == '-';
    if (digits.size() == 9 && (in_groups || word.size() == 9) && could_be_given(digits)) return true;
    at = end;
  }
  return false;
}

}  // namespace rollbook::runs
