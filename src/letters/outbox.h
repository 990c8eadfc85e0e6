// What waits to be sent: a letter to a person, or an event to a webhook, a row each. A row is taken for some minutes by one worker, so that two nodes do not
// send it at the same time; who dies in between leaves it to the next. So each is sent at least once, and carries a number by which a repetition can be
// recognised.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/database.h"

namespace rollbook::letters {

struct Item {
  std::int64_t id = 0, event = 0, district = 0;
  std::int64_t account = 0, webhook = 0;         // one of them is 0
  std::string state = "waiting";                 // waiting, sent, given up
  std::int64_t created = 0, due = 0, ended = 0;  // seconds since 1970
  std::int64_t attempts = 0;
  std::int64_t status = 0;      // what a webhook answered last; 0: nothing
  std::string why = {};         // what went wrong last
  std::int64_t invitation = 0;  // a letter that brings it, to nobody's account; 0: it is about an event
};

inline constexpr std::int64_t lease = 300;                                  // seconds that sending one takes at most
inline constexpr std::int64_t tried_for = 4 * 24 * 3600, least_tries = 12;  // both have to be past before one is given up
inline constexpr std::int64_t refused_for = 2 * 24 * 3600;                  // a refusal for good is believed after it
inline constexpr std::int64_t kept_for = 90LL * 24 * 3600;                  // what has ended
std::int64_t pause_after(std::int64_t attempts);                            // 1, 2, 5, 10, 30 minutes, 1, 2, 4 hours, and 4 hours from then on

// Within the caller's transaction.
void add_item(store::Database& operations, Item item);

// Doors with something due: 0 is the mail server, the others are webhooks. Whose item waits longest comes first.
std::vector<std::int64_t> due_doors(store::Database& operations, std::int64_t now);
// Takes the next one for a door; nothing when there is none, or others have it in hand.
std::optional<Item> claim_item(store::Database& operations, std::int64_t door, std::string const& worker, std::int64_t now);

// Refused: for good, says who answers; but mail servers and name servers that somebody sets up wrongly say that too, until they are mended.
enum class Sent : std::uint8_t { Done, Later, Refused, Never };
struct Tried {
  Sent sent = Sent::Done;
  std::string why = {};
  std::int64_t status = 0;
  bool door_is_shut = false;  // nobody there: what else waits for this door needs not be tried now
};
// What came of it. Nothing is noted for a worker who took too long and has lost it to another.
std::optional<Trouble> note_result(store::Database& operations, Item const& item, std::string const& worker, Tried const& tried, std::int64_t now);

// Lets go of what ended long ago, and of events that nothing refers to any more.
std::optional<Trouble> forget_old(store::Database& operations, std::int64_t now);

// Newest first, those below `below`. Of an account its letters, of a webhook what it was told, of neither all letters.
struct ItemFilter {
  std::int64_t account = 0, webhook = 0;
  std::string state = {};
  std::int64_t district = 0;  // 0: of all
};
std::vector<Item> list_items(store::Database& operations, ItemFilter const& filter, std::optional<std::int64_t> below, std::size_t how_many);
// The last letter with an invitation.
std::optional<Item> letter_with(store::Database& operations, std::int64_t invitation);
// Letters that wait, and those that were given up.
struct Waiting {
  std::int64_t waiting = 0, given_up = 0, oldest = 0;  // oldest: seconds since 1970, of those that wait
  std::string why;                                     // what went wrong last with one that waits
};
Waiting letters_waiting(store::Database& operations);

}  // namespace rollbook::letters
