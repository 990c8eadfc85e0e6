#include "access/audit.h"

#include <algorithm>

namespace rollbook::access {
namespace {

std::vector<std::int64_t> logs_of(store::Database& operations, Account const& account) {
  std::vector<std::int64_t> districts;
  auto rows = operations.prepare("SELECT DISTINCT district FROM grants WHERE account = ? ORDER BY district");
  rows->with(account.id);
  while (rows->step()) districts.push_back(rows->integer(0));
  if (districts.empty() || account.is_operator) districts.push_back(0);
  return districts;
}

// A filter comes from an address line. PostgreSQL takes no NUL and no broken UTF-8, and e-mails and our own words are ASCII; other names are not asked for.
bool may_stand_there(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
}

}  // namespace

Result<AuditPage> read_audit(store::Database& operations, std::int64_t district, AuditFilter const& filter, int entries) {
  AuditPage page;
  if (!may_stand_there(filter.who) || !may_stand_there(filter.what)) return page;
  std::string sql = "SELECT id, at, who, what, detail FROM audit WHERE district = ?";
  if (filter.before) sql += " AND id < ?";
  if (!filter.who.empty()) sql += " AND who = ?";
  if (!filter.what.empty()) sql += " AND what = ?";
  auto rows = operations.prepare(sql + " ORDER BY id DESC LIMIT ?");
  int at = 0;
  rows->bind(++at, district);
  if (filter.before) rows->bind(++at, *filter.before);
  if (!filter.who.empty()) rows->bind(++at, std::string_view(filter.who));
  if (!filter.what.empty()) rows->bind(++at, std::string_view(filter.what));
  rows->bind(++at, std::int64_t{entries} + 1);
  while (rows->step())
    page.entries.push_back({rows->integer(0), std::string(rows->text(1)), std::string(rows->text(2)), std::string(rows->text(3)), std::string(rows->text(4))});
  if (operations.trouble()) return *operations.trouble();
  if (page.entries.size() > static_cast<std::size_t>(entries)) {
    page.entries.pop_back();
    page.next = page.entries.back().id;
  }
  return page;
}

void note_of_account(store::Database& operations, store::Actor const& actor, Account const& account, std::string_view what, std::string_view more) {
  auto detail = account.email;
  if (!more.empty()) detail.append(": ").append(more);
  for (auto const district : logs_of(operations, account)) store::note(operations, actor, district, what, detail);
}

}  // namespace rollbook::access
