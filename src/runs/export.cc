#include "runs/export.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/day.h"
#include "base/hash.h"
#include "export/bundle_writer.h"
#include "runs/apply.h"
#include "runs/look.h"
#include "runs/names.h"
#include "runs/overlay.h"
#include "runs/said_versions.h"
#include "store/rows.h"

namespace rollbook::runs {
namespace {

constexpr std::size_t index(TableId table) { return static_cast<std::size_t>(table); }

// What 1.2 keeps in roles.csv and 1.1 in the rows of people.
struct RoleOf {
  std::uint32_t org = no_key;
  std::string role;
  bool primary = false;
};

class Exporting {
 public:
  Exporting(store::Database& roster, std::int64_t revision, Version version, std::int32_t day, FileSink& sink)
      : roster_(roster), revision_(revision), version_(version), day_(day), writer_(version, sink, "Rollbook", "rollbook") {}

  std::optional<Trouble> run(std::vector<std::string> const& schools, Exported& out) {
    for (auto const* table : all_tables) ids_[index(table->id)] = ids_by_key(roster_, table->id, revision_);
    edits_ = edits_of(roster_, revision_, day_);
    versions_ = versions_at(roster_, revision_);
    if (auto trouble = choose_orgs(schools)) return trouble;
    if (version_ == Version::V11) learn_roles();
    for (auto const* table : all_tables) {
      if (table->id == TableId::Roles && version_ == Version::V12) write_roles(out);
      else if (is_in(table->in, version_)) write(table->id, out);
      else if (has_rows(table->id)) out.lost.push_back("OneRoster " + std::string(name_of(version_)) + " has no " + std::string(table->name) + ".");
    }
    writer_.finish();
    for (auto const& [what, count] : lost_) out.lost.push_back(std::to_string(count) + " " + what);
    return roster_.trouble();
  }

 private:
  // Rows of a table as they are in force: of several sources that claim a record the first, with edits laid over.
  void each(TableId table, std::function<void(std::uint32_t, StoredRow&)> const& f) {
    store::RowVersion best;
    bool any = false;
    auto const hand_on = [&] {
      if (!any || !says_roles_here(table, best)) return;
      if (auto const edits = edits_.find({table, best.key}); edits != edits_.end()) lay_over(best.row, table, edits->second);
      f(best.key, best.row);
    };
    store::RowSelect(roster_, table).each_at(revision_, [&](store::RowVersion const& version) {
      if (any && version.key == best.key) {
        if (first_claim(table, version) < first_claim(table, best)) best = version;
        return true;
      }
      hand_on();
      best = version;
      any = true;
      return true;
    });
    hand_on();
  }

  // False: a role that its source no longer speaks of in roles.csv. Of people it forgets what they were in the way that is no longer spoken.
  bool says_roles_here(TableId table, store::RowVersion& version) const {
    static auto const role = stored_index(TableId::Users, "role"), orgs = stored_index(TableId::Users, "orgSourcedIds");
    if (table != TableId::Users && table != TableId::Roles) return true;
    auto const spoken = versions_.find(version.source);
    if (spoken == versions_.end()) return true;
    if (table == TableId::Roles) return spoken->second == Version::V12;
    if (spoken->second == Version::V12) version.row.set_null(role), version.row.set_null(orgs);
    return true;
  }

  // When the source of this row began to claim the record, without a break until now.
  std::int64_t first_claim(TableId table, store::RowVersion const& version) {
    std::int64_t begun = version.since;
    std::vector<std::pair<std::int64_t, std::int64_t>> versions;
    auto rows =
        roster_.prepare("SELECT row_since, row_until FROM " + store::quoted(table_of(table)) + " WHERE row_key = ? AND row_source = ? ORDER BY row_since DESC");
    for (rows->with(version.key, version.source); rows->step();)
      if (!rows->is_null(1) && rows->integer(1) == begun) begun = rows->integer(0);
    return begun;
  }

  bool has_rows(TableId table) {
    bool any = false;
    store::RowSelect(roster_, table).each_at(revision_, [&](store::RowVersion const&) { return any = true, false; });
    return any;
  }

