// The command line: arguments become structures, commands do the work.
#include <CLI/CLI.hpp>

#include <signal.h>

#include <cstdio>
#include <exception>

#include "base/version.h"
#include "cli/commands.h"
#include "cli/hub_commands.h"

using namespace rollbook::cli;

int main(int argc, char** argv) {
  ::signal(SIGXFSZ, SIG_IGN);  // a limit of file sizes is told like a full disk
  CLI::App app{"Rollbook takes the roster files of a school district, says exactly what is wrong with them, and hands clean rosters on."};
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string(rollbook::program_version));
  int status = exit_fine;

  CheckArguments check;
  auto* const check_command = app.add_subcommand("check", "Say what is wrong with a OneRoster delivery");
  check_command->add_option("delivery", check.paths, "A zip, a folder, or CSV files")->required();
  check_command->add_option("--format", check.format, "How to report")->check(CLI::IsMember({"text", "json", "csv", "html", "sarif"}))->capture_default_str();
  check_command->add_option("--profile", check.profile, "Whose rules: oneroster, oneroster-strict, learnplatform, amplify")->capture_default_str();
  check_command->add_option("--max-findings", check.max_findings, "Findings shown per rule and file; counts stay exact")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  check_command->add_option("--today", check.today, "The day that date rules go by, YYYY-MM-DD");
  check_command->add_option("--threads", check.threads, "Threads to use; all cores by default");
  check_command->add_option("--output,-o", check.output, "Write the report to this file");
  check_command->add_option("--color", check.colour, "auto, always or never")->check(CLI::IsMember({"auto", "always", "never"}))->capture_default_str();
  check_command->add_flag("--quiet,-q", check.quiet, "No progress on standard error");
  check_command->callback([&] { status = run_check(check); });

  DiffArguments diff;
  auto* const diff_command = app.add_subcommand("diff", "Compare two deliveries by sourcedId");
  diff_command->add_option("old", diff.old_path, "The older delivery: a zip or a folder")->required();
  diff_command->add_option("new", diff.new_path, "The newer one")->required();
  diff_command->add_option("--format", diff.format, "How to report")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  diff_command->add_option("--max-changes", diff.max_changes, "Changes listed per table; counts stay exact")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  diff_command->add_option("--threads", diff.threads, "Threads to use; all cores by default");
  diff_command->callback([&] { status = run_diff(diff); });

  RulesArguments rules;
  auto* const rules_command = app.add_subcommand("rules", "List all rules");
  rules_command->add_option("--format", rules.format, "How to list")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  rules_command->callback([&] { status = run_rules(rules); });

  std::string code;
  auto* const explain_command = app.add_subcommand("explain", "Explain one rule: what, why, how to fix");
  explain_command->add_option("code", code, "Code or name of the rule, like REF001")->required();
  explain_command->callback([&] { status = run_explain(code); });

  MakeDistrictArguments make;
  auto* const make_command = app.add_subcommand("make-district", "Invent a realistic district, for trying things out");
  make_command->add_option("--students", make.students, "Number of students")->capture_default_str();
  make_command->add_option("--seed", make.seed, "The same seed gives the same district")->capture_default_str();
  make_command->add_option("--churn", make.churn, "The same district one night later, with this per cent of rows changed");
  make_command->add_option("--oneroster", make.oneroster, "1.1 or 1.2")->capture_default_str();
  make_command->add_option("--defects", make.defects, "Damage it with so many defects");
  make_command->add_option("--answers", make.answers, "Write what was damaged, and where, to this file");
  make_command->add_option("out", make.out, "A folder, or a name that ends in .zip")->required();
  make_command->callback([&] { status = run_make_district(make); });

  std::string docs = "docs";
  auto* const docs_command = app.add_subcommand("docs", "Write the pages on rules and tables");
  docs_command->add_option("folder", docs, "Where to")->capture_default_str();
  docs_command->callback([&] { status = run_docs(docs); });

  add_hub_commands(app, status);

  try {
    app.parse(argc, argv);
  } catch (CLI::ParseError const& error) {
    return app.exit(error) == 0 ? exit_fine : exit_trouble;
  } catch (std::bad_alloc const&) {
    return complain("There is not enough memory for this delivery.");
  } catch (std::exception const& error) {
    return complain(std::string("Something is wrong in Rollbook itself; please report it: ") + error.what());
  }
  return status;
}
