#include "web/sources.h"

#include <algorithm>

#include "base/day.h"
#include "base/text.h"
#include "views/local_time.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

std::string end_of(store::Range const& range) { return range.last_day ? " until " + day_text(*range.last_day) : ""; }

store::Range const* pausing(Visit const& visit, store::Source const& source, std::vector<store::Range> const& ranges, store::RangeKind kind) {
  for (auto const& range : ranges)
    if (range.kind == kind && range.holds_on(visit.hub.today) && (!range.source || range.source == source.id)) return &range;
  return nullptr;
}

std::string joined(std::vector<std::string> const& parts, std::size_t most) {
  std::string all;
  for (std::size_t i = 0; i < std::min(parts.size(), most); ++i) all += (i == 0 ? "" : ", ") + parts[i];
  return parts.size() > most ? all + " and " + std::to_string(parts.size() - most) + " more" : all;
}

std::string label_of(store::Setting const& setting, std::string_view word) {
  for (auto const& choice : store::choices_of(setting))
    if (choice.word == word) return std::string(choice.label);
  return std::string(word);
}

}  // namespace

std::vector<store::Source> sources_here(Visit const& visit) {
  auto all = store::list_sources(visit.hub.home.operations(), *visit.district);
  if (!all) return {};
  std::erase_if(*all, [](auto const& source) { return source.state == "deleted"; });
  return *all;
}

std::optional<store::Source> source_of_route(Visit const& visit) {
  auto const wanted = visit.number(1);
  for (auto& source : sources_here(visit))
    if (source.id == wanted) return source;
  return std::nullopt;
}

std::string address_of(Visit const& visit, store::Source const& source, std::string_view rest) {
  return visit.in_district("sources/" + std::to_string(source.id) + (rest.empty() ? "" : "/") + std::string(rest));
}

std::vector<Link> crumbs_to_gallery(Visit const& visit) { return {{"Application Gallery", visit.in_district("gallery")}}; }

std::vector<Link> crumbs_to(Visit const& visit, store::Source const& source) {
  return {{"Application Gallery", visit.in_district("gallery")}, {source.name, address_of(visit, source)}};
}

std::vector<store::Range> ranges_here(Visit const& visit) {
  auto all = store::list_ranges(visit.hub.home.operations(), *visit.district);
  return all ? *all : std::vector<store::Range>();
}

std::string pause_of(Visit const& visit, store::Source const& source, std::vector<store::Range> const& ranges) {
  if (auto const* range = pausing(visit, source, ranges, store::RangeKind::Paused)) return "paused" + end_of(*range);
  if (auto const* range = pausing(visit, source, ranges, store::RangeKind::Suspended)) return "the district is suspended" + end_of(*range);
  return "";
}

Model states_of(Visit const& visit, store::Source const& source, std::vector<store::Range> const& ranges) {
  Model all = Model::List();
  if (!source.is_active()) {
    all.add(tag("", "refused", "deactivated"));
    return all;
  }
  if (source.settings.is("live")) all.add(tag("ok", "ok", source.settings.is("apply-by-itself") ? "live, applies by itself" : "live, you approve"));
  else all.add(tag("info", "info", "trial"));
  if (auto const pause = pause_of(visit, source, ranges); !pause.empty()) all.add(tag("held", "held", pause));
  return all;
}

std::string local_moment(Visit const& visit, std::string const& moment) { return views::local_time(moment, visit.district->time_zone).text(); }

Model outcome_tag(std::string const& outcome, std::string const& decision) {
  if (decision == "discarded" || decision == "superseded") return tag("", "same", decision);
  if (outcome == "applied") return tag("ok", "ok", "applied");
  if (outcome == "applied_with_warnings") return tag("warning", "warning", "applied with warnings");
  if (outcome == "no_changes") return tag("", "same", "no changes");
  if (outcome == "held") return tag("held", "held", "held, your decision");
  if (outcome == "refused") return tag("error", "refused", "refused");
  if (outcome == "failed") return tag("error", "error", "failed");
  return tag("info", "running", "under way");
}

std::optional<store::LastDelivery> last_delivery_of(Visit const& visit, store::Source const& source) {
  return store::last_delivery(visit.hub.home.operations(), visit.district->id, source.id);
}

Model last_delivery_model(Visit const& visit, std::optional<store::LastDelivery> const& last) {
  if (!last) return false;
  return {{"run", last->run},
          {"to", visit.in_district("history/" + std::to_string(last->run))},
          {"when", local_moment(visit, last->created)},
          {"outcome_code", last->outcome},
          {"outcome", outcome_tag(last->outcome, last->decision)}};
}

std::string in_words(store::Setting const& setting, std::string const& value) {
  using store::SettingKind;
  switch (setting.kind) {
    case SettingKind::Choice:
      return label_of(setting, value);
    case SettingKind::Switch:
      return value;
    case SettingKind::Percent:
      return value + " %";
    case SettingKind::Count:
      return value;
    case SettingKind::Schedule:
    case SettingKind::Deadline:
      return value.empty() ? "not set" : value;
    case SettingKind::Names: {
      auto const names = split(value, ',');
      return names.empty() ? "not set" : joined(names, 8);
    }
    case SettingKind::Pairs: {
      std::vector<std::string> pairs;
      for (auto const& pair : split(value, ',')) {
        auto const at = std::min(pair.find('='), pair.size());
        auto const to = pair.substr(std::min(at + 1, pair.size()));
        pairs.push_back(pair.substr(0, at) + " → " + (setting.choices.empty() ? to : label_of(setting, to)));
      }
      return pairs.empty() ? "not set" : joined(pairs, 5);
    }
  }
  return value;
}

Model differing(store::Source const& source, std::span<store::SettingGroup const> groups) {
  Model all = Model::List();
  for (auto const& setting : store::source_setting_list()) {
    if (std::find(groups.begin(), groups.end(), setting.group) == groups.end()) continue;
    auto const& value = source.settings[setting.name];
    if (value != setting.fallback) all.add({{"label", setting.label}, {"value", in_words(setting, value)}, {"setting", setting.name}, {"code", value}});
  }
  return all;
}

store::SettingGroupInfo const* group_by_name(std::string_view name) {
  for (auto const& group : store::setting_groups())
    if (group.name == name) return &group;
  return nullptr;
}

}  // namespace rollbook::web
