// What the pages of Data Quality have in common.
#pragma once

#include <string>
#include <vector>

#include "views/quality.h"
#include "web/page.h"

namespace rollbook::web {

struct QualityTab {
  std::string_view name, title;
};
// In their order; the first is shown when none is asked for.
std::vector<QualityTab> const& quality_tabs();
std::string_view quality_tab_of(std::string const& rule);
Model quality_tab_links(Visit const& visit, std::string_view current);

// "classes.csv", or "the delivery".
std::string file_of_quality(std::int64_t table);
// What a rule is called, and who asks for it: "oneroster", "receiver", "rollbook" or "district".
std::string rule_in_words(std::string const& rule, std::string const& field);
std::string_view asked_by(std::string const& rule);

// {"n", "text"}; false where it is not known.
Model count_or_nothing(std::optional<std::uint64_t> const& count);

// Its page, of one table and source.
std::string rule_address(Visit const& visit, views::QualityRule const& rule);
// The findings that it had in this run; and a download of all of them, for which the delivery is checked anew.
std::string findings_address(Visit const& visit, std::int64_t run, std::int64_t table, std::string const& rule);
std::string all_findings_address(Visit const& visit, std::int64_t run, std::int64_t table, std::string const& rule);

// "96.4 %".
std::string score_in_words(views::QualityPoint const& point);

// The sources of the district, by number.
std::string source_called(Visit& visit, std::int64_t source);

}  // namespace rollbook::web
