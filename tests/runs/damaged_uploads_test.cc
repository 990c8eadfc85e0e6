// Hundreds of damaged users.csv: each error is told at its row and column, what the message says to do mends it, and of a refused file nothing is applied.
#include <functional>

#include "batch/remark.h"
#include "runs/batch_district.h"
#include "runs/edit.h"
#include "runs/look.h"

namespace rollbook::test {
namespace {

using batch::users_columns;

// A file as a spreadsheet shows it.
struct Sheet {
  std::vector<std::string> headers;
  std::vector<std::vector<std::string>> rows;

  static Sheet of(std::vector<Cells> const& people) {
    Sheet sheet;
    for (auto const& column : users_columns) sheet.headers.emplace_back(column.header);
    for (auto const& cells : people) {
      auto& row = sheet.rows.emplace_back();
      for (auto const& header : sheet.headers) row.push_back(cells.count(header) > 0 ? cells.at(header) : "");
    }
    return sheet;
  }
  std::size_t column(std::string_view header) const { return static_cast<std::size_t>(std::find(headers.begin(), headers.end(), header) - headers.begin()); }
  std::string& at(std::size_t row, std::string_view header) { return rows[row][column(header)]; }
  void drop(std::size_t column) {
    headers.erase(headers.begin() + static_cast<std::ptrdiff_t>(column));
    for (auto& row : rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(column));
  }
  void add(std::string const& header, std::string const& value = "") {
    headers.push_back(header);
    for (auto& row : rows) row.push_back(value);
  }
  std::string text() const {
    std::string all;
    auto const line = [&](std::vector<std::string> const& cells) {
      for (std::size_t i = 0; i < cells.size(); ++i) {
        bool const quotes = cells[i].find_first_of(",\"\r\n") != std::string::npos;
        std::string cell;
        for (auto const c : cells[i]) cell += c == '"' ? "\"\"" : std::string(1, c);
        all += (i == 0 ? "" : ",") + (quotes ? '"' + cell + '"' : cell);
      }
      all += '\n';
    };
    line(headers);
    for (auto const& row : rows) line(row);
    return all;
  }
};

struct Damaged {
  std::string name;
  Sheet sheet;
  std::set<std::pair<std::size_t, std::string>> errors;  // row from 0, column; none: the file is refused
};

// Between `before` and the next `after`; "" where there is none.
std::string between(std::string const& text, std::string const& before, std::string const& after) {
  auto const at = text.find(before);
  if (at == std::string::npos) return "";
  auto const begin = at + before.size(), end = text.find(after, begin);
  return end == std::string::npos ? "" : text.substr(begin, end - begin);
}

class DamagedUploads : public BatchUpload {
 protected:
  void SetUp() override {
    BatchUpload::SetUp();
    if (IsSkipped()) return;
    upload(good());
    upload({with(student("0470", "Siv", "Dal"), {{"userEmail", "siv@family.example"}}), student("480", "Una", "Lie")});
    auto h = hub();
    ASSERT_TRUE(runs::rekey(h, district_, "users", "480", "481").ok());
  }

  static std::vector<Cells> good() {
    return {in("m3", teacher("T1", {{"primaryTeacher", "true"}, {"userDistrictId", "D-1"}})),
            in("m3", student("300", "Leena", "Parath", {{"userEmail", "leena@family.example"}})), in("m3", student("310", "Tom", "Reed")),
            student("320", "Ola", "Berg", {{"userStateId", "9004"}}), in("a1", teacher("T1", {{"userDistrictId", "D-1"}}))};
  }

  // Damages of the header: each column missing, misspelt, in other letters, twice, with a blank, and columns that do not belong.
  static void add_headers(std::vector<Damaged>& all) {
    auto const put = [&](std::string const& name, std::function<void(Sheet&)> const& damage) {
      all.push_back({name, Sheet::of(good()), {}});
      damage(all.back().sheet);
    };
    for (auto const& column : users_columns) {
      std::string const header(column.header);
      auto const is = [&](auto&& change) { return [header, change](Sheet& sheet) { change(sheet.headers[sheet.column(header)]); }; };
      if (column.need != batch::Need::Optional) put(header + " is missing", [header](Sheet& sheet) { sheet.drop(sheet.column(header)); });
      put(header + " is misspelt", is([](std::string& text) { text.erase(2, 1); }));
      put(header + " has a wrong capital", is([](std::string& text) { text[0] = static_cast<char>(std::toupper(text[0])); }));
      put(header + " is in small letters, with a blank", is([](std::string& text) { text += ' '; }));
      put(header + " stands twice", [header](Sheet& sheet) { sheet.add(header); });
    }
    for (auto const* const foreign : {"shoeSize", "", "Notes", "password", "=cmd"})
      put(std::string("a foreign column ") + foreign, [foreign](Sheet& sheet) { sheet.add(foreign); });
  }

