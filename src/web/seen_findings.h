// The findings of a run that somebody may see: all, or those on records of their schools.
#pragma once

#include <optional>
#include <vector>

#include "runs/findings.h"
#include "web/one_run.h"

namespace rollbook::web {

struct SeenFindings {
  std::vector<runs::KeptFinding> findings;
  std::optional<std::int64_t> next;  // those behind this number are on the next page
  std::optional<std::uint64_t> all;  // that fit the filter; not counted for who sees only some
};

// Of who sees only some schools a bounded number is looked at for a page: it may have few, or none, and a next one all the same.
Result<SeenFindings> find_findings(Visit& visit, OneRun const& one, runs::FindingFilter const& filter, std::int64_t after, std::size_t how_many);

// The record that a source means by this id now, of any table: found by its hash, not by looking through ids.
std::optional<std::uint32_t> record_said(Visit& visit, store::Database& roster, std::int64_t source, TableId table, std::string const& id);

}  // namespace rollbook::web
