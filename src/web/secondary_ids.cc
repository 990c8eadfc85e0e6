#include "web/secondary_ids.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace rollbook::web {
namespace {

struct Typed {
  std::string type, id;
  std::string whole;  // as it stands there
};

// Items between braces; what is none of them is one item without a type.
std::vector<Typed> items_of(std::string_view text) {
  std::vector<Typed> items;
  for (std::size_t at = 0; at < text.size();) {
    auto const open = text[at] == '{';
    auto const end = std::min(text.find(open ? '}' : ',', at), text.size());
    auto const whole = text.substr(at, end - at + (open && end < text.size() ? 1 : 0));
    auto const colon = whole.find(':');
    if (open && colon != std::string_view::npos && whole.ends_with('}'))
      items.push_back({lower(trimmed(whole.substr(1, colon - 1))), std::string(whole.substr(colon + 1, whole.size() - colon - 2)), std::string(whole)});
    else if (!trimmed(whole).empty()) items.push_back({"", "", std::string(trimmed(whole))});
    at += std::max<std::size_t>(whole.size(), 1);
    while (at < text.size() && (text[at] == ',' || text[at] == ' ')) ++at;
  }
  return items;
}

bool is_one_of_three(Typed const& item) {
  return std::any_of(secondary_ids.begin(), secondary_ids.end(), [&](auto const& one) { return one.type == item.type; });
}

}  // namespace

std::string secondary_id(std::string_view user_ids, std::string_view type) {
  for (auto const& item : items_of(user_ids))
    if (item.type == type) return item.id;
  return "";
}

std::string other_ids(std::string_view user_ids) {
  std::string all;
  for (auto const& item : items_of(user_ids))
    if (!is_one_of_three(item)) all.append(all.empty() ? "" : ",").append(item.whole);
  return all;
}

std::string user_ids_of(http::Fields const& form, std::string const& now) {
  auto const others = form.has("userIds") ? std::string(trimmed(form["userIds"])) : other_ids(now);
  bool same = others == other_ids(now);
  auto all = others;
  for (auto const& one : secondary_ids) {
    auto const before = secondary_id(now, one.type);
    auto const id = form.has(one.field) ? std::string(trimmed(form[one.field])) : before;
    same = same && id == before;
    if (!id.empty()) all.append(all.empty() ? "{" : ",{").append(one.type).append(":").append(id).append("}");
  }
  return same ? now : all;
}

}  // namespace rollbook::web
