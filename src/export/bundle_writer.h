// Writes a OneRoster bundle: the files of its tables, and the manifest that says what is in it. The same rows give the same bytes.
//
// Columns stand in the order of the specification, all of them, also those that nobody filled; a value is quoted when it has to be, and
// only then; lines end in LF (OneRoster CSV 1.1 section 4, 1.2 section 3: RFC 4180, whose readers take both ends).
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_sink.h"
#include "schema/catalogue.h"

namespace rollbook {

// A value as it is, quoted where it has to be.
void append_cell(std::string& out, std::string_view value);

class BundleWriter {
 public:
  // `system_name` and `system_code` stand in the manifest; the code tells receivers apart who sent it.
  BundleWriter(Version version, FileSink& sink, std::string system_name, std::string system_code);

  // The fields of a table that this version has, in the order in which their cells are written.
  static std::vector<Field const*> columns(Table const& table, Version version);

  // Begins the file of a table, which the version must have. `metadata` are names of further columns ("metadata.homeroom").
  void begin(Table const& table, std::vector<std::string> const& metadata = {});
  // The same with these of its fields alone.
  void begin(Table const& table, std::vector<Field const*> const& fields, std::vector<std::string> const& metadata);

  // The next cell: of `columns` in order, then of the metadata.
  void cell(std::string_view value);
  void end_row();
  // A row that was made elsewhere, with append_cell.
  void row(std::string_view line);
  void end();

  // Writes the manifest: the tables that were begun as bulk, all others of the version as absent.
  void finish();

 private:
  void flush();

  Version version_;
  FileSink& sink_;
  std::string system_name_, system_code_;
  std::array<bool, table_count> written_{};
  std::size_t columns_ = 0, cells_ = 0;  // of the table, of the row so far
  std::string piece_;
};

}  // namespace rollbook
