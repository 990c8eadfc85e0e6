#include "letters/wishes.h"

#include <algorithm>
#include <set>

#include "store/district_life.h"

namespace rollbook::letters {
namespace {

using access::Right;
using store::EventKind;

// Whose place is nobody's: of the server.
bool concerns_all(store::Event const& event) { return event.district == 0; }

bool reads(store::Database& operations, access::Account const& account, access::Standing const& standing, std::int64_t district, store::Event const& event) {
  return may_get(standing, district) &&
         wants(wishes_of(operations, account.id, district), gets_by_default(standing, district, event.kind), event.kind, event.source.value_or(0));
}

}  // namespace

std::vector<Wish> wishes_of(store::Database& operations, std::int64_t account, std::int64_t district) {
  std::vector<Wish> all;
  auto rows = operations.prepare("SELECT source, kind, wanted FROM wishes WHERE account = ? AND district = ? ORDER BY source, kind");
  for (rows->with(account, district); rows->step();)
    if (auto const kind = store::event_kind(rows->text(1))) all.push_back({rows->integer(0), *kind, rows->integer(2) != 0});
  return all;
}

std::optional<Trouble> set_wishes(store::Database& operations, access::Account const& account, std::int64_t district, std::vector<Wish> const& wishes,
                                  store::Actor const& actor) {
  return operations.transaction([&] {
    operations.run("DELETE FROM wishes WHERE account = ? AND district = ?", account.id, district);
    auto row = operations.prepare("INSERT INTO wishes(account, district, source, kind, wanted) VALUES(?, ?, ?, ?, ?)");
    for (auto const& wish : wishes) row->run(account.id, district, wish.source, store::name_of(wish.kind), wish.wanted ? 1 : 0);
    store::note(operations, actor, district, "notifications set", "for " + account.email);
    return true;
  });
}

bool may_get(access::Standing const& standing, std::int64_t district) { return standing.may_everywhere(Right::SeeHistory, district); }

bool gets_by_default(access::Standing const& standing, std::int64_t district, EventKind kind) {
  if (kind == EventKind::Applied || kind == EventKind::AppliedWithWarnings || kind == EventKind::Digest) return false;
  return standing.may_everywhere(Right::RunDeliveries, district);
}

bool wants(std::vector<Wish> const& wishes, bool by_default, EventKind kind, std::int64_t source) {
  auto const said = [&](std::int64_t of) {
    return std::find_if(wishes.begin(), wishes.end(), [&](Wish const& wish) { return wish.kind == kind && wish.source == of; });
  };
  if (auto const own = said(source); own != wishes.end()) return own->wanted;
  if (auto const all = said(0); all != wishes.end()) return all->wanted;
  return by_default;
}

std::vector<std::int64_t> readers_of(store::Database& operations, store::Event const& event) {
  std::set<std::int64_t> readers;
  for (auto const& account : access::list_accounts(operations, event.district))
    if (is_reader_of(operations, event, account)) readers.insert(account.id);
  return {readers.begin(), readers.end()};
}

bool is_reader_of(store::Database& operations, store::Event const& event, access::Account const& account) {
  if (!account.active) return false;
  auto const standing = access::standing_of(operations, account);
  if (!concerns_all(event)) return reads(operations, account, standing, event.district, event);
  if (standing.is_operator) return true;
  auto const districts = standing.districts();
  return std::any_of(districts.begin(), districts.end(), [&](std::int64_t district) {
    return store::service_of(operations, district) == store::Service::Open && reads(operations, account, standing, district, event);
  });
}

}  // namespace rollbook::letters
