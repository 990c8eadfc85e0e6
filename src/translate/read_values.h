// Some columns of a file, row by row, with the words of the source's map already read as meant. Ids stand as they were received.
#pragma once

#include <functional>
#include <span>

#include "translate/translation.h"

namespace rollbook {

// `values` are in the order of `fields`; "" for a column that the file does not have. Damaged rows are passed over.
void for_values(Member const& member, Table const& table, Version version, Translation::OfTable const& translation, std::span<std::size_t const> fields,
                csv::Kernel kernel, std::function<void(std::span<std::string const> values)> const& f);

}  // namespace rollbook
