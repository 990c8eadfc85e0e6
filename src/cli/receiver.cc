// rollbook receiver, hand-on, disclosures: who is given data of a district, which, and who got what.
#include <cstdio>
#include <fstream>

#include "base/json_writer.h"
#include "base/text.h"
#include "cli/in_hub.h"
#include "report/words.h"
#include "runs/disclosures.h"
#include "runs/hand_on.h"
#include "runs/sftp.h"
#include "store/receiver_secrets.h"

namespace rollbook::cli {
namespace {

void write(JsonWriter& json, store::Receiver const& receiver) {
  json.begin_object().field("name", receiver.name).field("kind", receiver.kind).field("created", receiver.created).field("state", receiver.state);
  json.key("settings").begin_object();
  for (auto const& setting : store::receiver_setting_list()) json.field(setting.name, receiver.value(setting.name));
  json.end_object().key("fields").begin_object();
  if (auto const policy = store::policy_of(receiver.kind, receiver.settings))
    for (auto const& [field, as] : policy->in_words()) json.field(field, store::name_of(as));
  json.end_object().end_object();
}

std::string as_text(store::Receiver const& receiver) {
  std::string out = receiver.name + " (" + receiver.kind + "): " + receiver.state + "\n";
  for (auto const& [name, value] : receiver.settings) out += "    " + name + " = " + value + "\n";
  return out;
}

int show(HubArguments const& hub, store::Receiver const& receiver) {
  std::string out;
  if (hub.format == "json") {
    JsonWriter json(out);
    write(json, receiver);
    out += '\n';
  } else {
    out = as_text(receiver);
  }
  std::fputs(out.c_str(), stdout);
  return exit_fine;
}

template <class Work>
int in_district(HubArguments const& hub, std::string const& name, Work const& work) {
  auto home = open_home(hub);
  if (!home) return complain(home.trouble().text);
  auto const district = store::find_district(home->operations(), name);
  if (!district) return say_why(district.trouble().text);
  return work(home->operations(), *district);
}

void write(JsonWriter& json, store::Export const& made) {
  json.begin_object().field("export", made.id).field("outcome", made.outcome).field("revision", made.revision).field("rows", made.rows);
  json.key("tables").begin_object();
  for (auto const& pair : split(made.counts, ',')) {
    auto const at = std::min(pair.find('='), pair.size());
    json.field(pair.substr(0, at), std::strtoull(pair.c_str() + std::min(at + 1, pair.size()), nullptr, 10));
  }
  json.end_object().field("leftOut", made.left_out).field("bytes", made.bytes).field("digest", made.digest).field("why", made.why).end_object();
}

}  // namespace

int run_receiver_add(HubArguments const& hub, ReceiverArguments const& arguments) {
  return in_district(hub, arguments.district, [&](store::Database& operations, store::District const& district) {
    auto const receiver = store::add_receiver(operations, district, arguments.name, arguments.kind, arguments.settings, actor());
    return receiver ? show(hub, *receiver) : say_why(receiver.trouble().text);
  });
}

int run_receiver_set(HubArguments const& hub, ReceiverArguments const& arguments) {
  return in_district(hub, arguments.district, [&](store::Database& operations, store::District const& district) {
    auto const found = store::find_receiver(operations, district, arguments.name);
    if (!found) return say_why(found.trouble().text);
    auto const receiver = store::set_receiver(operations, district, found->id, arguments.settings, actor());
    return receiver ? show(hub, *receiver) : say_why(receiver.trouble().text);
  });
}

int run_receiver_state(HubArguments const& hub, ReceiverArguments const& arguments, std::string const& state) {
  return in_district(hub, arguments.district, [&](store::Database& operations, store::District const& district) {
    auto const found = store::find_receiver(operations, district, arguments.name);
    if (!found) return say_why(found.trouble().text);
    if (auto const trouble = store::set_receiver_state(operations, district, found->id, state, actor())) return say_why(trouble->text);
    return show(hub, *store::find_receiver(operations, district.id, found->id));
  });
}

int run_receiver_list(HubArguments const& hub, ReceiverArguments const& arguments) {
  return in_district(hub, arguments.district, [&](store::Database& operations, store::District const& district) {
    auto const all = store::list_receivers(operations, district.id);
    std::string out;
    if (hub.format == "json") {
      JsonWriter json(out);
      json.begin_array();
      for (auto const& one : all) write(json, one);
      json.end_array();
      out += '\n';
    } else {
      for (auto const& one : all) out += as_text(one);
      if (out.empty()) out = pasteable("No receivers yet. \"rollbook receiver add NAME\" makes the first.\n", hub, district.name);
    }
    std::fputs(out.c_str(), stdout);
    return exit_fine;
  });
}

int run_receiver_settings(HubArguments const& hub) {
  std::string out;
  JsonWriter json(out);
  std::string text;
  json.begin_array();
  for (auto const& one : store::receiver_setting_list()) {
    json.begin_object().field("name", one.name).field("default", one.fallback).field("doc", one.doc).end_object();
    text += std::string(one.name) + (one.fallback.empty() ? "" : " (" + std::string(one.fallback) + ")") + "\n    " + std::string(one.doc) + "\n";
  }
  json.end_array();
  std::fputs(hub.format == "json" ? (out + "\n").c_str() : text.c_str(), stdout);
  return exit_fine;
}

int run_receiver_host_key(HubArguments const& hub, ReceiverArguments const& arguments) {
  return in_district(hub, arguments.district, [&](store::Database& operations, store::District const& district) {
    auto const receiver = store::find_receiver(operations, district, arguments.name);
    if (!receiver) return say_why(receiver.trouble().text);
    auto const place = runs::sftp_place_of(*receiver);
    if (place.host.empty()) return say_why("The server is not set yet: rollbook receiver set … sftp-host=NAME sftp-user=USER.");
    auto const key = runs::ask_host_key(place, runs::sftp_limits());
    if (!key) return complain(key.trouble().text);
    std::printf("%s\n", key->c_str());
    if (*key != place.host_key)
      std::printf("Compare it with what the receiver has told you by another way. When it is the same: rollbook receiver set … \"sftp-host-key=%s\"\n",
                  key->c_str());
    return exit_fine;
  });
}

int run_receiver_secret(HubArguments const& hub_arguments, ReceiverArguments const& arguments) {
  RunArguments run;
  run.district = arguments.district;
  return in_hub(hub_arguments, run, [&](runs::Hub& hub, store::District const& district) {
    auto const receiver = store::find_receiver(hub.home.operations(), district, arguments.name);
    if (!receiver) return say_why(receiver.trouble().text);
    std::ifstream in(arguments.secret_file, std::ios::binary);
    std::string secret(std::istreambuf_iterator<char>(in), {});
    if (!in) return complain("The file " + arguments.secret_file + " cannot be read.");
    if (!secret.starts_with("-----BEGIN"))
      while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
    if (auto const trouble = store::set_receiver_secret(hub.home.operations(), hub.key, *receiver, secret, hub.actor)) return complain(trouble->text);
    std::printf("It is sealed. The file is not needed any more.\n");
    return exit_fine;
  });
}

int run_hand_on(HubArguments const& hub_arguments, ReceiverArguments const& arguments) {
  RunArguments run;
  run.district = arguments.district;
  run.today = arguments.today;
  return in_hub(hub_arguments, run, [&](runs::Hub& hub, store::District const& district) {
    auto const receiver = store::find_receiver(hub.home.operations(), district, arguments.name);
    if (!receiver) return say_why(receiver.trouble().text);
    auto const queued = arguments.preview ? runs::queue_preview(hub, district, *receiver) : runs::queue_hand_on(hub, district, *receiver);
    if (!queued) return say_why(queued.trouble().text);
    auto const made = runs::make_next(hub, district, *queued, arguments.out);
    if (!made) return complain(made.trouble().text);
    if (!*made) return say_why("A server has taken it in hand: it is export " + std::to_string(*queued) + " in the history.");
    auto const& one = **made;
    std::string out;
    if (hub_arguments.format == "json") {
      JsonWriter json(out);
      write(json, one);
    } else if (one.outcome == "previewed") {
      out = "An export for " + receiver->name + " would have, of revision " + std::to_string(one.revision) + ": " + one.counts;
      out += "\n  rows in the roster, and those that App Rules leave out: " + one.looked_at;
      out += one.changes == "first" ? "\n  It would be the first."
                                    : "\n  since the last one, created, changed and removed: " + (one.changes.empty() ? "nothing" : one.changes);
    } else if (one.outcome == "exported") {
      out = "Export " + std::to_string(one.id) + " for " + receiver->name + ": revision " + std::to_string(one.revision) + ", " + one.counts;
      if (one.left_out > 0)
        out += "\n  - " + std::to_string(one.left_out) + " rows are left out because of App Rules; they are listed on the page of the export.";
      if (!arguments.out.empty()) out += "\nIt is in " + arguments.out + ".";
      else
        out += receiver->value("delivery") == "sftp"     ? "\nIt was pushed to " + receiver->value("sftp-host") + "."
               : receiver->value("delivery") == "folder" ? "\nIt is in " + runs::path_for(*receiver) + "."
                                                         : "\nFetch it in the portal, or name a file with --out.";
    }
    if (!out.empty()) std::printf("%s\n", out.c_str());
    return one.outcome == "exported" || one.outcome == "previewed" ? exit_fine : say_why(one.why);
  });
}

int run_disclosures(HubArguments const& hub_arguments, ReceiverArguments const& arguments, std::string const& table_name, std::string const& sourced_id) {
  RunArguments run;
  run.district = arguments.district;
  return in_hub(hub_arguments, run, [&](runs::Hub& hub, store::District const& district) {
    auto const* table = table_by_name(table_name);
    if (table == nullptr) return complain("There is no table \"" + table_name + "\".");
    auto const found = runs::disclosures_of(hub, district, table->id, sourced_id, {}, 10'000);
    if (!found) return complain(found.trouble().text);
    if (!*found) return say_why("There never was a " + std::string(table->one) + " \"" + sourced_id + "\".");
    auto const noted = hub.home.operations().transaction([&] {
      store::note(hub.home.operations(), hub.actor, district.id, "disclosures seen", std::string(table->name) + " " + sourced_id);
      return true;
    });
    if (noted) return complain(noted->text);
    std::string out, text;
    JsonWriter json(out);
    json.begin_array();
    for (auto const& one : **found) {
      json.begin_object()
          .field("export", one.made.id)
          .field("receiver", one.receiver.name)
          .field("who", one.who)
          .field("at", one.made.created)
          .key("fields")
          .begin_object();
      text += one.made.created + " " + one.who + " (export " + std::to_string(one.made.id) + (one.receiver.id == 0 ? " by hand" : "") +
              (one.schools.empty() ? "" : ", if it was of " + visible(one.schools) + " then") + "):";
      for (auto const& [field, as] : one.fields) json.field(field, store::name_of(as)), text += " " + field + "=" + std::string(store::name_of(as));
      json.end_object().end_object();
      text += "\n";
    }
    json.end_array();
    if (text.empty()) text = "Nobody got it.\n";
    std::fputs(hub_arguments.format == "json" ? (out + "\n").c_str() : text.c_str(), stdout);
    return exit_fine;
  });
}

}  // namespace rollbook::cli
