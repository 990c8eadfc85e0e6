#include "runs/upload.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "bundle/file_names.h"
#include "runs/apply.h"
#include "runs/edit.h"
#include "runs/export.h"
#include "runs/rows_in_force.h"
#include "runs/undo_ids.h"
#include "runs/upload_edits.h"
#include "store/rows.h"
#include "sync/each_key.h"

namespace rollbook::runs {
namespace {

using batch::Counted;
using batch::Standing;

std::string_view text_in(StoredRow const& row, std::size_t column) { return row.is_null(column) ? std::string_view() : row.text(column); }

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/') + 1); }

class ReadingStanding {
 public:
  ReadingStanding(store::Database& roster, store::Source const& own, std::int32_t day, std::int64_t revision)
      : roster_(roster), own_(own), revision_(revision), rows_(roster, revision, day) {}

  void run(std::vector<store::Source> const& sources, StandingAsked asked) {
    for (auto const table : {TableId::Orgs, TableId::AcademicSessions, TableId::Courses, TableId::Users, TableId::Classes, TableId::Enrollments})
      ids_[static_cast<std::size_t>(table)] = ids_by_key(roster_, table, revision_);
    read_feeds(sources);
    auto const name = at(TableId::Orgs, "name");
    rows_.each(TableId::Orgs, [&](std::uint32_t key, StoredRow const& row, std::int64_t) {
      all_.schools.push_back(id(TableId::Orgs, key)), all_.school_names.emplace_back(text_in(row, name));
    });
    read_people();
    read_classes();
    read_former_ids();
    read_enrollments();
    if (asked.facts) read_facts();
    if (asked.archived) read_archived();
  }

  Standing all_;

 private:
  std::string const& id(TableId table, std::uint32_t key) const {
    static std::string const none;
    auto const& ids = ids_[static_cast<std::size_t>(table)];
    return key < ids.size() ? ids[key] : none;
  }
  static std::size_t at(TableId table, std::string_view name) { return stored_index(table, name); }

  // Records that an active source brings which is not this one.
  void read_feeds(std::vector<store::Source> const& sources) {
    for (auto const& source : sources) {
      if (source.id == own_.id || source.kind == batch_kind || !source.is_active()) continue;
      for (auto const table : {TableId::Users, TableId::Classes, TableId::Enrollments}) {
        auto rows = roster_.prepare("SELECT row_key FROM " + store::quoted(table_of(table)) + " WHERE row_source = ? AND row_until IS NULL");
        for (rows->with(source.id); rows->step();) {
          fed_[static_cast<std::size_t>(table)].insert(static_cast<std::uint32_t>(rows->integer(0)));
          if (all_.feed.empty()) all_.feed = source.name;
        }
      }
    }
  }
  bool is_fed(TableId table, std::uint32_t key) const { return fed_[static_cast<std::size_t>(table)].count(key) > 0; }

  void read_people() {
    auto const t = TableId::Users;
    auto const role = at(t, "role"), first = at(t, "givenName"), middle = at(t, "middleName"), last = at(t, "familyName"), email = at(t, "email"),
               grades = at(t, "grades"), user_ids = at(t, "userIds"), orgs = at(t, "orgSourcedIds");
    rows_.each(t, [&](std::uint32_t key, StoredRow const& row, std::int64_t) {
      if (id(t, key).empty()) return;
      Standing::Person person;
      person.id = id(t, key);
      for (auto const& [column, to] :
           {std::pair{role, &person.role}, std::pair{first, &person.first_name}, std::pair{middle, &person.middle_name}, std::pair{last, &person.last_name},
            std::pair{email, &person.email}, std::pair{grades, &person.grade}, std::pair{user_ids, &person.user_ids}})
        *to = text_in(row, column);
      each_key(row, orgs, Stored::Keys, [&](std::uint32_t org) { person.schools.push_back(id(TableId::Orgs, org)); });
      person.is_fed = is_fed(t, key);
      people_.emplace(key, static_cast<std::uint32_t>(all_.people.size()));
      all_.people.push_back(std::move(person));
    });
  }

