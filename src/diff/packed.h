// What a source said last time, in 28 bytes a row: enough to tell of each row of its next delivery whether it is new, changed, the same,
// or no longer there, without touching the roster.
//
// Rows lie in partitions by the top bits of their id's hash, so that a partition of the store and the same partition of a delivery
// are joined in a core's own cache. An id is known by 64 bits of a seeded hash (decision 3), a row by a digest of 128 bits.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollbook {

struct Digest {
  std::uint64_t low = 0, high = 0;
  friend bool operator==(Digest const&, Digest const&) = default;
};

struct PackedRow {
  std::uint64_t id = 0;   // hash; never 0
  std::uint32_t key = 0;  // of the record in the roster; no_key in a delta: the source no longer lists it
  Digest digest;
  friend bool operator==(PackedRow const&, PackedRow const&) = default;
};
inline constexpr std::uint32_t no_key = 0xffffffff;
inline constexpr std::uint32_t gone_key = 0xfffffffe;      // of a row that takes its record away
inline constexpr std::uint32_t stranger_key = 0xfffffffd;  // of a row whose id belongs to another person of another source

// Rows as bytes that are the same on every machine, and back. Nothing when the bytes are not what `pack` wrote: they carry a checksum.
std::string pack(std::span<PackedRow const> rows);
std::optional<std::vector<PackedRow>> unpack(std::string_view bytes);

// In which of 2^bits partitions an id lies.
constexpr std::size_t partition_of(std::uint64_t id, unsigned bits) { return static_cast<std::size_t>(id >> 1 >> (63 - bits)); }

// Later rows about the same id replace earlier ones, and one without a key takes it away. `later` in the order in which they came.
void replace(std::vector<PackedRow>& rows, std::span<PackedRow const> later);

// A row of a delivery.
enum class Standing : std::uint8_t {
  Good,
  Excluded,  // listed, but with errors: what is stored stays as it is
  ToDelete,  // a delta's tobedeleted
};
struct Arrived {
  std::uint64_t id = 0;  // hash; each id once
  Digest digest;         // of a good row
  std::uint32_t row = 0;
  Standing standing = Standing::Good;
};

// A row of a delivery whose record comes. As large as an `Arrived`: of a first load there are as many as rows, and they are never copied.
struct Created {
  std::uint64_t id = 0;
  Digest digest;
  std::uint32_t row = 0;
  std::uint32_t key = no_key;  // once it is given
  friend bool operator==(Created const&, Created const&) = default;
};

// What a partition's join finds.
struct Differences {
  struct Known {
    Arrived row;
    std::uint32_t key = 0;  // of the stored record
    Digest before;          // of what is stored
  };
  std::uint64_t unchanged = 0;
  std::uint64_t unknown_deletions = 0;  // tobedeleted, but never stored
  std::vector<Created> created;
  std::vector<Known> updated, deleted, protected_;  // protected: excluded rows of records that are stored
  std::vector<PackedRow> not_listed;
};

// Joins one partition. Keys of all rows whose id is stored are written to `key_of_row`, also of excluded ones; other entries are left alone.
void join(std::span<PackedRow const> stored, std::span<Arrived const> arrived, std::span<std::uint32_t> key_of_row, Differences& found);

}  // namespace rollbook
