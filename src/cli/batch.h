// rollbook batch, organization, district batch-upload: districts without a OneRoster export.
#pragma once

#include <string>

#include "cli/hub_commands.h"

namespace CLI {
class App;
}

namespace rollbook::cli {

struct BatchArguments {
  std::string errors, demographics_errors;  // where the error reports are written; "": nowhere
  std::string id, name, type = "school", parent;
  std::string on;  // on, off
  std::string out, school, role;
};

int run_batch(HubArguments const& hub, RunArguments const& given, BatchArguments const& batch);
int run_users_file(HubArguments const& hub, RunArguments const& given, BatchArguments const& batch);
int run_demographics_file(HubArguments const& hub, RunArguments const& given, BatchArguments const& batch);
int run_organization_add(HubArguments const& hub, RunArguments const& given, BatchArguments const& batch);
int run_batch_upload(HubArguments const& hub, RunArguments const& given, BatchArguments const& batch);

// `district`: the command of that name.
void add_batch_commands(CLI::App& app, CLI::App& district, int& status);

}  // namespace rollbook::cli
