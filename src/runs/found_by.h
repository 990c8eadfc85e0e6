// Why a record was found, when what a list shows of it does not say so: the columns that have the words which were asked for.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runs/search.h"
#include "sync/stored_row.h"

namespace rollbook::runs {

// `shown`: the texts that stand in the list. Columns of the table, each once; none when the texts have all the words.
std::vector<std::size_t> found_by(SearchResult const& result, TableId table, StoredRow const& row, std::span<std::string const> shown);

}  // namespace rollbook::runs
