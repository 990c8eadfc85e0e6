#include "web/asked_list.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "runs/search.h"
#include "web/seen.h"

namespace rollbook::web {
namespace {

using runs::ListOrder;

// They stand in addresses, which have to stay short.
constexpr std::size_t most_ticked = 1000;

constexpr std::string_view names[] = {"q", "status", "role", "school", "grade", "without", "lacks", "sort"};
constexpr std::pair<std::string_view, ListOrder> orders[] = {
    {"name", ListOrder::Name}, {"id", ListOrder::Id}, {"email", ListOrder::Email}, {"grades", ListOrder::Grades}};

std::set<std::uint32_t> keys_in_text(std::string_view text) {
  std::set<std::uint32_t> keys;
  for (auto const& word : split(text, ' ')) {
    std::uint32_t key = 0;
    if (std::from_chars(word.data(), word.data() + word.size(), key).ec == std::errc()) keys.insert(key);
  }
  return keys;
}

}  // namespace

std::string joined_keys(std::set<std::uint32_t> const& keys) {
  std::string all;
  for (auto const key : keys) all += (all.empty() ? "" : " ") + std::to_string(key);
  return all;
}

std::optional<AskedList> AskedList::of(Visit& visit, store::Database& roster, RecordScope& scope, ListAbout const& about, http::Fields const& fields) {
  AskedList list;
  list.about = &about;
  for (auto const name : names) list.asked_.emplace_back(name, std::string(trimmed(fields[name])));
  if (fields.has("by")) list.asked_.back().second = std::string(trimmed(fields["by"]));  // a heading was pressed
  auto const from = fields["from"];
  std::from_chars(from.data(), from.data() + from.size(), list.from);
  list.read_ticks(fields);
  auto& filter = list.filter;
  filter.kind = about.kind;
  if (!list.restrict_orgs(visit, roster)) return std::nullopt;
  if (auto const& status = list.text("status"); about.is_people() && (status == "active" || status == "deactivated")) filter.enabled = status == "active";
  if (about.kind == runs::ListKind::Staff) filter.role = list.text("role").substr(0, 100);
  filter.grade = list.text("grade").substr(0, 20);
  filter.without_classes = list.text("without") == "yes";
  if (auto const& lacks = list.text("lacks"); lacks == "state" || lacks == "district" || lacks == "sis") filter.lacks_id = lacks;
  auto sort = std::string_view(list.text("sort"));
  filter.descending = sort.starts_with('-');
  if (filter.descending) sort.remove_prefix(1);
  for (auto const& [name, order] : orders)
    if (name == sort) filter.order = order;
  if (!list.text("q").empty()) list.search(roster, scope);
  return list;
}

std::string const& AskedList::text(std::string_view name) const {
  return std::find_if(asked_.begin(), asked_.end(), [&](auto const& one) { return one.first == name; })->second;
}

bool AskedList::is_filtered() const {
  return std::any_of(asked_.begin(), asked_.end(), [](auto const& one) { return one.first != "sort" && !one.second.empty(); });
}

std::string AskedList::to(Visit const& visit, std::string_view below) const {
  return visit.in_district("enrollment/" + std::string(about->name)) + std::string(below);
}

Query AskedList::query(std::string_view name, std::string const& value) const {
  Query query;
  for (auto const& [asked, text] : asked_) query.emplace_back(asked, asked == name ? value : text);
  return query;
}

// Ticks of pages before, without those of the page that was shown, and with what is ticked there.
void AskedList::read_ticks(http::Fields const& fields) {
  ticked = keys_in_text(fields["ticked"]);
  for (auto const key : keys_in_text(fields["shown"])) ticked.erase(key);
  for (auto const key : fields.every("key")) ticked.merge(keys_in_text(key));
  too_many_ticked = ticked.size() > most_ticked;
  while (ticked.size() > most_ticked) ticked.erase(std::prev(ticked.end()));
}

bool AskedList::restrict_orgs(Visit& visit, store::Database& roster) {
  auto const seen = Seen::by_standing(visit, access::Right::EnrollByHand);
  std::optional<Seen> below;
  for (auto const& one : organizations_of(visit)) {
    if (!seen.sees_org(one.key)) continue;
    schools.push_back(one);
    if (std::to_string(one.key) == text("school")) below = Seen::below(roster, {one.key});
  }
  if (!text("school").empty() && !below) return false;
  if (seen.all() && !below) return true;
  filter.orgs.emplace();
  for (auto const& one : schools)
    if (!below || below->sees_org(one.key)) filter.orgs->push_back(static_cast<std::uint32_t>(one.key));
  too_many_orgs = filter.orgs->size() > runs::most_orgs_of_a_list;
  return true;
}

void AskedList::search(store::Database& roster, RecordScope& scope) {
  auto const result = runs::search(roster, text("q"), scope.search());
  filter.among.emplace();
  for (auto const& found : result.tables)
    if (found.table == about->table()) filter.among = found.keys, more_fit = found.more;
  if (result.of_list) not_found = result.not_found;
  left = result.left.size();
}

}  // namespace rollbook::web
