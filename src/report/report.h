// The outcome of a check, ready to be shown: texts rendered, findings bounded, counts exact. Every writer prints just this.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/rule.h"

namespace rollbook {

enum class Verdict { Valid, Warnings, Invalid, Refused };

constexpr std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Valid:
      return "valid";
    case Verdict::Warnings:
      return "warnings";
    case Verdict::Invalid:
      return "invalid";
    case Verdict::Refused:
      return "refused";
  }
  return "";
}

struct CheckReport {
  struct Counts {
    std::uint64_t error = 0, warning = 0, info = 0, dependent = 0;
  };
  struct File {
    std::string file;  // as OneRoster spells it, "users.csv"; a foreign file as it was found
    std::string mode;  // "bulk", "delta", "absent", or "" for a file that is no table
    std::uint64_t rows = 0, excluded = 0, bytes = 0;
  };
  struct RuleCount {
    RuleInfo const* rule = nullptr;
    Severity severity = Severity::Error;  // under the profile of this check
    std::uint64_t count = 0, shown = 0;
  };
  struct RuleInFile {
    RuleInfo const* rule = nullptr;
    Severity severity = Severity::Error;
    std::string file;  // "" when it concerns the delivery as a whole
    std::uint64_t count = 0;
  };
  struct NotRun {
    std::string code, file, reason;  // reason: target-file-absent, target-file-delta, delta-row
  };
  struct Cause {
    std::string code, table, sourced_id, file;
    std::optional<std::uint64_t> line;  // none: the record is missing altogether
    std::uint64_t blocks = 0;           // rows that wait for it, directly or through others
  };
  struct CausedBy {
    std::string code, table, sourced_id, file;
    std::optional<std::uint64_t> line;
  };
  struct Finding {
    RuleInfo const* rule = nullptr;
    Severity severity = Severity::Error;
    std::string file;                           // "" when it concerns the delivery as a whole
    std::optional<std::uint64_t> line, record;  // physical line (header = 1); line that the record would have without line breaks in cells
    std::string column, sourced_id, value;      // "" when there is none; secrets already hidden
    std::string message, why, fix;
    std::optional<CausedBy> caused_by;
  };

  std::string rollbook;   // version of the program
  std::string oneroster;  // "1.1", "1.2", "1.0" or "" when it cannot be told
  std::string profile;
  std::string delivery;  // the name it was given on the command line, for headings
  Verdict verdict = Verdict::Valid;
  Counts counts;
  std::uint64_t waiting_rows = 0;  // rows that are left out only because of what they depend on
  std::vector<File> files;
  std::vector<RuleCount> rules;     // only those with findings, most severe first, then by code
  std::vector<RuleInFile> by_file;  // the same numbers, by code and file
  std::vector<NotRun> rules_not_run;
  std::vector<Cause> causes;  // those that block most first; bounded, see causes_total
  std::uint64_t causes_total = 0;
  std::vector<std::string> order;  // in which order to fix, a sentence each
  std::vector<Finding> findings;   // by file (in the order of `files`), line, code
};

}  // namespace rollbook
