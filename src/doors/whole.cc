#include "doors/whole.h"

#include <algorithm>

#include "base/text.h"

namespace rollbook::doors {
namespace {

constexpr std::string_view temporary_ends[] = {".part", ".filepart", ".tmp"};
constexpr std::int64_t second = 1'000'000'000;

// The loose files as one: whole, or not yet.
struct Loose {
  std::vector<std::size_t> files;
  std::int64_t newest = 0;
  bool waits = false;  // one of them is not finished
  bool marked = false;
};

bool is_csv_on_its_way(std::string_view name) {
  auto const small = lower(name);
  return waits_for_its_rename(small) && small.find(".csv") != std::string::npos;
}

Loose loose_of(std::vector<Arrived> const& files, WholeRules const& rules) {
  Loose loose;
  for (std::size_t i = 0; i < files.size(); ++i) {
    auto const& file = files[i];
    bool const marker = std::find(rules.markers.begin(), rules.markers.end(), file.name) != rules.markers.end();
    if (is_csv_on_its_way(file.name) && !marker) loose.waits = true;
    if (!marker && !is_csv_name(file.name)) continue;
    loose.files.push_back(i);
    loose.newest = std::max(loose.newest, file.modified);
    loose.waits = loose.waits || file.unfinished;
    loose.marked = loose.marked || marker;
  }
  return loose;
}

bool is_whole(Loose const& loose, std::vector<Arrived> const& files, WholeRules const& rules, std::int64_t now) {
  bool const any = std::any_of(loose.files.begin(), loose.files.end(), [&](auto i) { return is_csv_name(files[i].name); });
  if (!any || loose.waits) return false;
  return rules.markers.empty() ? loose.newest + rules.quiet * second <= now * second : loose.marked;
}

}  // namespace

bool waits_for_its_rename(std::string_view name) {
  auto const small = lower(name);
  return small.starts_with(".") || std::any_of(std::begin(temporary_ends), std::end(temporary_ends), [&](auto end) { return small.ends_with(end); });
}

bool is_zip_name(std::string_view name) { return !waits_for_its_rename(name) && lower(name).ends_with(".zip"); }
bool is_csv_name(std::string_view name) { return !waits_for_its_rename(name) && lower(name).ends_with(".csv"); }

Sorted sort_arrived(std::vector<Arrived> const& files, WholeRules const& rules, std::int64_t now) {
  Sorted sorted;
  auto const loose = loose_of(files, rules);
  auto const came = [&](std::vector<std::size_t> const& delivery) {
    std::int64_t last = 0;
    for (auto const i : delivery) last = std::max(last, files[i].modified);
    return last;
  };
  for (std::size_t i = 0; i < files.size(); ++i) {
    bool const zip = is_zip_name(files[i].name), stuck = files[i].unfinished || waits_for_its_rename(files[i].name) || (zip && !files[i].sound_zip);
    if (zip && !stuck) sorted.deliveries.push_back({i});
    else if (stuck && files[i].modified + rules.quiet * second <= now * second) sorted.incomplete.push_back(i);
  }
  if (is_whole(loose, files, rules, now)) sorted.deliveries.push_back(loose.files);
  std::stable_sort(sorted.deliveries.begin(), sorted.deliveries.end(), [&](auto const& a, auto const& b) { return came(a) < came(b); });
  return sorted;
}

}  // namespace rollbook::doors
