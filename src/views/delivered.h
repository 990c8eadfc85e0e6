// What a person has to know of a delivery while its source is set up: its organizations, and what in it deviates from OneRoster.
#pragma once

#include "runs/what_if.h"
#include "store/database.h"
#include "store/source_settings.h"
#include "views/school_match.h"

namespace rollbook::views {

// A delivery from the vault, opened; its bundle looks at its bytes.
struct Opened {
  delivery::Delivery delivery;
  Bundle bundle;
};
Result<Opened> open_last(runs::Hub const& hub, store::District const& district, store::LastDelivery const& last);

// Organizations of a delivery, in the order of its file, at most `most`; of an orgs.csv that cannot be read none.
inline constexpr std::size_t most_orgs = 5000;
std::vector<Org> organizations_of(Bundle const& bundle, store::SourceSettings const& settings);

// Those of the roster that other sources brought than this one, by name.
std::vector<Org> organizations_of_others(store::Database& roster, std::int64_t source);

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
