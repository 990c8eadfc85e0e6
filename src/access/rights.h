// Who may do what: the table of docs/semantics.md, section 8, as data. Every route names a right; nobody asks for a level anywhere else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollbook::access {

// Held per organization, reaching downward.
enum class Level : std::uint8_t { None, Standard, Reporting, Enrollment, System };

enum class Right : std::uint8_t {
  SignedIn,       // any account: its own page
  SeeOwnClasses,  // own classes and their students
  SeePeople,      // people, classes, organizations in scope
  EditPeople,
  SeeDemographics,  // and other restricted fields: a grant of its own
  SeeHistory,       // history, data quality, findings
  EnrollByHand,     // Batch Upload, manual enrollment, identifiers, year change
  RunDeliveries,    // sources, receivers, uploads, apply, approve, discard, undo, export, pause, suspend: at the district
  ManagePeople,     // people and permissions; audit log and settings are the district's, so their routes want it everywhere
  SeeReceived,      // deliveries as received: at the district
  Operate,          // districts, server
  SeeStates,        // of an operator: that runs went, no rows
};

std::string_view name_of(Level level);  // none, standard, reporting, enrollment, system
std::optional<Level> level_by_name(std::string_view name);

// What an account holds at one place.
struct Grant {
  std::int64_t district = 0;
  std::optional<std::int64_t> org;  // key of the organization in the district's roster; none: the district itself
  Level level = Level::None;
  bool demographics = false;
};

// What an account may do, everywhere: the one place that is asked.
struct Standing {
  bool signed_in = false;  // also by a token
  bool is_operator = false;
  std::vector<Grant> grants;

  // An operator's rights are held in every district, and in none (0).
  // Whether the right is held anywhere in the district. What of the district may be seen then is `scope`'s.
  bool may(Right right, std::int64_t district) const;
  // At the district itself, not only at one of its schools.
  bool may_everywhere(Right right, std::int64_t district) const;
  // The organizations at which the right is held, without those below; empty when it is held everywhere, or nowhere.
  std::vector<std::int64_t> orgs(Right right, std::int64_t district) const;
  std::vector<std::int64_t> districts() const;
};

}  // namespace rollbook::access
