// An export as it stands in the history: noted before its first byte leaves, and at its end with what was in it. The same for a page and for a command.
#pragma once

#include <string_view>

#include "runs/export.h"
#include "store/exports.h"
#include "store/sha256.h"

namespace rollbook::runs {

class HandedOn {
 public:
  static Result<HandedOn> begin(Hub& hub, store::District const& district, ExportOptions const& options);

  // Of the zip, in order. Loose files are not taken: they have no digest as one.
  void take(std::string_view bytes);
  // Trouble when it could not be noted; what was handed on is handed on all the same.
  std::optional<Trouble> end(Hub& hub, Result<Exported> const& exported, bool broken_off = false);

  store::Export const& made() const { return made_; }

 private:
  store::Export made_;
  store::Sha256 digest_;
};

// Whoever gets it again has to be one who may see demographics.
bool holds_demographics(store::Export const& made);

// What has to be asked for to get the same bytes again: its revision, as the edits stood on its day.
ExportOptions options_of(store::Export const& made);

}  // namespace rollbook::runs
