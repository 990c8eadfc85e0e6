// From the settings of a receiver to what becomes of every column.
#include <algorithm>

#include "base/schedule.h"
#include "base/text.h"
#include "rules/profile.h"
#include "store/receivers.h"

namespace rollbook::store {
namespace {

constexpr ReceiverKind kinds[] = {
    {"oneroster-1.1", "OneRoster CSV 1.1",
     "Hands the roster on as OneRoster 1.1 CSV files in a zip: organizations, people, classes, enrollments, and what else you choose. Only the columns that "
     "you "
     "choose are in it, ids and names can be replaced by pseudonyms that this receiver alone knows.",
     "A receiver that reads OneRoster 1.1, and an agreement about which fields of whom they get, and until when.", Version::V11},
    {"oneroster-1.2", "OneRoster CSV 1.2", "The same as OneRoster 1.2 CSV files, where the roles of people stand in a file of their own.",
     "A receiver that reads OneRoster 1.2, and an agreement about which fields of whom they get, and until when.", Version::V12},
    {"users-file", "Flat file of people",
     "One file, users.csv, with a line for each person and only the columns that you choose: for receivers that do not read OneRoster and need a list of "
     "people "
     "alone.",
     "A receiver that takes a CSV file, and an agreement about which fields of whom they get, and until when.", Version::V11, true},
};

constexpr ReceiverSetting settings[] = {
    {"tables", "", "tables that are handed on; without it organizations, sessions, courses, classes, people, roles and enrollments"},
    {"attributes", "",
     "what becomes of columns, one by one: users.email=leave-out, users.sourcedId=pseudonym, demographics.birthDate=age-band, "
     "users.phone=as-is; users.metadata=as-is hands on columns of your own"},
    {"others", "leave-out", "what becomes of columns that attributes does not name: leave-out (those that OneRoster requires go as they are) or as-is"},
    {"schools", "", "only these schools, by sourcedId"},
    {"grades", "", "only people of these grades, and those who have none"},
    {"roles", "", "only people in these roles"},
    {"sessions", "", "only these academic sessions with those below them, by sourcedId, and what takes place in them"},
    {"active-only", "no", "yes: without people whose account is disabled, and without roles and enrollments that are over"},
    {"require", "", "App Rules: columns that must be filled, users.email; rows without it are left out, with what depends on them"},
    {"unique", "", "App Rules: columns whose values must be unique in what is handed on; rows that share one are left out, with what depends on them"},
    {"profile", "oneroster", "the receiver whose requirements the files have to meet, as rollbook check --profile asks them"},
    {"left-out-columns", "absent", "absent: columns that are left out are not in the file; blank: they are there without values, as some receivers want it"},
    {"empty-files", "absent", "absent: a table without rows has no file; header-only: it has one with a header (never orgs.csv and users.csv)"},
    {"zip-name", "", "name of the zip; roster.zip without it"},
    {"until", "", "last day of the sharing, YYYY-MM-DD; nothing is handed on after it"},
    {"when", "by-hand",
     "by-hand; after-each-run: whenever a run has changed the roster; or on a schedule, by the clock of the district: daily@06:30, weekdays@06:30, "
     "every-6-hours (1, 2, 3, 4, 6, 8 or 12, from midnight), or a cron expression: 30 6 * * mon-fri"},
    {"delivery", "download",
     "download: a person fetches the file; folder: it is also written below the folder that the operator of the server has named; sftp: it is "
     "pushed to the SFTP server of the receiver"},
    {"sftp-host", "", "name or address of the SFTP server"},
    {"sftp-port", "22", "its port"},
    {"sftp-user", "", "who signs in there"},
    {"sftp-folder", "", "folder there; without it the one where the user arrives"},
    {"sftp-host-key", "", "the key that the server has, confirmed by a person: \"rollbook receiver host-key NAME\" shows it; with another key nothing is sent"},
};

constexpr TableId usual[] = {TableId::Orgs,  TableId::AcademicSessions, TableId::Courses, TableId::Classes, TableId::Users,
                             TableId::Roles, TableId::Enrollments};

constexpr std::size_t index(TableId table) { return static_cast<std::size_t>(table); }

Trouble wrong(std::string_view setting, std::string const& what) { return Trouble{"The setting " + std::string(setting) + ": " + what + "."}; }

struct Column {
  Table const* table = nullptr;
  std::size_t field = npos;  // npos: metadata
};

// "users.email"; trouble says what is the matter with it.
Result<Column> column_of(std::string_view setting, std::string const& text, bool may_be_metadata) {
  auto const dot = text.find('.');
  auto const* table = table_by_name(std::string_view(text).substr(0, dot));
  if (table == nullptr || dot == std::string::npos) return wrong(setting, "\"" + text + "\" names no column; it is written TABLE.COLUMN, like users.email");
  auto const name = std::string_view(text).substr(dot + 1);
  if (may_be_metadata && name == "metadata") return Column{table, npos};
  auto const field = field_index(*table, name);
  if (field == npos || table->fields[field].privacy == Privacy::Secret)
    return wrong(setting, "the table " + std::string(table->name) + " has no column \"" + std::string(name) + "\" that can be handed on");
  return Column{table, field};
}

std::optional<Treatment> treatment_named(std::string_view name) {
  for (auto const one : {Treatment::LeftOut, Treatment::AsIs, Treatment::Pseudonym, Treatment::AgeBand})
    if (name_of(one) == name) return one;
  return std::nullopt;
}

bool is_day(std::string const& text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (i != 4 && i != 7 && (text[i] < '0' || text[i] > '9')) return false;
  return text.substr(5, 2) >= "01" && text.substr(5, 2) <= "12" && text.substr(8) >= "01" && text.substr(8) <= "31";
}

bool is_zip_name(std::string const& text) {
  auto const good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'; };
  return text.size() > 4 && text.size() <= 100 && text.ends_with(".zip") && text.front() != '.' && std::all_of(text.begin(), text.end(), good);
}

bool has_only(std::string_view text, std::string_view others) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || others.find(c) != std::string_view::npos;
  });
}

