// Who gets which letters: what people wish, per district and per source of it, and what holds where they have said nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "access/accounts.h"
#include "store/events.h"

namespace rollbook::letters {

struct Wish {
  std::int64_t source = 0;  // 0: of all sources of the district
  store::EventKind kind = store::EventKind::Failed;
  bool wanted = false;
};
std::vector<Wish> wishes_of(store::Database& operations, std::int64_t account, std::int64_t district);

// Takes the place of all that the account wished in the district.
std::optional<Trouble> set_wishes(store::Database& operations, access::Account const& account, std::int64_t district, std::vector<Wish> const& wishes,
                                  store::Actor const& actor);

// Letters tell numbers of the whole district: they are for people who may see its history everywhere.
bool may_get(access::Standing const& standing, std::int64_t district);
// Without a wish: what asks for somebody, of those who may decide.
bool gets_by_default(access::Standing const& standing, std::int64_t district, store::EventKind kind);
// The wish about its source counts before the one about all.
bool wants(std::vector<Wish> const& wishes, bool by_default, store::EventKind kind, std::int64_t source);

// Whom a letter goes to: numbers of accounts, ascending.
std::vector<std::int64_t> readers_of(store::Database& operations, store::Event const& event);
// Whether this one would still be among them, when it is sent later.
bool is_reader_of(store::Database& operations, store::Event const& event, access::Account const& account);

}  // namespace rollbook::letters
