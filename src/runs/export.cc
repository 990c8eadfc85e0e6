#include "runs/export.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/day.h"
#include "base/hash.h"
#include "export/bundle_writer.h"
#include "runs/apply.h"
#include "runs/held_lines.h"
#include "runs/look.h"
#include "runs/names.h"
#include "runs/rows_in_force.h"
#include "runs/sharing.h"
#include "sync/each_key.h"

namespace rollbook::runs {
namespace {

constexpr std::size_t index(TableId table) { return static_cast<std::size_t>(table); }

constexpr std::string_view age_band_column = "metadata.ageBand";
constexpr std::size_t most_held = 65'536;

// What 1.2 keeps in roles.csv and 1.1 in the rows of people.
struct RoleOf {
  std::uint32_t org = no_key;
  std::string role;
  bool primary = false;
};

// Hands on users.csv alone.
struct OnlyPeople : FileSink {
  explicit OnlyPeople(FileSink& to) : to_(to) {}
  void begin(std::string_view file) override {
    if ((takes_ = file == "users.csv")) to_.begin(file);
  }
  void write(std::string_view piece) override {
    if (takes_) to_.write(piece);
  }
  void end() override {
    if (takes_) to_.end();
  }

 private:
  FileSink& to_;
  bool takes_ = false;
};

class Exporting {
 public:
  Exporting(store::Database& roster, std::int64_t revision, Version version, std::int32_t day, ExportOptions const& options, unsigned workers, FileSink& sink)
      : roster_(roster),
        revision_(revision),
        version_(version),
        options_(options),
        rows_(roster, revision, day),
        writer_(version, sink, "Rollbook", "rollbook") {
    rows_.stops = options.stops;
    if (options.shared) sharing_.emplace(*options.shared, rows_, ids_, day, workers);
  }

  std::optional<Trouble> run(Exported& out) {
    for (auto const* table : all_tables) ids_[index(table->id)] = ids_by_key(roster_, table->id, revision_);
    if (auto trouble = sharing_ ? sharing_->begin() : choose_orgs(options_.schools)) return trouble;
    if (version_ == Version::V11) learn_roles();
    for (auto const* table : all_tables) {
      if (sharing_ && !sharing_->writes(table->id)) continue;
      if (table->id == TableId::Demographics && !options_.demographics) continue;
      if (sharing_) sharing_->begin_table(table->id);
      if (table->id == TableId::Roles && version_ == Version::V12) write_roles(out);
      else if (is_in(table->in, version_)) write(table->id, out);
      else if (rows_.has_rows(table->id)) out.lost.push_back("OneRoster " + std::string(name_of(version_)) + " has no " + std::string(table->name) + ".");
    }
    writer_.finish();
    for (auto const& [what, count] : lost_) out.lost.push_back(std::to_string(count) + " " + what);
    if (options_.stops && options_.stops()) return Trouble{"It was stopped."};
    if (sharing_) sharing_->finish(roster_, out);
    return roster_.trouble();
  }

 private:
  void each(TableId table, std::function<void(std::uint32_t, StoredRow&)> const& f) {
    rows_.each(table, [&](std::uint32_t key, StoredRow& row, std::int64_t since) {
      since_ = since;
      f(key, row);
    });
  }

  bool is_included(TableId table, std::uint32_t key) const {
    if (sharing_) return sharing_->is_included(table, key);
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
    each(TableId::AcademicSessions, [&](std::uint32_t key, StoredRow const&) { include(TableId::AcademicSessions, key); });  // they name each other
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
      if (sharing_ && !sharing_->takes_role(static_cast<std::uint32_t>(row.number(org)), row.is_null(role) ? "" : row.text(role))) return;
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
    if (column == npos || row.is_null(column) || (sharing_ && sharing_->is_blank(table, field))) return true;
    auto const as = stored_columns(table)[column].as;
    if (as == Stored::Key || as == Stored::Keys) {
      each_key(row, column, as, [&](std::uint32_t key) {
        if (is_included(field.refers_to, key)) out.append(out.empty() ? "" : ",").append(ids_[index(field.refers_to)][key]);
      });
      return !out.empty() || !is_required(field.need, version_);
    }
    if (as == Stored::Text) out = row.text(column);
    else out = written(table, column, row, ids_);
    if (field.type == Type::Enum) out = word(field, out);
    if (sharing_) sharing_->treat(table, field, out);
    return true;
  }

