// Signs that a file is not what it seems: semantics, section 5. With removals in the table they hold the run, without they warn.
#include <gtest/gtest.h>

#include "runs/school.h"
#include "runs/texts.h"
#include "store/ranges.h"

namespace rollbook::test {
namespace {

class Anomalies : public Runs {
 protected:
  static constexpr int pupils = 100;

  static Files first() { return two_schools(pupils).files(); }

  static void pupil_leaves(Files& files, std::string const& n) {
    keep_rows(files, "users", [&](Sheet::Row const& row, std::size_t) { return row[0] != "u" + n; });
    keep_rows(files, "demographics", [&](Sheet::Row const& row, std::size_t) { return row[0] != "u" + n; });
    keep_rows(files, "enrollments", [&](Sheet::Row const& row, std::size_t) { return row[0] != "e" + n; });
  }

  void begin(Files const& files = first()) {
    add_source();
    auto const answer = sync(files);
    ASSERT_TRUE(answer.is_applied()) << told(answer);
  }

  // The same sign twice: together with a removal it holds, with a change only it is a warning.
  void expect_to_hold_removals(std::function<void(Files&)> const& damage, std::string const& words) {
    begin();
    auto files = first();
    edit_cell(files, "users", "u2_7", "familyName", "Fennimore");
    auto with_removal = files;
    pupil_leaves(with_removal, "1_2");
    damage(files);
    damage(with_removal);
    auto const held = sync(with_removal);
    EXPECT_EQ(held.outcome, "held") << told(held);
    EXPECT_EQ(held.held_because, std::vector<std::string>{"anomaly"}) << told(held);
    EXPECT_TRUE(says(held, words)) << told(held);
    auto const warned = sync(files);
    EXPECT_EQ(warned.outcome, "applied_with_warnings") << told(warned);
    EXPECT_TRUE(says(warned, words)) << told(warned);
  }

  runs::Answer preview(Files const& files) {
    auto h = hub();
    auto const source = store::find_source(home_->operations(), district_, "sis");
    auto delivery = delivery::load_received("a delivery", {files.begin(), files.end()}, false, 2);
    auto const answer = runs::preview(h, district_, *source, std::move(*delivery));
    EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : answer.trouble().text);
    return answer.ok() ? *answer : runs::Answer{};
  }

  // A hundred people; the ids of thirty begin with these letters.
  static Files people(std::string const& letters) {
    DeliveryOf d;
    d.put("orgs", {{"sourcedId", "d"}, {"name", "Larkspur"}, {"type", "district"}});
    d.put("orgs", {{"sourcedId", "s1"}, {"name", "School"}, {"type", "school"}, {"parentSourcedId", "d"}});
    for (int i = 0; i < 100; ++i) {
      auto const n = std::to_string(i);
      d.put("users", {{"sourcedId", (i < 30 ? letters : "u") + n},
                      {"enabledUser", "true"},
                      {"orgSourcedIds", "s1"},
                      {"role", "student"},
                      {"username", "u" + n},
                      {"givenName", "Ada" + n},
                      {"familyName", "Quill"},
                      {"identifier", "I" + n}});
    }
    return d.files();
  }

  // Nothing goes, so nothing holds; but whoever looks is told that people are there twice now.
  void expect_new_ids_to_be_told(Files const& files) {
    auto const answer = sync(files);
    EXPECT_EQ(answer.outcome, "applied_with_warnings") << told(answer);
    EXPECT_EQ(changes(answer, "users"), "+30 ~0 -0");
    EXPECT_TRUE(answer.held_because.empty()) << told(answer);
    EXPECT_TRUE(says(answer, "30 ids are new while 30 are gone")) << told(answer);
    EXPECT_TRUE(says(answer, "30 records that would go come again under another id")) << told(answer);
  }

