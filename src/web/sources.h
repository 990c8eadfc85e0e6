// Sources as pages show them: which one a route means, what state it is in, what its settings say in words.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runs/what_if.h"
#include "store/ranges.h"
#include "web/page.h"

namespace rollbook::web {

// Those of the district that are not deleted.
std::vector<store::Source> sources_here(Visit const& visit);

// The source that stands in the route; nothing when it is none of this district's.
std::optional<store::Source> source_of_route(Visit const& visit);

std::string address_of(Visit const& visit, store::Source const& source, std::string_view rest = {});

// Crumbs of its pages.
std::vector<Link> crumbs_to(Visit const& visit, store::Source const& source);
std::vector<Link> crumbs_to_gallery(Visit const& visit);

// {{#states}}{{>tag}}{{/states}}: trial, live, paused until …, deactivated.
Model states_of(Visit const& visit, store::Source const& source, std::vector<store::Range> const& ranges);
std::vector<store::Range> ranges_here(Visit const& visit);

// The last day of its pause, or of the district's suspension, in words; "" when neither holds today.
std::string pause_of(Visit const& visit, store::Source const& source, std::vector<store::Range> const& ranges);

// "2026-11-22 02:14 CST" of a moment as the store has it.
std::string local_moment(Visit const& visit, std::string const& moment);

// {{#last}}…: the last delivery of a source and what became of it; false when none has come.
Model last_delivery_model(Visit const& visit, std::optional<store::LastDelivery> const& last);
std::optional<store::LastDelivery> last_delivery_of(Visit const& visit, store::Source const& source);

// An outcome, with its decision, as a tag.
Model outcome_tag(std::string const& outcome, std::string const& decision);

// What a setting says, for people.
std::string in_words(store::Setting const& setting, std::string const& value);
// {{#differs}}…: settings of these groups that differ from what holds without them: label, value.
Model differing(store::Source const& source, std::span<store::SettingGroup const> groups);

store::SettingGroupInfo const* group_by_name(std::string_view name);

}  // namespace rollbook::web