  void read_classes() {
    auto const t = TableId::Classes;
    auto const school = at(t, "schoolSourcedId"), course = at(t, "courseSourcedId"), terms = at(t, "termSourcedIds"), title = at(t, "title"),
               grades = at(t, "grades"), subjects = at(t, "subjects");
    rows_.each(t, [&](std::uint32_t key, StoredRow const& row, std::int64_t) {
      if (id(t, key).empty()) return;
      Standing::Class one;
      one.id = id(t, key);
      each_key(row, school, Stored::Key, [&](std::uint32_t org) { one.school = id(TableId::Orgs, org); });
      each_key(row, course, Stored::Key, [&](std::uint32_t of) { one.course = id(TableId::Courses, of); });
      each_key(row, terms, Stored::Keys, [&](std::uint32_t term) { (one.term += one.term.empty() ? "" : ",") += id(TableId::AcademicSessions, term); });
      one.title = text_in(row, title), one.grade = text_in(row, grades), one.subject = text_in(row, subjects);
      for (auto& [name, value] : metadata_of(row.metadata))
        if (name == batch::display_name_column) one.display_name = std::move(value);
      one.is_fed = is_fed(t, key);
      classes_.emplace(key, static_cast<std::uint32_t>(all_.classes.size()));
      all_.classes.push_back(std::move(one));
    });
  }

  void read_enrollments() {
    auto const t = TableId::Enrollments;
    auto const user = at(t, "userSourcedId"), class_ = at(t, "classSourcedId"), primary = at(t, "primary");
    rows_.each(t, [&](std::uint32_t key, StoredRow const& row, std::int64_t) {
      if (row.is_null(user) || row.is_null(class_) || id(t, key).empty()) return;
      auto const who = people_.find(static_cast<std::uint32_t>(row.number(user))), where = classes_.find(static_cast<std::uint32_t>(row.number(class_)));
      if (who == people_.end() || where == classes_.end()) return;
      auto const place = static_cast<std::uint32_t>(all_.enrollments.size());
      all_.enrollments.push_back({id(t, key), who->second, where->second,
                                  row.is_null(primary)       ? ""
                                  : row.number(primary) != 0 ? "true"
                                                             : "false",
                                  is_fed(t, key)});
      all_.people[who->second].enrollments.push_back(place);
      all_.classes[where->second].enrollments.push_back(place);
    });
  }

  // Ids that were given up by re-keys: whoever still writes them means the record that had them, or does not know that.
  void read_former_ids() {
    auto rekeys = roster_.prepare("SELECT first_of FROM revisions WHERE kind = 're-key' AND number <= ?");
    std::set<std::pair<TableId, std::int64_t>> records;
    for (rekeys->with(revision_); rekeys->step();)
      for (auto const& record : rekeyed_records(rekeys->text(0))) records.insert(record);
    rekeys.reset();
    auto before = roster_.prepare("SELECT id FROM ids WHERE tbl = ? AND key = ? AND until IS NOT NULL");
    for (auto const& [table, key] : records) {
      if (table != TableId::Users && table != TableId::Classes) continue;
      auto const& now = id(table, static_cast<std::uint32_t>(key));
      if (now.empty()) continue;
      auto& former = table == TableId::Users ? all_.former_people : all_.former_classes;
      for (before->with(static_cast<int>(table), key); before->step();)
        if (before->text(0) != now) former.emplace(before->text(0), now);
    }
  }

  // What a stored row says, as cells of demographics.csv.
  Standing::Facts facts_of(StoredRow const& row) const {
    static auto const stored = [] {
      std::array<std::size_t, std::size(batch::demographics_columns)> all{};
      for (std::size_t i = 1; i <= batch::fact_count; ++i) all[i] = stored_index(TableId::Demographics, batch::demographics_columns[i].header);
      return all;
    }();
    Standing::Facts facts;
    for (std::size_t i = 1; i <= batch::fact_count; ++i) facts[i] = written(TableId::Demographics, stored[i], row, ids_);
    for (auto& [name, value] : metadata_of(row.metadata))
      for (auto i = batch::fact_count + 1; i < facts.size(); ++i)
        if (name.starts_with(batch::program_prefix) && name.substr(batch::program_prefix.size()) == batch::demographics_columns[i].header) facts[i] = value;
    return facts;
  }

  void read_facts() {
    rows_.each(TableId::Demographics, [&](std::uint32_t, StoredRow const& row, std::int64_t) {
      each_key(row, at(TableId::Demographics, "sourcedId"), Stored::Key, [&](std::uint32_t person) {
        if (auto const who = people_.find(person); who != people_.end()) all_.facts[who->second] = facts_of(row);
      });
    });
  }

  using Gone = std::unordered_map<std::uint32_t, std::pair<std::string, std::int64_t>>;  // key → id, revision

