// What a person has to know of a delivery while its source is set up: what in it deviates from OneRoster.
#pragma once

#include <string>
#include <vector>

#include "bundle/bundle.h"
#include "store/source_settings.h"

namespace rollbook::views {

// A column that OneRoster does not know, in a file of the delivery.
struct OddColumn {
  std::string table, column;
  std::string likely;                 // the OneRoster column that is probably meant; "" when none is near
  std::vector<std::string> possible;  // columns of the table that the file does not have
};
std::vector<OddColumn> odd_columns(Bundle const& bundle, store::SourceSettings const& settings);

// A word that stands where OneRoster has words of its own, and is none of them.
struct OddWord {
  std::string table, column, word;
  std::uint64_t rows = 0;
  std::string likely;
  std::vector<std::string> possible;
};
// At most `most_words` of a column, those that stand in most rows first.
inline constexpr std::size_t most_words = 40;
std::vector<OddWord> odd_words(Bundle const& bundle, store::SourceSettings const& settings);

}  // namespace rollbook::views
