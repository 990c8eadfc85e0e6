// The rows behind the numbers of a run: which records it creates, updates, removes or excludes, school by school. A few bytes each, in parts of a few thousand,
// so that any page of any list is as near as the first.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/database.h"
#include "sync/schools.h"

namespace rollbook::runs {

enum class ChangeKind : std::uint8_t { Created, Updated, Removed, Excluded };
inline constexpr std::size_t change_kinds = 4;
std::string_view name_of(ChangeKind kind);
std::optional<ChangeKind> change_kind_by_name(std::string_view name);

// A record in a list. It stands under every school it belongs to; under one of them for the first time.
struct ListedChange {
  std::uint32_t key = 0;
  std::uint32_t number = 0;  // of its row in the delivery; of a removed one why it goes, as plan.h has it
  bool first = true;
  friend bool operator==(ListedChange const&, ListedChange const&) = default;
};

inline constexpr std::size_t entries_of_a_part = 4096;

std::string pack_changes(std::vector<ListedChange> const& changes);
std::vector<ListedChange> unpack_changes(std::string_view bytes);

// Gathers the lists while schools are counted.
class ChangeLists {
 public:
  void add(TableId table, ChangeKind kind, std::uint32_t key, std::uint32_t number, std::vector<School> const& schools);
  bool is_empty() const { return lists_.empty(); }

  // Within the caller's transaction; `run` must not have any yet.
  void save(store::Database& roster, std::int64_t run);

 private:
  struct Part {
    std::uint32_t first = 0, entries = 0;
    std::string bytes;
  };
  // What is being packed: the difference from the entry before.
  struct List {
    TableId table;
    ChangeKind kind;
    School school;
    std::uint32_t key = 0, number = 0;
    std::vector<Part> parts;
  };
  List& list(TableId table, ChangeKind kind, School school);

  std::vector<List> lists_;
  std::array<std::vector<std::uint32_t>, table_count * change_kinds> by_school_;  // place in lists_ + 1
};

// Reads a list of a run: all of it, each record once, or that of one school.
class ChangeListReader {
 public:
  ChangeListReader(store::Database& roster, std::int64_t run, TableId table, ChangeKind kind, std::optional<School> school);

  std::uint64_t size() const { return size_; }
  struct Entry {
    ListedChange change;
    School school = 0;  // where it is listed
  };
  // Entries [from, from + how_many) in the order of the lists.
  std::vector<Entry> read(std::uint64_t from, std::size_t how_many);

 private:
  struct Part {
    School school;
    std::int64_t part;
    std::uint64_t before, size;  // entries of the list before it, and in it
  };
  store::Database& roster_;
  std::int64_t run_;
  TableId table_;
  ChangeKind kind_;
  bool all_;
  std::vector<Part> parts_;
  std::uint64_t size_ = 0;
};

void drop_changes(store::Database& roster, std::int64_t run);

}  // namespace rollbook::runs
