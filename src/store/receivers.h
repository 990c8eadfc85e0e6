// Receivers: who is given data of a district, and which. What they get is a policy of fields, one by one, and nothing that it does not name goes out.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/catalogue.h"
#include "store/districts.h"

namespace rollbook::store {

struct ReceiverKind {
  std::string_view name, title, what, needs;
  Version version = Version::V11;
  bool flat = false;  // one file of people, not OneRoster
};
std::span<ReceiverKind const> receiver_kinds();
ReceiverKind const* receiver_kind(std::string_view name);  // null when there is none

struct ReceiverSetting {
  std::string_view name, fallback, doc;
};
std::span<ReceiverSetting const> receiver_setting_list();

// By name; those that are not there have their fallbacks.
using ReceiverSettings = std::map<std::string, std::string, std::less<>>;
std::string const value_of(ReceiverSettings const& settings, std::string_view name);
// A line each, name=value; and back. It is kept with each export.
std::string text_of(ReceiverSettings const& settings);
ReceiverSettings settings_of(std::string_view text);

enum class Treatment : std::uint8_t { LeftOut, AsIs, Pseudonym, AgeBand };
std::string_view name_of(Treatment treatment);

// What the settings come to: for every column of every table what becomes of it.
struct Policy {
  Version version = Version::V11;
  bool flat = false, blank = false, header_only = false, active_only = false;
  bool below_district = false;  // organizations without a district above them are left out: the receiver would refuse all of it
  std::array<bool, table_count> tables{};
  std::array<std::vector<Treatment>, table_count> fields;  // by place in the declaration
  std::array<bool, table_count> metadata{};                // whether metadata columns go along
  std::array<std::vector<std::size_t>, table_count> require, unique;
  std::vector<std::string> schools;
  std::set<std::string, std::less<>> grades, roles, sessions;

  Treatment of(TableId table, std::size_t field) const { return fields[static_cast<std::size_t>(table)][field]; }
  bool has(TableId table) const { return tables[static_cast<std::size_t>(table)]; }
  bool has_age_band() const;
  // The columns of its file, in order: also those that are always blank.
  std::vector<std::size_t> columns(Table const& table) const;
  // For people and the ledger: users.givenName=as-is, one each.
  std::vector<std::pair<std::string, Treatment>> in_words() const;
};
// Trouble says which setting is wrong, and what it may be.
Result<Policy> policy_of(std::string_view kind, ReceiverSettings const& settings);
// What may become of a column at a receiver of this kind.
std::vector<Treatment> possible(ReceiverKind const& kind, Table const& table, std::size_t field);

struct Receiver {
  std::int64_t id = 0, district = 0;
  std::string name, kind, created, state;  // active, paused or ended
  std::string salt;                        // of its pseudonyms
  ReceiverSettings settings;
  std::string due_after;  // of its schedule, times up to this moment have been seen to

  std::string value(std::string_view setting) const { return value_of(settings, setting); }
  // On that day (yyyymmdd) nothing is shared with it any more, or not now: a sentence, or "".
  std::string why_nothing(std::int32_t day) const;
};

using ReceiverChanges = std::vector<std::pair<std::string, std::string>>;

Result<Receiver> add_receiver(Database& operations, District const& district, std::string const& name, std::string const& kind, ReceiverChanges const& changes,
                              Actor const& actor);
Result<Receiver> set_receiver(Database& operations, District const& district, std::int64_t id, ReceiverChanges const& changes, Actor const& actor);
// active, paused; ended is for ever. Times of a schedule that pass in a pause are not made up for.
std::optional<Trouble> set_receiver_state(Database& operations, District const& district, std::int64_t id, std::string const& state, Actor const& actor);
std::vector<Receiver> list_receivers(Database& operations, std::int64_t district);  // by number, ended ones too
std::optional<Receiver> find_receiver(Database& operations, std::int64_t district, std::int64_t id);
// By name; of several that ended, none. Trouble says which there are.
Result<Receiver> find_receiver(Database& operations, District const& district, std::string const& name);

// Districts with receivers that are neither paused nor ended.
std::vector<std::int64_t> districts_with_receivers(Database& operations);
// Within the caller's transaction.
void note_due(Database& operations, std::int64_t receiver, std::string const& moment);

}  // namespace rollbook::store
