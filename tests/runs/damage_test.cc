// Damage that exports, spreadsheets, transfers and people do to deliveries. Each arrives on the day after a good one, together with a pupil
// who really leaves: nobody may be removed, and whoever looks has to be told what is wrong.
#include <gtest/gtest.h>

#include "bundle/zip_builder.h"
#include "runs/school.h"
#include "runs/texts.h"

namespace rollbook::test {
namespace {

struct Kind {
  char const* name;
  std::function<void(Files&)> damage;
  char const* outcome;
  std::vector<std::string> why;  // what it is held for; when it is refused, the rule that says so
};

constexpr auto refused = "refused", held = "held";

std::string pupil_id(int school, int number) { return "00" + std::to_string(school) + (number < 10 ? "0" : "") + std::to_string(number); }

// Ids of pupils begin with zeros, and some of them have an accent.
Files first_day() {
  auto roster = two_schools(60);
  for (std::string const s : {"1", "2"})
    for (int i = 1; i <= 60; ++i) {
      auto const id = "u" + s + "_" + std::to_string(i);
      roster.put("users", {{"sourcedId", id}, {"email", id + "@larkspur.example"}});
      if (i % 5 == 0) roster.put("users", {{"sourcedId", id}, {"givenName", "Zoë" + std::to_string(i)}});
    }
  auto files = roster.files();
  auto const new_id = [](std::string& id, std::size_t) {
    if (id[0] == 'u') id = pupil_id(id[1] - '0', std::stoi(id.substr(3)));
  };
  edit_column(files, "users", "sourcedId", new_id);
  edit_column(files, "demographics", "sourcedId", new_id);
  edit_column(files, "enrollments", "userSourcedId", new_id);
  return files;
}

Files next_day() {
  auto files = first_day();
  keep_rows(files, "users", [](Sheet::Row const& row, std::size_t) { return row[0] != pupil_id(1, 2); });
  keep_rows(files, "demographics", [](Sheet::Row const& row, std::size_t) { return row[0] != pupil_id(1, 2); });
  keep_rows(files, "enrollments", [](Sheet::Row const& row, std::size_t) { return row[0] != "e1_2"; });
  edit_cell(files, "users", pupil_id(2, 3), "familyName", "Fennimore");
  return files;
}

using Change = std::function<std::string(std::string const&)>;

// Gives the records of pupils other ids, wherever they are spoken of.
void rename_pupils(Files& files, Change const& change) {
  auto const rename = [&](std::string& id, std::size_t) {
    if (id.starts_with("00")) id = change(id);
  };
  edit_column(files, "users", "sourcedId", rename);
  edit_column(files, "demographics", "sourcedId", rename);
  edit_column(files, "enrollments", "userSourcedId", rename);
}

void change_all(Files& files, std::string const& table, std::string const& column, Change const& change) {
  edit_column(files, table, column, [&](std::string& value, std::size_t) { value = change(value); });
}

void set_pupils(Files& files, std::string const& column, std::string const& value) {
  edit(files, "users", [&](Sheet& sheet) {
    for (auto& row : sheet.rows)
      if (row[0].starts_with("00")) row[sheet.column(column)] = value;
  });
}

void reverse_column(Files& files, std::string const& table, std::string const& column) {
  edit(files, table, [&](Sheet& sheet) {
    auto const at = sheet.column(column);
    for (std::size_t i = 0, j = sheet.rows.size() - 1; i < j; ++i, --j) std::swap(sheet.rows[i][at], sheet.rows[j][at]);
  });
}

void cut_last_record(std::string& text) { text.resize(text.size() - 20); }

class Damage : public Runs {
 protected:
  void begin() {
    add_source();
    auto const first = sync(first_day());
    ASSERT_TRUE(first.is_applied()) << told(first);
    before_ = exported();
  }