std::optional<Trouble> wrong_with_sftp(ReceiverSettings const& given) {
  auto const host = value_of(given, "sftp-host"), port = value_of(given, "sftp-port"), user = value_of(given, "sftp-user"),
             folder = value_of(given, "sftp-folder"), key = value_of(given, "sftp-host-key");
  if (host.size() > 253 || !has_only(host, ".-:")) return wrong("sftp-host", "the name of a server, like sftp.example.org, or its address");
  if (port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != std::string::npos || std::stoi(port) < 1 || std::stoi(port) > 65535)
    return wrong("sftp-port", "a number from 1 to 65535");
  if (user.size() > 64 || !has_only(user, "._-@+")) return wrong("sftp-user", "letters, digits and . _ - @ +");
  if (folder.size() > 200 || !has_only(folder, "/._- ")) return wrong("sftp-folder", "a path of letters, digits and / . _ -");
  auto const at = key.find(" SHA256:");
  if (!key.empty() && (at == std::string::npos || key.size() != at + 8 + 43 || !has_only(key.substr(0, at), "-@.") || !has_only(key.substr(at + 8), "+/")))
    return wrong("sftp-host-key", "it is written like ssh-ed25519 SHA256: and 43 characters, as ssh-keygen -l shows it");
  return std::nullopt;
}

