// The command line of districts and sources. In a file of its own because CLI11 takes its time to compile.
#include "cli/hub_commands.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace rollbook::cli {
namespace {

// Options that every command of the hub has.
void add_place(CLI::App& command, HubArguments& hub) {
  command.add_option("--data", hub.data, "The folder that rosters are kept in (or ROLLBOOK_DATA)");
  command.add_option("--database", hub.database, "Or a PostgreSQL database: postgresql://… (or ROLLBOOK_DATABASE)");
  command.add_option("--format", hub.format, "How to answer")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
}

// "live" alone means yes.
std::pair<std::string, std::string> setting_of(std::string const& text) {
  auto const at = text.find('=');
  return at == std::string::npos ? std::pair(text, std::string("yes")) : std::pair(text.substr(0, at), text.substr(at + 1));
}

struct Given {
  HubArguments hub;
  std::string time_zone = "UTC", mode;
  bool live = false, apply_by_itself = false;
  SourceArguments source;
  std::vector<std::string> settings;

  SourceArguments arguments() const {
    auto all = source;
    if (!mode.empty()) all.settings.emplace_back("mode", mode);
    if (live) all.settings.emplace_back("live", "yes");
    if (apply_by_itself) all.settings.emplace_back("apply-by-itself", "yes");
    for (auto const& text : settings) all.settings.push_back(setting_of(text));
    return all;
  }
};

void add_source_options(CLI::App& command, Given& given) {
  add_place(command, given.hub);
  command.add_option("name", given.source.name, "Name of the source")->required();
  command.add_option("--district", given.source.district, "Name or number of the district")->required();
  command.add_option("--mode", given.mode, "replace, add-and-update or manifest");
  command.add_flag("--live", given.live, "Its deliveries are applied; without it they are only previewed");
  command.add_flag("--apply-by-itself", given.apply_by_itself, "Without approval, when nothing holds them");
  command.add_option("settings", given.settings, "NAME=VALUE …, see \"rollbook source settings\"");
}

}  // namespace

void add_hub_commands(CLI::App& app, int& status) {
  auto const given = std::make_shared<Given>();

  auto* const district = app.add_subcommand("district", "Districts whose rosters are kept");
  district->require_subcommand(1);
  auto* const district_add = district->add_subcommand("add", "Add a district");
  add_place(*district_add, given->hub);
  district_add->add_option("name", given->source.name, "Its name")->required();
  district_add->add_option("--time-zone", given->time_zone, "Like America/Chicago")->capture_default_str();
  district_add->callback([given, &status] { status = run_district_add(given->hub, given->source.name, given->time_zone); });
  auto* const district_list = district->add_subcommand("list", "List the districts");
  add_place(*district_list, given->hub);
  district_list->callback([given, &status] { status = run_district_list(given->hub); });

  auto* const source = app.add_subcommand("source", "Who sends rosters for a district, and how they are taken");
  source->require_subcommand(1);
  auto* const source_add = source->add_subcommand("add", "Add a source");
  add_source_options(*source_add, *given);
  source_add->callback([given, &status] { status = run_source_add(given->hub, given->arguments()); });
  auto* const source_set = source->add_subcommand("set", "Change settings of a source");
  add_source_options(*source_set, *given);
  source_set->callback([given, &status] { status = run_source_set(given->hub, given->arguments()); });
  auto* const source_list = source->add_subcommand("list", "List the sources of a district");
  add_place(*source_list, given->hub);
  source_list->add_option("--district", given->source.district, "Name or number of the district")->required();
  source_list->callback([given, &status] { status = run_source_list(given->hub, given->source.district); });
  auto* const source_settings = source->add_subcommand("settings", "List what can be set on a source");
  source_settings->add_option("--format", given->hub.format, "How to answer")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  source_settings->callback([given, &status] { status = run_source_settings(given->hub); });
}

}  // namespace rollbook::cli