  bool is_included(TableId table, std::uint32_t key) const {
    auto const& ids = ids_[index(table)];
    if (key >= ids.size() || ids[key].empty()) return false;
    if (!chosen_ || (index(table) > written_up_to_ && table != TableId::Orgs && table != TableId::Users)) return true;
    auto const& keys = included_[index(table)];
    return key < keys.size() && keys[key];
  }

  void include(TableId table, std::uint32_t key) {
    auto& keys = included_[index(table)];
    if (key >= keys.size()) keys.resize(std::max<std::size_t>(key + 1u, 2 * keys.size()));
    keys[key] = true;
  }

  // The schools asked for, and what stands above them.
  std::optional<Trouble> choose_orgs(std::vector<std::string> const& schools) {
    chosen_ = !schools.empty();
    if (!chosen_) return std::nullopt;
    std::map<std::uint32_t, std::uint32_t> parent;
    auto const column = stored_index(TableId::Orgs, "parentSourcedId");
    each(TableId::Orgs, [&](std::uint32_t key, StoredRow const& row) {
      if (!row.is_null(column)) parent[key] = static_cast<std::uint32_t>(row.number(column));
    });
    for (auto const& id : schools) {
      auto const& ids = ids_[index(TableId::Orgs)];
      auto const at = std::find(ids.begin(), ids.end(), id);
      if (at == ids.end() || id.empty()) return Trouble{"There is no organization \"" + id + "\" in the roster."};
      auto key = static_cast<std::uint32_t>(at - ids.begin());
      asked_.insert(key);
      for (std::set<std::uint32_t> seen; seen.insert(key).second;) {
        include(TableId::Orgs, key);
        if (auto const up = parent.find(key); up != parent.end()) key = up->second;
      }
    }
    choose_people();
    return std::nullopt;
  }

  // Whoever belongs to one of the schools, by their own row or by a role.
  void choose_people() {
    static auto const user = stored_index(TableId::Roles, "userSourcedId"), org = stored_index(TableId::Roles, "orgSourcedId"),
                      orgs = stored_index(TableId::Users, "orgSourcedIds");
    each(TableId::Roles, [&](std::uint32_t, StoredRow const& row) {
      if (!row.is_null(user) && !row.is_null(org) && asked_.count(static_cast<std::uint32_t>(row.number(org))) > 0)
        include(TableId::Users, static_cast<std::uint32_t>(row.number(user)));
    });
    each(TableId::Users, [&](std::uint32_t key, StoredRow const& row) {
      auto const all = keys_in(row, orgs, Stored::Keys);
      if (std::any_of(all.begin(), all.end(), [&](std::uint32_t one) { return asked_.count(one) > 0; })) include(TableId::Users, key);
    });
  }

  // What people are since 1.2, for rows of 1.1.
  void learn_roles() {
    auto const user = stored_index(TableId::Roles, "userSourcedId"), org = stored_index(TableId::Roles, "orgSourcedId"),
               role = stored_index(TableId::Roles, "role"), type = stored_index(TableId::Roles, "roleType");
    each(TableId::Roles, [&](std::uint32_t, StoredRow const& row) {
      if (row.is_null(user) || row.is_null(org)) return;
      roles_[static_cast<std::uint32_t>(row.number(user))].push_back({static_cast<std::uint32_t>(row.number(org)),
                                                                      row.is_null(role) ? "" : std::string(row.text(role)),
                                                                      !row.is_null(type) && row.text(type) == "primary"});
    });
  }

  // A word that the version does not know becomes the nearest one it knows, or nothing.
  std::string word(Field const& field, std::string_view text) {
    auto const& words = field.words->words;
    auto const at = std::find(words.begin(), words.end(), text);
    if (at != words.end() ? field.words->has(static_cast<std::size_t>(at - words.begin()), version_) : version_ == Version::V12) return std::string(text);
    std::string nearest;
    if (field.words == &words::role) {
      if (version_ == Version::V12 && text == "administrator") nearest = "siteAdministrator";
      else if (text.ends_with("dministrator") || text == "principal") nearest = "administrator";
      else nearest = "aide";
    }
    ++lost_["values of " + std::string(field.name) + " are not words of OneRoster " + std::string(name_of(version_)) +
            (nearest.empty() ? " and stay blank" : " and become the nearest one")];
    return nearest;
  }

