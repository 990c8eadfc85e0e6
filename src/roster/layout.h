// The header of a file: which of its columns is which field.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "schema/schema.h"

namespace rollbook {

enum class HeaderFlaw : std::uint8_t {
  MissingRequired,
  MissingOptional,
  Duplicate,
  Unknown,
  OtherVersion,
  WrongCase,
  Alias,
  WrongOrder,
  BlankName,
  MetadataPlace,
};

struct HeaderSpot {
  HeaderFlaw flaw;
  std::string column;      // as the file has it, or the field that is missing
  std::string suggestion;  // the name meant, or the nearest one; "" when there is none
};

inline constexpr std::int16_t no_column = -1;

struct Layout {
  std::vector<std::string> columns;                  // names as in the file
  std::array<std::int16_t, max_fields> column_of{};  // of each field; no_column
  std::vector<std::uint8_t> field_of;                // of each column; 255: none
  std::vector<HeaderSpot> spots;
  bool exact = true;  // nothing deviates
};

// Maps a header to the fields of the table in that version. In delta files status and dateLastModified are required.
Layout read_layout(std::vector<std::string> const& header, Table const& table, Version version, bool delta);

// The name in `known` that is nearest to `name` by edit distance, if it is near enough to be meant.
std::string_view nearest(std::string_view name, std::vector<std::string_view> const& known);

}  // namespace rollbook
