// What is stored, as far as a comparison has to know it.
#pragma once

#include <cstdint>
#include <vector>

#include "diff/packed.h"
#include "roster/roster.h"

namespace rollbook {

// A row of a delivery that seems to bring back a record that was removed earlier, or that another source has.
struct Claim {
  std::uint32_t row = 0;
  std::uint64_t id = 0;
  std::uint32_t key = 0;
  bool lives = false;  // another source has it now
  enum Verdict : std::uint8_t { New, Granted, AnotherOne } verdict = New;
  bool differs = false;  // the other source says something else of the record
};

class KeyFinder;

class Said {
 public:
  virtual ~Said() = default;

  // What the source said of a table up to its last applied run: rows in 2^bits partitions by the hash of their id. Of an empty table the
  // bits are any number. Several threads may ask for partitions.
  virtual bool any(TableId table) const = 0;
  virtual unsigned bits(TableId table) const = 0;
  virtual std::vector<PackedRow> partition(TableId table, std::size_t number) const = 0;

  // The key for the next record of the table, whoever brings it.
  virtual std::uint32_t next_key(TableId table) const = 0;

  // The record that an id means apart from this delivery: one of another source, or with `own` one of this source as well. no_key: none.
  // Several threads may ask.
  virtual std::uint32_t key_of(TableId table, std::uint64_t id, bool own) const = 0;

  // The record that had this id before, and has gone; no_key.
  virtual std::uint32_t former_key_of(TableId table, std::uint64_t id) const = 0;

  // Grants those that are the same person or thing: their rows get that record's key instead of a new one. One that is another person than
  // the living record with its id cannot come in at all, until an alias tells them apart.
  virtual void weigh(TableData const& data, KeyFinder const& keys, std::vector<Claim>& claims) const = 0;
};

}  // namespace rollbook
