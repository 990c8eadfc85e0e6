#include "store/receivers.h"

#include <algorithm>

#include "base/day.h"
#include "store/pseudonyms.h"

namespace rollbook::store {
namespace {

constexpr std::string_view columns = "SELECT id, district, name, kind, created, state, salt, settings, due_after FROM receivers WHERE district = ?";

Receiver receiver_of(Statement const& row) {
  auto const text = [&](int i) { return std::string(row.text(i)); };
  return {row.integer(0), row.integer(1), text(2), text(3), text(4), text(5), text(6), settings_of(row.text(7)), text(8)};
}

// The settings as they would be, when all of them can be.
std::optional<Trouble> apply(Receiver& receiver, ReceiverChanges const& changes) {
  for (auto const& [name, value] : changes) receiver.settings[name] = value;
  auto const policy = policy_of(receiver.kind, receiver.settings);
  return policy ? std::nullopt : std::optional(policy.trouble());
}

void note_changes(Database& operations, Receiver const& receiver, ReceiverChanges const& changes, Actor const& actor) {
  for (auto const& [name, value] : changes) note(operations, actor, receiver.district, "receiver set", receiver.name + ": " + name + " = " + value);
}

}  // namespace

std::string Receiver::why_nothing(std::int32_t day) const {
  if (state == "ended") return "The sharing with " + name + " has ended.";
  if (state == "paused") return "The sharing with " + name + " is paused.";
  auto const until = value("until");
  if (!until.empty() && day_text(day) > until) return "The sharing with " + name + " ended on " + until + ".";
  return "";
}

Result<Receiver> add_receiver(Database& operations, District const& district, std::string const& name, std::string const& kind, ReceiverChanges const& changes,
                              Actor const& actor) {
  if (auto const wrong = wrong_with_name(name); !wrong.empty()) return Trouble{"The name of the receiver " + wrong + "."};
  Receiver receiver{0, district.id, name, kind, actor.at, "active", new_salt(), {}, actor.at};
  if (auto trouble = apply(receiver, changes)) return *trouble;
  bool taken = false;
  auto const trouble = operations.transaction([&] {
    auto same = operations.prepare("SELECT 1 FROM receivers WHERE district = ? AND lower(name) = lower(?) AND state <> 'ended'");
    taken = same->with(district.id, name).step();
    same.reset();
    if (taken) return false;
    auto next = operations.prepare("SELECT coalesce(max(id), 0) + 1 FROM receivers");
    if (next->step()) receiver.id = next->integer(0);
    next.reset();
    operations.run("INSERT INTO receivers(id, district, name, kind, created, state, salt, settings, due_after) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)", receiver.id,
                   district.id, name, kind, receiver.created, receiver.state, receiver.salt, text_of(receiver.settings), receiver.due_after);
    note(operations, actor, district.id, "receiver added", name);
    note_changes(operations, receiver, changes, actor);
    return true;
  });
  if (trouble) return *trouble;
  if (taken) return Trouble{"The district \"" + district.name + "\" has a receiver \"" + name + "\" already."};
  return receiver;
}

Result<Receiver> set_receiver(Database& operations, District const& district, std::int64_t id, ReceiverChanges const& changes, Actor const& actor) {
  std::optional<Receiver> receiver;
  std::optional<Trouble> wrong;
  auto const trouble = operations.transaction([&] {
    receiver = find_receiver(operations, district.id, id);
    if (!receiver || receiver->state == "ended") wrong = Trouble{"There is no such receiver, or the sharing with it has ended."};
    else wrong = apply(*receiver, changes);
    if (wrong) return false;
    operations.run("UPDATE receivers SET settings = ? WHERE id = ?", text_of(receiver->settings), id);
    if (std::any_of(changes.begin(), changes.end(), [](auto const& one) { return one.first == "when"; })) note_due(operations, id, actor.at);
    // A password is for the server that it was given for.
    constexpr std::string_view door[] = {"sftp-host", "sftp-port", "sftp-user", "sftp-host-key"};
    if (std::any_of(changes.begin(), changes.end(), [&](auto const& one) { return std::find(std::begin(door), std::end(door), one.first) != std::end(door); }))
      operations.run("DELETE FROM receiver_secrets WHERE receiver = ?", id);
    note_changes(operations, *receiver, changes, actor);
    return true;
  });
  if (wrong) return *wrong;
  if (trouble) return *trouble;
  return *receiver;
}

std::optional<Trouble> set_receiver_state(Database& operations, District const& district, std::int64_t id, std::string const& state, Actor const& actor) {
  std::optional<Trouble> wrong;
  auto const trouble = operations.transaction([&] {
    auto const receiver = find_receiver(operations, district.id, id);
    if (!receiver || receiver->state == "ended") return wrong = Trouble{"There is no such receiver, or the sharing with it has ended."}, false;
    operations.run("UPDATE receivers SET state = ? WHERE id = ?", state, id);
    note_due(operations, id, actor.at);
    if (state == "ended") operations.run("DELETE FROM receiver_secrets WHERE receiver = ?", id);
    note(operations, actor, district.id, "receiver " + state, receiver->name);
    return true;
  });
  return wrong ? wrong : trouble;
}

std::vector<Receiver> list_receivers(Database& operations, std::int64_t district) {
  std::vector<Receiver> all;
  auto rows = operations.prepare(std::string(columns) + " ORDER BY id");
  for (rows->with(district); rows->step();) all.push_back(receiver_of(*rows));
  return all;
}

std::optional<Receiver> find_receiver(Database& operations, std::int64_t district, std::int64_t id) {
  auto row = operations.prepare(std::string(columns) + " AND id = ?");
  return row->with(district, id).step() ? std::optional(receiver_of(*row)) : std::nullopt;
}

Result<Receiver> find_receiver(Database& operations, District const& district, std::string const& name) {
  std::string there;
  for (auto const& one : list_receivers(operations, district.id)) {
    if (one.state == "ended") continue;
    if (one.name == name) return one;
    there += (there.empty() ? "\"" : ", \"") + one.name + "\"";
  }
  if (operations.trouble()) return *operations.trouble();
  return Trouble{"The district \"" + district.name + "\" has no receiver \"" + name + "\". " +
                 (there.empty() ? "It has none yet; \"rollbook receiver add NAME --district D\" makes one." : "It has: " + there + ".")};
}

std::vector<std::int64_t> districts_with_receivers(Database& operations) {
  std::vector<std::int64_t> all;
  auto rows = operations.prepare("SELECT DISTINCT district FROM receivers WHERE state = 'active' ORDER BY district");
  while (rows->step()) all.push_back(rows->integer(0));
  return all;
}

void note_due(Database& operations, std::int64_t receiver, std::string const& moment) {
  operations.run("UPDATE receivers SET due_after = ? WHERE id = ?", moment, receiver);
}

}  // namespace rollbook::store
