#include "store/sqlite_log.h"

#include <sqlite3.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace rollbook::store {
namespace {

constexpr int most_gathered = 0x1ffff;  // SQLite's own files write no more bytes at once (os_unix.c, seekAndWriteFd)
constexpr int room_for_real_file = 1024;

// What follows each other in the file.
struct Piece {
  std::unique_ptr<char[]> bytes{new char[most_gathered]};
  sqlite3_int64 begin = 0;
  int size = 0;

  bool touches(sqlite3_int64 at, int n) const { return at < begin + size && at + n > begin; }
  bool takes(sqlite3_int64 at, int n) const { return size == 0 || (at == begin + size && n <= most_gathered - size); }
  bool holds(sqlite3_int64 at, int n) const { return at >= begin && at + n <= begin + size; }
  void add(void const* from, int n, sqlite3_int64 at) {
    if (size == 0) begin = at;
    std::memcpy(bytes.get() + size, from, static_cast<std::size_t>(n));
    size += n;
  }
};

// Gathers one piece while the one before is being written by a thread of its own, which begins when there is a second piece to gather.
class Gathering {
 public:
  explicit Gathering(sqlite3_file* file) : file_(file) {}
  Gathering(Gathering const&) = delete;
  Gathering& operator=(Gathering const&) = delete;
  ~Gathering() {
    if (!thread_.joinable()) return;
    {
      std::lock_guard const lock(mutex_);
      ends_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  int add(void const* bytes, int n, sqlite3_int64 at) {
    if (at < end_) return write_again(bytes, n, at);
    end_ = at + n;
    if (!now_.takes(at, n)) {
      if (auto const code = wait()) return forget(), code;
      std::swap(now_, before_);
      now_.size = 0;
      if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
      {
        std::lock_guard const lock(mutex_);
        busy_ = true;
      }
      changed_.notify_all();
    }
    now_.add(bytes, n, at);
    return SQLITE_OK;
  }

  bool touches(sqlite3_int64 at, int n) const { return now_.touches(at, n) || before_.touches(at, n); }

  // Writes all there is. What could not be written stays.
  int write_out() {
    if (auto const code = wait()) return code;
    return write(now_);
  }

  // The transaction is over, and what is still here was rolled back. Another connection may write to the same places from now on.
  void give_up() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !busy_; });
    written_ = false;
    end_ = 0;
    forget();
  }

  // When SQLite is told that something was not written, it rolls back: what it has given must not come into the file later, as a commit that failed.
  void forget() { now_.size = before_.size = 0; }

 private:
  // A page that changes after SQLite has put it away goes to the place it has in the log, and then the checksums of all pages behind it are written anew. Each
  // of these would be a piece by itself, and the two threads would wait for each other at every one.
  int write_again(void const* bytes, int n, sqlite3_int64 at) {
    if (now_.holds(at, n)) return std::memcpy(now_.bytes.get() + (at - now_.begin), bytes, static_cast<std::size_t>(n)), SQLITE_OK;
    if (touches(at, n)) {
      if (auto const code = write_out()) return forget(), code;
    }
    if (auto const code = file_->pMethods->xWrite(file_, bytes, n, at)) return forget(), code;
    end_ = std::max(end_, at + n);
    return SQLITE_OK;
  }

  int write(Piece& piece) {
    if (piece.size == 0) return SQLITE_OK;
    auto const code = file_->pMethods->xWrite(file_, piece.bytes.get(), piece.size, piece.begin);
    if (code == SQLITE_OK) piece.size = 0;
    return code;
  }

  // For the piece before. One that failed is tried once more by who waits for it.
  int wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !busy_; });
    if (std::exchange(written_, false)) before_.size = 0;
    return write(before_);
  }

  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return busy_ || ends_; });
      if (ends_) return;
      lock.unlock();
      auto const code = file_->pMethods->xWrite(file_, before_.bytes.get(), before_.size, before_.begin);
      lock.lock();
      if (code == SQLITE_OK) written_ = true;
      busy_ = false;
      changed_.notify_all();
    }
  }

  sqlite3_file* file_;
  Piece now_, before_;
  sqlite3_int64 end_ = 0;  // of what this transaction has given
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool busy_ = false, written_ = false, ends_ = false;
};

