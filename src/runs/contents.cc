#include "runs/contents.h"

#include <algorithm>
#include <set>

#include "base/demand.h"
#include "runs/landing.h"
#include "store/vault.h"

namespace rollbook::runs {
namespace {

bool lies_in(std::string_view part, std::string_view whole) { return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size(); }

bool has_rows(TablePlan const& plan) { return !plan.created.empty() || !plan.updated.empty(); }

void drop_files(store::Database& roster, std::int64_t run, std::set<std::string>& unpacked) {
  auto hashes = roster.prepare("SELECT hash FROM run_files WHERE run = ? AND unpacked = 1");
  for (hashes->with(run); hashes->step();) unpacked.insert(std::string(hashes->text(0)));
  hashes.reset();
  roster.run("DELETE FROM run_files WHERE run = ?", run);
}

std::vector<std::int64_t> waiting_in(store::Database& roster) {
  std::vector<std::int64_t> runs;
  auto rows = roster.prepare("SELECT run FROM run_contents WHERE waits = 1");
  while (rows->step()) runs.push_back(rows->integer(0));
  return runs;
}

bool is_kept(store::Database& roster, std::int64_t run) {
  auto row = roster.prepare("SELECT 1 FROM run_contents WHERE run = ?");
  return row->with(run).step();
}

std::string chunks_of(TableData const& data) {
  std::vector<FileChunk> chunks;
  for (std::size_t i = 0; i < data.chunks.size(); ++i)
    chunks.push_back({data.member->skipped + data.chunks[i].start, data.member->skipped + data.chunks[i].end, data.first_row[i],
                      static_cast<std::uint32_t>(data.chunks[i].first_line)});
  return pack_chunks(chunks);
}

void save_new(store::Database& roster, std::int64_t run, Looked& looked, std::vector<KeptFile> const& files) {
  roster.run("INSERT INTO run_contents(run, waits) VALUES(?, ?)", run, files.empty() ? 0 : 1);
  save_findings(roster, run, looked.findings);
  looked.lists.save(roster, run);
  auto school = roster.prepare("INSERT INTO run_schools(run, school, id, name) VALUES(?, ?, ?, ?)");
  for (std::size_t i = 0; i < looked.schools.size(); ++i)
    school->run(run, looked.schools[i], looked.answer.schools[i].sourced_id, looked.answer.schools[i].name);
  auto put = roster.prepare("INSERT INTO run_files(run, tbl, hash, unpacked, version, delta, first_record, chunks) VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
  for (auto const& file : files) {
    auto const& data = looked.comparison->checked.roster[file.table];
    put->run(run, static_cast<int>(file.table), file.hash, file.shelf == Shelf::Unpacked ? 1 : 0, name_of(*looked.bundle.version),
             data.mode == Mode::Delta ? 1 : 0, data.member->skipped + data.first_record, store::Blob{chunks_of(data)});
  }
}

// Unpacked files that no run needs any more.
std::vector<std::string> unneeded_of(Hub const& hub, store::Database& roster, std::set<std::string> const& gone) {
  std::vector<std::string> unneeded;
  auto needed = roster.prepare("SELECT 1 FROM run_files WHERE hash = ? AND unpacked = 1");
  for (auto const& hash : gone) {
    bool const still = needed->with(hash).step();
    needed->reset();
    if (still) continue;
    unneeded.push_back(hash);
    if (hub.data_folder.empty()) roster.run("DELETE FROM vault_pieces WHERE name = ?", name_in_rows(hash, Shelf::Unpacked));
  }
  return unneeded;
}

}  // namespace

std::string pack_chunks(std::vector<FileChunk> const& chunks) {
  std::string bytes;
  auto const put = [&](std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i));
  };
  for (auto const& chunk : chunks) put(chunk.start, 8), put(chunk.end - chunk.start, 4), put(chunk.first_row, 4), put(chunk.first_line, 4);
  return bytes;
}

