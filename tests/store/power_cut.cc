#include "store/power_cut.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace rollbook::test {
namespace {
namespace fs = std::filesystem;

constexpr std::int64_t sector = 512;

PowerCut* the_disk = nullptr;
sqlite3_vfs* real_files = nullptr;

struct Handle {
  sqlite3_file base;
  std::shared_ptr<PowerCut::File>* file;  // null: a temporary one, which nobody misses
};

Handle* of(sqlite3_file* file) { return reinterpret_cast<Handle*>(file); }
sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(Handle)); }

// What SQLite is told when it may not go on; SQLITE_OK when it may. `last`: it begins, and is the last that does.
int told(PowerCut::Step step, bool& last, int broken) {
  last = step == PowerCut::Step::IsTheLast;
  return step == PowerCut::Step::HasNoRoom ? SQLITE_FULL : step == PowerCut::Step::CannotBe ? broken : SQLITE_OK;
}

int close_file(sqlite3_file* file) {
  delete of(file)->file;
  return real(file)->pMethods->xClose(real(file));
}

int read_file(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
  return the_disk->is_off() ? SQLITE_IOERR_READ : real(file)->pMethods->xRead(real(file), to, size, at);
}

int write_file(sqlite3_file* file, void const* bytes, int size, sqlite3_int64 at) {
  if (of(file)->file == nullptr) return real(file)->pMethods->xWrite(real(file), bytes, size, at);
  bool last = false;
  if (auto const code = told(the_disk->step(true), last, SQLITE_IOERR_WRITE)) return code;
  the_disk->changed(**of(file)->file, {at, std::string(static_cast<char const*>(bytes), static_cast<std::size_t>(size)), false});
  return last ? SQLITE_IOERR_WRITE : real(file)->pMethods->xWrite(real(file), bytes, size, at);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  if (of(file)->file == nullptr) return real(file)->pMethods->xTruncate(real(file), size);
  bool last = false;
  if (auto const code = told(the_disk->step(false), last, SQLITE_IOERR_TRUNCATE)) return code;
  the_disk->changed(**of(file)->file, {size, "", true});
  return last ? SQLITE_IOERR_TRUNCATE : real(file)->pMethods->xTruncate(real(file), size);
}

