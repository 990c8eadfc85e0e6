// The command line of letters and webhooks.
#include <CLI/CLI.hpp>

#include <memory>

#include "cli/letters.h"

namespace rollbook::cli {
namespace {

struct Given {
  HubArguments hub;
  LettersArguments letters;
  std::vector<std::string> settings;

  LettersArguments arguments() const {
    auto all = letters;
    for (auto const& text : settings) {
      auto const at = std::min(text.find('='), text.size());
      all.settings.emplace_back(text.substr(0, at), at < text.size() ? text.substr(at + 1) : "");
    }
    return all;
  }
};

CLI::App* command(CLI::App& parent, std::string const& name, std::string const& what, Given& given) {
  auto* const made = parent.add_subcommand(name, what);
  made->add_option("--data", given.hub.data, "The folder that rosters are kept in (or ROLLBOOK_DATA)");
  made->add_option("--database", given.hub.database, "Or a PostgreSQL database: postgresql://… (or ROLLBOOK_DATABASE)");
  made->add_option("--format", given.hub.format, "How to answer")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  return made;
}

CLI::App* command_of_webhook(CLI::App& parent, std::string const& name, std::string const& what, Given& given) {
  auto* const made = command(parent, name, what, given);
  made->add_option("--district", given.letters.district, "Name or number of the district")->required();
  return made;
}

}  // namespace

void add_letters_commands(CLI::App& app, int& status) {
  auto const given = std::make_shared<Given>();
  auto* const letters = app.add_subcommand("letters", "The mail server that letters are sent by, and what waits to be sent");
  letters->require_subcommand(1);
  auto* const show = command(*letters, "show", "Show how letters are sent, what can be set, and what is missing", *given);
  show->callback([given, &status] { status = run_letters_show(given->hub); });
  auto* const set = command(*letters, "set", "Set the mail server, and where people reach the portal", *given);
  set->add_option("settings", given->settings, "NAME=VALUE …, see \"rollbook letters show\"")->required();
  set->callback([given, &status] { status = run_letters_set(given->hub, given->arguments()); });
  auto* const password = command(*letters, "password", "Take the password for the mail server from a file, and seal it", *given);
  password->add_option("file", given->letters.secret_file, "The file; a line break at the end is not part of it. An empty file forgets the password")->required();
  password->callback([given, &status] { status = run_letters_password(given->hub, given->letters); });
  auto* const test = command(*letters, "test", "Send a test letter at once, and say what the mail server answers", *given);
  test->add_option("to", given->letters.to, "E-mail address that it goes to")->required();
  test->callback([given, &status] { status = run_letters_test(given->hub, given->letters); });
  auto* const list = command(*letters, "list", "List the newest letters: sent, waiting, given up", *given);
  list->callback([given, &status] { status = run_letters_list(given->hub); });

  auto* const webhook = app.add_subcommand("webhook", "Addresses that are told what happens in a district");
  webhook->require_subcommand(1);
  auto* const add = command_of_webhook(*webhook, "add", "Add a webhook, and print the secret that its signatures are checked with", *given);
  add->add_option("url", given->letters.url, "https://…")->required();
  add->add_option("--events", given->letters.kinds, "Only these, with commas between: held,refused,failed; all by default");
  add->callback([given, &status] { status = run_webhook_add(given->hub, given->letters); });
  auto* const webhooks = command_of_webhook(*webhook, "list", "List the webhooks of a district, and what they were told last", *given);
  webhooks->callback([given, &status] { status = run_webhook_list(given->hub, given->letters); });
  struct Act {
    char const *name, *state, *what;
  };
  for (auto const& [name, state, what] :
       {Act{"pause", "paused", "Tell a webhook nothing for now"}, Act{"resume", "active", "Go on after a pause"}, Act{"remove", "ended", "Remove a webhook"}}) {
    auto* const act = command_of_webhook(*webhook, name, what, *given);
    act->add_option("webhook", given->letters.webhook, "Its number")->required();
    act->callback([given, &status, to = std::string(state)] { status = run_webhook_state(given->hub, given->letters, to); });
  }
}

}  // namespace rollbook::cli