std::vector<FileChunk> unpack_chunks(std::string_view bytes) {
  std::vector<FileChunk> chunks;
  auto const get = [&](std::size_t at, int size) {
    std::uint64_t value = 0;
    for (int i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
    return value;
  };
  constexpr std::size_t size = 20;
  for (std::size_t at = 0; at + size <= bytes.size(); at += size)
    chunks.push_back({get(at, 8), get(at, 8) + get(at + 8, 4), static_cast<std::uint32_t>(get(at + 12, 4)), static_cast<std::uint32_t>(get(at + 16, 4))});
  return chunks;
}

Result<std::vector<KeptFile>> keep_unpacked(Hub& hub, store::District const& district, store::Run const& run, Looked const& looked) {
  std::vector<KeptFile> files;
  auto const received = received_files(run.delivery);
  VaultFolder const folder(hub, district.id, Shelf::Unpacked);
  store::Vault vault(folder.path(), hub.key, static_cast<std::uint64_t>(district.id));
  for (auto const* table : all_tables) {
    auto const* member = looked.comparison->checked.roster[table->id].member;
    if (member == nullptr || !has_rows(looked.plan[table->id])) continue;
    auto const loose = std::find_if(looked.delivery.received.begin(), looked.delivery.received.end(),
                                    [&](auto const& one) { return !looked.delivery.zipped && lies_in(member->bytes, one.second); });
    if (loose != looked.delivery.received.end()) {
      auto const at = static_cast<std::size_t>(loose - looked.delivery.received.begin());
      demand(at < received.size());
      files.push_back({table->id, received[at].hash, Shelf::Received});
      continue;
    }
    auto writer = vault.write();
    if (!writer) return writer.trouble();
    (*writer)->write(std::string(member->skipped, ' '));  // offsets are those of the file
    (*writer)->write(member->bytes);
    auto const name = (*writer)->finish();
    if (!name) return name.trouble();
    files.push_back({table->id, name->hash, Shelf::Unpacked});
    if (!folder.passing()) continue;
    if (auto trouble = send_to_rows(*looked.roster, folder.path(), name->hash, Shelf::Unpacked)) return *trouble;
  }
  return files;
}

std::vector<Decided> decided_runs(Hub& hub, store::District const& district, store::Database& roster, std::int64_t but) {
  std::vector<Decided> decided;
  for (auto const number : waiting_in(roster)) {
    if (number == but) continue;
    auto const run = store::find_run(hub.home.operations(), district.id, number);
    if (!run || (run->state == "done" && run->decision != "open")) decided.push_back({number, !run || run->decision == "superseded"});
  }
  return decided;
}

std::vector<std::string> save_contents(Hub const& hub, std::int64_t run, Looked& looked, std::vector<KeptFile> const& files,
                                       std::vector<Decided> const& decided) {
  auto& roster = *looked.roster;
  std::set<std::string> gone;
  if (is_kept(roster, run)) {
    drop_files(roster, run, gone);
    drop_findings(roster, run);
    drop_changes(roster, run);
    roster.run("DELETE FROM run_contents WHERE run = ?", run);
  }
  if (!looked.findings.empty() || !looked.lists.is_empty()) save_new(roster, run, looked, files);
  for (auto const& other : decided) {
    drop_files(roster, other.run, gone);
    if (other.superseded) drop_changes(roster, other.run);
    roster.run("UPDATE run_contents SET waits = 0 WHERE run = ?", other.run);
  }
  return unneeded_of(hub, roster, gone);
}

std::vector<std::string> drop_kept_files(Hub const& hub, store::Database& roster, std::vector<std::int64_t> const& runs) {
  std::set<std::string> gone;
  for (auto const run : runs) drop_files(roster, run, gone);
  return unneeded_of(hub, roster, gone);
}

void forget_unpacked(Hub const& hub, store::District const& district, std::vector<std::string> const& hashes) {
  if (hub.data_folder.empty() || hashes.empty()) return;
  VaultFolder const folder(hub, district.id, Shelf::Unpacked);
  store::Vault vault(folder.path(), hub.key, static_cast<std::uint64_t>(district.id));
  for (auto const& hash : hashes) vault.remove({hash});  // what cannot be removed now is only in the way
}

std::optional<Trouble> keep_contents(Hub& hub, store::District const& district, store::Run const& run, Looked& looked) {
  auto& roster = *looked.roster;
  bool const known = looked.quality.taken && run.source;
  if (!known && looked.findings.empty() && looked.lists.is_empty() && !is_kept(roster, run.id)) return roster.trouble();
  std::vector<KeptFile> files;
  if (run.decision == "open" && !looked.lists.is_empty()) {
    auto kept = keep_unpacked(hub, district, run, looked);
    if (!kept) return kept.trouble();
    files = std::move(*kept);
  }
  auto const decided = decided_runs(hub, district, roster, run.id);
  if (hub.home.operations().trouble()) return hub.home.operations().trouble();
  std::vector<std::string> unneeded;
  auto const trouble = roster.transaction([&] {
    unneeded = save_contents(hub, run.id, looked, files, decided);
    if (known) save_quality(roster, run.id, *run.source, looked.quality, looked.answer.outcome == "no_changes", hub.today);
    return true;
  });
  if (trouble) return trouble;
  forget_unpacked(hub, district, unneeded);
  return std::nullopt;
}

}  // namespace rollbook::runs