  std::vector<Field const*> columns_of(Table const& table) const { return sharing_ ? sharing_->columns(table) : BundleWriter::columns(table, version_); }

  // Names of further columns of a table, in order.
  std::vector<std::string> metadata_columns(Table const& table) {
    std::set<std::string> names;
    if (sharing_ && sharing_->has_age_band(table.id)) names.insert(std::string(age_band_column));
    if (sharing_ && !sharing_->has_metadata(table.id)) return {names.begin(), names.end()};
    auto rows = roster_.prepare("SELECT row_metadata FROM " + store::quoted(table) +
                                " WHERE row_metadata IS NOT NULL AND row_since <= ? AND (row_until IS NULL OR row_until > ?)");
    for (rows->with(revision_, revision_); rows->step();)
      for (auto& [name, value] : metadata_of(rows->text(0))) names.insert(name);
    return {names.begin(), names.end()};
  }

  // Columns that this version has no room for, and what is said of their values. What is told in other words is not lost. A receiver's policy says itself
  // what it leaves out.
  std::vector<std::pair<std::size_t, std::string>> untold_columns(Table const& table) const {
    static std::set<std::string_view> const elsewhere = {
        "role", "orgSourcedIds", "primaryOrgSourcedId", "schoolSourcedId", "gradingPeriodSourcedId", "academicSessionSourcedId"};
    std::vector<std::pair<std::size_t, std::string>> all;
    auto const& columns = stored_columns(table.id);
    for (std::size_t i = 0; i < columns.size() && !sharing_; ++i)
      if (auto const& field = table.fields[columns[i].field]; !is_in(field.in, version_) && elsewhere.count(field.name) == 0)
        all.emplace_back(
            i, "values of " + std::string(table.name) + "." + std::string(field.name) + " have no column in OneRoster " + std::string(name_of(version_)));
    return all;
  }

  bool goes(TableId id, std::uint32_t key, StoredRow& row) {
    if (sharing_) return sharing_->takes(id, key, row, since_);
    return id == TableId::Orgs || id == TableId::Users ? is_included(id, key) : is_in_schools(id, row);
  }

  // False: something that it needs is not part of the export.
  bool fill(TableId id, std::vector<Field const*> const& fields, std::vector<std::size_t> const& columns, std::uint32_t key, StoredRow const& row,
            std::vector<std::string>& cells) {
    cells[0] = ids_[index(id)][key];
    if (columns[0] != npos && !row.is_null(columns[0])) {  // it is another record's id
      auto const of = fields[0]->refers_to;
      auto const other = static_cast<std::uint32_t>(row.number(columns[0]));
      if (!is_included(of, other)) return false;
      cells[0] = ids_[index(of)][other];
    }
    for (std::size_t i = 1; i < fields.size(); ++i) {
      cells[i].clear();
      if (fields[i]->need != Need::DeltaOnly && !write_cell(id, *fields[i], columns[i], row, cells[i])) return false;
    }
    return true;
  }

  void write(TableId id, Exported& out) {
    auto const& table = table_of(id);
    auto const fields = columns_of(table);
    std::vector<std::size_t> columns;
    for (auto const* field : fields) columns.push_back(stored_index(id, field->name));
    auto const metadata = metadata_columns(table);
    auto const untold = untold_columns(table);
    std::uint64_t count = 0;
    std::vector<std::string> cells(fields.size());
    written_up_to_ = index(id);
    each(id, [&](std::uint32_t key, StoredRow& row) {
      ++out.there[index(id)];
      if (id == TableId::LineItems) complete_line_item(row);
      if (!goes(id, key, row)) return;
      cells.resize(fields.size());
      if ((id == TableId::Users && version_ == Version::V11 && !take_role(key, row)) || !fill(id, fields, columns, key, row, cells)) {
        if (sharing_) sharing_->exclude(id, key);
        return;
      }
      if (count++ == 0) writer_.begin(table, fields, metadata);
      for (auto const& [column, what] : untold)
        if (!row.is_null(column)) ++lost_[what];
      if (chosen_) include(id, key);
      auto const values = metadata_of(row.metadata);
      for (auto const& name : metadata) {
        auto const at = std::find_if(values.begin(), values.end(), [&](auto const& v) { return v.first == name; });
        auto const band = sharing_ && sharing_->has_age_band(id) && name == age_band_column;
        cells.push_back(band ? sharing_->age_band(row) : at == values.end() ? std::string() : at->second);
      }
      put_row(id, cells);
      if (id == TableId::Users && version_ == Version::V12) note_roles(key, row);
    });
    if (id == TableId::Roles) metadata_of_roles_ = metadata.size();
    else end_table(table, fields, metadata, count);  // behind roles those come that 1.1 says of people
    if (count > 0) out.rows.emplace_back(std::string(table.name), count);
  }