  void expect_nothing(Files files) {
    pupil_leaves(files, "1_2");
    auto const answer = sync(files);
    EXPECT_TRUE(answer.is_applied()) << told(answer);
    EXPECT_TRUE(answer.held_because.empty()) << told(answer);
  }
};
INSTANTIATE_TEST_SUITE_P(Runs, Anomalies, both_databases(), name_of_database);

TEST_P(Anomalies, AByteOrderMarkThatIsNew) {
  expect_to_hold_removals([](Files& files) { text_of(files, "users").insert(0, "\xEF\xBB\xBF"); }, "byte order mark");
}

TEST_P(Anomalies, AByteOrderMarkThatWasThereBeforeIsNothing) {
  auto files = first();
  text_of(files, "users").insert(0, "\xEF\xBB\xBF");
  begin(files);
  expect_nothing(files);
}

TEST_P(Anomalies, AColumnThatIsLost) {
  expect_to_hold_removals([](Files& files) { drop_column(files, "users", "identifier"); }, "identifier");
}

TEST_P(Anomalies, AColumnThatIsRenamed) {
  expect_to_hold_removals([](Files& files) { rename_column(files, "users", "identifier", "studentNo"); }, "identifier");
}

TEST_P(Anomalies, AColumnThatComesBackIsNothing) {
  auto files = first();
  drop_column(files, "users", "phone");
  begin(files);
  expect_nothing(first());
}

TEST_P(Anomalies, AnAliasOfTheSameColumnIsNothing) {
  auto files = first();
  rename_column(files, "users", "agentSourcedIds", "agents");
  begin();
  expect_nothing(files);
}

TEST_P(Anomalies, AnotherTableThatLosesRecordsDoesNotHoldForThisOne) {
  begin();
  auto files = first();
  drop_column(files, "orgs", "identifier");
  expect_nothing(files);
}

TEST_P(Anomalies, MoreThanOnePercentOfRowsInAWrongEncoding) {
  expect_to_hold_removals(
      [](Files& files) {
        for (auto const* id : {"u1_11", "u1_12", "u1_13"}) edit_cell(files, "users", id, "givenName", "ZoÃ«");
      },
      "encoding");
}

TEST_P(Anomalies, MoreThanOnePercentOfRowsWithReplacementCharacters) {
  expect_to_hold_removals(
      [](Files& files) {
        for (auto const* id : {"u1_11", "u1_12", "u1_13"}) edit_cell(files, "users", id, "givenName", "Zo\xEF\xBF\xBD");
      },
      "encoding");
}

TEST_P(Anomalies, WhateverLetterTheWrongEncodingHits) {
  begin();
  for (std::string const name : {"JosÃ©", "FranÃ§ois", "MÃ¼ller", "NguyÃªn", "Ã‰mile", "Ãœlkü", "Ã–zge", "WeiÃŸ", "Ã€ngel", "Oâ€™Hara", "Â¿Ana", "Å½ivko",
                                 "Å\xC2\x81ukasz", "Ð’Ð»Ð°Ð´"}) {
    auto files = first();
    pupil_leaves(files, "1_2");
    for (auto const* id : {"u1_11", "u1_12", "u1_13"}) edit_cell(files, "users", id, "givenName", name);
    EXPECT_TRUE(held_for(preview(files), "anomaly")) << name;
  }
}

TEST_P(Anomalies, NamesWithAccentsAreNothing) {
  begin();
  auto files = first();
  int i = 10;
  for (std::string const name : {"José", "François", "Müller", "O’Hara", "Živko", "Nguyên", "Àngel", "Åsa", "Ãngelo", "Владимир", "智子"})
    edit_cell(files, "users", "u1_" + std::to_string(i++), "givenName", name);
  expect_nothing(files);
}

TEST_P(Anomalies, OnePercentOfRowsInAWrongEncodingIsNothing) {
  begin();
  auto files = first();
  for (auto const* id : {"u1_11", "u1_12"}) edit_cell(files, "users", id, "givenName", "ZoÃ«");
  expect_nothing(files);
}

TEST_P(Anomalies, AWrongEncodingThatWasThereBeforeIsNothing) {
  auto files = first();
  for (auto const* id : {"u1_11", "u1_12", "u1_13"}) edit_cell(files, "users", id, "givenName", "ZoÃ«");
  begin(files);
  expect_nothing(files);
}

TEST_P(Anomalies, IdsThatLostTheirZeros) {
  auto const padded = [](int width) {
    auto files = first();
    auto const change = [&](std::string& id, std::size_t) {
      if (id.starts_with("u1_") && std::stoi(id.substr(3)) <= 11) id = std::string(static_cast<std::size_t>(width), '0') + "9" + id.substr(3);
    };
    edit_column(files, "users", "sourcedId", change);
    edit_column(files, "demographics", "sourcedId", change);
    edit_column(files, "enrollments", "userSourcedId", change);
    return files;
  };
  begin(padded(2));
  auto const held = sync(padded(0));
  EXPECT_EQ(held.outcome, "held") << told(held);
  EXPECT_TRUE(held_for(held, "anomaly")) << told(held);
  EXPECT_TRUE(says(held, "zeros")) << told(held);
}

TEST_P(Anomalies, IdsInAnotherCase) {
  begin();
  auto files = first();
  edit_column(files, "enrollments", "sourcedId", [](std::string& id, std::size_t i) {
    if (i % 16 == 0) id[0] = 'E';
  });
  auto const held = sync(files);
  EXPECT_EQ(held.outcome, "held") << told(held);
  EXPECT_EQ(held.held_because, std::vector<std::string>{"anomaly"}) << told(held);
}

TEST_P(Anomalies, ManyNewIdsWhileAsManyAreGone) {
  add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"threshold.removed", "60"}});
  sync(first());
  auto files = first();
  edit_column(files, "enrollments", "sourcedId", [](std::string& id, std::size_t i) {
    if (i % 4 == 0) id = "n" + std::to_string(i);
  });
  auto const held = sync(files);
  EXPECT_EQ(held.held_because, std::vector<std::string>{"anomaly"}) << told(held);
}