  // Damages of a cell.
  static void add_cells(std::vector<Damaged>& all) {
    auto const put = [&](std::size_t row, std::string const& header, std::string const& value, std::string const& told_at = "") {
      all.push_back({"row " + std::to_string(row) + ", " + header + " is \"" + value + '"', Sheet::of(good()), {}});
      all.back().sheet.at(row, header) = value;
      all.back().errors.emplace(row, told_at.empty() ? header : told_at);
    };
    for (auto const* const header : {"schoolId", "userId", "userRole", "userFirstName", "userLastName"})
      for (auto const* const blank : {"", "  ", "\t"}) put(3, header, blank);
    for (auto const* const bad : {"REMOVE", "remove-class", "ARCHIVE_USER", "Archive-User", "DELETE", "RESTORE USER", "x"}) put(3, "action", bad);
    for (auto const* const bad : {"42", "0043", "s-2", "School 0042", "9999", "0042 "}) put(3, "schoolId", bad);
    for (auto const* const bad : {"a b", "ü7", "3;2", "3*", "#N/A", "1.23E+08", "4E+5", "3'2"}) put(3, "userId", bad);
    for (auto const* const bad : {"a b", "1.2E+11", "9?", "ä"}) put(3, "userStateId", bad), put(3, "userDistrictId", bad);
    for (auto const* const bad : {"Student", "pupil", "TEACHER", "aide", "studnet", "1"}) put(3, "userRole", bad);
    for (auto const* const bad :
         {"leena", "leena@", "@family.example", "leena@family", "a b@family.example", "a@b@c.example", "a@.example", "a@x..example", "a,b@x.example"})
      put(3, "userEmail", bad);
    for (auto const* const bad : {"3rd", "Third", "K", "99", "3-Mar", "003", "kg", "-1"}) put(3, "userGrade", bad), put(4, "classGrade", bad, "classGrade");
    put(3, "userGrade", "");
    for (auto const* const bad : {"m 3", "m3!", "1.2E+03"}) put(2, "classId", bad);
    put(4, "className", "", "className");
    put(2, "classId", "");
    for (auto const* const bad : {"yes", "TRUE", "1", "True", "no"}) put(0, "primaryTeacher", bad);
    put(1, "primaryTeacher", "true");
    put(3, "action", "REMOVE-ENROLLMENT", "classId");
    put(3, "action", "REMOVE-CLASS", "classId");
    for (auto const* const header : {"className", "classSubject", "classDisplayName"}) {  // with one column of a class, its id is wanted
      put(3, header, "Music", "classId");
    }
  }