  // People who went with an upload, and what went with them in the same revision.
  void read_archived() {
    Gone gone;
    auto rows = roster_.prepare(
        "SELECT u.row_key, u.row_until, i.id FROM \"users\" u JOIN ids i ON i.tbl = ? AND i.key = u.row_key AND i.until = u.row_until WHERE "
        "u.row_source = ? AND u.row_until <= ? ORDER BY u.row_until");
    for (rows->with(static_cast<int>(TableId::Users), own_.id, revision_); rows->step();) {
      auto const key = static_cast<std::uint32_t>(rows->integer(0));
      if (people_.count(key) == 0) gone[key] = {std::string(rows->text(2)), rows->integer(1)};
    }
    rows.reset();
    for (auto const& [key, one] : gone) all_.archived[one.first] = {};
    if (gone.empty()) return;
    auto const t = TableId::Enrollments;
    auto parts = roster_.prepare(
        "SELECT e.\"userSourcedId\", e.row_until, i.id, e.\"classSourcedId\", e.\"role\", e.\"primary\" FROM \"enrollments\" e JOIN ids i ON "
        "i.tbl = ? AND i.key = e.row_key AND i.until = e.row_until WHERE e.row_source = ? AND e.row_until IS NOT NULL ORDER BY e.row_key");
    for (parts->with(static_cast<int>(t), own_.id); parts->step();) {
      if (parts->is_null(0) || parts->is_null(3)) continue;
      auto const who = gone.find(static_cast<std::uint32_t>(parts->integer(0)));
      if (who == gone.end() || who->second.second != parts->integer(1)) continue;
      all_.archived[who->second.first].enrollments.push_back({std::string(parts->text(2)), id(TableId::Classes, static_cast<std::uint32_t>(parts->integer(3))),
                                                              parts->is_null(4) ? "" : std::string(parts->text(4)),
                                                              parts->is_null(5)        ? ""
                                                              : parts->integer(5) != 0 ? "true"
                                                                                       : "false"});
    }
    parts.reset();
    read_archived_facts(gone);
  }

  void read_archived_facts(Gone const& gone) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> found;  // the key of the row, of its person
    auto rows = roster_.prepare("SELECT row_key, row_until, \"sourcedId\" FROM \"demographics\" WHERE row_source = ? AND row_until IS NOT NULL");
    for (rows->with(own_.id); rows->step();) {
      if (rows->is_null(2)) continue;
      auto const person = static_cast<std::uint32_t>(rows->integer(2));
      if (auto const who = gone.find(person); who != gone.end() && who->second.second == rows->integer(1))
        found.emplace_back(static_cast<std::uint32_t>(rows->integer(0)), person);
    }
    rows.reset();
    store::RowSelect select(roster_, TableId::Demographics);
    StoredRow row;
    for (auto const& [key, person] : found) {
      auto const& [id, revision] = gone.at(person);
      if (select.at(key, own_.id, revision - 1, row)) all_.archived[id].facts = facts_of(row);
    }
  }

  store::Database& roster_;
  store::Source const& own_;
  std::int64_t revision_;
  RowsInForce rows_;
  std::array<std::vector<std::string>, table_count> ids_;
  std::array<std::unordered_set<std::uint32_t>, table_count> fed_;
  std::unordered_map<std::uint32_t, std::uint32_t> people_, classes_;  // key → place
};

}  // namespace

bool is_upload(store::Source const& source, delivery::Delivery const& delivery) {
  return source.kind == batch_kind &&
         std::none_of(delivery.files.begin(), delivery.files.end(), [](auto const& file) { return last_part(file.path) == "manifest.csv"; });
}

Profile const& upload_profile() {
  static constexpr LevelChange changes[] = {{"CSV010", Severity::Off}, {"HDR002", Severity::Off}, {"HDR008", Severity::Off}, {"CLS002", Severity::Off}};
  static Profile const profile{.name = "upload", .doc = "", .changes = changes};
  return profile;
}

Result<Standing> standing_of(Hub& hub, store::District const& district, store::Database& roster, store::Source const& source, StandingAsked asked) {
  auto const sources = store::list_sources(hub.home.operations(), district);
  if (!sources) return sources.trouble();
  auto const revision = asked.at_revision.value_or(last_revision(roster));
  if (revision <= 0) return Standing{};
  ReadingStanding reading(roster, source, hub.today, revision);
  reading.run(*sources, asked);
  if (roster.trouble()) return *roster.trouble();
  return std::move(reading.all_);
}