  // False: a reference that it needs is not part of the export.
  bool write_cell(TableId table, Field const& field, std::size_t column, StoredRow const& row, std::string& out) {
    out.clear();
    if (column == npos || row.is_null(column)) return true;
    auto const as = stored_columns(table)[column].as;
    if (as == Stored::Key || as == Stored::Keys) {
      for (auto const key : keys_in(row, column, as))
        if (is_included(field.refers_to, key)) out.append(out.empty() ? "" : ",").append(ids_[index(field.refers_to)][key]);
      return !out.empty() || !is_required(field.need, version_);
    }
    out = written(table, column, row, ids_);
    if (field.type == Type::Enum) out = word(field, out);
    return true;
  }

  void write(TableId id, Exported& out) {
    auto const& table = table_of(id);
    auto const fields = BundleWriter::columns(table, version_);
    std::vector<std::size_t> columns;
    for (auto const* field : fields) columns.push_back(stored_index(id, field->name));
    std::set<std::string> names;
    auto rows = roster_.prepare("SELECT row_metadata FROM " + store::quoted(table) +
                                " WHERE row_metadata IS NOT NULL AND row_since <= ? AND (row_until IS NULL OR row_until > ?)");
    for (rows->with(revision_, revision_); rows->step();)
      for (auto& [name, value] : metadata_of(rows->text(0))) names.insert(name);
    rows.reset();
    std::vector<std::string> const metadata(names.begin(), names.end());
    std::uint64_t count = 0;
    std::vector<std::string> cells(fields.size());
    written_up_to_ = index(id);
    each(id, [&](std::uint32_t key, StoredRow& row) {
      if (id == TableId::Orgs || id == TableId::Users ? !is_included(id, key) : !is_in_schools(id, row)) return;
      if (id == TableId::Users && version_ == Version::V11 && !take_role(key, row)) return;
      if (id == TableId::LineItems) complete_line_item(row);
      bool whole = true;
      for (std::size_t i = 0; i < fields.size() && whole; ++i) {
        if (i == 0) cells[0] = ids_[index(id)][key];
        else if (i < 3) cells[i].clear();
        else whole = write_cell(id, *fields[i], columns[i], row, cells[i]);
      }
      if (columns[0] != npos && !row.is_null(columns[0])) whole &= is_included(fields[0]->refers_to, static_cast<std::uint32_t>(row.number(columns[0])));
      if (!whole) return;
      if (count++ == 0) writer_.begin(table, metadata);
      if (chosen_) include(id, key);
      for (auto const& cell : cells) writer_.cell(cell);
      auto const values = metadata_of(row.metadata);
      for (auto const& name : metadata) {
        auto const at = std::find_if(values.begin(), values.end(), [&](auto const& v) { return v.first == name; });
        writer_.cell(at == values.end() ? std::string_view() : std::string_view(at->second));
      }
      writer_.end_row();
      if (id == TableId::Users && version_ == Version::V12) note_roles(key, row);
    });
    if (id == TableId::Roles) metadata_of_roles_ = metadata.size();
    if (count > 0 && id != TableId::Roles) writer_.end();  // behind roles those come that 1.1 says of people
    if (count > 0) out.rows.emplace_back(std::string(table.name), count);
  }

  bool is_in_schools(TableId id, StoredRow const& row) const {
    if (!chosen_) return true;
    std::size_t column = npos;
    if (id == TableId::Classes) column = stored_index(id, "schoolSourcedId");
    else if (id == TableId::Enrollments) column = stored_index(id, "schoolSourcedId");
    if (column != npos && !row.is_null(column)) return asked_.count(static_cast<std::uint32_t>(row.number(column))) > 0;
    return true;
  }