  void expect_no_harm(char const* name, runs::Answer const& answer, std::string const& outcome, std::vector<std::string> const& why) {
    EXPECT_EQ(answer.outcome, outcome) << name << ": " << told(answer);
    for (auto const& word : why) EXPECT_TRUE(outcome == "held" ? held_for(answer, word) : found(answer, word)) << name << ", " << word << ": " << told(answer);
    EXPECT_FALSE(answer.reasons.empty()) << name;
    if (exported() == before_) return;
    ADD_FAILURE() << name << ": the roster has changed";
    if (answer.run) undo(*answer.run, true);
  }

  void expect_no_harm(std::vector<Kind> const& kinds) {
    begin();
    for (auto const& kind : kinds) {
      auto files = next_day();
      kind.damage(files);
      expect_no_harm(kind.name, sync(files), kind.outcome, kind.why);
    }
  }

  runs::Answer sync_zip(std::string const& bytes) {
    auto h = hub();
    auto const source = store::find_source(home_->operations(), district_, "sis");
    auto delivery = delivery::load_received("delivery.zip", {{"delivery.zip", bytes}}, true, 2);
    auto const answer = runs::sync(h, district_, *source, std::move(*delivery), "");
    EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : answer.trouble().text);
    return answer.ok() ? *answer : runs::Answer{};
  }

  static ZipBuilder zip_of(Files const& files) {
    ZipBuilder zip;
    for (auto const& [name, text] : files) zip.deflate(name, text);
    return zip;
  }

