// rollbook letters and rollbook webhook: declarations for the command line.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/hub.h"

namespace CLI {
class App;
}

namespace rollbook::cli {

struct LettersArguments {
  std::string to, secret_file, district, url, kinds;
  std::vector<std::pair<std::string, std::string>> settings;
  std::int64_t webhook = 0;
};
int run_letters_set(HubArguments const& hub, LettersArguments const& arguments);
int run_letters_password(HubArguments const& hub, LettersArguments const& arguments);
int run_letters_show(HubArguments const& hub);
int run_letters_test(HubArguments const& hub, LettersArguments const& arguments);
int run_letters_list(HubArguments const& hub);
int run_webhook_add(HubArguments const& hub, LettersArguments const& arguments);
int run_webhook_list(HubArguments const& hub, LettersArguments const& arguments);
int run_webhook_state(HubArguments const& hub, LettersArguments const& arguments, std::string const& state);

// letters_commands.cc
void add_letters_commands(CLI::App& app, int& status);

}  // namespace rollbook::cli
