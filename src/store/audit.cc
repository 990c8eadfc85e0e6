#include "store/audit.h"

#include <algorithm>
#include <optional>

#include "store/sha256.h"

namespace rollbook::store {
namespace {

struct Entry {
  std::int64_t id = 0, district = 0;
  std::string at, who, what, detail, from_where;
};

struct End {
  std::int64_t entries = 0, newest = 0;
  std::string chain;
};

// Lengths stand before texts, so that no two entries are the same bytes. From where somebody came was not noted in former times: entries without it are linked
// as they were then, and none can be given or taken a place afterwards.
std::string link(std::string const& before, Entry const& entry) {
  Sha256 hash;
  auto const take = [&](std::string const& text) { hash.take(std::to_string(text.size()) + ":" + text); };
  for (auto const& part : {before, std::to_string(entry.district), std::to_string(entry.id), entry.at, entry.who, entry.what, entry.detail}) take(part);
  if (!entry.from_where.empty()) take(entry.from_where);
  return hash.hex();
}

std::unique_ptr<Statement> entries_of(Database& operations) {
  return operations.prepare("SELECT id, district, at, who, what, detail, chain, from_where FROM audit WHERE district = ? ORDER BY id");
}

Entry entry_of(Statement const& row) {
  return {row.integer(0),           row.integer(1),           std::string(row.text(2)), std::string(row.text(3)),
          std::string(row.text(4)), std::string(row.text(5)), std::string(row.text(7))};
}

std::optional<End> end_of(Database& operations, std::int64_t district) {
  auto row = operations.prepare("SELECT entries, newest, chain FROM audit_ends WHERE district = ?");
  if (!row->with(district).step()) return std::nullopt;
  return End{row->integer(0), row->integer(1), std::string(row->text(2))};
}

void keep_end(Database& operations, std::int64_t district, End const& end) {
  operations.run(
      "INSERT INTO audit_ends(district, entries, newest, chain) VALUES(?, ?, ?, ?) ON CONFLICT(district) DO UPDATE SET entries = excluded.entries, "
      "newest = excluded.newest, chain = excluded.chain",
      district, end.entries, end.newest, end.chain);
}

void append(Database& operations, End& end, Entry entry) {
  auto next = operations.prepare("SELECT coalesce(max(id), 0) + 1 FROM audit");
  if (!next->step()) return;
  // The end remembers its number: that of an entry somebody took out at the end is not given again.
  entry.id = std::max(next->integer(0), end.newest + 1);
  next.reset();
  end = {end.entries + 1, entry.id, link(end.chain, entry)};
  operations.run("INSERT INTO audit(id, at, who, district, what, detail, chain, from_where) VALUES(?, ?, ?, ?, ?, ?, ?, ?)", entry.id, entry.at, entry.who,
                 entry.district, entry.what, entry.detail, end.chain, entry.from_where);
}

// Of a log without an end: it is empty, or from before there were chains. What stands there is taken as it is, and that is noted.
End begin_chain(Database& operations, Actor const& actor, std::int64_t district) {
  End end;
  std::vector<std::pair<std::int64_t, std::string>> links;
  auto rows = entries_of(operations);
  for (rows->with(district); rows->step();) {
    auto const entry = entry_of(*rows);
    // One that was chained before stays as it is, also when somebody has taken the end away: it shows whether the log was touched.
    auto const was = std::string(rows->text(6));
    end = {end.entries + 1, entry.id, was.empty() ? link(end.chain, entry) : was};
    if (was.empty()) links.emplace_back(entry.id, end.chain);
  }
  rows.reset();
  auto keep = operations.prepare("UPDATE audit SET chain = ? WHERE id = ?");
  for (auto const& [id, chain] : links) keep->run(chain, id);
  if (end.entries > 0)
    append(operations, end, {0, district, actor.at, "Rollbook", "audit log chained", std::to_string(end.entries) + " entries before", "the server"});
  return end;
}

}  // namespace

void note(Database& operations, Actor const& actor, std::int64_t district, std::string_view what, std::string_view detail) {
  auto end = end_of(operations, district);
  if (!end) end = begin_chain(operations, actor, district);
  append(operations, *end, {0, district, actor.at, actor.who, std::string(what), std::string(detail), actor.from_where});
  keep_end(operations, district, *end);
}

Result<AuditChain> verify_audit(Database& operations, std::int64_t district) {
  AuditChain out;
  // Others go on writing: the end is read first, and has to be somewhere on the way.
  auto const end = end_of(operations, district);
  bool met_end = !end;
  std::string chain;
  bool chained = false;
  auto rows = entries_of(operations);
  for (rows->with(district); rows->step() && out.broken.empty();) {
    auto const entry = entry_of(*rows);
    auto const here = std::string(rows->text(6));
    ++out.entries;
    if (here.empty() && !end && !chained) continue;  // from before there were chains, and nothing was noted since
    chained = true;
    chain = link(chain, entry);
    if (chain != here)
      out.broken = "Entry " + std::to_string(entry.id) + " of the audit log is not what was written, or the one before it was changed or taken out.";
    if (end && entry.id == end->newest) {
      met_end = true;
      if (out.broken.empty() && (end->chain != here || end->entries != out.entries))
        out.broken = "Entry " + std::to_string(entry.id) + " of the audit log is not the end that was noted.";
    }
  }
  rows.reset();
  if (operations.trouble()) return *operations.trouble();
  if (out.broken.empty() && !met_end) out.broken = "Entry " + std::to_string(end->newest) + ", the newest of the audit log, is not there any more.";
  if (out.broken.empty() && !end && chained) out.broken = "The end of the audit log, behind its " + std::to_string(out.entries) + " entries, was taken away.";
  out.end = chain;
  return out;
}

}  // namespace rollbook::store
