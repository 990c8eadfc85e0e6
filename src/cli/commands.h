// The commands. Each has a file of its own; main.cc only turns arguments into these structures.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rollbook::cli {

// Exit statuses: 0 fine, 1 something to tell (errors found, differences), 2 no answer (wrong usage, unreadable file).
inline constexpr int exit_fine = 0, exit_told = 1, exit_trouble = 2;

struct CheckArguments {
  std::vector<std::string> paths;
  std::string format = "text", profile = "oneroster", output;
  std::optional<std::string> today;
  std::uint64_t max_findings = 1000;
  unsigned threads = 0;  // 0: all cores
  std::string colour = "auto";
  bool quiet = false;  // no progress
};
int run_check(CheckArguments const& arguments);

struct DiffArguments {
  std::string old_path, new_path, format = "text";
  std::uint64_t max_changes = 1000;
  unsigned threads = 0;
};
int run_diff(DiffArguments const& arguments);

struct RulesArguments {
  std::string format = "text";
};
int run_rules(RulesArguments const& arguments);
int run_explain(std::string const& code);

struct MakeDistrictArguments {
  std::uint64_t students = 1000, seed = 1, defects = 0;
  double churn = 0;
  std::string oneroster = "1.1", answers, out;
};
int run_make_district(MakeDistrictArguments const& arguments);

int run_docs(std::string const& folder);

// Shared by the commands.
unsigned threads_or_all(unsigned threads);
std::int32_t today_or(std::optional<std::string> const& day);  // yyyymmdd, of the clock when there is none; 0 when it is no day
std::uint64_t random_seed();
int complain(std::string const& text);  // to standard error; returns exit_trouble
int say_why(std::string const& text);   // the same; returns exit_told: the command was understood, but could not be done

}  // namespace rollbook::cli
