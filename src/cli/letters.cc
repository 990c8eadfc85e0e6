// rollbook letters, webhook: the mail server and what waits for it; addresses that are told what happens.
#include "cli/letters.h"

#include <cstdio>
#include <ctime>
#include <fstream>

#include "access/emails.h"
#include "base/json_writer.h"
#include "cli/commands.h"
#include "cli/hub_commands.h"
#include "cli/in_hub.h"
#include "letters/post_office.h"
#include "letters/webhooks.h"
#include "store/moment.h"
#include "web/letter_dress.h"

namespace rollbook::cli {
namespace {

constexpr std::size_t most_listed = 50;

template <class Work>
int in_home(HubArguments const& hub, Work const& work) {
  auto home = open_home(hub);
  if (!home) return complain(home.trouble().text);
  return work(home->operations());
}

template <class Work>
int with_key(HubArguments const& hub, Work const& work) {
  return in_home(hub, [&](store::Database& operations) {
    auto const key = store::ServerKey::load(folder_of(hub));
    if (!key) return complain(key.trouble().text);
    if (auto const other_key = store::check_server_key(operations, *key)) return complain(other_key->text);
    return work(operations, *key);
  });
}

int print(HubArguments const& hub, std::string const& json, std::string const& text) {
  std::fputs(hub.format == "json" ? (json + "\n").c_str() : text.c_str(), stdout);
  return exit_fine;
}

void describe(JsonWriter& json, std::string& text, letters::Item const& item) {
  auto const kind = item.webhook > 0 ? "delivery" : "letter";
  auto const at = store::moment_text(item.ended > 0 ? item.ended : item.created);
  json.begin_object().field(kind, item.id).field("state", item.state).field("created", store::moment_text(item.created)).field("attempts", item.attempts);
  if (item.webhook > 0) json.field("status", item.status);
  json.field("why", item.why).end_object();
  text += "  " + std::string(kind) + " " + std::to_string(item.id) + ", " + at + ": " + item.state;
  if (item.attempts > 1 || item.state != "sent") text += ", tried " + std::to_string(item.attempts) + (item.attempts == 1 ? " time" : " times");
  text += (item.why.empty() ? "" : ". " + item.why) + "\n";
}

}  // namespace

int run_letters_show(HubArguments const& hub) {
  return in_home(hub, [&](store::Database& operations) {
    auto const settings = letters::mail_settings(operations);
    auto const missing = letters::missing_for_mail(settings);
    std::string out, text;
    JsonWriter json(out);
    json.begin_object().key("settings").begin_object();
    for (auto const& one : letters::mail_setting_list()) {
      json.field(one.name, settings.value(one.name));
      text += std::string(one.name) + " = " + settings.value(one.name) + "\n    " + std::string(one.doc) + "\n";
    }
    json.end_object().field("password", settings.has_password).field("missing", missing).end_object();
    text += settings.has_password ? "A password is set.\n" : "No password is set.\n";
    return print(hub, out, text + (missing.empty() ? "All is set: letters are sent.\n" : missing + "\n"));
  });
}

int run_letters_set(HubArguments const& hub, LettersArguments const& arguments) {
  auto const wrong = in_home(hub, [&](store::Database& operations) {
    auto const trouble = letters::set_mail(operations, arguments.settings, actor());
    return trouble ? say_why(trouble->text) : exit_fine;
  });
  return wrong != exit_fine ? wrong : run_letters_show(hub);
}

int run_letters_password(HubArguments const& hub, LettersArguments const& arguments) {
  return with_key(hub, [&](store::Database& operations, store::ServerKey const& key) {
    std::ifstream in(arguments.secret_file, std::ios::binary);
    std::string password(std::istreambuf_iterator<char>(in), {});
    if (!in) return complain("The file " + arguments.secret_file + " cannot be read.");
    while (!password.empty() && (password.back() == '\n' || password.back() == '\r')) password.pop_back();
    if (auto const trouble = letters::set_mail_password(operations, key, password, actor())) return say_why(trouble->text);
    std::printf(password.empty() ? "It is forgotten.\n" : "It is sealed. The file is not needed any more.\n");
    return exit_fine;
  });
}

int run_letters_test(HubArguments const& hub, LettersArguments const& arguments) {
  return with_key(hub, [&](store::Database& operations, store::ServerKey const& key) {
    auto const to = access::normal_email(arguments.to);
    if (!access::is_email(to)) return complain("This is no e-mail address: " + arguments.to);
    letters::PostOptions options{.place = {}, .key = key};
    options.dress = [](letters::Words const& words) { return web::dress_letter(words); };
    auto const sent = letters::send_test_letter(operations, options, to, std::time(nullptr));
    if (sent.sent != letters::Sent::Done) return say_why(sent.why);
    std::printf("The mail server has taken the letter to %s.\n", to.c_str());
    return exit_fine;
  });
}

int run_letters_list(HubArguments const& hub) {
  return in_home(hub, [&](store::Database& operations) {
    std::string out, text;
    JsonWriter json(out);
    json.begin_array();
    for (auto const& item : letters::list_items(operations, {}, {}, most_listed)) describe(json, text, item);
    json.end_array();
    auto const waiting = letters::letters_waiting(operations);
    text += text.empty() ? "No letters yet.\n" : std::to_string(waiting.waiting) + " wait, " + std::to_string(waiting.given_up) + " were given up.\n";
    return print(hub, out, text);
  });
}

int run_webhook_add(HubArguments const& hub_arguments, LettersArguments const& arguments) {
  RunArguments run;
  run.district = arguments.district;
  return in_hub(hub_arguments, run, [&](runs::Hub& hub, store::District const& district) {
    auto const added = letters::add_webhook(hub.home.operations(), hub.key, district, arguments.url, arguments.kinds, hub.actor);
    if (!added) return say_why(added.trouble().text);
    std::string out;
    JsonWriter(out).begin_object().field("webhook", added->webhook.id).field("secret", added->secret).end_object();
    return print(hub_arguments, out,
                 "Webhook " + std::to_string(added->webhook.id) + " is added. Its secret, with which signatures are checked, is shown this once:\n" + added->secret +
                     "\n");
  });
}

int run_webhook_list(HubArguments const& hub, LettersArguments const& arguments) {
  return in_home(hub, [&](store::Database& operations) {
    auto const district = store::find_district(operations, arguments.district);
    if (!district) return say_why(district.trouble().text);
    std::string out, text;
    JsonWriter json(out);
    json.begin_array();
    for (auto const& one : letters::list_webhooks(operations, district->id)) {
      json.begin_object().field("webhook", one.id).field("url", one.url).field("events", one.kinds).field("state", one.state).key("deliveries").begin_array();
      text += std::to_string(one.id) + " (" + one.state + "): " + one.url + (one.kinds.empty() ? "" : ", only " + one.kinds) + "\n";
      for (auto const& item : letters::list_items(operations, {.webhook = one.id}, {}, most_listed)) describe(json, text, item);
      json.end_array().end_object();
    }
    json.end_array();
    return print(hub, out, text.empty() ? "No webhooks yet.\n" : text);
  });
}

int run_webhook_state(HubArguments const& hub, LettersArguments const& arguments, std::string const& state) {
  return in_home(hub, [&](store::Database& operations) {
    auto const district = store::find_district(operations, arguments.district);
    if (!district) return say_why(district.trouble().text);
    auto const webhook = letters::find_webhook(operations, arguments.webhook);
    if (!webhook || webhook->district != district->id || webhook->state == "ended")
      return say_why("There is no webhook " + std::to_string(arguments.webhook) + " in " + district->name + ".");
    if (auto const trouble = letters::set_webhook_state(operations, *webhook, state, actor())) return complain(trouble->text);
    std::printf("Webhook %s: %s.\n", std::to_string(webhook->id).c_str(), state == "ended" ? "removed" : state.c_str());
    return exit_fine;
  });
}

}  // namespace rollbook::cli