std::optional<Trouble> wrong_with_words(ReceiverSettings const& given) {
  struct Words {
    std::string_view name, one, other;
  };
  for (auto const& [name, one, other] : {Words{"others", "leave-out", "as-is"}, Words{"active-only", "no", "yes"}, Words{"left-out-columns", "absent", "blank"},
                                         Words{"empty-files", "absent", "header-only"}})
    if (auto const value = value_of(given, name); value != one && value != other) return wrong(name, "it is " + std::string(one) + " or " + std::string(other));
  if (auto const by = value_of(given, "delivery"); by != "download" && by != "folder" && by != "sftp")
    return wrong("delivery", "it is download, folder or sftp");
  if (auto trouble = wrong_with_sftp(given)) return trouble;
  if (auto const when = value_of(given, "when"); when != "by-hand" && when != "after-each-run" && !schedule_of(when))
    return wrong("when", "it is by-hand, after-each-run, or a schedule: daily@06:30, weekdays@06:30, every-6-hours, or a cron expression");
  if (auto const until = value_of(given, "until"); !until.empty() && !is_day(until)) return wrong("until", "a day is written like 2027-06-30");
  if (auto const zip = value_of(given, "zip-name"); !zip.empty() && !is_zip_name(zip))
    return wrong("zip-name", "it has letters, digits, . - _ only, does not begin with a dot and ends in .zip");
  if (profile_by_name(value_of(given, "profile")) == nullptr) return wrong("profile", "there is no such profile");
  for (auto const& [name, value] : given)
    if (std::none_of(std::begin(settings), std::end(settings), [&, n = std::string_view(name)](auto const& one) { return one.name == n; }))
      return Trouble{"A receiver has no setting \"" + name + "\". \"rollbook receiver settings\" lists them."};
    else if (value.find_first_of("\r\n") != std::string::npos) return wrong(name, "a line break cannot be part of it");
  return std::nullopt;
}

// Which tables there are, and that each has what it cannot be without.
std::optional<Trouble> choose_tables(ReceiverKind const& kind, ReceiverSettings const& given, Policy& out) {
  auto const named = split(value_of(given, "tables"), ',');
  if (kind.flat && !named.empty()) return wrong("tables", "a flat file has people alone");
  if (kind.flat) {
    out.tables[index(TableId::Orgs)] = out.tables[index(TableId::Users)] = true;
    return std::nullopt;
  }
  if (named.empty())
    for (auto const table : usual) out.tables[index(table)] = is_in(table_of(table).in, kind.version);
  for (auto const& name : named) {
    auto const* table = table_by_name(name);
    if (table == nullptr || !is_in(table->in, kind.version))
      return wrong("tables", "\"" + name + "\" is no table of OneRoster " + std::string(name_of(kind.version)));
    out.tables[index(table->id)] = true;
  }
  for (auto const* table : all_tables)
    for (auto const& field : table->fields)
      if (out.has(table->id) && is_in(field.in, kind.version) && is_required(field.need, kind.version) && field.refers_to != TableId::None &&
          !out.has(field.refers_to))
        return wrong("tables", std::string(table->name) + " refers to " + std::string(table_of(field.refers_to).name) + ", which is not among them");
  if (kind.version == Version::V12 && out.has(TableId::Users) && !out.has(TableId::Roles))
    return wrong("tables", "people of 1.2 have their roles in roles, which is not among them");
  return std::nullopt;
}

// What becomes of a column of which nothing is said.
Treatment usual_treatment(ReceiverKind const& kind, Table const& table, std::size_t field, bool others) {
  auto const all = possible(kind, table, field);
  if (all.empty()) return Treatment::LeftOut;
  auto const may_be_left_out = std::find(all.begin(), all.end(), Treatment::LeftOut) != all.end();
  return others || !may_be_left_out ? Treatment::AsIs : Treatment::LeftOut;
}