  // 1.1: a person has one role, and organizations of which the first is the main one.
  bool take_role(std::uint32_t key, StoredRow& row) {
    static auto const role = stored_index(TableId::Users, "role"), orgs = stored_index(TableId::Users, "orgSourcedIds"),
                      primary_org = stored_index(TableId::Users, "primaryOrgSourcedId");
    if (!row.is_null(role) && !row.is_null(orgs)) return true;
    auto const known = roles_.find(key);
    if (known == roles_.end()) {
      ++lost_["people have no role and no organization, which OneRoster 1.1 demands; they are left out"];
      return false;
    }
    auto all = known->second;
    auto const main = row.is_null(primary_org) ? no_key : static_cast<std::uint32_t>(row.number(primary_org));
    std::stable_sort(all.begin(), all.end(),
                     [&](RoleOf const& a, RoleOf const& b) { return std::pair(a.org != main, !a.primary) < std::pair(b.org != main, !b.primary); });
    std::string keys;
    std::set<std::uint32_t> seen;
    for (auto const& one : all) {
      if (one.role != all[0].role) ++lost_["roles are not the person's main one; OneRoster 1.1 has room for one"];
      if (seen.insert(one.org).second) keys += (keys.empty() ? "" : " ") + std::to_string(one.org);
    }
    row.set_text(role, all[0].role);
    row.set_text(orgs, keys);
    return true;
  }

  // 1.2: what 1.1 said of a person becomes rows of roles.csv.
  void note_roles(std::uint32_t key, StoredRow const& row) {
    static auto const role = stored_index(TableId::Users, "role"), orgs = stored_index(TableId::Users, "orgSourcedIds");
    if (row.is_null(role) || row.is_null(orgs)) return;
    bool first = true;
    for (auto const org : keys_in(row, orgs, Stored::Keys)) {
      if (!is_included(TableId::Orgs, org)) continue;
      roles_[key].push_back({org, std::string(row.text(role)), first});
      first = false;
    }
  }

  // Made-up ids are the same every time, and told from others by their form.
  std::string role_id(std::uint32_t user, RoleOf const& role, std::set<std::string_view> const& given) {
    auto const& person = ids_[index(TableId::Users)][user];
    auto const& org = ids_[index(TableId::Orgs)][role.org];
    auto id = person + "_" + org + "_" + role.role;
    if (id.size() <= 255 && given.count(id) == 0) return id;
    return "role_" + std::to_string(hash_of(id, 11)) + std::to_string(hash_of(id, 12));
  }

  void write_roles(Exported& out) {
    auto const& table = table_of(TableId::Roles);
    auto const user = stored_index(TableId::Roles, "userSourcedId"), org = stored_index(TableId::Roles, "orgSourcedId"),
               role = stored_index(TableId::Roles, "role");
    std::set<std::pair<std::uint32_t, std::uint64_t>> said;  // person; organization and role
    each(TableId::Roles, [&](std::uint32_t, StoredRow const& row) {
      if (!row.is_null(user) && !row.is_null(org) && !row.is_null(role))
        said.emplace(static_cast<std::uint32_t>(row.number(user)), hash_of(std::to_string(row.number(org)) + " " + std::string(row.text(role)), 5));
    });
    auto const before = std::move(roles_);
    roles_.clear();
    write(TableId::Roles, out);
    bool const begun = !out.rows.empty() && out.rows.back().first == table.name;
    std::uint64_t count = begun ? out.rows.back().second : 0;
    auto const fields = BundleWriter::columns(table, version_);
    std::set<std::string_view> given(ids_[index(TableId::Roles)].begin(), ids_[index(TableId::Roles)].end());
    for (auto const& [key, list] : before) {
      for (auto const& one : list) {
        if (said.count({key, hash_of(std::to_string(one.org) + " " + one.role, 5)}) > 0) continue;
        if (count++ == 0) writer_.begin(table);
        for (auto const* field : fields) {
          if (field->name == "sourcedId") writer_.cell(role_id(key, one, given));
          else if (field->name == "userSourcedId") writer_.cell(ids_[index(TableId::Users)][key]);
          else if (field->name == "orgSourcedId") writer_.cell(ids_[index(TableId::Orgs)][one.org]);
          else if (field->name == "role") writer_.cell(word(*field, one.role));
          else if (field->name == "roleType") writer_.cell(one.primary ? "primary" : "secondary");
          else writer_.cell("");
        }
        for (std::size_t i = 0; begun && i < metadata_of_roles_; ++i) writer_.cell("");
        writer_.end_row();
      }
    }
    if (count == 0) return;
    writer_.end();
    if (begun) out.rows.pop_back();
    out.rows.emplace_back(std::string(table.name), count);
  }

