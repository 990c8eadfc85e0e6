// The sentences that more than one writer says. Their values are `visible`; they still have to be escaped for a page.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "report/report.h"

namespace rollbook {

// "INVALID" and "3 errors in 2 files; 4,812 rows wait for 1 missing organization"
struct VerdictWords {
  std::string word, sentence;
};
VerdictWords verdict_words(CheckReport const& report);

// What to do now; and, so that nobody takes silence for a promise, that some rules could not be asked.
std::string advice(CheckReport const& report);

// "3 errors, 4,812 rows waiting, 2 warnings, 1 note"; "" when there is nothing
std::string tally(CheckReport const& report);

// "north.zip, OneRoster 1.1, profile oneroster, Rollbook 0.1"
std::string about(CheckReport const& report);

// "enrollments.csv, line 4,211 (e1)"; "" when the finding concerns the delivery as a whole. The line is the physical one; the
// record's number is added where line breaks in cells make the two differ, the id where the message does not say it.
std::string place(CheckReport::Finding const& finding);

// "orgs.csv line 7 (o9)" or "the missing organization o9"
std::string place(CheckReport::CausedBy const& cause);

// "orgs.csv line 7 (o9) blocks 4,812 rows unless already stored", "orgs has no record o9: 4,812 rows wait for it"
std::string sentence(CheckReport::Cause const& cause);

// One for each reason why rules were not asked, naming them.
std::vector<std::string> not_run_sentences(CheckReport const& report);

inline constexpr std::size_t most_of_a_name = 120;     // characters of an id or a file name
inline constexpr std::size_t most_of_a_message = 400;  // an unclosed quote can make a value of any length

}  // namespace rollbook
