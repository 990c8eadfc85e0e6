#include "runs/by_hand.h"

#include <algorithm>
#include <unordered_map>

#include "runs/apply.h"
#include "runs/batch.h"
#include "runs/export.h"
#include "runs/landing.h"
#include "runs/look.h"
#include "runs/names.h"
#include "runs/overlay.h"
#include "runs/planned.h"
#include "runs/search.h"

namespace rollbook::runs {
namespace {

using batch::Standing;
using batch::users_place;
using Rows = std::vector<batch::UsersCells>;

// The roster, with its people and classes by their ids.
class ByIds {
 public:
  static Result<ByIds> of(Hub& hub, store::District const& district) {
    auto roster = open_roster(hub, district);
    if (!roster) return roster.trouble();
    auto const source = batch_source(hub, district);
    if (!source) return source.trouble();
    auto standing = standing_of(hub, district, **roster, *source, {});
    if (!standing) return standing.trouble();
    return ByIds(std::move(*standing));
  }

  Standing const& standing() const { return standing_; }

  Result<Standing::Person const*> person(std::string const& id) const {
    auto const at = people_.find(id);
    if (at == people_.end()) return Trouble{"There is nobody with the id \"" + id + "\" in the roster."};
    auto const& person = standing_.people[at->second];
    if (person.is_fed) return Trouble{"\"" + id + "\" comes from the source " + standing_.feed + ", and is changed there."};
    if (!batch::has_word_for(person))
      return Trouble{"\"" + id + "\" is " + (person.role.empty() ? "nothing in particular" : person.role) +
                     " in the roster; by hand classes have students, teachers and administrators."};
    return &person;
  }
  Result<Standing::Class const*> class_called(std::string const& id) const {
    auto const at = classes_.find(id);
    if (at == classes_.end()) return Trouble{"There is no class with the id \"" + id + "\" in the roster."};
    auto const& class_ = standing_.classes[at->second];
    if (class_.is_fed) return Trouble{"The class \"" + id + "\" comes from the source " + standing_.feed + ", and is changed there."};
    return &class_;
  }

 private:
  explicit ByIds(Standing standing) : standing_(std::move(standing)) {
    for (std::uint32_t i = 0; i < standing_.people.size(); ++i) people_.emplace(standing_.people[i].id, i);
    for (std::uint32_t i = 0; i < standing_.classes.size(); ++i) classes_.emplace(standing_.classes[i].id, i);
  }