  // Rows that contradict each other, or the roster.
  static void add_contradictions(std::vector<Damaged>& all) {
    auto const put = [&](std::string const& name, std::vector<Cells> rows, std::set<std::pair<std::size_t, std::string>> errors) {
      all.push_back({name, Sheet::of(rows), std::move(errors)});
    };
    for (auto const& [header, value] : std::vector<std::pair<std::string, std::string>>{{"userFirstName", "Adah"},
                                                                                        {"userLastName", "Bello"},
                                                                                        {"userMiddleName", "May"},
                                                                                        {"userEmail", "other@school.example"},
                                                                                        {"userDistrictId", "D-2"},
                                                                                        {"userStateId", "77"},
                                                                                        {"userRole", "administrator"}}) {
      auto rows = good();
      rows[4][header] = value;
      std::set<std::pair<std::size_t, std::string>> errors = {{0, header}, {4, header}};
      put(header + " of a person differs", rows, errors);
    }
    for (auto const& [header, value] : std::vector<std::pair<std::string, std::string>>{
             {"className", "Other"}, {"classDisplayName", "Maths"}, {"classGrade", "04"}, {"classSubject", "Algebra"}, {"schoolId", "S-2"}}) {
      auto rows = good();
      rows[2][header] = value;
      put(header + " of a class differs", rows, {{0, header}, {1, header}, {2, header}});
    }
    auto rows = good();
    rows.push_back(with(rows[0], {{"primaryTeacher", "false"}}));
    put("a teacher is primary and is not", rows, {{0, "primaryTeacher"}, {5, "primaryTeacher"}});
    rows = good();
    rows.push_back(with(rows[2], {{"action", "REMOVE-ENROLLMENT"}}));
    put("somebody joins and leaves a class", rows, {{2, "action"}, {5, "action"}});
    rows = good();
    rows.push_back(with(rows[3], {{"action", "ARCHIVE-USER"}}));
    put("somebody is archived and kept", rows, {{3, "action"}, {5, "action"}});
    rows = good();
    rows.push_back(with(rows[2], {{"action", "REMOVE-CLASS"}}));
    put("a class ends and somebody joins it", rows, {{0, "action"}, {1, "action"}, {2, "action"}, {5, "action"}});
    for (auto const* const action : {"ARCHIVE-USER", "REMOVE-ENROLLMENT", "RESTORE-USER"})
      put(std::string(action) + " of nobody", {with(in("m3", student("999", "No", "Body")), {{"action", action}})}, {{0, "userId"}});
    for (auto const* const id : {"470", "00470", "000470"}) put(std::string("zeros are lost: ") + id, {student(id, "Siv", "Dal")}, {{0, "userId"}});
    put("an address is somebody else's", {student("500", "Ida", "Moe", {{"userEmail", "leena@family.example"}})}, {{0, "userEmail"}});
    put("an address is somebody else's, in capitals", {student("501", "Ida", "Moe", {{"userEmail", "LEENA@family.example"}})}, {{0, "userEmail"}});
    put("somebody is the same but for the id", {in("m3", student("311", "Tom", "Reed"))}, {{0, "userId"}});
    put("an id was another person's before", {student("480", "Nils", "Aas")}, {{0, "userId"}});
  }

  // Does what the messages say, as somebody does who has no other help.
  void follow(Sheet& sheet, runs::UploadLooked const& looked) {
    auto const& refusal = looked.upload->refusal;
    if (!refusal.empty()) return follow_refusal(sheet, refusal);
    auto const& file = looked.upload->users;
    std::set<std::size_t> removed;
    for (auto const& remark : file.remarks) {
      if (!batch::is_error(remark.what)) continue;
      auto const words = message(looked, remark.row, users_columns[remark.column].header);
      auto& cell = sheet.at(remark.row, users_columns[remark.column].header);
      auto const has = [&](char const* said) { return words.find(said) != std::string::npos; };
      if (auto const nearest = between(words, "The nearest is ", "."); !nearest.empty()) cell = nearest;
      else if (has("Remove one row") || has("in none") || has("Remove the row") || has("Remove one of"))
        removed.insert(removed.empty() ? remark.row : *removed.begin());
      else if (has("Write the same in all rows")) cell = sheet.at(line_in(words) - 2, users_columns[remark.column].header);
      else if (has("Write it so")) cell = between(words, "the roster has the id ", ",");
      else if (has("write the id as it is") || has("Write the id as it is there")) cell = users_columns[remark.column].header == "schoolId" ? "0042" : "320";
      else if (has("Write the id "))
        cell = between(words, "Write the id ", ","), sheet.at(remark.row, "userId") = cell,
        cell = remark.column == batch::users_place("userId") ? cell : "new@family.example";
      else if (has("write the id ")) cell = between(words, "write the id ", ",");
      else if (has("was called before")) cell = between(words, "is what ", " was called");
      else if (has("Write one like")) cell = between(words, "Write one like ", ",");
      else if (has("Use letters, digits")) std::erase_if(cell, [](unsigned char c) { return std::isalnum(c) == 0; }), cell += "7";
      else if (has("enter the id anew")) cell = "12300";
      else if (has("Empty the cell")) cell.clear();
      else if (has("filled") || has("Fill ")) cell = filled(users_columns[remark.column].header);
      else if (has("Write ")) cell = between(words, "Write ", ",");
      ASSERT_FALSE(words.empty());
    }
    for (auto at = removed.rbegin(); at != removed.rend(); ++at) sheet.rows.erase(sheet.rows.begin() + static_cast<std::ptrdiff_t>(*at));
  }

  static std::string filled(std::string_view header) {
    static std::map<std::string_view, std::string> const values = {{"schoolId", "0042"},     {"userId", "320"},         {"userRole", "student"},
                                                                   {"userFirstName", "Ola"}, {"userLastName", "Berg"},  {"userGrade", "03"},
                                                                   {"classId", "m3"},        {"className", "Class m3"}, {"userEmail", "new@school.example"}};
    auto const at = values.find(header);
    return at == values.end() ? "unknown " + std::string(header) : at->second;
  }