// An open log, or the database it belongs to. The file of the system lies in memory right behind it; whatever is not said here goes on to it.
struct Log {
  sqlite3_file base;
  Gathering* gathering;  // of a log; null: not one byte was written yet
  Log* other;            // of a database its log, of a log its database; null: not open
};

Log& log_of(sqlite3_file* file) { return *reinterpret_cast<Log*>(file); }
sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(Log)); }
sqlite3_io_methods const& methods_of_real(sqlite3_file* file) { return *real(file)->pMethods; }

int write_out(sqlite3_file* file) { return log_of(file).gathering == nullptr ? SQLITE_OK : log_of(file).gathering->write_out(); }

int write_log(sqlite3_file* file, void const* bytes, int size, sqlite3_int64 at) {
  auto& gathering = log_of(file).gathering;
  try {
    if (gathering == nullptr) gathering = new Gathering(real(file));
    if (size <= most_gathered) return gathering->add(bytes, size, at);
  } catch (std::exception const&) {  // neither memory nor a thread to be had
  }
  if (auto const code = write_out(file); code != SQLITE_OK) return log_of(file).gathering->forget(), code;
  return methods_of_real(file).xWrite(real(file), bytes, size, at);
}

// SQLite looks for pages of this transaction that it has put away; they are mostly written long ago.
int read_log(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
  auto const* gathering = log_of(file).gathering;
  auto const code = gathering != nullptr && gathering->touches(at, size) ? write_out(file) : SQLITE_OK;
  return code != SQLITE_OK ? code : methods_of_real(file).xRead(real(file), to, size, at);
}

int truncate_log(sqlite3_file* file, sqlite3_int64 size) {
  auto const code = write_out(file);
  return code != SQLITE_OK ? code : methods_of_real(file).xTruncate(real(file), size);
}

int sync_log(sqlite3_file* file, int how) {
  auto const code = write_out(file);
  if (code == SQLITE_OK) return methods_of_real(file).xSync(real(file), how);
  log_of(file).gathering->forget();
  return code;
}

int size_of_log(sqlite3_file* file, sqlite3_int64* size) {
  auto const code = write_out(file);
  return code != SQLITE_OK ? code : methods_of_real(file).xFileSize(real(file), size);
}

// What is still here was never committed.
int close_log(sqlite3_file* file) {
  delete std::exchange(log_of(file).gathering, nullptr);
  if (auto* const database = log_of(file).other; database != nullptr) database->other = nullptr;
  return methods_of_real(file).xClose(real(file));
}

int close_database(sqlite3_file* file) {
  if (auto* const log = log_of(file).other; log != nullptr) log->other = nullptr;
  return methods_of_real(file).xClose(real(file));
}
int read_file(sqlite3_file* file, void* to, int size, sqlite3_int64 at) { return methods_of_real(file).xRead(real(file), to, size, at); }
int write_file(sqlite3_file* file, void const* bytes, int size, sqlite3_int64 at) { return methods_of_real(file).xWrite(real(file), bytes, size, at); }
int truncate_file(sqlite3_file* file, sqlite3_int64 size) { return methods_of_real(file).xTruncate(real(file), size); }
int sync_file(sqlite3_file* file, int how) { return methods_of_real(file).xSync(real(file), how); }
int size_of_file(sqlite3_file* file, sqlite3_int64* size) { return methods_of_real(file).xFileSize(real(file), size); }
int map_shared(sqlite3_file* file, int page, int size, int extend, void volatile** to) {
  return methods_of_real(file).xShmMap(real(file), page, size, extend, to);
}
void barrier_shared(sqlite3_file* file) { methods_of_real(file).xShmBarrier(real(file)); }
int unmap_shared(sqlite3_file* file, int erase) { return methods_of_real(file).xShmUnmap(real(file), erase); }
int fetch(sqlite3_file* file, sqlite3_int64 at, int size, void** to) { return methods_of_real(file).xFetch(real(file), at, size, to); }
int unfetch(sqlite3_file* file, sqlite3_int64 at, void* from) { return methods_of_real(file).xUnfetch(real(file), at, from); }