int sync_file(sqlite3_file* file, int) {
  if (of(file)->file == nullptr) return SQLITE_OK;
  bool last = false;
  if (auto const code = told(the_disk->step(false), last, SQLITE_IOERR_FSYNC)) return code;
  if (last) return SQLITE_IOERR_FSYNC;
  the_disk->synced(**of(file)->file);
  return SQLITE_OK;  // the real disk need not be waited for
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) { return real(file)->pMethods->xFileSize(real(file), size); }
int lock_file(sqlite3_file* file, int how) { return real(file)->pMethods->xLock(real(file), how); }
int unlock_file(sqlite3_file* file, int how) { return real(file)->pMethods->xUnlock(real(file), how); }
int is_reserved(sqlite3_file* file, int* out) { return real(file)->pMethods->xCheckReservedLock(real(file), out); }
int control_file(sqlite3_file* file, int what, void* value) { return real(file)->pMethods->xFileControl(real(file), what, value); }
int sector_of_file(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }
int kind_of_file(sqlite3_file* file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); }
int map_shared(sqlite3_file* file, int page, int size, int extend, void volatile** to) {
  return real(file)->pMethods->xShmMap(real(file), page, size, extend, to);
}
int lock_shared(sqlite3_file* file, int offset, int n, int flags) { return real(file)->pMethods->xShmLock(real(file), offset, n, flags); }
void barrier_shared(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
int unmap_shared(sqlite3_file* file, int erase) { return real(file)->pMethods->xShmUnmap(real(file), erase); }

constexpr sqlite3_io_methods methods{2,           close_file,     read_file,    write_file,   truncate_file,  sync_file,    size_of_file,
                                     lock_file,   unlock_file,    is_reserved,  control_file, sector_of_file, kind_of_file, map_shared,
                                     lock_shared, barrier_shared, unmap_shared, nullptr,      nullptr};

int open_file(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
  of(file)->base.pMethods = nullptr;
  of(file)->file = nullptr;
  if (the_disk->is_off()) return SQLITE_CANTOPEN;
  bool const is_journal = (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
  auto kept = name != nullptr && (is_journal || (flags & SQLITE_OPEN_MAIN_DB) != 0) ? the_disk->open(name, is_journal) : nullptr;
  auto const code = real_files->xOpen(real_files, name, real(file), flags, out_flags);
  if (code != SQLITE_OK) return code;
  if (kept) of(file)->file = new std::shared_ptr<PowerCut::File>(std::move(kept));
  of(file)->base.pMethods = &methods;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs*, char const* name, int sync_folder) {
  bool last = false;
  if (auto const code = told(the_disk->step(false), last, SQLITE_IOERR_DELETE)) return code;
  auto const code = last ? SQLITE_IOERR_DELETE : real_files->xDelete(real_files, name, 0);
  if (code == SQLITE_OK || last) the_disk->deleted(name, sync_folder != 0 && !last);
  return code;
}

sqlite3_vfs* our_files() {
  static sqlite3_vfs ours;
  ours = *real_files;
  ours.zName = "power-cut";
  ours.pNext = nullptr;
  ours.szOsFile = static_cast<int>(sizeof(Handle)) + real_files->szOsFile;
  ours.xOpen = open_file;
  ours.xDelete = delete_file;
  return &ours;
}

std::string contents(std::string const& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void put(std::string& text, std::int64_t at, std::string_view bytes) {
  auto const begin = static_cast<std::size_t>(at);
  if (text.size() < begin + bytes.size()) text.resize(begin + bytes.size());
  std::copy(bytes.begin(), bytes.end(), text.begin() + at);
}

void carry_out(std::string& text, PowerCut::Change const& change) {
  if (change.truncates) text.resize(static_cast<std::size_t>(change.at));
  else put(text, change.at, change.bytes);
}

}  // namespace

PowerCut::PowerCut() {
  if (real_files == nullptr) real_files = ::sqlite3_vfs_find(nullptr);
  the_disk = this;
  ::sqlite3_vfs_register(our_files(), 1);
}

PowerCut::~PowerCut() {
  ::sqlite3_vfs_register(real_files, 1);
  ::sqlite3_vfs_unregister(::sqlite3_vfs_find("power-cut"));
  the_disk = nullptr;
}

void PowerCut::cut_at(int n) { steps_ = 0, cut_at_ = n, happened_ = false; }
void PowerCut::full_at(int n) { writes_ = 0, full_at_ = n, happened_ = false; }
void PowerCut::make_room() { full_at_ = 0; }

PowerCut::Step PowerCut::step(bool needs_room) {
  std::lock_guard const lock(mutex_);
  if (off_) return Step::CannotBe;
  if (needs_room && full_at_ > 0 && ++writes_ >= full_at_) return happened_ = true, Step::HasNoRoom;
  if (cut_at_ == 0 || ++steps_ < cut_at_) return Step::GoesOn;
  happened_ = off_ = true;
  return Step::IsTheLast;
}

bool PowerCut::is_off() {
  std::lock_guard const lock(mutex_);
  return off_;
}

std::shared_ptr<PowerCut::File> PowerCut::open(std::string const& path, bool is_journal) {
  std::lock_guard const lock(mutex_);
  auto& file = now_[path];
  if (file) return file;
  file = std::make_shared<File>();
  file->sqlite_syncs_its_folder = is_journal;
  if (fs::exists(path)) {
    file->synced = contents(path);
    durable_[path] = file;
  }
  return file;
}

void PowerCut::changed(File& file, Change change) {
  std::lock_guard const lock(mutex_);
  file.since.push_back(std::move(change));
}

void PowerCut::synced(File& file) {
  std::lock_guard const lock(mutex_);
  for (auto const& change : file.since) carry_out(file.synced, change);
  file.since.clear();
  for (auto const& [path, one] : now_)
    if (one.get() == &file && file.sqlite_syncs_its_folder) {
      file.sqlite_syncs_its_folder = false;
      return sync_folder_of(path);
    }
}

void PowerCut::deleted(std::string const& path, bool sync_folder) {
  std::lock_guard const lock(mutex_);
  now_.erase(path);
  if (sync_folder) sync_folder_of(path);
}

void PowerCut::sync_folder_of(std::string const& path) {
  auto const folder = fs::path(path).parent_path();
  std::erase_if(durable_, [&](auto const& one) { return fs::path(one.first).parent_path() == folder && now_.count(one.first) == 0; });
  for (auto const& [name, file] : now_)
    if (fs::path(name).parent_path() == folder) durable_[name] = file;
}

std::string PowerCut::what_is_left(File const& file, std::mt19937_64& random) const {
  auto left = file.synced;
  auto const luck = random() % 4;  // all of it, nothing of it, or as it comes
  for (auto const& change : file.since) {
    auto const fate = luck == 0 ? 0 : luck == 1 ? 1 : random() % 3;
    if (fate == 0) continue;
    if (fate == 1 || change.truncates) {
      carry_out(left, change);
      continue;
    }
    auto const end = change.at + static_cast<std::int64_t>(change.bytes.size());
    for (auto at = change.at; at < end;) {
      auto const next = std::min(end, (at / sector + 1) * sector);
      if (random() % 2 == 0)
        put(left, at, std::string_view(change.bytes).substr(static_cast<std::size_t>(at - change.at), static_cast<std::size_t>(next - at)));
      at = next;
    }
  }
  return left;
}

void PowerCut::come_back(std::uint64_t seed) {
  std::lock_guard const lock(mutex_);
  std::mt19937_64 random(seed);
  auto all = durable_;
  all.insert(now_.begin(), now_.end());
  for (auto const& [path, file] : all) {
    auto const is = now_.find(path), was = durable_.find(path);
    auto const& names = is == now_.end() || (was != durable_.end() && random() % 2 == 0) ? durable_ : now_;
    auto const chosen = names.find(path);
    bool const certain = is != now_.end() && was != durable_.end();
    fs::remove(path + "-shm");
    if (chosen == names.end() || (!certain && random() % 2 == 0)) {
      fs::remove(path);
      continue;
    }
    std::ofstream(path, std::ios::binary | std::ios::trunc) << what_is_left(*chosen->second, random);
  }
  now_.clear();
  durable_.clear();
  off_ = false;
  cut_at_ = full_at_ = 0;
}

}  // namespace rollbook::test
