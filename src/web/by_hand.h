// What pages share on which records are changed by hand: who may, and what became of a change.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runs/queue.h"
#include "schema/schema.h"
#include "store/database.h"
#include "web/page.h"

namespace rollbook::web {

// The pages on which a record is changed.
std::string edit_address(Visit const& visit, TableId table, std::string const& id, std::uint32_t key, std::string_view what = "edit");

// A record that the address names by table, id and key, and that the visitor may change; nothing otherwise.
struct ChangedByHand {
  TableId table = TableId::Users;
  std::uint32_t key = 0;
  std::string id, name;  // the id that it has now
};
std::optional<ChangedByHand> record_to_change(Visit& visit, store::Database& roster);

// Whether its id is its own: that of demographics is the person's.
bool has_own_id(TableId table);

// Notes that a person, or what is restricted of one, was looked at. False: it could not be noted, and nothing may be shown.
bool note_view(Visit& visit, TableId table, std::string const& id);

// Where it leads when something was put into the queue: `to` says then what became of it.
Answer after(Visit& visit, Result<runs::Queued> const& queued, std::string to);

// What became of the run that the address names as "saved": {{#saved}} {{#note}}{{>alert}}{{/note}} … of a page behind `after`. Waits a moment for it, so
// a page asks first, and reads then what it shows.
Model saved_note(Visit& visit);

// Of the page of a record: where it is changed, if it may be.
void set_by_hand(Visit& visit, store::Database& roster, Model& model, TableId table, std::uint32_t key, bool lives);

}  // namespace rollbook::web
