#include "letters/outbox.h"

#include <algorithm>
#include <iterator>

#include "store/moment.h"

namespace rollbook::letters {
namespace {

constexpr std::int64_t minute = 60, hour = 3600;
constexpr std::int64_t pauses[] = {1 * minute, 2 * minute, 5 * minute, 10 * minute, 30 * minute, 1 * hour, 2 * hour, 4 * hour};
constexpr std::size_t longest_why = 300;

constexpr std::string_view columns = "SELECT id, coalesce(event, 0), district, account, webhook, state, created, due, ended, attempts, status, why, invitation FROM outbox ";

Item item_of(store::Statement const& row) {
  return {row.integer(0), row.integer(1), row.integer(2), row.integer(3), row.integer(4),  std::string(row.text(5)),
          row.integer(6), row.integer(7), row.integer(8), row.integer(9), row.integer(10), std::string(row.text(11)),
          row.integer(12)};
}

// Whole characters of UTF-8.
std::string shortened(std::string text) {
  if (text.size() <= longest_why) return text;
  auto end = longest_why;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

std::int64_t pause_after(std::int64_t attempts) {
  auto const at = std::clamp<std::int64_t>(attempts, 1, std::size(pauses)) - 1;
  return pauses[at];
}

void add_item(store::Database& operations, Item item) {
  auto next = operations.prepare("SELECT coalesce(max(id), 0) + 1 FROM outbox");
  if (!next->step()) return;
  item.id = next->integer(0);
  next.reset();
  operations.run(
      "INSERT INTO outbox(id, event, district, account, webhook, state, created, due, attempts, worker, lease, status, why, ended, invitation) "
      "VALUES(?, nullif(?, 0), ?, ?, ?, 'waiting', ?, ?, 0, '', 0, 0, '', 0, ?)",
      item.id, item.event, item.district, item.account, item.webhook, item.created, item.created, item.invitation);
}

std::vector<std::int64_t> due_doors(store::Database& operations, std::int64_t now) {
  std::vector<std::int64_t> all;
  // What waits for a paused webhook is not tried, and so not given up either.
  auto rows = operations.prepare(
      "SELECT webhook FROM outbox WHERE state = 'waiting' AND due <= ? AND lease <= ? AND webhook NOT IN (SELECT id FROM webhooks WHERE state = 'paused') "
      "GROUP BY webhook ORDER BY min(due), webhook");
  for (rows->with(now, now); rows->step();) all.push_back(rows->integer(0));
  return all;
}

std::optional<Item> claim_item(store::Database& operations, std::int64_t door, std::string const& worker, std::int64_t now) {
  std::optional<Item> item;
  auto const trouble = operations.transaction([&] {
    auto row = operations.prepare(std::string(columns) + "WHERE state = 'waiting' AND webhook = ? AND due <= ? AND lease <= ? ORDER BY due, id LIMIT 1");
    if (!row->with(door, now, now).step()) return false;
    item = item_of(*row);
    row.reset();
    ++item->attempts;
    operations.run("UPDATE outbox SET worker = ?, lease = ?, attempts = ? WHERE id = ?", worker, now + lease, item->attempts, item->id);
    return true;
  });
  return trouble ? std::nullopt : item;
}

std::optional<Trouble> note_result(store::Database& operations, Item const& item, std::string const& worker, Tried const& tried, std::int64_t now) {
  bool const too_old = now - item.created >= (tried.sent == Sent::Refused ? refused_for : tried_for) && item.attempts >= least_tries;
  std::string const state = tried.sent == Sent::Done ? "sent" : tried.sent == Sent::Never || too_old ? "given up" : "waiting";
  return operations.transaction([&] {
    auto mine = operations.prepare("SELECT 1 FROM outbox WHERE id = ? AND worker = ? AND attempts = ? AND state = 'waiting'");
    if (!mine->with(item.id, worker, item.attempts).step()) return false;
    mine.reset();
    operations.run("UPDATE outbox SET state = ?, due = ?, worker = '', lease = 0, status = ?, why = ?, ended = ? WHERE id = ?", state,
                   now + pause_after(item.attempts), tried.status, shortened(tried.why), state == "waiting" ? 0 : now, item.id);
    return true;
  });
}

std::optional<Trouble> forget_old(store::Database& operations, std::int64_t now) {
  return operations.transaction([&] {
    // The newest stays: numbers come behind it, and who was told a number is never told it again of something else.
    operations.run("DELETE FROM outbox WHERE state <> 'waiting' AND ended < ? AND id < (SELECT max(id) FROM outbox)", now - kept_for);
    operations.run("DELETE FROM events WHERE told = 1 AND at < ? AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.event = events.id)",
                   store::moment_text(now - kept_for));
    return true;
  });
}

std::vector<Item> list_items(store::Database& operations, ItemFilter const& filter, std::optional<std::int64_t> below, std::size_t how_many) {
  std::vector<Item> all;
  auto rows = operations.prepare(std::string(columns) +
                                 "WHERE webhook = ? AND (account = ? OR ? = 0) AND (state = ? OR ? = '') AND (district = ? OR ? = 0) AND id < ? "
                                 "ORDER BY id DESC LIMIT ?");
  for (rows->with(filter.webhook, filter.account, filter.account, filter.state, filter.state, filter.district, filter.district, below.value_or(INT64_MAX),
                  how_many);
       rows->step();)
    all.push_back(item_of(*rows));
  return all;
}

std::optional<Item> letter_with(store::Database& operations, std::int64_t invitation) {
  auto row = operations.prepare(std::string(columns) + "WHERE invitation = ? ORDER BY id DESC LIMIT 1");
  return row->with(invitation).step() ? std::optional(item_of(*row)) : std::nullopt;
}

Waiting letters_waiting(store::Database& operations) {
  Waiting all;
  auto rows = operations.prepare("SELECT state, count(*), min(created) FROM outbox WHERE webhook = 0 AND state <> 'sent' GROUP BY state");
  while (rows->step()) {
    if (rows->text(0) == "waiting") all.waiting = rows->integer(1), all.oldest = rows->integer(2);
    else all.given_up = rows->integer(1);
  }
  rows.reset();
  auto last = operations.prepare("SELECT why FROM outbox WHERE webhook = 0 AND state = 'waiting' AND why <> '' ORDER BY due DESC LIMIT 1");
  if (last->step()) all.why = last->text(0);
  return all;
}

}  // namespace rollbook::letters