std::optional<Trouble> choose_columns(ReceiverKind const& kind, ReceiverSettings const& given, Policy& out) {
  auto const others = value_of(given, "others") == "as-is";
  for (auto const* table : all_tables)
    for (std::size_t f = 0; f < table->fields.size(); ++f)
      out.fields[index(table->id)].push_back(out.has(table->id) ? usual_treatment(kind, *table, f, others) : Treatment::LeftOut);
  for (auto const& pair : split(value_of(given, "attributes"), ',')) {
    auto const at = std::min(pair.find('='), pair.size());
    auto const column = column_of("attributes", pair.substr(0, at), true);
    if (!column) return column.trouble();
    auto const as = treatment_named(at < pair.size() ? std::string_view(pair).substr(at + 1) : "");
    if (!as) return wrong("attributes", "\"" + pair + "\" is written COLUMN=as-is, =leave-out, =pseudonym or =age-band");
    if (column->field == npos) {
      if (*as != Treatment::AsIs && *as != Treatment::LeftOut) return wrong("attributes", pair.substr(0, at) + " goes as it is, or is left out");
      out.metadata[index(column->table->id)] = *as == Treatment::AsIs && out.has(column->table->id) && !kind.flat;
      continue;
    }
    if (!out.has(column->table->id)) continue;
    auto const all = possible(kind, *column->table, column->field);
    if (std::find(all.begin(), all.end(), *as) == all.end()) {
      if (*as == Treatment::LeftOut && !all.empty())
        return wrong("attributes", pair.substr(0, at) + " is required by OneRoster " + std::string(name_of(kind.version)) + " and cannot be left out");
      return wrong("attributes", pair.substr(0, at) + " cannot be handed on as " + std::string(name_of(*as)));
    }
    out.fields[index(column->table->id)][column->field] = *as;
  }
  return std::nullopt;
}

// Ids are often put together from those they belong to (a role from a person's, an enrollment from both): where one is a pseudonym, they are too.
void spread_pseudonyms(Policy& out) {
  for (auto const* table : all_tables) {
    auto& own = out.fields[index(table->id)];
    if (!out.has(table->id) || own.empty()) continue;
    for (auto const& field : table->fields)
      if (is_in(field.in, out.version) && field.refers_to != TableId::None && out.has(field.refers_to) && out.of(field.refers_to, 0) == Treatment::Pseudonym)
        own[0] = Treatment::Pseudonym;
  }
}

}  // namespace

std::span<ReceiverKind const> receiver_kinds() { return kinds; }

ReceiverKind const* receiver_kind(std::string_view name) {
  for (auto const& kind : kinds)
    if (kind.name == name) return &kind;
  return nullptr;
}

std::span<ReceiverSetting const> receiver_setting_list() { return settings; }

std::string const value_of(ReceiverSettings const& given, std::string_view name) {
  if (auto const at = given.find(name); at != given.end()) return at->second;
  for (auto const& one : settings)
    if (one.name == name) return std::string(one.fallback);
  return "";
}

std::string text_of(ReceiverSettings const& given) {
  std::string out;
  for (auto const& [name, value] : given) out += name + "=" + value + "\n";
  return out;
}

ReceiverSettings settings_of(std::string_view text) {
  ReceiverSettings out;
  for (auto const& line : split(text, '\n'))
    if (auto const at = line.find('='); at != std::string::npos) out[line.substr(0, at)] = line.substr(at + 1);
  return out;
}

std::string_view name_of(Treatment treatment) {
  switch (treatment) {
    case Treatment::LeftOut:
      return "leave-out";
    case Treatment::AsIs:
      return "as-is";
    case Treatment::Pseudonym:
      return "pseudonym";
    case Treatment::AgeBand:
      break;
  }
  return "age-band";
}

std::vector<Treatment> possible(ReceiverKind const& kind, Table const& table, std::size_t at) {
  auto const& field = table.fields[at];
  if (!is_in(field.in, kind.version) || field.privacy == Privacy::Secret || field.need == Need::DeltaOnly) return {};
  if (kind.flat && table.id != TableId::Users) return {};
  if (at == 0) {
    if (field.refers_to != TableId::None) return {Treatment::AsIs};  // it is the other record's id, with all that becomes of that
    return {Treatment::AsIs, Treatment::Pseudonym};
  }
  std::vector<Treatment> all{Treatment::AsIs};
  if (kind.flat || !is_required(field.need, kind.version)) all.insert(all.begin(), Treatment::LeftOut);
  if (field.type == Type::String && (field.privacy == Privacy::Personal || field.privacy == Privacy::Identifier)) all.push_back(Treatment::Pseudonym);
  if (table.id == TableId::Demographics && field.name == "birthDate") all.push_back(Treatment::AgeBand);
  return all;
}