  // One reference is called differently in the two versions; the school, which 1.2 demands, is that of the class.
  void complete_line_item(StoredRow& row) {
    static auto const class_ = stored_index(TableId::LineItems, "classSourcedId"), school = stored_index(TableId::LineItems, "schoolSourcedId"),
                      school_of_class = stored_index(TableId::Classes, "schoolSourcedId");
    if (school != npos && row.is_null(school) && !row.is_null(class_)) {
      if (!school_of_class_) {
        school_of_class_.emplace();
        each(TableId::Classes, [&](std::uint32_t key, StoredRow const& one) {
          if (!one.is_null(school_of_class)) (*school_of_class_)[key] = one.number(school_of_class);
        });
      }
      if (auto const at = school_of_class_->find(static_cast<std::uint32_t>(row.number(class_))); at != school_of_class_->end())
        row.set_number(school, at->second);
    }
    static auto const old_name = stored_index(TableId::LineItems, "gradingPeriodSourcedId"),
                      new_name = stored_index(TableId::LineItems, "academicSessionSourcedId");
    if (old_name == npos || new_name == npos) return;
    if (row.is_null(old_name) && !row.is_null(new_name)) row.set_number(old_name, row.number(new_name));
    else if (row.is_null(new_name) && !row.is_null(old_name)) row.set_number(new_name, row.number(old_name));
  }

  store::Database& roster_;
  std::int64_t revision_;
  Version version_;
  std::int32_t day_;
  BundleWriter writer_;
  IdsOfTables ids_;
  Edits edits_;
  bool chosen_ = false;
  std::set<std::uint32_t> asked_;
  std::size_t written_up_to_ = 0;
  std::array<std::vector<bool>, table_count> included_;
  std::map<std::uint32_t, std::vector<RoleOf>> roles_;
  std::size_t metadata_of_roles_ = 0;
  std::map<std::int64_t, Version> versions_;  // by source
  std::map<std::string, std::uint64_t> lost_;
  std::optional<std::map<std::uint32_t, std::int64_t>> school_of_class_;
};

}  // namespace

std::string written(TableId table, std::size_t column, StoredRow const& row, IdsOfTables const& ids) {
  if (row.is_null(column)) return "";
  auto const& stored = stored_columns(table)[column];
  auto const& field = table_of(table).fields[stored.field];
  switch (stored.as) {
    case Stored::Text:
      return std::string(row.text(column));
    case Stored::Number: {
      auto const value = row.number(column);
      if (field.type == Type::Boolean) return value != 0 ? "true" : "false";
      return day_text(value);
    }
    case Stored::Key:
    case Stored::Keys: {
      std::string all;
      auto const& of = ids[static_cast<std::size_t>(field.refers_to)];
      for (auto const key : keys_in(row, column, stored.as))
        if (key < of.size() && !of[key].empty()) all.append(all.empty() ? "" : ",").append(of[key]);
      return all;
    }
  }
  return "";
}

Result<Exported> export_roster(Hub& hub, store::District const& district, ExportOptions const& options, FileSink& sink) {
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  Exported out;
  auto const last = last_revision(**roster);
  out.revision = options.revision.value_or(last);
  if (out.revision < 0 || out.revision > last)
    return Trouble{"There is no revision " + std::to_string(out.revision) + "; the newest is " + std::to_string(last) + "."};
  if (options.version) {
    out.version = *options.version;
  } else {
    auto row = (*roster)->prepare("SELECT value FROM source_facts WHERE name = 'version' ORDER BY source");
    if (row->step() && row->text(0) == "1.2") out.version = Version::V12;
  }
  Exporting exporting(**roster, out.revision, out.version, options.day.value_or(hub.today), sink);
  if (auto trouble = exporting.run(options.schools, out)) return *trouble;
  return out;
}

}  // namespace rollbook::runs
