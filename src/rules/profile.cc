#include "rules/profile.h"

namespace rollbook {
namespace {

// What its upload guide asks for: names, case and headers exactly as the standard has them, in every file; no byte order mark;
// people with enabledUser, ids of their own and organizations that exist; a district above the schools. Orgs and users suffice.
constexpr LevelChange learnplatform_changes[] = {
    {"ZIP010", Severity::Refused},
    {"LPF", Severity::Refused},
    {"HDR", Severity::Refused},
    {"ENC002", Severity::Refused},
    {"PKG009", Severity::Refused},
    {"PKG010", Severity::Refused},
    {"PKG008", Severity::Warning},
    {"PKG013", Severity::Info},
    {"VAL011", Severity::Error},
    {"EXC005", Severity::Error},
    {"VAL001", Severity::Refused, "users", "enabledUser"},
    {"DUP001", Severity::Refused, "users"},
    {"DUP002", Severity::Refused, "users"},
    {"REF001", Severity::Refused, "users", "orgSourcedIds"},
    {"REF002", Severity::Refused, "users", "orgSourcedIds"},
    {"REF003", Severity::Refused, "users", "orgSourcedIds"},
};

// What its help pages ask for: identifiers that are unique and no social security numbers, e-mail addresses, classes with a
// teacher and of at most 80 students.
constexpr LevelChange amplify_changes[] = {{"AMP", Severity::Warning}};

constexpr TableId learnplatform_needs[] = {TableId::Orgs, TableId::Users};

constexpr Profile profiles[] = {
    {.name = "oneroster", .doc = "OneRoster 1.1 and 1.2, read leniently: what can be read as meant is read, and said."},
    {.name = "oneroster-strict", .doc = "The letter of the standard: every deviation is an error.", .strict = true},
    {.name = "learnplatform",
     .doc = "What LearnPlatform processes: OneRoster 1.1 in one zip, names and headers exact.",
     .changes = learnplatform_changes,
     .only_zip = true,
     .only_11 = true,
     .needs_district = true,
     .needs = learnplatform_needs},
    {.name = "amplify", .doc = "What Amplify asks for beyond the standard, as warnings.", .changes = amplify_changes},
};

}  // namespace

std::span<Profile const> all_profiles() { return profiles; }

Profile const* profile_by_name(std::string_view name) {
  for (auto const& profile : profiles)
    if (profile.name == name) return &profile;
  return nullptr;
}

Levels::Levels(Profile const& profile) : profile_(&profile) {
  for (auto const& rule : all_rules()) {
    base_.push_back(profile.strict ? rule.info->strict : rule.info->severity);
    special_.push_back(false);
    for (auto const& change : profile.changes) {
      if (!rule.info->code.starts_with(change.code)) continue;
      if (change.table.empty()) base_.back() = change.severity;
      else special_.back() = true;
    }
  }
}

Severity Levels::look(RuleId rule, Table const* table, std::uint8_t field) const {
  for (auto const& change : profile_->changes)
    if (all_rules()[rule].info->code.starts_with(change.code) && table != nullptr && change.table == table->name &&
        (change.field.empty() || (field < table->fields.size() && table->fields[field].name == change.field)))
      return change.severity;
  return base_[rule];
}

}  // namespace rollbook