// Whoever writes holds the first of the locks that connections share (wal.c, WAL_WRITE_LOCK). A commit has synced the log before it lets go; of a
// transaction that was rolled back, pages may still be on their way.
int lock_shared(sqlite3_file* file, int first, int n, int flags) {
  bool const writer_ends = first == 0 && (flags & SQLITE_SHM_UNLOCK) != 0 && (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  if (auto* const log = log_of(file).other; writer_ends && log != nullptr && log->gathering != nullptr) log->gathering->give_up();
  return methods_of_real(file).xShmLock(real(file), first, n, flags);
}

int lock(sqlite3_file* file, int how) { return methods_of_real(file).xLock(real(file), how); }
int unlock(sqlite3_file* file, int how) { return methods_of_real(file).xUnlock(real(file), how); }
int check_lock(sqlite3_file* file, int* is_reserved) { return methods_of_real(file).xCheckReservedLock(real(file), is_reserved); }
int control(sqlite3_file* file, int what, void* value) { return methods_of_real(file).xFileControl(real(file), what, value); }
int sector_size(sqlite3_file* file) { return methods_of_real(file).xSectorSize(real(file)); }
int characteristics(sqlite3_file* file) { return methods_of_real(file).xDeviceCharacteristics(real(file)); }

// Version 1: a log is neither mapped nor does it hold what connections share.
constexpr sqlite3_io_methods log_methods{1,       close_log,   read_log,        write_log, truncate_log, sync_log, size_of_log, lock,    unlock, check_lock,
                                         control, sector_size, characteristics, nullptr,   nullptr,      nullptr,  nullptr,     nullptr, nullptr};

constexpr sqlite3_io_methods database_methods(int version) {
  return {version, close_database, read_file,       write_file, truncate_file, sync_file,      size_of_file, lock,  unlock, check_lock,
          control, sector_size,    characteristics, map_shared, lock_shared,   barrier_shared, unmap_shared, fetch, unfetch};
}
constexpr sqlite3_io_methods with_shared = database_methods(2), with_mapped = database_methods(3);

sqlite3_vfs& below() { return *::sqlite3_vfs_find(nullptr); }

int open_file(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
  auto& system = below();
  file->pMethods = nullptr;
  if (system.szOsFile > room_for_real_file) return SQLITE_CANTOPEN;
  if ((flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_DB)) == 0) return system.xOpen(&system, name, file, flags, out_flags);
  auto const code = system.xOpen(&system, name, real(file), flags, out_flags);
  if (real(file)->pMethods == nullptr) return code;
  // A file that could not be opened, but has methods, is to be closed all the same.
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) {
    log_of(file) = {{real(file)->pMethods->iVersion >= 3 ? &with_mapped : &with_shared}, nullptr, nullptr};
    return code;
  }
  auto& database = log_of(::sqlite3_database_file_object(name));
  log_of(file) = {{&log_methods}, nullptr, &database};
  database.other = &log_of(file);
  return code;
}

int delete_file(sqlite3_vfs*, char const* name, int sync_folder) { return below().xDelete(&below(), name, sync_folder); }
int access_file(sqlite3_vfs*, char const* name, int flags, int* out) { return below().xAccess(&below(), name, flags, out); }
int full_path(sqlite3_vfs*, char const* name, int size, char* out) { return below().xFullPathname(&below(), name, size, out); }
int randomness(sqlite3_vfs*, int size, char* out) { return below().xRandomness(&below(), size, out); }
int sleep_for(sqlite3_vfs*, int microseconds) { return below().xSleep(&below(), microseconds); }
int current_time(sqlite3_vfs*, double* out) { return below().xCurrentTime(&below(), out); }
int last_error(sqlite3_vfs*, int size, char* out) { return below().xGetLastError(&below(), size, out); }
int current_time64(sqlite3_vfs*, sqlite3_int64* out) { return below().xCurrentTimeInt64(&below(), out); }

char const* registered() {
  static sqlite3_vfs vfs{};
  vfs.iVersion = 2;
  vfs.szOsFile = static_cast<int>(sizeof(Log)) + room_for_real_file;
  vfs.mxPathname = below().mxPathname;
  vfs.zName = "rollbook-log";
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  vfs.xAccess = access_file;
  vfs.xFullPathname = full_path;
  vfs.xRandomness = randomness;
  vfs.xSleep = sleep_for;
  vfs.xCurrentTime = current_time;
  vfs.xGetLastError = last_error;
  vfs.xCurrentTimeInt64 = current_time64;
  return ::sqlite3_vfs_register(&vfs, 0) == SQLITE_OK ? vfs.zName : nullptr;
}

}  // namespace

char const* sqlite_log_vfs() {
  static char const* const name = registered();
  return name;
}

}  // namespace rollbook::store