bool Policy::has_age_band() const {
  return has(TableId::Demographics) && of(TableId::Demographics, field_index(table_of(TableId::Demographics), "birthDate")) == Treatment::AgeBand;
}

std::vector<std::size_t> Policy::columns(Table const& table) const {
  std::vector<std::size_t> all;
  for (std::size_t f = 0; f < table.fields.size(); ++f) {
    if (!is_in(table.fields[f].in, version)) continue;
    auto const as = of(table.id, f);
    bool const by_form = table.fields[f].need == Need::DeltaOnly && !flat;
    if (as == Treatment::AsIs || as == Treatment::Pseudonym || by_form || (blank && !flat)) all.push_back(f);
  }
  return all;
}

std::vector<std::pair<std::string, Treatment>> Policy::in_words() const {
  std::vector<std::pair<std::string, Treatment>> all;
  for (auto const* table : all_tables) {
    if (!has(table->id) || (flat && table->id != TableId::Users)) continue;
    for (std::size_t f = 0; f < table->fields.size(); ++f)
      if (auto const as = of(table->id, f); as != Treatment::LeftOut) all.emplace_back(std::string(table->name) + "." + std::string(table->fields[f].name), as);
    if (metadata[index(table->id)]) all.emplace_back(std::string(table->name) + ".metadata", Treatment::AsIs);
  }
  return all;
}

Result<Policy> policy_of(std::string_view kind_name, ReceiverSettings const& given) {
  auto const* kind = receiver_kind(kind_name);
  if (kind == nullptr) return Trouble{"There is no kind of receiver \"" + std::string(kind_name) + "\": it is oneroster-1.1, oneroster-1.2 or users-file."};
  if (auto trouble = wrong_with_words(given)) return *trouble;
  auto const list = [&](std::string_view name) { return split(value_of(given, name), ','); };
  Policy out;
  out.version = kind->version;
  out.flat = kind->flat;
  out.blank = value_of(given, "left-out-columns") == "blank";
  out.header_only = value_of(given, "empty-files") == "header-only" && !kind->flat;
  out.active_only = value_of(given, "active-only") == "yes";
  if (auto trouble = choose_tables(*kind, given, out)) return *trouble;
  if (auto trouble = choose_columns(*kind, given, out)) return *trouble;
  spread_pseudonyms(out);
  out.schools = list("schools");
  auto const words = [&](std::string_view name, std::set<std::string, std::less<>>& to) {
    for (auto& one : list(name)) to.insert(std::move(one));
  };
  words("grades", out.grades), words("roles", out.roles), words("sessions", out.sessions);
  for (auto const* name : {"require", "unique"})
    for (auto const& text : list(name)) {
      auto const column = column_of(name, text, false);
      if (!column) return column.trouble();
      (name == std::string_view("require") ? out.require : out.unique)[index(column->table->id)].push_back(column->field);
    }
  auto const* profile = profile_by_name(value_of(given, "profile"));
  if (profile->only_11 && (kind->version != Version::V11 || kind->flat)) return wrong("profile", std::string(profile->name) + " takes OneRoster 1.1 alone");
  if (profile->only_11 && !out.blank) return wrong("profile", std::string(profile->name) + " wants all columns to be there: set left-out-columns to blank");
  for (auto const table : profile->needs)
    if (!out.has(table)) return wrong("tables", std::string(profile->name) + " needs " + std::string(table_of(table).name) + ".csv");
  out.below_district = profile->needs_district;
  if (out.below_district && out.of(TableId::Orgs, field_index(table_of(TableId::Orgs), "parentSourcedId")) != Treatment::AsIs)
    return wrong("attributes", std::string(profile->name) + " looks for the district above each school: set orgs.parentSourcedId to as-is");
  return out;
}

}  // namespace rollbook::store
