// What a run says of itself: to the command line, to pages, to other programs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace rollbook::runs {

struct Counts {
  std::uint64_t created = 0, updated = 0, unchanged = 0, removed = 0, excluded = 0;
};

struct Answer {
  struct Withheld {
    std::string table, why;
    std::uint64_t rows = 0;
  };
  struct KeptRecord {
    std::string table, sourced_id, because_table, because_id;
  };
  struct SchoolAnswer {
    std::string sourced_id, name;
    std::map<std::string, Counts> tables;
    bool held = false;  // what changes here is among the reasons why it waits
  };

  std::optional<std::int64_t> run;
  std::string kind, district, source, digest;
  std::optional<std::string> decision;
  std::optional<std::int64_t> superseded_by;  // the run that took its place
  std::vector<std::string> held_because;
  std::string outcome;  // applied, applied_with_warnings, no_changes, held, refused, failed
  std::optional<std::int64_t> revision;
  std::vector<std::string> reasons;
  std::vector<std::pair<std::string, Counts>> tables;   // in the order of the catalogue
  std::vector<std::pair<std::string, Counts>> counted;  // of an upload: schools, staff, students, classes, enrollments; excluded: those with errors
  struct CountedAt {
    std::string sourced_id, name;
    std::vector<std::pair<std::string, Counts>> counted;
  };
  std::vector<CountedAt> counted_at;  // the same at each school that it names
  std::vector<SchoolAnswer> schools;
  std::vector<Withheld> withheld;
  std::vector<KeptRecord> kept;
  std::uint64_t kept_total = 0;
  std::map<std::string, std::uint64_t> with_their_whole;    // parts that go with their whole, by table
  std::map<std::string, std::uint64_t> rejected, left_out;  // changes not made because of a person's decision, by table
  // Who had one and has none any more: how many, and the first hundred sourcedIds.
  struct LeftWithout {
    std::uint64_t count = 0;
    std::vector<std::string> sourced_ids;
  };
  LeftWithout classes_without_teacher, people_without_class;
  std::vector<std::string> consequences, conflicts;                  // sentences
  std::uint64_t errors = 0, warnings = 0, infos = 0, dependent = 0;  // findings of the check
  struct Rule {
    std::string code, file, severity, name;
    std::uint64_t count = 0;
  };
  std::vector<Rule> findings;
  std::uint64_t milliseconds = 0;

  bool is_applied() const { return outcome == "applied" || outcome == "applied_with_warnings"; }
  // Exit status of the command that gave it.
  int status() const { return outcome == "refused" ? 1 : outcome == "held" ? 3 : outcome == "failed" ? 4 : 0; }
};

std::string to_json(Answer const& answer);
Result<Answer> from_json(std::string const& json);
std::string to_text(Answer const& answer);

}  // namespace rollbook::runs