  Files before_;
};
INSTANTIATE_TEST_SUITE_P(Runs, Damage, both_databases(), name_of_database);

TEST_P(Damage, WithoutDamageTheDeliveryIsTaken) {
  begin();
  auto const answer = sync_zip(zip_of(next_day()).build());
  EXPECT_EQ(answer.outcome, "applied") << told(answer);
  EXPECT_EQ(changes(answer, "users"), "+0 ~1 -1");
}

TEST_P(Damage, OfArchives) {
  begin();
  auto const whole = zip_of(next_day()).build();
  auto const expect_refused = [&](char const* name, std::string const& bytes, char const* code) { expect_no_harm(name, sync_zip(bytes), refused, {code}); };
  expect_refused("half an archive", whole.substr(0, whole.size() / 2), "ZIP002");
  expect_refused("all but the last bytes", whole.substr(0, whole.size() - 10), "ZIP002");
  expect_refused("the first bytes are lost", whole.substr(40), "ZIP002");
  expect_refused("nothing", "", "ZIP001");
  expect_refused("a page that asks to sign in", "<html><body>Please sign in</body></html>", "ZIP001");
  expect_refused("an archive of nothing", ZipBuilder().build(), "PKG001");

  ZipBuilder zip;
  for (auto const& [name, text] : next_day()) zip.stored(name, text);
  auto flipped = zip.build();
  flipped[flipped.find("Ada17")] ^= 0x20;
  expect_refused("a letter has flipped", flipped, "ZIP009");

  zip = zip_of(next_day());
  zip.files.front().both([](auto& header) { header.flags |= 1; });
  expect_refused("a password", zip.build(), "ZIP006");
  zip = zip_of(next_day());
  zip.deflate("users.csv", first_day().at("users.csv"));
  expect_refused("people twice", zip.build(), "ZIP004");
  zip = ZipBuilder();
  zip.stored("delivery.zip", whole);
  expect_refused("an archive in an archive", zip.build(), "PKG001");
}

TEST_P(Damage, OfManifests) {
  expect_no_harm({
      {"it is missing", [](Files& f) { f.erase("manifest.csv"); }, refused, {"PKG005"}},
      {"it is empty", [](Files& f) { f["manifest.csv"].clear(); }, refused, {"ENC001"}},
      {"it is cut off", [](Files& f) { f["manifest.csv"].resize(90); }, refused, {"MAN003"}},
      {"it is a spreadsheet with semicolons", [](Files& f) { replace_all(f["manifest.csv"], ",", ";"); }, refused, {"ENC005"}},
      {"people are called absent", [](Files& f) { say_mode(f, "users", "absent"); }, refused, {"MAN009"}},
      {"a mode is misspelt", [](Files& f) { say_mode(f, "users", "blk"); }, refused, {"MAN007"}},
      {"it says 1.2", [](Files& f) { edit_manifest(f, "oneroster.version", "oneroster.version,1.2"); }, refused, {"MAN003"}},
      {"a spreadsheet made 1.1 a day", [](Files& f) { edit_manifest(f, "oneroster.version", "oneroster.version,01.Jan"); }, refused, {"MAN012"}},
      {"today's changes are called everything",
       [](Files& f) {
         edit(f, "users", [](Sheet& sheet) {
           sheet.rows.resize(3);
           for (auto& row : sheet.rows) row[1] = "active", row[2] = "2026-09-01T04:00:00.000Z";
         });
       },
       held,
       {"guard"}},
      {"removals are marked, and the file is called everything",
       [](Files& f) { edit(f, "users", [](Sheet& sheet) { sheet.rows[7][1] = "tobedeleted", sheet.rows[7][2] = "2026-09-01T04:00:00.000Z"; }); },
       held,
       {"looks-like-delta"}},
  });
}

TEST_P(Damage, OfFilesThatDoNotCome) {
  expect_no_harm({
      {"people are promised and do not come", [](Files& f) { f.erase("users.csv"); }, refused, {"MAN010"}},
      {"people are an empty file", [](Files& f) { text_of(f, "users").clear(); }, refused, {"ENC001"}},
      {"enrollments are an empty file", [](Files& f) { text_of(f, "enrollments").clear(); }, refused, {"ENC001"}},
      {"people have a header only", [](Files& f) { header_only(f, "users"); }, refused, {"PKG015"}},
      {"organizations have a header only", [](Files& f) { header_only(f, "orgs"); }, refused, {"PKG015"}},
      {"classes have a header only", [](Files& f) { header_only(f, "classes"); }, held, {"missing-file"}},
      {"enrollments have a header only", [](Files& f) { header_only(f, "enrollments"); }, held, {"missing-file"}},
      {"people are absent", [](Files& f) { take_away(f, "users"); }, held, {"missing-file"}},
      {"classes are absent", [](Files& f) { take_away(f, "classes"); }, held, {"missing-file"}},
      {"demographics are absent", [](Files& f) { take_away(f, "demographics"); }, held, {"missing-file"}},
      {"everything is absent",
       [](Files& f) {
         for (auto const* table : {"orgs", "academicSessions", "courses", "classes", "users", "enrollments", "demographics"}) take_away(f, table);
       },
       held,
       {"missing-file"}},
      {"people and classes are swapped", [](Files& f) { std::swap(f["users.csv"], f["classes.csv"]); }, refused, {"HDR001"}},
      {"enrollments and demographics are swapped", [](Files& f) { std::swap(f["enrollments.csv"], f["demographics.csv"]); }, refused, {"HDR001"}},
      {"people twice, under two names", [](Files& f) { f["Users.csv"] = f["users.csv"]; }, refused, {"PKG011"}},
      {"every file in a folder of its own",
       [](Files& f) {
         Files inside;
         for (auto const& [name, text] : f) inside[name + "/" + name] = text;
         f = inside;
       },
       refused,
       {"PKG001"}},
  });
}

TEST_P(Damage, OfBytes) {
  expect_no_harm({
      {"a byte order mark is new", [](Files& f) { text_of(f, "users").insert(0, "\xEF\xBB\xBF"); }, held, {"anomaly"}},
      {"UTF-8 taken for Windows-1252", [](Files& f) { replace_all(text_of(f, "users"), "ë", "Ã«"); }, held, {"anomaly"}},
      {"accents became replacement characters", [](Files& f) { replace_all(text_of(f, "users"), "ë", "\xEF\xBF\xBD"); }, held, {"anomaly"}},
      {"Windows-1252", [](Files& f) { replace_all(text_of(f, "users"), "ë", "\xEB"); }, refused, {"CSV006"}},
      {"UTF-16", [](Files& f) { text_of(f, "enrollments") = utf16(text_of(f, "enrollments"), false, true); }, refused, {"ENC003"}},
      {"semicolons", [](Files& f) { replace_all(text_of(f, "users"), ",", ";"); }, refused, {"ENC005"}},
      {"tabs", [](Files& f) { replace_all(text_of(f, "users"), ",", "\t"); }, refused, {"ENC005"}},
      {"carriage returns only", [](Files& f) { replace_all(text_of(f, "users"), "\n", "\r"); }, refused, {"ENC006"}},
      {"no line breaks at all", [](Files& f) { replace_all(text_of(f, "users"), "\n", ","); }, refused, {"HDR003"}},
      {"zero bytes behind the end", [](Files& f) { text_of(f, "users") += std::string(512, '\0'); }, refused, {"CSV005"}},
      {"the second half is zero bytes",
       [](Files& f) {
         auto& text = text_of(f, "users");
         std::fill(text.begin() + static_cast<std::ptrdiff_t>(text.size() / 2), text.end(), '\0');
       },
       refused,
       {"CSV005"}},
      {"a quote that is never closed", [](Files& f) { replace_first(text_of(f, "users"), ",Ada7,", ",\"Ada7,"); }, refused, {"CSV001"}},
      {"a page that says the server is busy", [](Files& f) { text_of(f, "users") = "<html>\n<p>503, try again</p>\n</html>\n"; }, refused, {"HDR001"}},
      {"an error of the database", [](Files& f) { text_of(f, "users") = "ERROR: permission denied for view people\n"; }, refused, {"HDR001"}},
      {"JSON", [](Files& f) { text_of(f, "users") = "{\"users\":[{\"sourcedId\":\"00101\",\"role\":\"student\"}]}\n"; }, refused, {"HDR001"}},
  });
}

TEST_P(Damage, OfHeaders) {
  expect_no_harm({
      {"a required column is misspelt", [](Files& f) { rename_column(f, "users", "familyName", "famliyName"); }, refused, {"HDR001"}},
      {"a required column is gone", [](Files& f) { drop_column(f, "users", "role"); }, refused, {"HDR001"}},
      {"the header is gone", [](Files& f) { text_of(f, "users").erase(0, text_of(f, "users").find('\n') + 1); }, refused, {"HDR001"}},
      {"a title above the header", [](Files& f) { text_of(f, "users").insert(0, "People of Larkspur\n"); }, refused, {"HDR001"}},
      {"a column twice", [](Files& f) { rename_column(f, "users", "phone", "sms"); }, refused, {"HDR003"}},
      {"an optional column is misspelt", [](Files& f) { rename_column(f, "users", "email", "emial"); }, held, {"anomaly"}},
      {"an optional column is gone", [](Files& f) { drop_column(f, "users", "identifier"); }, held, {"anomaly"}},
      {"an optional column of enrollments is gone", [](Files& f) { drop_column(f, "enrollments", "primary"); }, held, {"anomaly"}},
      {"two columns have each other's name",
       [](Files& f) { edit(f, "users", [](Sheet& s) { std::swap(s.header[s.column("givenName")], s.header[s.column("familyName")]); }); },
       held,
       {"guard"}},
  });
}

TEST_P(Damage, OfRows) {
  auto const each_line = [](Files& f, Change const& change) {
    std::string text;
    for (auto const& line : Sheet::split(text_of(f, "users"), '\n'))
      if (!line.empty()) text += (text.empty() ? line : change(line)) + "\n";
    text_of(f, "users") = text;
  };
  expect_no_harm({
      {"every second person", [](Files& f) { keep_rows(f, "users", [](auto const&, std::size_t i) { return i % 2 == 0; }); }, held, {"guard"}},
      {"the last third of the enrollments", [](Files& f) { keep_rows(f, "enrollments", [](auto const&, std::size_t i) { return i < 80; }); }, held, {"guard"}},
      {"people end in the middle of a record", [](Files& f) { text_of(f, "users").resize(text_of(f, "users").size() * 2 / 3); }, held, {"anomaly", "guard"}},
      {"only the last record of the people is cut", [](Files& f) { cut_last_record(text_of(f, "users")); }, held, {"anomaly"}},
      {"only the last record of the enrollments is cut", [](Files& f) { cut_last_record(text_of(f, "enrollments")); }, held, {"anomaly"}},
      {"a school is missing",
       [](Files& f) {
         keep_rows(f, "users", [](Sheet::Row const& row, std::size_t) { return row[4] == "s1"; });
         keep_rows(f, "enrollments", [](Sheet::Row const& row, std::size_t) { return row[0].starts_with("e1"); });
       },
       held,
       {"guard"}},
      {"only teachers", [](Files& f) { keep_rows(f, "users", [](Sheet::Row const& row, std::size_t) { return row[5] == "teacher"; }); }, held, {"guard"}},
      {"every row twice, with another phone number",
       [](Files& f) {
         auto other = Sheet::of(text_of(f, "users"));
         for (auto& row : other.rows) row[other.column("phone")] = "555-0100";
         edit(f, "users", [&](Sheet& sheet) { sheet.rows.insert(sheet.rows.end(), other.rows.begin(), other.rows.end()); });
       },
       held,
       {"guard"}},
      {"a cell is missing in every row", [&](Files& f) { each_line(f, [](auto const& line) { return line.substr(0, line.size() - 1); }); }, held, {"guard"}},
      {"a comma too many in every row", [&](Files& f) { each_line(f, [](auto const& line) { return line + ","; }); }, held, {"guard"}},
      {"cells are shifted to the left",
       [](Files& f) {
         edit(f, "users", [](Sheet& sheet) {
           for (auto& row : sheet.rows) std::rotate(row.begin() + 3, row.begin() + 4, row.end());
         });
       },
       held,
       {"guard"}},
      {"rows are wrapped", [&](Files& f) { each_line(f, [](auto const& line) { return line.substr(0, 30) + "\n" + line.substr(30); }); }, held, {"guard"}},
      {"one column was sorted alone", [](Files& f) { reverse_column(f, "users", "givenName"); }, held, {"guard"}},
      {"the column of ids was sorted alone", [](Files& f) { reverse_column(f, "users", "sourcedId"); }, held, {"guard"}},
      {"dates as Americans write them", [](Files& f) { change_all(f, "demographics", "birthDate", [](auto const&) { return "5/3/2015"; }); }, held, {"guard"}},
  });
}

TEST_P(Damage, OfIds) {
  auto const bare = [](std::string const& id) { return id.substr(2); };
  auto const fresh = [](std::string const& id) { return "k" + std::to_string(std::stoi(id) * 7919 + 13); };
  expect_no_harm({
      {"leading zeros are lost everywhere", [&](Files& f) { rename_pupils(f, bare); }, held, {"anomaly", "guard"}},
      {"leading zeros of people are lost",
       [&](Files& f) { change_all(f, "users", "sourcedId", [&](auto const& id) { return id.starts_with("00") ? bare(id) : id; }); },
       held,
       {"anomaly", "guard"}},
      {"leading zeros of references are lost",
       [&](Files& f) { change_all(f, "enrollments", "userSourcedId", [&](auto const& id) { return id.starts_with("00") ? bare(id) : id; }); },
       held,
       {"guard"}},
      {"ids of enrollments are in capitals now",
       [](Files& f) { change_all(f, "enrollments", "sourcedId", [](auto id) { return id[0] = 'E', id; }); },
       held,
       {"anomaly", "guard"}},
      {"all people have new ids", [&](Files& f) { rename_pupils(f, fresh); }, held, {"anomaly", "guard"}},
      {"all enrollments have new ids",
       [](Files& f) { edit_column(f, "enrollments", "sourcedId", [](auto& id, std::size_t i) { id = "n" + std::to_string(i * 31); }); },
       held,
       {"anomaly", "guard"}},
      {"eleven people have new ids",
       [&](Files& f) { rename_pupils(f, [&](auto const& id) { return std::stoi(id) % 10 == 1 && id != pupil_id(2, 51) ? "k" + id : id; }); },
       held,
       {"anomaly"}},
      {"all classes have new ids",
       [](Files& f) {
         change_all(f, "classes", "sourcedId", [](auto const& id) { return "k" + id; });
         change_all(f, "enrollments", "classSourcedId", [](auto const& id) { return "k" + id; });
       },
       held,
       {"guard"}},
      {"a spreadsheet wrote ids as powers of ten", [&](Files& f) { rename_pupils(f, [](auto const&) { return "1.01E+02"; }); }, held, {"guard"}},
      {"ids are padded", [](Files& f) { change_all(f, "users", "sourcedId", [](auto const& id) { return id + "   "; }); }, held, {"guard"}},
      {"ids are blank", [](Files& f) { change_all(f, "users", "sourcedId", [](auto const&) { return ""; }); }, held, {"guard"}},
      {"every fifth id is blank",
       [](Files& f) {
         edit_column(f, "users", "sourcedId", [](auto& id, std::size_t i) {
           if (i % 5 == 0) id.clear();
         });
       },
       held,
       {"guard"}},
  });
}

TEST_P(Damage, OfMeaning) {
  expect_no_harm({
      {"another district, other ids",
       [](Files& f) {
         rename_pupils(f, [](auto const& id) { return "maple-" + id; });
         change_all(f, "users", "familyName", [](auto const&) { return "Mapleworth"; });
         change_all(f, "users", "identifier", [](auto const& id) { return "M" + id; });
       },
       held,
       {"anomaly", "guard"}},
      {"another district, the same ids",
       [](Files& f) {
         change_all(f, "users", "givenName", [](auto const& name) { return "Bo" + name; });
         change_all(f, "users", "familyName", [](auto const&) { return "Mapleworth"; });
       },
       held,
       {"guard"}},
      {"names are masked", [](Files& f) { change_all(f, "users", "familyName", [](auto const&) { return "XXXX"; }); }, held, {"guard"}},
      {"invented pupils of a test",
       [](Files& f) {
         edit(f, "users", [](Sheet& sheet) {
           auto row = sheet.rows.back();
           for (int i = 0; i < 80; ++i) sheet.rows.push_back(row), sheet.rows.back()[0] = sheet.rows.back()[6] = "test" + std::to_string(i);
         });
       },
       held,
       {"guard"}},
      {"everybody is disabled", [](Files& f) { change_all(f, "users", "enabledUser", [](auto const&) { return "false"; }); }, held, {"guard"}},
      {"all enrollments have ended", [](Files& f) { change_all(f, "enrollments", "endDate", [](auto const&) { return "2026-08-15"; }); }, held, {"guard"}},
      {"pupils are guardians", [](Files& f) { set_pupils(f, "role", "guardian"); }, held, {"guard"}},
      {"everybody is at the first school", [](Files& f) { set_pupils(f, "orgSourcedIds", "s1"); }, held, {"guard"}},
      {"everybody is in the first class",
       [](Files& f) {
         change_all(f, "enrollments", "classSourcedId", [](auto const&) { return "c1"; });
         change_all(f, "enrollments", "schoolSourcedId", [](auto const&) { return "s1"; });
       },
       held,
       {"guard"}},
      {"schools are missing", [](Files& f) { keep_rows(f, "orgs", [](Sheet::Row const& row, std::size_t) { return row[0] == "d"; }); }, held, {"guard"}},
      {"one class instead of all",
       [](Files& f) { keep_rows(f, "classes", [](auto const&, std::size_t i) { return i == 0; }), edit_cell(f, "classes", "c1", "sourcedId", "c9"); },
       held,
       {"guard"}},
      {"people and classes of enrollments are swapped",
       [](Files& f) {
         edit(f, "enrollments", [](Sheet& s) {
           for (auto& row : s.rows) std::swap(row[s.column("classSourcedId")], row[s.column("userSourcedId")]);
         });
       },
       held,
       {"guard"}},
      {"roles in the language of the export", [](Files& f) { set_pupils(f, "role", "Schülerin"); }, held, {"guard"}},
  });
}

}  // namespace
}  // namespace rollbook::test