namespace {

batch::SamePeople same_people(std::string const& confirmed) {
  batch::SamePeople same;
  for (auto const& one : split(confirmed, ','))
    if (auto const equals = one.find('='); equals != std::string::npos) same.emplace(one.substr(0, equals), one.substr(equals + 1));
  return same;
}

Result<std::shared_ptr<Upload>> read_texts(Hub& hub, store::District const& district, store::Database& roster, store::Source const& source,
                                           UploadTexts const& texts, UploadHow const& how) {
  auto upload = std::make_shared<Upload>();
  upload->given = texts;
  bool const restores = texts.users && texts.users->find("RESTORE-USER") != std::string_view::npos;
  auto standing = standing_of(hub, district, roster, source, {restores, restores && texts.demographics, how.at_revision});
  if (!standing) return standing.trouble();
  batch::Looking const looking{seed_of(hub, district.id), hub.workers};
  if (texts.users) upload->users = batch::read_users_file(*texts.users, standing->schools, looking);
  if (texts.demographics) upload->demographics = batch::read_demographics_file(*texts.demographics, looking);
  upload->refusal = upload->users.refusal;
  if (auto const& other = upload->demographics.refusal; !other.empty()) upload->refusal += (upload->refusal.empty() ? "" : " ") + other;
  if (!upload->refusal.empty()) return upload;
  auto& translation = upload->translation;
  if (texts.users) translation = batch::to_oneroster(*texts.users, upload->users, *standing, hub.today, same_people(how.confirmed));
  batch::add_demographics(texts.demographics.value_or(""), texts.demographics ? &upload->demographics : nullptr, *standing, hub.today, translation);
  translation.files.emplace_back("manifest.csv", batch::manifest_of(translation.tables));
  for (auto const& id : translation.schools)
    upload->school_names.push_back(standing->school_names[static_cast<std::size_t>(std::ranges::find(standing->schools, id) - standing->schools.begin())]);
  upload->schools = std::move(standing->schools);
  return upload;
}

constexpr char not_an_upload[] = "An upload is one users.csv, one demographics.csv, or one of each; nothing was changed.";

// The files, each with padding behind it; nothing when they are others than these.
std::optional<UploadTexts> texts_of(delivery::Delivery const& delivery, std::deque<std::string>& padded) {
  UploadTexts given;
  if (delivery.zipped || delivery.files.empty()) return std::nullopt;
  for (auto const& file : delivery.files) {
    auto const name = last_part(file.path);
    auto& wanted = name == "users.csv" ? given.users : given.demographics;
    if ((name != "users.csv" && name != "demographics.csv") || wanted) return std::nullopt;
    auto& text = padded.emplace_back(file.bytes);
    auto const size = text.size();
    text.append(csv::padding, '\0');
    wanted = std::string_view(text).substr(0, size);
  }
  return given;
}

}  // namespace

std::string name_upload(delivery::Delivery& delivery) {
  if (delivery.zipped || delivery.files.size() != delivery.received.size()) return not_an_upload;
  for (std::size_t i = 0; i < delivery.files.size(); ++i)
    delivery.files[i].path = delivery.received[i].first = batch::is_demographics(delivery.files[i].bytes) ? "demographics.csv" : "users.csv";
  return delivery.files.empty() || delivery.files.size() > 2 || (delivery.files.size() == 2 && delivery.files[0].path == delivery.files[1].path) ? not_an_upload
                                                                                                                                                 : "";
}

Result<std::shared_ptr<Upload>> read_upload(Hub& hub, store::District const& district, store::Database& roster, store::Source const& source,
                                            delivery::Delivery const& delivery, UploadHow const& how) {
  std::deque<std::string> padded;
  auto const given = texts_of(delivery, padded);
  if (!given) {
    auto refused = std::make_shared<Upload>();
    refused->refusal = not_an_upload;
    return refused;
  }
  auto upload = read_texts(hub, district, roster, source, *given, how);
  if (upload) (*upload)->texts = std::move(padded);  // a deque that moves keeps its strings where they are
  return upload;
}

