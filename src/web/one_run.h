// A run as who asks may see it: what all pages of a run begin with.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "views/run_view.h"
#include "web/page.h"
#include "web/seen.h"

namespace rollbook::web {

struct OneRun {
  views::RunDetail detail;  // without its answer; the numbers in its line are those of all schools
  runs::Answer answer;      // the part of it that they may see
  bool answered = false;    // there is one
  Seen seen;
  bool decides = false, sees_received = false;
  bool of_one_school = false;  // kept to that at the top: then nothing is decided here, for a decision is about all of them
  bool lists_rows = false;     // the rows behind its numbers are kept
  std::string address;

  std::string to(std::string_view below = {}) const { return address + (below.empty() ? "" : "/") + std::string(below); }
};

// The run that the route names; nothing when the district has none of that number.
std::optional<OneRun> one_run(Visit& visit);

// Its page; `wrong` says why what was asked was not done.
View run_page(Visit& visit, OneRun const& one, std::string const& wrong = {}, int status = 200);

}  // namespace rollbook::web
