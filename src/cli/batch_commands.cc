// The command line of Batch Upload.
#include <CLI/CLI.hpp>

#include <memory>

#include "cli/batch.h"

namespace rollbook::cli {
namespace {

struct Given {
  HubArguments hub;
  RunArguments run;
  BatchArguments batch;
};

CLI::App* command(CLI::App& parent, std::string const& name, std::string const& what, Given& given, bool by_option = true) {
  auto* const made = parent.add_subcommand(name, what);
  made->add_option("--data", given.hub.data, "The folder that rosters are kept in (or ROLLBOOK_DATA)");
  made->add_option("--database", given.hub.database, "Or a PostgreSQL database: postgresql://… (or ROLLBOOK_DATABASE)");
  made->add_option("--format", given.hub.format, "How to answer")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  if (by_option) made->add_option("--district", given.run.district, "Name or number of the district")->required();
  made->add_option("--today", given.run.today, "The day that guards and edits go by, YYYY-MM-DD");
  return made;
}

}  // namespace

void add_batch_commands(CLI::App& app, CLI::App& district, int& status) {
  auto const given = std::make_shared<Given>();
  auto* const batch = command(app, "batch", "Take users.csv, demographics.csv or both: rows with errors are left out, the others become a run", *given);
  batch->add_option("files", given->run.paths, "users.csv, a row for each person and class; demographics.csv, a row for each person")
      ->required()
      ->expected(1, 2);
  batch->add_flag("--dry-run", given->run.dry_run, "Show what would change, and write nothing");
  batch->add_option("--errors", given->batch.errors, "Write the error report there: the rows as they are, each with what is wrong and what to do");
  batch->add_option("--demographics-errors", given->batch.demographics_errors, "The same for demographics.csv");
  batch->add_option("--approve", given->run.approve, "Process it if it changes exactly what a dry run with this digest has shown");
  batch->add_option("--threads", given->run.threads, "Threads to use; all cores by default");
  batch->callback([given, &status] { status = run_batch(given->hub, given->run, given->batch); });

  auto* const file = command(app, "users-file", "Write the roster as users.csv, which can be uploaded again", *given);
  file->add_option("out", given->batch.out, "The file to write")->required();
  file->add_option("--school", given->batch.school, "Only people of this organization (id)");
  file->add_option("--role", given->batch.role, "Only these people")->check(CLI::IsMember({"student", "teacher", "administrator"}));
  file->callback([given, &status] { status = run_users_file(given->hub, given->run, given->batch); });

  auto* const facts = command(app, "demographics-file", "Write what is known of people as demographics.csv, which can be uploaded again", *given);
  facts->add_option("out", given->batch.out, "The file to write")->required();
  facts->add_option("--school", given->batch.school, "Only people of this organization (id)");
  facts->add_option("--role", given->batch.role, "Only these people")->check(CLI::IsMember({"student", "teacher", "administrator"}));
  facts->callback([given, &status] { status = run_demographics_file(given->hub, given->run, given->batch); });

  auto* const organization = app.add_subcommand("organization", "Schools and other organizations that no source brings");
  organization->require_subcommand(1);
  auto* const add = command(*organization, "add", "Add an organization", *given);
  add->add_option("name", given->batch.name, "Its name")->required();
  add->add_option("--id", given->batch.id, "Its id, as users.csv names it: unique in the district, capital letters and leading zeros count")->required();
  add->add_option("--type", given->batch.type, "school, district, department, local, state or national")->capture_default_str();
  add->add_option("--parent", given->batch.parent, "The id of the organization that it stands below");
  add->callback([given, &status] { status = run_organization_add(given->hub, given->run, given->batch); });

  auto* const upload = command(district, "batch-upload", "Let people of a district upload users.csv, or no longer", *given, false);
  upload->add_option("name", given->run.district, "Name or number of the district")->required();
  upload->add_option("switch", given->batch.on, "on or off")->required()->check(CLI::IsMember({"on", "off"}));
  upload->callback([given, &status] { status = run_batch_upload(given->hub, given->run, given->batch); });
}

}  // namespace rollbook::cli