  static std::size_t line_in(std::string const& words) { return static_cast<std::size_t>(std::stoul(between(words + ",", "line ", ","))); }

  void follow_refusal(Sheet& sheet, std::string const& refusal) {
    auto left = refusal;
    for (auto at = left.find('"'); at != std::string::npos; at = left.find('"')) {
      auto const end = left.find('"', at + 1);
      auto const name = left.substr(at + 1, end - at - 1);
      left.erase(0, end + 1);
      auto const place = sheet.column(name);
      auto const is = [&](char const* what) { return left.starts_with(what); };
      if (is(" is missing")) sheet.add(name), restore(sheet, name);
      else if (is(" stands there twice")) sheet.drop(sheet.headers.size() - 1);
      else if (is(" does not belong here")) sheet.drop(place);
      else if (is(" has to be written exactly as ") || is(" is not a header of this file"))
        sheet.headers[place] = between(left, "\"", "\""), left.erase(0, left.find('"', left.find('"') + 1) + 1);
    }
    if (refusal.find("has no header: write one, or remove the column") != std::string::npos) sheet.drop(sheet.column(""));
  }
  static void restore(Sheet& sheet, std::string const& header) {
    auto const good_ones = Sheet::of(good());
    for (std::size_t row = 0; row < sheet.rows.size(); ++row) sheet.at(row, header) = Sheet(good_ones).at(row, header);
  }

  // As the error report has it, in the added column.
  static std::string message(runs::UploadLooked const& looked, std::size_t row, std::string_view header) {
    std::string words;
    std::size_t line = 0;
    bool quoted = false;
    std::string record;
    for (auto const c : looked.users_errors) {
      if (c == '"') quoted = !quoted;
      if (c == '\n' && !quoted) {
        if (line++ == row + 1) words = record;
        record.clear();
      } else {
        record += c;
      }
    }
    // Several messages stand in one cell: the one about this column, or the only one.
    std::string of_column;
    for (std::size_t at = words.find("ERROR: "); at != std::string::npos;) {
      auto const next = std::min(words.find("ERROR: ", at + 1), words.find("WARNING: ", at + 1));
      auto const one = words.substr(at, next == std::string::npos ? next : next - at);
      if (of_column.empty() || one.find(std::string(header)) != std::string::npos) of_column = one;
      at = words.find("ERROR: ", at + 1);
    }
    return of_column;
  }

  runs::UploadLooked look_at(Sheet const& sheet) { return look(upload_of(sheet.text())); }
};
INSTANTIATE_TEST_SUITE_P(, DamagedUploads, ::testing::Values("SQLite"), name_of_database);

TEST_P(DamagedUploads, EachErrorIsToldAtItsPlaceAndWhatIsSaidMendsIt) {
  ASSERT_EQ(look_at(Sheet::of(good())).users_errors, "");
  std::vector<Damaged> all;
  add_headers(all), add_cells(all), add_contradictions(all);
  EXPECT_GE(all.size(), 200u);
  auto h = hub();
  auto const before = exported();
  for (auto& one : all) {
    SCOPED_TRACE(one.name);
    auto looked = look_at(one.sheet);
    if (one.errors.empty()) {
      ASSERT_NE(looked.upload->refusal, "");
      EXPECT_EQ(runs::process_upload(h, district_, upload_of(one.sheet.text()), "")->outcome, "refused");
    } else {
      ASSERT_EQ(looked.upload->refusal, "");
      std::set<std::pair<std::size_t, std::string>> told;
      for (auto const& remark : looked.upload->users.remarks)
        if (batch::is_error(remark.what)) told.emplace(remark.row, users_columns[remark.column].header);
      EXPECT_EQ(told, one.errors);
    }
    for (int rounds = 0; rounds < 8 && (!looked.upload->refusal.empty() || looked.upload->users.errors() > 0); ++rounds) {
      follow(one.sheet, looked);
      looked = look_at(one.sheet);
    }
    EXPECT_EQ(looked.upload->refusal, "");
    EXPECT_EQ(looked.upload->users.errors(), 0u) << looked.users_errors;
  }
  EXPECT_TRUE(exported() == before) << "nothing of a refused file was applied";
}

}  // namespace
}  // namespace rollbook::test
