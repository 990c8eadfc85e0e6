// A district that lives on users.csv alone, and files that somebody uploads there.
#pragma once

#include <algorithm>
#include <set>

#include "base/text.h"
#include "batch/users_form.h"
#include "runs/batch.h"
#include "runs/school.h"
#include "store/district_settings.h"

namespace rollbook::test {

using Cells = std::map<std::string, std::string>;

inline Cells student(std::string const& id, std::string const& first, std::string const& last, Cells more = {}) {
  more.merge(Cells{{"schoolId", "0042"}, {"userId", id}, {"userRole", "student"}, {"userFirstName", first}, {"userLastName", last}, {"userGrade", "03"}});
  return more;
}
inline Cells teacher(std::string const& id, Cells more = {}) {
  more.merge(Cells{{"schoolId", "0042"},
                   {"userId", id},
                   {"userRole", "teacher"},
                   {"userFirstName", "Ada"},
                   {"userLastName", "Bell " + id},
                   {"userEmail", id + "@school.example"}});
  return more;
}
inline Cells in(std::string const& class_, Cells person) {
  person.merge(Cells{{"classId", class_}, {"className", "Class " + class_}, {"classSubject", "Mathematics"}, {"classGrade", "03"}});
  return person;
}
inline Cells with(Cells cells, Cells const& more) {
  for (auto const& [column, value] : more) cells[column] = value;
  return cells;
}

inline std::string file_of(std::vector<Cells> const& rows, std::set<std::string> const& without = {}) {
  std::string text;
  for (auto const& column : batch::users_columns)
    if (without.count(std::string(column.header)) == 0) (text += text.empty() ? "" : ",") += column.header;
  for (auto const& cells : rows) {
    std::string line;
    for (auto const& column : batch::users_columns) {
      if (without.count(std::string(column.header)) > 0) continue;
      auto const at = cells.find(std::string(column.header));
      line += (line.empty() ? "" : ",") + (at == cells.end() ? std::string() : at->second);
      if (line.empty()) line = "\x01";  // an empty first cell
    }
    std::erase(line, '\x01');
    text += "\n" + line;
  }
  return text + "\n";
}

class BatchUpload : public Runs {
 protected:
  void SetUp() override {
    Runs::SetUp();
    if (IsSkipped()) return;
    auto h = hub();
    ASSERT_FALSE(store::switch_batch_upload(home_->operations(), district_, true, h.actor));
    for (auto const* id : {"0042", "S-2"}) ASSERT_EQ(runs::add_organization(h, district_, {id, "School " + std::string(id), "school", ""})->outcome, "applied");
  }

  static delivery::Delivery upload_of(std::string const& text) { return *delivery::load_received("users.csv", {{"users.csv", text}}, false, 1); }
  runs::UploadLooked look(delivery::Delivery const& delivery) {
    auto h = hub();
    auto looked = runs::look_at_upload(h, district_, delivery);
    EXPECT_TRUE(looked.ok()) << (looked.ok() ? "" : looked.trouble().text);
    return *looked;
  }
  runs::Answer upload(std::vector<Cells> const& rows, std::string const& approved = "", std::set<std::string> const& without = {}) {
    auto const text = file_of(rows, without);
    auto h = hub();
    auto const answer = runs::process_upload(h, district_, upload_of(text), approved);
    EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : answer.trouble().text);
    return *answer;
  }
  runs::Answer preview(std::vector<Cells> const& rows) {
    auto h = hub();
    return *runs::preview_upload(h, district_, upload_of(file_of(rows)));
  }
  std::string errors(std::vector<Cells> const& rows) { return look(upload_of(file_of(rows))).users_errors; }

  // Of demographics.csv, alone or with a users.csv.
  static delivery::Delivery facts_of(std::string const& text, std::vector<Cells> const& users = {}) {
    std::vector<std::pair<std::string, std::string>> files = {{"demographics.csv", text}};
    if (!users.empty()) files.emplace_back("users.csv", file_of(users));
    return *delivery::load_received("upload", files, false, 1);
  }
  runs::Answer facts(std::string const& text, std::vector<Cells> const& users = {}) {
    auto h = hub();
    auto const answer = runs::process_upload(h, district_, facts_of(text, users), "");
    EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : answer.trouble().text);
    return *answer;
  }
  std::string downloaded_facts(batch::UsersWanted const& wanted = {}) {
    auto h = hub();
    auto const written = runs::demographics_file(h, district_, wanted);
    EXPECT_TRUE(written.ok());
    return written->text;
  }
  // A cell of what is downloaded of a person.
  std::string fact(std::string const& id, std::string const& header) {
    auto const lines = split(downloaded_facts(), '\n');
    auto const headers = split(lines[0], ',');
    auto const column = static_cast<std::size_t>(std::find(headers.begin(), headers.end(), header) - headers.begin());
    for (auto const& line : lines)
      if (line.starts_with(id + ",")) return split(line, ',')[column];
    return "nobody";
  }

  static std::vector<Cells> math() {
    return {in("m3", teacher("T1", {{"primaryTeacher", "true"}})), in("m3", student("300", "Leena", "Parath", {{"userEmail", "student-parath@school.edu"}})),
            in("m3", student("310", "Tom", "Reed")), student("320", "Ola", "Berg")};
  }
  std::string enrollment(std::string const& user, std::string const& class_) {
    for (auto const& id : ids("enrollments"))
      if (cell("enrollments", id, "userSourcedId") == user && cell("enrollments", id, "classSourcedId") == class_) return id;
    return "";
  }
};

inline runs::Counts counted(runs::Answer const& answer, std::string const& what) {
  for (auto const& [name, counts] : answer.counted)
    if (name == what) return counts;
  return {};
}

}  // namespace rollbook::test
