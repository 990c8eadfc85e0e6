// The organizations of a delivery beside those of the district: which is probably which, what a person has decided, and what is still open.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runs/going_live.h"

namespace rollbook::views {

using runs::Org;

// How an organization of the delivery goes together with one of the district.
enum class Likeness : std::uint8_t {
  Same,       // id and name agree
  OtherName,  // the id agrees, the name does not: perhaps another school that happens to have this id
  OtherId,    // the name agrees, the id does not
  Similar,    // the names are nearly equal
  None,
};

enum class Decided : std::uint8_t { Open, Mapped, Created, Ignored };

struct SchoolMatch {
  Org delivered;
  std::optional<Org> likely;  // of the district
  Likeness likeness = Likeness::None;
  Decided decided = Decided::Open;
  std::string to;                // the id that was decided: of an organization of the district, or of the one that is created
  std::optional<Org> mapped_to;  // the organization of the district that `to` names; none when it is gone, or still to be created
  // What was decided does not go together with the names: worth a second look.
  bool names_differ() const;
};

// `decisions`: the setting map.schools, which says ID=ID of what is created under its own id.
std::vector<SchoolMatch> match_schools(std::vector<Org> const& delivered, std::vector<Org> const& district,
                                       std::vector<std::pair<std::string, std::string>> const& decisions);

// An id for a new organization that nobody has: its own, or that with a number behind it.
std::string free_id(std::string const& id, std::vector<Org> const& district);

// Why an id cannot stand in the map; "" when it can.
std::string wrong_with_id(std::string const& id);

}  // namespace rollbook::views