  void put_row(TableId id, std::vector<std::string> const& cells) {
    if (++rows_done_ % 5000 == 0 && options_.progress) options_.progress(rows_done_);
    if (!sharing_ || !sharing_->is_shuffled(id)) {
      for (auto const& cell : cells) writer_.cell(cell);
      return writer_.end_row();
    }
    held_.add(cells);
    if (held_.size() >= most_held) let_go();
  }

  void let_go() { held_.let_go(writer_); }

  void end_table(Table const& table, std::vector<Field const*> const& fields, std::vector<std::string> const& metadata, std::uint64_t count) {
    bool const is_empty_file = count == 0 && sharing_ && sharing_->policy().header_only && table.id != TableId::Orgs && table.id != TableId::Users;
    if (is_empty_file) writer_.begin(table, fields, metadata);
    let_go();
    if (count > 0 || is_empty_file) writer_.end();
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

  std::string made_up_id(Field const& field, std::string id) {
    if (sharing_) sharing_->treat(TableId::Roles, field, id);
    return id;
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
    auto const fields = columns_of(table);
    std::set<std::string_view> given(ids_[index(TableId::Roles)].begin(), ids_[index(TableId::Roles)].end());
    for (auto const& [key, list] : before) {
      for (auto const& one : list) {
        if (said.count({key, hash_of(std::to_string(one.org) + " " + one.role, 5)}) > 0) continue;
        if (count++ == 0) writer_.begin(table, fields, {});
        std::vector<std::string> cells;
        for (auto const* field : fields) {
          if (field->name == "sourcedId") cells.push_back(made_up_id(*field, role_id(key, one, given)));
          else if (sharing_ && sharing_->is_blank(TableId::Roles, *field)) cells.emplace_back();
          else if (field->name == "userSourcedId") cells.push_back(ids_[index(TableId::Users)][key]);
          else if (field->name == "orgSourcedId") cells.push_back(ids_[index(TableId::Orgs)][one.org]);
          else if (field->name == "role") cells.push_back(word(*field, one.role));
          else if (field->name == "roleType") cells.emplace_back(one.primary ? "primary" : "secondary");
          else cells.emplace_back();
        }
        if (begun) cells.resize(cells.size() + metadata_of_roles_);
        put_row(TableId::Roles, cells);
      }
    }
    end_table(table, fields, {}, count);
    if (count == 0) return;
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
  ExportOptions const& options_;
  RowsInForce rows_;
  BundleWriter writer_;
  IdsOfTables ids_;
  std::optional<Sharing> sharing_;
  std::int64_t since_ = 0;  // of the row in hand
  std::uint64_t rows_done_ = 0;
  HeldLines held_;  // of rows that are shuffled
  bool chosen_ = false;
  std::set<std::uint32_t> asked_;
  std::size_t written_up_to_ = 0;
  std::array<std::vector<bool>, table_count> included_;
  std::map<std::uint32_t, std::vector<RoleOf>> roles_;
  std::size_t metadata_of_roles_ = 0;
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
  if (options.shared) {
    out.version = options.shared->policy.version;
  } else if (options.version) {
    out.version = *options.version;
  } else {
    auto row = (*roster)->prepare("SELECT value FROM source_facts WHERE name = 'version' ORDER BY source");
    if (row->step() && row->text(0) == "1.2") out.version = Version::V12;
  }
  OnlyPeople people(sink);
  bool const flat = options.shared && options.shared->policy.flat;
  Exporting exporting(**roster, out.revision, out.version, options.day.value_or(hub.today), options, hub.workers, flat ? people : sink);
  if (auto trouble = exporting.run(out)) return *trouble;
  return out;
}

}  // namespace rollbook::runs
