#include "store/events.h"

#include <algorithm>

#include "base/demand.h"
#include "base/text.h"

namespace rollbook::store {
namespace {

constexpr std::size_t longest_fact = 100;
constexpr std::string_view names[] = {"applied",         "applied-with-warnings", "held",           "refused",  "failed",
                                      "delivery-incomplete", "nothing-arrived",       "account-banned", "host-key", "digest"};
static_assert(std::size(names) == all_event_kinds.size());

constexpr std::string_view columns = "SELECT id, district, kind, at, source, run, facts, once FROM events ";

bool may_stand(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view(".:+/=_-").find(c) != std::string_view::npos;
}

std::string cleaned(std::string_view text) {
  std::string out(text.substr(0, longest_fact));
  for (auto& c : out)
    if (!may_stand(c)) c = '?';
  return out;
}

// name=value, a line each; the first "=" ends the name.
std::string text_of(Facts const& facts) {
  std::string out;
  for (auto const& [name, value] : facts) {
    demand(!name.empty() && name.find('=') == std::string::npos);
    out += cleaned(name) + "=" + cleaned(value) + "\n";
  }
  return out;
}

Facts facts_of(std::string_view text) {
  Facts all;
  for (auto const& line : split(text, '\n'))
    if (auto const at = line.find('='); at != std::string::npos) all.emplace_back(line.substr(0, at), line.substr(at + 1));
  return all;
}

Event event_of(Statement const& row) {
  auto const number = [&](int column) { return row.is_null(column) ? std::nullopt : std::optional(row.integer(column)); };
  return {row.integer(0), row.integer(1), event_kind(row.text(2)).value_or(EventKind::Failed), std::string(row.text(3)), number(4), number(5),
          facts_of(row.text(6)), std::string(row.text(7))};
}

void bind_number(Statement& statement, int at, std::optional<std::int64_t> number) {
  if (number) statement.bind(at, *number);
  else statement.bind(at, Null{});
}

}  // namespace

std::string_view name_of(EventKind kind) { return names[static_cast<std::size_t>(kind)]; }

std::optional<EventKind> event_kind(std::string_view name) {
  auto const* const at = std::find(std::begin(names), std::end(names), name);
  if (at == std::end(names)) return std::nullopt;
  return static_cast<EventKind>(at - std::begin(names));
}

std::string const& fact(Facts const& facts, std::string_view name) {
  static std::string const none;
  auto const found = std::find_if(facts.begin(), facts.end(), [&](auto const& one) { return one.first == name; });
  return found == facts.end() ? none : found->second;
}

std::int64_t raise(Database& operations, Event const& event) {
  if (!event.once.empty()) {
    auto before = operations.prepare("SELECT id FROM events WHERE district = ? AND once = ? AND once <> ''");
    if (before->with(event.district, event.once).step()) return 0;
  }
  auto next = operations.prepare("SELECT coalesce(max(id), 0) + 1 FROM events");
  if (!next->step()) return 0;
  auto const id = next->integer(0);
  next.reset();
  auto row = operations.prepare("INSERT INTO events(id, district, kind, at, facts, once, told, source, run) VALUES(?, ?, ?, ?, ?, ?, 0, ?, ?)");
  row->with(id, event.district, name_of(event.kind), event.at, text_of(event.facts), event.once);
  bind_number(*row, 7, event.source);
  bind_number(*row, 8, event.run);
  row->step();
  return id;
}

std::optional<Event> find_event(Database& operations, std::int64_t id) {
  auto row = operations.prepare(std::string(columns) + "WHERE id = ?");
  if (!row->with(id).step()) return std::nullopt;
  return event_of(*row);
}

std::vector<Event> untold_events(Database& operations, std::size_t most) {
  std::vector<Event> all;
  auto rows = operations.prepare(std::string(columns) + "WHERE told = 0 ORDER BY id LIMIT ?");
  for (rows->with(most); rows->step();) all.push_back(event_of(*rows));
  return all;
}

void note_told(Database& operations, std::int64_t event) { operations.run("UPDATE events SET told = 1 WHERE id = ?", event); }

}  // namespace rollbook::store