std::optional<Trouble> take_upload(Looked& looked, Hub& hub, store::District const& district, store::Source const& source, UploadHow const& how) {
  auto const upload = read_upload(hub, district, *looked.roster, source, looked.delivery, how);
  if (!upload) return upload.trouble();
  looked.upload = *upload;
  auto& files = looked.delivery.files;
  files.clear();
  for (auto& [name, bytes] : looked.upload->translation.files) files.push_back({name, bytes, false});
  return std::nullopt;
}

namespace {

using All = std::array<Counts, batch::counted_kinds>;

Counts& of_kind(All& counts, Counted kind) { return counts[static_cast<std::size_t>(kind)]; }

// What is named and does not change is as it was.
std::vector<std::pair<std::string, Counts>> told(All const& changes, batch::Spoken const& spoken) {
  std::vector<std::pair<std::string, Counts>> all;
  for (std::size_t kind = 0; kind < batch::counted_kinds; ++kind) {
    auto one = changes[kind];
    auto const changed = one.created + one.updated + one.removed;
    one.unchanged = spoken.named[kind] > changed ? spoken.named[kind] - changed : 0;
    one.excluded = spoken.errors[kind];
    all.emplace_back(std::string(batch::counted_words[kind]), one);
  }
  return all;
}

void count_people(Looked& looked, All& all, std::vector<All>& at_school) {
  auto const& translation = looked.upload->translation;
  auto const& users = looked.plan[TableId::Users];
  auto const add = [&](std::uint32_t row, std::uint64_t Counts::*what) {
    if (row >= translation.people.size()) return;
    auto const& person = translation.people[row];
    auto const kind = person.is == batch::Person::Student ? Counted::Students : Counted::Staff;
    ++(of_kind(all, kind).*what);
    for (auto const school : person.schools) ++(of_kind(at_school[school], kind).*what);
  };
  for (auto const& row : users.created)
    if (users.adopted.count(row.key) == 0) add(row.row, &Counts::created);
  for (auto const& row : users.updated) add(row.row, &Counts::updated);
  for (auto const& row : users.removed) add(row.row, &Counts::removed);
}

}  // namespace

void count_upload(Looked& looked, std::int32_t today) {
  auto const& upload = *looked.upload;
  auto const& translation = upload.translation;
  auto& answer = looked.answer;
  All all{};
  std::vector<All> at_school(translation.schools.size());
  count_people(looked, all, at_school);
  std::unordered_map<std::string, Answer::SchoolAnswer const*> changed;
  for (auto const& school : answer.schools) changed.emplace(school.sourced_id, &school);
  constexpr std::pair<TableId, Counted> others[] = {{TableId::Classes, Counted::Classes}, {TableId::Enrollments, Counted::Enrollments}};
  for (auto const& [table, kind] : others) {
    auto const& changes = looked.plan[table];
    of_kind(all, kind) = {changes.created.size(), changes.updated.size(), 0, changes.removed.size(), 0};
    for (std::size_t i = 0; i < at_school.size(); ++i) {
      auto const school = changed.find(translation.schools[i]);
      if (school == changed.end()) continue;
      if (auto const at = school->second->tables.find(std::string(table_of(table).name)); at != school->second->tables.end())
        of_kind(at_school[i], kind) = {at->second.created, at->second.updated, 0, at->second.removed, 0};
    }
  }
  if (upload.given.users) answer.counted = told(all, translation.all);
  answer.counted_at.clear();
  for (std::size_t i = 0; i < at_school.size(); ++i)
    answer.counted_at.push_back({translation.schools[i], upload.school_names[i], told(at_school[i], translation.at_school[i])});
  for (auto const& [file, left_out] : {std::pair{"users.csv", upload.users.left_out}, std::pair{"demographics.csv", upload.demographics.left_out}})
    if (left_out > 0)
      answer.reasons.push_back(std::to_string(left_out) + (left_out == 1 ? " row" : " rows") + " of " + file + " " +
                               (left_out == 1 ? "has an error and is" : "have errors and are") + " left out: the error report says what is wrong with each.");
  for (auto const& one : translation.corrections) answer.reasons.push_back("The id of a person is corrected: " + one.from + " becomes " + one.to + ".");
  if (auto const edits = edits_against(*looked.roster, upload, today).size(); edits > 0)
    answer.reasons.push_back(std::to_string(edits) + (edits == 1 ? " field that was" : " fields that were") +
                             " edited by hand differ from the file: the edits stay in force, unless the file's value is chosen.");
  looked.plan.warnings += upload.left_out() + upload.users.warnings() + upload.demographics.warnings();
}

}  // namespace rollbook::runs
