#include "runs/upload.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "bundle/file_names.h"
#include "runs/apply.h"
#include "runs/edit.h"
#include "runs/rows_in_force.h"
#include "sync/each_key.h"

namespace rollbook::runs {
namespace {

using batch::Counted;
using batch::Standing;

std::string_view text_in(StoredRow const& row, std::size_t column) { return row.is_null(column) ? std::string_view() : row.text(column); }

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/') + 1); }

class ReadingStanding {
 public:
  ReadingStanding(store::Database& roster, store::Source const& own, std::int32_t day)
      : roster_(roster), own_(own), rows_(roster, last_revision(roster), day) {}

  void run(std::vector<store::Source> const& sources, bool archived) {
    for (auto const table : {TableId::Orgs, TableId::AcademicSessions, TableId::Courses, TableId::Users, TableId::Classes, TableId::Enrollments})
      ids_[static_cast<std::size_t>(table)] = ids_by_key(roster_, table);
    read_feeds(sources);
    rows_.each(TableId::Orgs, [&](std::uint32_t key, StoredRow const&, std::int64_t) { all_.schools.push_back(id(TableId::Orgs, key)); });
    read_people();
    read_classes();
    read_enrollments();
    if (archived) read_archived();
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

  // People who went with an upload, and what went with them in the same revision.
  void read_archived() {
    std::unordered_map<std::uint32_t, std::pair<std::string, std::int64_t>> gone;  // key → id, revision
    auto rows = roster_.prepare(
        "SELECT u.row_key, u.row_until, i.id FROM \"users\" u JOIN ids i ON i.tbl = ? AND i.key = u.row_key AND i.until = u.row_until WHERE "
        "u.row_source = ? AND u.row_until IS NOT NULL ORDER BY u.row_until");
    for (rows->with(static_cast<int>(TableId::Users), own_.id); rows->step();) {
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
  }

  store::Database& roster_;
  store::Source const& own_;
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

Result<Standing> standing_of(Hub& hub, store::District const& district, store::Database& roster, store::Source const& source, bool archived) {
  auto const sources = store::list_sources(hub.home.operations(), district);
  if (!sources) return sources.trouble();
  ReadingStanding reading(roster, source, hub.today);
  reading.run(*sources, archived);
  if (roster.trouble()) return *roster.trouble();
  return std::move(reading.all_);
}

Result<std::shared_ptr<Upload>> read_upload(Hub& hub, store::District const& district, store::Database& roster, store::Source const& source,
                                            std::string_view text) {
  auto upload = std::make_shared<Upload>();
  upload->users = text;
  auto standing = standing_of(hub, district, roster, source, text.find("RESTORE-USER") != std::string_view::npos);
  if (!standing) return standing.trouble();
  upload->file = batch::read_users_file(text, standing->schools, {seed_of(hub, district.id), hub.workers});
  if (upload->file.refusal.empty()) upload->translation = batch::to_oneroster(text, upload->file, *standing, hub.today);
  return upload;
}

std::optional<Trouble> take_upload(Looked& looked, Hub& hub, store::District const& district, store::Source const& source) {
  auto& delivery = looked.delivery;
  auto const file = std::find_if(delivery.files.begin(), delivery.files.end(), [](auto const& one) { return last_part(one.path) == "users.csv"; });
  if (delivery.files.size() != 1 || file == delivery.files.end() || delivery.zipped) {
    looked.upload = std::make_shared<Upload>();
    looked.upload->file.refusal = "An upload is one users.csv; nothing was changed.";
    return std::nullopt;
  }
  std::string padded(file->bytes);
  auto const size = padded.size();
  padded.append(csv::padding, '\0');
  std::deque<std::string> texts;
  auto const text = std::string_view(texts.emplace_back(std::move(padded))).substr(0, size);
  auto upload = read_upload(hub, district, *looked.roster, source, text);
  if (!upload) return upload.trouble();
  looked.upload = *upload;
  looked.upload->texts = std::move(texts);  // a deque that moves keeps its strings where they are
  delivery.files.clear();
  for (auto& [name, bytes] : looked.upload->translation.files) delivery.files.push_back({name, bytes, false});
  return std::nullopt;
}

void count_upload(Looked& looked) {
  auto const& upload = *looked.upload;
  auto& answer = looked.answer;
  std::array<Counts, batch::counted_kinds> counts{};
  auto const of_person = [&](std::uint32_t row) -> Counts& {
    bool const is_student = row < upload.translation.people.size() && upload.translation.people[row] == batch::Person::Student;
    return counts[static_cast<std::size_t>(is_student ? Counted::Students : Counted::Staff)];
  };
  auto const& users = looked.plan[TableId::Users];
  for (auto const& row : users.created)
    if (users.adopted.count(row.key) == 0) ++of_person(row.row).created;
  for (auto const& row : users.updated) ++of_person(row.row).updated;
  for (auto const& row : users.removed) ++of_person(row.row).removed;
  for (auto const& [table, kind] : {std::pair{TableId::Classes, Counted::Classes}, std::pair{TableId::Enrollments, Counted::Enrollments}}) {
    auto const& changes = looked.plan[table];
    counts[static_cast<std::size_t>(kind)] = {changes.created.size(), changes.updated.size(), 0, changes.removed.size(), 0};
  }
  answer.counted.clear();
  for (std::size_t kind = 0; kind < batch::counted_kinds; ++kind) {
    auto& one = counts[kind];
    auto const changed = one.created + one.updated + one.removed;
    one.unchanged = upload.translation.named[kind] > changed ? upload.translation.named[kind] - changed : 0;
    one.excluded = upload.translation.errors[kind];
    answer.counted.emplace_back(std::string(batch::counted_words[kind]), one);
  }
  auto const left_out = upload.file.left_out;
  if (left_out > 0)
    answer.reasons.push_back(std::to_string(left_out) + (left_out == 1 ? " row" : " rows") + " of users.csv " +
                             (left_out == 1 ? "has an error and is" : "have errors and are") + " left out: the error report says what is wrong with each.");
  for (auto const& one : upload.translation.corrections) answer.reasons.push_back("The id of a person is corrected: " + one.from + " becomes " + one.to + ".");
  looked.plan.warnings += left_out + upload.file.warnings();
}

}  // namespace rollbook::runs
