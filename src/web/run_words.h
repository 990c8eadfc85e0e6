// What pages call runs: outcomes, kinds and reasons in the words of people, each said once here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runs/answer.h"
#include "store/exports.h"
#include "views/run_view.h"
#include "web/model.h"
#include "web/page.h"

namespace rollbook::web {

// For {{>tag}}: icon, word and colour of how it stands with a run.
Model outcome_tag(views::RunLine const& run);
std::string outcome_in_words(views::RunLine const& run);

// The outcomes and kinds that a history can be asked for, and what they are called.
struct Named {
  std::string_view name, words;
};
std::vector<Named> const& run_outcomes();
std::vector<Named> const& run_kinds();
std::string kind_in_words(std::string_view kind);

// Why a run waits, as a sentence: of the words that Answer::held_because has.
std::string decision_in_words(std::string_view decision);
std::string held_in_words(std::string_view reason);

// Whether a person has to decide: what only waits for its turn, or for the end of a pause, asks for nobody.
bool wants_a_person(views::RunLine const& run);

// "at 02:14 CST" of today, "on 2026-11-20 at 02:14 CST" of another day.
std::string at_in_words(Visit const& visit, views::LocalTime const& moment);

// For {{>tag}}: "error", "warning" or "info" as findings have it.
Model severity_tag(std::string_view severity);

// "People", "Class resources": a table as a heading.
std::string table_in_words(std::string_view table);

// A number that a page shows: {"n": 4812, "text": "4,812", "to": "…"}; without an address, and of 0, there is no link.
Model number(std::uint64_t count, std::string to = {});

// The same of an export, and its page.
Model export_tag(store::Export const& one);
std::string export_address(Visit const& visit, std::int64_t number);

// The one page of a run, and what lies below it.
std::string run_address(Visit const& visit, std::int64_t run, std::string_view below = {});

}  // namespace rollbook::web
