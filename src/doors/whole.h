// Which files of a zone are a whole delivery, which are still to wait for, and which have stopped coming half-way. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rollbook::doors {

struct Arrived {
  std::string name;
  std::int64_t modified = 0;  // nanoseconds since 1970
  bool unfinished = false;    // somebody writes it, or went away while writing it
  bool sound_zip = false;     // its directory and every CRC are right
};

struct WholeRules {
  std::int64_t quiet = 300;            // seconds
  std::vector<std::string> markers{};  // when there are any, loose files wait for one of them and not for quiet
};

struct Sorted {
  std::vector<std::vector<std::size_t>> deliveries;  // places in what arrived; in the order in which they came
  std::vector<std::size_t> incomplete;               // nothing has been added for as long as quiet takes
};

Sorted sort_arrived(std::vector<Arrived> const& files, WholeRules const& rules, std::int64_t now);

// A name that clients give to what they have not finished, or a hidden one: it waits until it is renamed.
bool waits_for_its_rename(std::string_view name);

bool is_zip_name(std::string_view name);
bool is_csv_name(std::string_view name);

}  // namespace rollbook::doors
