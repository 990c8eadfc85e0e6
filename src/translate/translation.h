// What a source calls things, put into the district's words before anything else looks at the delivery: names of columns, words in cells, ids.
//
// A file that is concerned is written anew into memory, cell by cell and line by line: what is on line 17 of the file as received is on line 17
// of the translated one, so findings and traces name lines that a person can look up. Files that are not concerned stay where they are.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bundle/bundle.h"
#include "csv/scan.h"

namespace rollbook {

struct HashOfText {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
using TextMap = std::unordered_map<std::string, std::string, HashOfText, std::equal_to<>>;
using TextSet = std::set<std::string, std::less<>>;

// Words and what they mean: found as they are spelled, else whatever the case of their letters.
class Words {
 public:
  void add(std::string_view from, std::string_view to);
  std::string const* find(std::string_view word) const;

 private:
  TextMap exact_, folded_;
};

struct Translation {
  struct OfTable {
    std::vector<std::pair<std::string, std::string>> columns;  // as the file has it, as it is declared
    std::map<std::uint8_t, Words> words;                       // by field
    TextMap ids;                                               // of its records, wherever they are named
    TextMap dropped;                                           // of rows of its file that delete nobody, whatever their ids mean elsewhere
  };
  std::array<OfTable, table_count> tables;
  TextSet ignored_orgs, left_out_orgs;  // as the delivery calls them, and as they are called once it is translated
  bool merge_repeated_users = false;

  OfTable& operator[](TableId id) { return tables[static_cast<std::size_t>(id)]; }
  OfTable const& operator[](TableId id) const { return tables[static_cast<std::size_t>(id)]; }
  bool empty() const;
};

struct Translated {
  std::vector<std::unique_ptr<std::string>> texts;  // what members of the bundle look at from now on
  std::vector<std::string> told;                    // sentences
};

// Lets the members of the bundle look at their translation.
Translated translate(Bundle& bundle, Translation const& translation, csv::Kernel kernel, unsigned workers);

// The header of a file, its columns called by their declared names.
struct HeaderRead {
  std::vector<std::string> names;
  std::vector<std::pair<std::size_t, std::string>> renamed;  // column, name in the file
  std::uint32_t first_record = 0;
  std::vector<std::string> told;
};
HeaderRead read_header(Member const& member, Table const& table, Translation::OfTable const& translation);

}  // namespace rollbook
