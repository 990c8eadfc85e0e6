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

// Each is found by key from the one before: a log may have millions of entries, and few different words.
std::vector<std::string> words_of(store::Database& operations, std::int64_t district, std::string const& column, std::size_t most) {
  std::vector<std::string> all;
  auto next = operations.prepare("SELECT min(" + column + ") FROM audit WHERE district = ? AND " + column + " > ?");
  while (all.size() < most && next->with(district, all.empty() ? std::string() : all.back()).step() && !next->is_null(0)) all.emplace_back(next->text(0));
  return all;
}

}  // namespace

std::vector<std::string> audit_actions(store::Database& operations, std::int64_t district) { return words_of(operations, district, "what", 200); }
std::vector<std::string> audit_people(store::Database& operations, std::int64_t district, std::size_t most) {
  return words_of(operations, district, "who", most);
}
std::vector<std::string> audit_places(store::Database& operations, std::int64_t district, std::size_t most) {
  return words_of(operations, district, "from_where", most);
}

Result<AuditPage> read_audit(store::Database& operations, std::int64_t district, AuditFilter const& filter, int entries) {
  AuditPage page;
  std::string sql = "SELECT id, at, who, what, detail, from_where FROM audit WHERE district = ?";
  std::vector<std::string_view> texts;
  for (auto const& [text, condition] : {std::pair<std::string_view, char const*>{filter.who, " AND who = ?"},
                                        {filter.what, " AND what = ?"},
                                        {filter.from_where, " AND from_where = ?"},
                                        {filter.from, " AND at >= ?"},
                                        {filter.until, " AND at < ?"}}) {
    if (text.empty()) continue;
    if (!may_stand_there(text)) return page;
    sql += condition;
    texts.push_back(text);
  }
  if (filter.before) sql += " AND (at, id) < ((SELECT at FROM audit WHERE id = ?), ?)";
  auto rows = operations.prepare(sql + " ORDER BY at DESC, id DESC LIMIT ?");
  int at = 0;
  rows->bind(++at, district);
  for (auto const text : texts) rows->bind(++at, text);
  if (filter.before) rows->bind(++at, *filter.before), rows->bind(++at, *filter.before);
  rows->bind(++at, std::int64_t{entries} + 1);
  while (rows->step())
    page.entries.push_back({rows->integer(0), std::string(rows->text(1)), std::string(rows->text(2)), std::string(rows->text(3)), std::string(rows->text(4)),
                            std::string(rows->text(5))});
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