  Standing standing_;
  std::unordered_map<std::string, std::uint32_t> people_, classes_;
};

Result<delivery::Delivery> delivery_of(Hub& hub, Rows const& rows) {
  return delivery::load_received("by hand", {{"users.csv", batch::users_text(rows)}}, false, hub.workers);
}

bool is_about(batch::UsersCells const& row, Membership const& who) {
  return row[users_place("userId")] == who.person && row[users_place("classId")] == who.class_;
}

// All that the roster says of somebody, and that they are in the class.
void join(Rows& rows, Standing const& standing, Standing::Person const& person, Standing::Class const& class_) {
  auto const has_rows =
      std::any_of(rows.begin(), rows.end(), [&](auto const& row) { return row[users_place("userId")] == person.id && row[users_place("action")].empty(); });
  if (!has_rows)
    for (auto& row : batch::rows_of(standing, person)) rows.push_back(std::move(row));
  if (std::any_of(rows.begin(), rows.end(), [&](auto const& row) { return is_about(row, {person.id, class_.id}); })) return;
  auto row = *std::find_if(rows.begin(), rows.end(), [&](auto const& one) { return one[users_place("userId")] == person.id; });
  batch::put_class(row, class_);
  row[users_place("primaryTeacher")].clear();
  rows.push_back(std::move(row));
}

// A row of somebody that is about nothing but them.
batch::UsersCells row_of(Standing const& standing, Standing::Person const& person, std::string_view action) {
  auto rows = batch::rows_of(standing, person);
  auto row = rows.empty() ? batch::UsersCells() : std::move(rows.front());
  batch::put_class(row, {});
  row[users_place("primaryTeacher")].clear();
  row[users_place("schoolId")] = person.schools.empty() ? "" : person.schools.front();
  row[users_place("action")] = action;
  return row;
}

void lead(Rows& rows, Standing const& standing, Standing::Person const& person, Standing::Class const& class_) {
  join(rows, standing, person, class_);
  for (auto const at : class_.enrollments) {
    auto const& other = standing.people[standing.enrollments[at].person];
    if (other.id != person.id && other.role == "teacher" && standing.enrollments[at].primary == "true") join(rows, standing, other, class_);
  }
  for (auto& row : rows)
    if (row[users_place("classId")] == class_.id && row[users_place("userRole")] == "teacher")
      row[users_place("primaryTeacher")] = row[users_place("userId")] == person.id ? "true" : "false";
}

}  // namespace

bool ByHand::is_right() const {
  return !rows.empty() && std::none_of(remarks.begin(), remarks.end(), [](HandRemark const& one) { return one.is_error; });
}

Result<ByHand> judge_by_hand(Hub& hub, store::District const& district, std::vector<batch::UsersCells> rows) {
  ByHand out{std::move(rows), {}};
  auto const delivery = delivery_of(hub, out.rows);
  if (!delivery) return delivery.trouble();
  auto const looked = look_at_rows(hub, district, *delivery);
  if (!looked) return looked.trouble();
  auto const& upload = *looked->upload;
  if (!upload.refusal.empty()) return Trouble{upload.refusal};
  for (auto const& remark : upload.users.remarks) {
    auto words = batch::words_of(remark, batch::users_form,
                                 batch::is_said_by_roster(remark.what) ? std::string_view(upload.users.names[remark.other]) : std::string_view());
    words.erase(0, words.find(": ") + 2);
    out.remarks.push_back({remark.row, batch::users_columns[remark.column].header, batch::is_error(remark.what), std::move(words)});
  }
  return out;
}

Result<Queued> queue_by_hand(Hub& hub, store::District const& district, ByHand const& judged) {
  if (!judged.is_right()) return Trouble{judged.remarks.empty() ? std::string("There is nothing to save.") : judged.remarks.front().words};
  if (auto why = why_no_edits(hub, district); !why.empty()) return Trouble{why};
  auto const source = batch_source(hub, district);
  if (!source) return source.trouble();
  auto const delivery = delivery_of(hub, judged.rows);
  if (!delivery) return delivery.trouble();
  auto const landed = land(hub, district, *delivery);
  if (!landed) return landed.trouble();
  return queue_delivery(hub, district, *source, *landed, "");
}

Result<std::vector<batch::UsersCells>> rows_for(Hub& hub, store::District const& district, Joining what, std::vector<Membership> const& who) {
  auto const roster = ByIds::of(hub, district);
  if (!roster) return roster.trouble();
  Rows rows;
  for (auto const& one : who) {
    auto const person = roster->person(one.person);
    if (!person) return person.trouble();
    auto const class_ = roster->class_called(one.class_);
    if (!class_) return class_.trouble();
    if (what == Joining::Join) join(rows, roster->standing(), **person, **class_);
    if (what == Joining::Lead) lead(rows, roster->standing(), **person, **class_);
    if (what == Joining::Leave) {
      auto row = row_of(roster->standing(), **person, batch::action_words[0]);
      batch::put_class(row, **class_);
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

Result<std::vector<batch::UsersCells>> rows_for_new_class(Hub& hub, store::District const& district, batch::UsersCells const& class_,
                                                          std::vector<std::string> const& people) {
  auto const roster = ByIds::of(hub, district);
  if (!roster) return roster.trouble();
  Standing::Class made;
  made.school = class_[users_place("schoolId")];
  made.id = class_[users_place("classId")];
  made.title = class_[users_place("className")];
  made.display_name = class_[users_place("classDisplayName")];
  made.grade = class_[users_place("classGrade")];
  made.subject = class_[users_place("classSubject")];
  Rows rows;
  for (auto const& id : people) {
    auto const person = roster->person(id);
    if (!person) return person.trouble();
    join(rows, roster->standing(), **person, made);
  }
  return rows;
}

Result<std::vector<batch::UsersCells>> rows_to_archive(Hub& hub, store::District const& district, std::vector<std::string> const& people) {
  auto const roster = ByIds::of(hub, district);
  if (!roster) return roster.trouble();
  Rows rows;
  for (auto const& id : people) {
    auto const person = roster->person(id);
    if (!person) return person.trouble();
    rows.push_back(row_of(roster->standing(), **person, batch::action_words[2]));
  }
  return rows;
}

// As they were when they were archived.
Result<std::vector<batch::UsersCells>> rows_to_restore(Hub& hub, store::District const& district, std::vector<std::string> const& people) {
  auto opened = open_roster(hub, district);
  if (!opened) return opened.trouble();
  auto& roster = **opened;
  IdsOfTables ids;
  ids[static_cast<std::size_t>(TableId::Orgs)] = ids_by_key(roster, TableId::Orgs);
  Rows rows;
  for (auto const& id : people) {
    auto const key = record_once_called(roster, TableId::Users, id);
    auto const versions = key ? base_of(roster, TableId::Users, *key) : BaseVersions();
    if (versions.empty() || std::any_of(versions.begin(), versions.end(), [](auto const& one) { return !one.until; }))
      return Trouble{"Nobody with the id \"" + id + "\" was archived."};
    auto const& last = versions.back().row;
    auto const value = [&](std::string_view field) {
      auto const at = stored_index(TableId::Users, field);
      return at == npos ? std::string() : written(TableId::Users, at, last, ids);
    };
    auto const orgs = value("orgSourcedIds"), user_ids = value("userIds");
    batch::UsersCells row;
    row[users_place("action")] = batch::action_words[3];
    row[users_place("schoolId")] = orgs.substr(0, orgs.find(','));
    row[users_place("userId")] = id;
    row[users_place("userDistrictId")] = batch::secondary_id(user_ids, "district");
    row[users_place("userStateId")] = batch::secondary_id(user_ids, "state");
    row[users_place("userRole")] = value("role");
    row[users_place("userFirstName")] = value("givenName");
    row[users_place("userMiddleName")] = value("middleName");
    row[users_place("userLastName")] = value("familyName");
    row[users_place("userEmail")] = value("email");
    row[users_place("userGrade")] = value("grades");
    rows.push_back(std::move(row));
  }
  return rows;
}

// A row has to name somebody, whoever it is: the class is what it is about.
Result<std::vector<batch::UsersCells>> rows_to_end(Hub& hub, store::District const& district, std::vector<std::string> const& classes) {
  auto const roster = ByIds::of(hub, district);
  if (!roster) return roster.trouble();
  auto const& standing = roster->standing();
  auto const fits = [](Standing::Person const& one) { return !one.is_fed && batch::has_word_for(one) && !one.schools.empty(); };
  auto const anybody = std::find_if(standing.people.begin(), standing.people.end(), fits);
  Rows rows;
  for (auto const& id : classes) {
    auto const class_ = roster->class_called(id);
    if (!class_) return class_.trouble();
    if (anybody == standing.people.end()) return Trouble{"There is nobody in the roster yet, so no class can end by hand."};
    auto row = row_of(standing, *anybody, batch::action_words[1]);
    batch::put_class(row, **class_);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace rollbook::runs
