#include "runs/upload_edits.h"

#include <algorithm>

#include "batch/judge.h"
#include "batch/users_form.h"
#include "runs/edit.h"
#include "runs/names.h"
#include "runs/overlay.h"

namespace rollbook::runs {
namespace {

using batch::users_place;

// Columns of the file that say the same as a field of OneRoster.
struct SaidAs {
  TableId table;
  std::string_view field;
  std::size_t column;
};
constexpr SaidAs said_as[] = {
    {TableId::Users, "givenName", users_place("userFirstName")}, {TableId::Users, "middleName", users_place("userMiddleName")},
    {TableId::Users, "familyName", users_place("userLastName")}, {TableId::Users, "email", users_place("userEmail")},
    {TableId::Users, "grades", users_place("userGrade")},        {TableId::Users, "role", users_place("userRole")},
    {TableId::Classes, "title", users_place("className")},       {TableId::Classes, "grades", users_place("classGrade")},
    {TableId::Classes, "subjects", users_place("classSubject")},
};

// The rows that speak of edited people and classes, by the id that the roster has today: one row says as much of them as all.
class SpokenOf {
 public:
  SpokenOf(Upload const& upload, std::set<std::string> const& people, std::set<std::string> const& classes) : cells_(*upload.given.users, upload.users.header) {
    for (std::uint32_t row = 0; row < upload.users.rows.size(); ++row) {
      auto const& one = upload.users.rows[row];
      if (one.left_out || one.action != batch::Action::Put) continue;
      cells_.go_to(one);
      auto const comes = upload.translation.comes.find(std::string(cells_.value(users_place("userId"))));
      if (comes != upload.translation.comes.end() && people.count(comes->second) > 0) rows_[0].emplace(comes->second, &one);
      if (one.class_ == 0 || classes.empty()) continue;
      if (auto id = std::string(cells_.value(users_place("classId"))); classes.count(id) > 0) rows_[1].emplace(std::move(id), &one);
    }
  }

  batch::UsersRow const* row(TableId table, std::string const& id) const {
    auto const& rows = rows_[table == TableId::Users ? 0 : 1];
    auto const at = rows.find(id);
    return at == rows.end() ? nullptr : at->second;
  }
  std::string value(batch::UsersRow const& row, std::size_t column) {
    cells_.go_to(row);
    auto const text = cells_.value(column);
    return std::string(column == users_place("userGrade") || column == users_place("classGrade") ? batch::Judge::grade(text) : text);
  }

 private:
  batch::CellReader cells_;
  std::map<std::string, batch::UsersRow const*> rows_[2];
};

}  // namespace

std::vector<EditAgainst> edits_against(store::Database& roster, Upload const& upload, std::int32_t today) {
  std::vector<EditAgainst> all;
  if (!upload.given.users || !upload.refusal.empty()) return all;
  std::vector<std::pair<EditAgainst, std::size_t>> edited;  // with its column in the file
  std::set<std::string> people, classes;
  for (auto const& [record, edits] : edits_of(roster, 0, today)) {
    if (record.first != TableId::Users && record.first != TableId::Classes) continue;
    auto const id = id_of(roster, record.first, record.second);
    for (auto const& edit : edits) {
      auto const& field = table_of(edit.table).fields[stored_columns(edit.table)[edit.column].field].name;
      auto const* const said =
          std::find_if(std::begin(said_as), std::end(said_as), [&](auto const& one) { return one.table == edit.table && one.field == field; });
      if (said == std::end(said_as) || upload.users.header.cell_of[said->column] == batch::no_cell) continue;
      edited.push_back({{edit.table, edit.key, id, std::string(field), edit.value.value_or(""), "", edit.who}, said->column});
      (edit.table == TableId::Users ? people : classes).insert(id);
    }
  }
  if (edited.empty()) return all;
  SpokenOf spoken(upload, people, classes);
  for (auto& [edit, column] : edited) {
    auto const* const row = spoken.row(edit.table, edit.sourced_id);
    if (row == nullptr) continue;
    edit.in_file = spoken.value(*row, column);
    if (edit.in_file != edit.edited) all.push_back(std::move(edit));
  }
  return all;
}

bool changes_ids(Upload const& upload) {
  auto const& remarks = upload.users.remarks;
  return !upload.translation.corrections.empty() ||
         std::any_of(remarks.begin(), remarks.end(), [](batch::Remark const& remark) { return remark.what == batch::What::LikeAnother; });
}

std::optional<Trouble> take_from_file(Hub& hub, store::District const& district, store::Database& roster, Upload const& upload,
                                      std::vector<std::string> const& chosen) {
  if (chosen.empty()) return std::nullopt;
  std::vector<SeenClash> ended;
  for (auto const& one : edits_against(roster, upload, hub.today))
    if (std::find(chosen.begin(), chosen.end(), one.name()) != chosen.end()) ended.push_back({one.table, one.key, one.field, ""});
  if (ended.empty()) return std::nullopt;
  if (auto const queued = queue_settle(hub, district, ended, false, ""); !queued) return queued.trouble();
  return std::nullopt;
}

}  // namespace rollbook::runs