TEST_P(Anomalies, ElevenRecordsThatComeAgainUnderAnotherId) {
  auto const give_new_ids = [](int count) {
    auto files = first();
    auto const change = [&](std::string& id, std::size_t) {
      if (id.starts_with("u1_") && std::stoi(id.substr(3)) <= count) id = "new-" + id.substr(3);
    };
    edit_column(files, "users", "sourcedId", change);
    edit_column(files, "demographics", "sourcedId", change);
    edit_column(files, "enrollments", "userSourcedId", change);
    return files;
  };
  add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"threshold.floor", "50"}});
  sync(first());
  auto const held = sync(give_new_ids(11));
  EXPECT_EQ(held.held_because, std::vector<std::string>{"anomaly"}) << told(held);
  EXPECT_TRUE(sync(give_new_ids(10)).is_applied());
}

TEST_P(Anomalies, IdsMadeAnewOnDaysWithoutRemovals) {
  begin(people("u"));
  ASSERT_TRUE(store::add_range(home_->operations(), district_, {0, {}, store::RangeKind::NoRemovals, {}, {}, ""}, {"a test", "2026-09-01T00:00:00Z"}).ok());
  expect_new_ids_to_be_told(people("new-"));
}

TEST_P(Anomalies, IdsMadeAnewBesideARowWithoutAnId) {
  begin(people("u"));
  auto files = people("new-");
  edit(files, "users", [](Sheet& sheet) {
    sheet.rows.push_back(sheet.rows.back());
    sheet.rows.back()[0].clear();
  });
  expect_new_ids_to_be_told(files);
}

TEST_P(Anomalies, AFileThatEndsInTheMiddleOfARecord) {
  expect_to_hold_removals([](Files& files) { text_of(files, "users").resize(text_of(files, "users").size() - 25); }, "middle of a record");
}

TEST_P(Anomalies, AFileWithoutALineBreakAtItsEndIsNothing) {
  begin();
  auto files = first();
  pupil_leaves(files, "1_2");
  text_of(files, "users").pop_back();
  auto const answer = sync(files);
  EXPECT_EQ(answer.outcome, "applied") << told(answer);
}

TEST_P(Anomalies, AFileThatEndsInTheMiddleOfItsOnlyRecord) {
  begin();
  auto files = first();
  text_of(files, "courses").resize(text_of(files, "courses").size() - 10);
  auto const answer = preview(files);
  EXPECT_TRUE(says(answer, "middle of a record")) << told(answer);
}

TEST_P(Anomalies, WhatAPersonApprovedIsNotNewAgain) {
  begin();
  auto files = first();
  text_of(files, "users").insert(0, "\xEF\xBB\xBF");
  drop_column(files, "users", "phone");
  pupil_leaves(files, "1_2");
  auto const held = sync(files);
  ASSERT_TRUE(held_for(held, "anomaly")) << told(held);
  ASSERT_TRUE(approve(*held.run).is_applied());
  pupil_leaves(files, "1_3");
  auto const answer = sync(files);
  EXPECT_TRUE(answer.is_applied()) << told(answer);
}

TEST_P(Anomalies, ADryRunTellsThem) {
  begin();
  auto files = first();
  text_of(files, "users").insert(0, "\xEF\xBB\xBF");
  pupil_leaves(files, "1_2");
  EXPECT_EQ(preview(files).held_because, std::vector<std::string>{"anomaly"});
}

TEST_P(Anomalies, SixPercentOfASmallTableThatLostTheirZeros) {
  auto const courses = [](std::string const& zeros, int count) {
    auto roster = two_schools(20);
    for (int i = 10; i < 60; ++i)
      roster.put("courses",
                 {{"sourcedId", (i < 10 + count ? zeros : "0") + std::to_string(i)}, {"title", "Reading " + std::to_string(i)}, {"orgSourcedId", "d"}});
    return roster.files();
  };
  begin(courses("0", 4));
  EXPECT_TRUE(held_for(preview(courses("", 4)), "anomaly"));
  EXPECT_FALSE(held_for(preview(courses("", 2)), "anomaly"));
}

TEST_P(Anomalies, AQuarterOfASmallTableUnderNewIds) {
  auto const courses = [](std::string const& before) {
    auto roster = two_schools(20);
    for (int i = 10; i < 30; ++i)
      roster.put("courses", {{"sourcedId", (i < 16 ? before : "k") + std::to_string(i)}, {"title", "Reading " + before}, {"orgSourcedId", "d"}});
    return roster.files();
  };
  begin(courses("old"));
  EXPECT_TRUE(held_for(preview(courses("new")), "anomaly"));
}

TEST_P(Anomalies, TheFirstDeliveryIsMeasuredAgainstNothing) {
  auto files = first();
  text_of(files, "users").insert(0, "\xEF\xBB\xBF");
  add_source();
  EXPECT_TRUE(sync(files).is_applied());
}

TEST_P(Anomalies, ASourceIsMeasuredAgainstItsOwnDeliveries) {
  begin();
  add_source("camp");
  auto files = first();
  text_of(files, "users").insert(0, "\xEF\xBB\xBF");
  EXPECT_NE(sync(files, "camp").outcome, "held");
}

}  // namespace
}  // namespace rollbook::test
