// What people and programs outside may want to be told: a run was held, nothing arrived, an account was banned. Whoever notices it raises an event in the
// transaction that also keeps what happened, so that a crash loses none and doubles none. Who is told of it, and how, is decided later (letters/), by a thread
// of its own: raising writes one row and waits for nobody.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/database.h"

namespace rollbook::store {

enum class EventKind : std::uint8_t {
  Applied,
  AppliedWithWarnings,
  Held,
  Refused,
  Failed,
  DeliveryIncomplete,  // bytes, percent (of what the last delivery weighed)
  NothingArrived,      // day (2026-11-22), by (18:00) in the district, move: sender, district or operator; the run that hangs, if any
  AccountBanned,       // address, until (2026-11-22T01:02:03Z)
  HostKey,             // fingerprint, from (2026-11-22)
  Digest,              // day, and how many runs came to what
};
inline constexpr std::array all_event_kinds{EventKind::Applied,
                                            EventKind::AppliedWithWarnings,
                                            EventKind::Held,
                                            EventKind::Refused,
                                            EventKind::Failed,
                                            EventKind::DeliveryIncomplete,
                                            EventKind::NothingArrived,
                                            EventKind::AccountBanned,
                                            EventKind::HostKey,
                                            EventKind::Digest};
std::string_view name_of(EventKind kind);  // applied, applied-with-warnings, …
std::optional<EventKind> event_kind(std::string_view name);

// Numbers and words, in this order; a name may stand there several times. Letters and webhooks tell them to people outside, so a fact is never a sentence, a
// name or an id of a record: what stands in it besides letters of ASCII, digits and .:+/=_- is replaced by "?" when it is raised, and it has 100 characters at
// most.
using Facts = std::vector<std::pair<std::string, std::string>>;
std::string const& fact(Facts const& facts, std::string_view name);  // the first of this name, or ""

struct Event {
  std::int64_t id = 0, district = 0;  // district 0: it concerns all of them
  EventKind kind = EventKind::Failed;
  std::string at;  // 2026-11-22T01:02:03Z
  std::optional<std::int64_t> source = {}, run = {};
  Facts facts = {};
  // Of one that is noticed again and again: in a district the same words are raised once. "" is raised each time.
  std::string once = {};
};

// Within the caller's transaction. Its number; 0 when it was raised before.
std::int64_t raise(Database& operations, Event const& event);

std::optional<Event> find_event(Database& operations, std::int64_t id);

// Of those that nobody has been told of yet, the oldest; and that it is settled who is. Within a transaction, both.
std::vector<Event> untold_events(Database& operations, std::size_t most);
void note_told(Database& operations, std::int64_t event);

}  // namespace rollbook::store
