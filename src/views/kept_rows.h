// Rows of a delivery that waits for a decision, read at random from where they are sealed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "csv/batch.h"
#include "roster/layout.h"
#include "runs/contents.h"

namespace rollbook::views {

class KeptRows {
 public:
  // Trouble when it cannot be opened. Nothing: the rows of this table are not kept, or no more.
  static Result<std::unique_ptr<KeptRows>> open(runs::Hub const& hub, store::District const& district, store::Database& roster, std::int64_t run,
                                                TableId table);

  struct Row {
    std::uint64_t line = 0;
    std::vector<std::string> cells;  // by column of the file
  };
  // Null when there is no such row. Good until the next call; whoever goes through a list goes forward in the file.
  Result<Row const*> row(std::uint32_t number);

  Layout const& layout() const { return layout_; }
  // The cell of a field, "" when the file has no such column.
  std::string const& cell(Row const& row, std::size_t field) const;

 private:
  std::unique_ptr<store::VaultReader> reader_;
  Layout layout_;
  std::vector<runs::FileChunk> chunks_;
  std::optional<Trouble> load(std::size_t chunk);

  std::optional<std::size_t> loaded_;
  std::string bytes_, buffer_;
  csv::Batch batch_;
  Row row_;
};

}  // namespace rollbook::views
