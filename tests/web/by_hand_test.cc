// Records changed by hand in the browser: judged at the field, told apart from what others did meanwhile, a run that can be undone; by those who may, and
// nobody else.
#include "runs/edit.h"
#include "runs/look.h"
#include "runs/search_index.h"
#include "runs/source_change.h"
#include "runs/undo.h"
#include "web/lived_district.h"

namespace rollbook::test {
namespace {

class ByHand : public HistoryOfADistrict {
 protected:
  void SetUp() override {
    HistoryOfADistrict::SetUp();
    add_source();
    sync(two_schools(5));
    index();
  }
  void index() {
    auto h = hub();
    auto const roster = runs::open_roster(h, district());
    ASSERT_FALSE(runs::index_all(**roster));
  }
  using Form = std::vector<std::pair<std::string, std::string>>;
  std::string at(std::string const& table, std::string const& id, std::string const& what = "/edit") const {
    return in("/browse/record" + what + "?table=" + table + "&id=" + id);
  }
  std::string seen(Browser const& browser, std::string const& table, std::string const& id) { return field(page(browser, at(table, id)), "seen"); }

  // Answers the run, when it was put into the queue; else the page that was shown instead.
  struct Saved {
    int status = 0;
    std::int64_t run = 0;
    std::string html, to;
  };
  Saved save(Browser const& browser, std::string const& table, std::string const& id, Form form, std::string const& what = "/edit") {
    auto const response = post(browser, at(table, id, what), form);
    Saved saved{response.status, 0, response.body, header_of(response, "location")};
    if (auto const run = saved.to.find("saved="); run != std::string::npos) work_off(saved.run = std::stoll(saved.to.substr(run + 6)));
    return saved;
  }
  std::string value(std::string const& table, std::string const& id, std::string const& name) {
    auto const csv = page(somebody_of(Level::Reporting), at(table, id, ".csv"));
    auto const from = csv.find("\n" + name + ",");
    if (from == std::string::npos) return "";
    auto const begin = from + name.size() + 2;
    return csv.substr(begin, csv.find(',', begin) - begin);
  }
};

TEST_F(ByHand, AFieldIsSavedAsARunThatThePageShowsAndThatCanBeUndone) {
  auto const elsa = somebody_of(Level::Enrollment);
  EXPECT_TRUE(says(page(elsa, at("users", "u1_3", "")), "/browse/record/edit?table=users&amp;id=u1_3"));
  auto const form = page(elsa, at("users", "u1_3"));
  EXPECT_EQ(field(form, "familyName"), "(none)") << "the field has an id before its name";
  EXPECT_TRUE(says(form, "value=\"Quill1\""));
  auto const saved = save(elsa, "users", "u1_3", {{"familyName", " Hand "}, {"givenName", "Ada3"}, {"seen", field(form, "seen")}});
  ASSERT_EQ(saved.status, 303) << saved.html;
  auto const after = page(elsa, saved.to);
  EXPECT_TRUE(says(after, "Saved, as run " + std::to_string(saved.run)));
  EXPECT_TRUE(says(after, run(saved.run, "/undo")));
  EXPECT_TRUE(says(after, "edited by anna")) << "by who asked";
  EXPECT_EQ(value("users", "u1_3", "familyName"), "Hand");
  EXPECT_TRUE(says(page(elsa, run(saved.run)), "Undo"));
  EXPECT_TRUE(says(page(elsa, at("users", "u1_3")), "Set by hand; the source says “Quill1”."));
  auto h = hub();
  ASSERT_TRUE(runs::undo(h, district(), saved.run, false, false).ok());
  EXPECT_EQ(value("users", "u1_3", "familyName"), "Quill1");
  EXPECT_TRUE(says(page(elsa, saved.to), "taken back by run"));
}

TEST_F(ByHand, WhatIsWrongIsToldAtTheFieldAndNothingThatWasTypedIsLost) {
  auto const elsa = somebody_of(Level::Enrollment);
  auto const revision = seen(elsa, "users", "u1_3");
  auto const wrong =
      save(elsa, "users", "u1_3", {{"enabledUser", "perhaps"}, {"familyName", "Typed"}, {"orgSourcedIds", "s1,s9"}, {"username", ""}, {"seen", revision}});
  EXPECT_EQ(wrong.status, 422);
  EXPECT_TRUE(says(wrong.html, "id=\"enabledUser-wrong\""));
  EXPECT_TRUE(says(wrong.html, "id=\"orgSourcedIds-wrong\""));
  EXPECT_TRUE(says(wrong.html, "There is no organization &quot;s9&quot;")) << wrong.html;
  EXPECT_TRUE(says(wrong.html, "id=\"username-wrong\""));
  EXPECT_FALSE(says(wrong.html, "id=\"familyName-wrong\""));
  EXPECT_TRUE(says(wrong.html, "value=\"Typed\""));
  EXPECT_TRUE(says(wrong.html, "value=\"s1,s9\""));
  EXPECT_EQ(newest_open_run(), -1);
  EXPECT_EQ(value("users", "u1_3", "familyName"), "Quill1");
}

TEST_F(ByHand, TheRulesOfTheCheckJudgeIt) {
  auto const elsa = somebody_of(Level::Enrollment);
  auto const wrong = save(elsa, "users", "u1_3", {{"role", ""}, {"seen", seen(elsa, "users", "u1_3")}});
  EXPECT_EQ(wrong.status, 422);
  EXPECT_TRUE(says(wrong.html, "id=\"role-wrong\"")) << "1.1 wants it";
  Form odd{{"grades", "99"}, {"seen", seen(elsa, "users", "u1_3")}};
  auto const told = save(elsa, "users", "u1_3", odd);
  EXPECT_EQ(told.status, 422) << "told before it is saved";
  EXPECT_TRUE(says(told.html, "Save it all the same")) << told.html;
  EXPECT_TRUE(says(told.html, "Grades: ")) << told.html;
  EXPECT_TRUE(says(told.html, "value=\"99\""));
  odd.emplace_back("told", field(told.html, "told"));
  EXPECT_EQ(save(elsa, "users", "u1_3", odd).status, 303);
  EXPECT_EQ(value("users", "u1_3", "grades"), "99");
  auto const again = save(elsa, "users", "u1_3", {{"familyName", "Hand"}, {"seen", seen(elsa, "users", "u1_3")}});
  EXPECT_EQ(again.status, 303) << "what was so before is not found fault with";
}

TEST_F(ByHand, AnAddressThatSomebodyElseHasAndASocialSecurityNumberAreToldFirst) {
  auto const elsa = somebody_of(Level::Enrollment);
  ASSERT_EQ(save(elsa, "users", "u1_3", {{"email", "ada@oak.example"}, {"seen", seen(elsa, "users", "u1_3")}}).status, 303);
  index();
  auto const taken = save(elsa, "users", "u1_4", {{"email", "Ada@oak.example"}, {"seen", seen(elsa, "users", "u1_4")}});
  EXPECT_EQ(taken.status, 422);
  EXPECT_TRUE(says(taken.html, "somebody else in the district has this one already")) << taken.html;
  auto const number = save(elsa, "users", "u1_4", {{"userIds", "{state:078-05-1120}"}, {"seen", seen(elsa, "users", "u1_4")}});
  EXPECT_TRUE(says(number.html, "social security number")) << number.html;
}

TEST_F(ByHand, IdsOfStateDistrictAndSisAreFieldsOfTheirOwnAndOthersStay) {
  auto const elsa = somebody_of(Level::Enrollment);
  ASSERT_EQ(save(elsa, "users", "u1_3", {{"userIds", "{Fed:3},{state:7}"}}).status, 303);
  auto const form = page(elsa, at("users", "u1_3"));
  EXPECT_TRUE(says(form, "name=\"userIds.state\" type=\"text\" value=\"7\"")) << form;
  EXPECT_TRUE(says(form, "name=\"userIds\" type=\"text\" value=\"{Fed:3}\"")) << form;
  auto const same = save(elsa, "users", "u1_3", {{"userIds", "{Fed:3}"}, {"userIds.state", "7"}, {"userIds.district", ""}, {"userIds.sis", ""}});
  EXPECT_FALSE(says(same.to, "saved=")) << "what says the same is no change";
  ASSERT_EQ(save(elsa, "users", "u1_3", {{"userIds", "{Fed:3}"}, {"userIds.state", "8"}, {"userIds.district", "12"}, {"userIds.sis", ""}}).status, 303);
  EXPECT_TRUE(says(page(elsa, at("users", "u1_3", ".csv")), "\"{Fed:3},{state:8},{district:12}\""));
  auto const odd = save(elsa, "users", "u1_3", {{"userIds.state", "8},{sis:9"}});
  EXPECT_EQ(odd.status, 422);
  EXPECT_TRUE(says(odd.html, "id=\"userIds-wrong\""));
  ASSERT_EQ(save(elsa, "users", "u1_3", {{"userIds", ""}, {"userIds.state", ""}, {"userIds.district", ""}, {"userIds.sis", ""}}).status, 303);
  EXPECT_FALSE(says(page(elsa, at("users", "u1_3", ".csv")), "Fed:3}"));
}

TEST_F(ByHand, WhoSavesSecondIsToldWhatChangedAndOverwritesNothing) {
  auto const elsa = somebody_of(Level::Enrollment), emil = somebody_of(Level::Enrollment);
  auto const before = seen(elsa, "users", "u1_3");
  ASSERT_EQ(save(emil, "users", "u1_3", {{"familyName", "Emils"}, {"phone", "555"}, {"seen", before}}).status, 303);
  auto const second = save(elsa, "users", "u1_3", {{"familyName", "Elsas"}, {"givenName", "Edda"}, {"phone", ""}, {"seen", before}});
  EXPECT_EQ(second.status, 409);
  EXPECT_TRUE(says(second.html, "“Quill1” is now “Emils”")) << second.html;
  EXPECT_TRUE(says(second.html, "value=\"Elsas\"")) << "nothing that she typed is lost";
  EXPECT_TRUE(says(second.html, "value=\"Edda\""));
  EXPECT_TRUE(says(second.html, "value=\"555\"")) << "what she had not touched is as it is now, and is not taken back by her second try";
  EXPECT_EQ(value("users", "u1_3", "familyName"), "Emils");
  EXPECT_EQ(save(elsa, "users", "u1_3", {{"familyName", "Elsas"}, {"phone", "555"}, {"seen", field(second.html, "seen")}}).status, 303);
  EXPECT_EQ(value("users", "u1_3", "familyName"), "Elsas");
  EXPECT_EQ(value("users", "u1_3", "phone"), "555");
}

TEST_F(ByHand, WhoWasOvertakenInTheQueueOverwritesNothingEither) {
  auto const elsa = somebody_of(Level::Enrollment), emil = somebody_of(Level::Enrollment);
  auto const before = seen(elsa, "users", "u1_3");
  auto const first = header_of(post(emil, at("users", "u1_3"), {{"familyName", "Emils"}, {"seen", before}}), "location");
  auto const second = save(elsa, "users", "u1_3", {{"familyName", "Elsas"}, {"seen", before}});  // both are in the queue, his before hers
  ASSERT_EQ(second.status, 303);
  EXPECT_TRUE(says(page(emil, first), "Saved, as run"));
  auto const told = page(elsa, second.to);
  EXPECT_TRUE(says(told, "did not save it")) << told;
  EXPECT_TRUE(says(told, "Somebody else has changed the person meanwhile")) << told;
  EXPECT_EQ(value("users", "u1_3", "familyName"), "Emils");
}

TEST_F(ByHand, AnEditEndsOnItsDay) {
  auto const elsa = somebody_of(Level::Enrollment);
  auto const over = save(elsa, "users", "u1_3", {{"familyName", "Hand"}, {"until", "2020-01-01"}, {"seen", seen(elsa, "users", "u1_3")}});
  EXPECT_EQ(over.status, 422);
  EXPECT_TRUE(says(over.html, "id=\"until-wrong\""));
  EXPECT_EQ(save(elsa, "users", "u1_3", {{"familyName", "Hand"}, {"until", "soon"}}).status, 422);
  ASSERT_EQ(save(elsa, "users", "u1_3", {{"familyName", "Hand"}, {"until", "2026-12-24"}}).status, 303);
  auto h = hub();
  auto const roster = runs::open_roster(h, district());
  auto row = (*roster)->prepare("SELECT last_day FROM overlay WHERE field = 'familyName' AND until IS NULL");
  ASSERT_TRUE(row->step());
  EXPECT_EQ(row->integer(0), 20261224);
}

TEST_F(ByHand, OnlyWhoHasTheLevelAtTheSchoolsOfTheRecordEditsIt) {
  auto const rita = somebody_of(Level::Reporting), there = somebody_of(Level::Enrollment, org("s2"));
  EXPECT_EQ(get(rita, at("users", "u1_3")).status, 403);
  EXPECT_FALSE(says(page(rita, at("users", "u1_3", "")), "/record/edit"));
  EXPECT_EQ(get(there, at("users", "u1_3")).status, 404);
  EXPECT_EQ(post(there, at("users", "u1_3"), {{"familyName", "Hand"}}).status, 404);
  EXPECT_EQ(get(there, at("users", "u2_3")).status, 200);
  EXPECT_EQ(get(there, at("academicSessions", "t")).status, 404) << "what all schools share";
  EXPECT_EQ(get(there, at("classes", "c1")).status, 404);
  EXPECT_EQ(get(there, at("classes", "c2")).status, 200);
  auto const moved = save(there, "users", "u2_3", {{"orgSourcedIds", "s1"}, {"seen", seen(there, "users", "u2_3")}});
  EXPECT_EQ(moved.status, 422) << "to a school that is not theirs";
  EXPECT_TRUE(says(moved.html, "id=\"orgSourcedIds-wrong\""));
  auto const saved = save(there, "users", "u2_3", {{"familyName", "Hand"}, {"seen", seen(there, "users", "u2_3")}});
  ASSERT_EQ(saved.status, 303);
  EXPECT_FALSE(says(page(there, saved.to), "/undo")) << "undo is of the whole district";
  // Of who is also elsewhere, what names the other school stays.
  ASSERT_EQ(save(somebody_of(Level::Enrollment), "users", "u2_4", {{"orgSourcedIds", "s2,s1"}}).status, 303);
  auto const both = page(there, at("users", "u2_4"));
  EXPECT_TRUE(says(both, "records of schools that are not yours"));
  EXPECT_FALSE(says(both, "s2,s1"));
  EXPECT_EQ(post(there, at("users", "u2_4"), {{"orgSourcedIds", "s2"}}).status, 303);
  EXPECT_EQ(value("users", "u2_4", "phone"), "");
  EXPECT_TRUE(says(page(somebody_of(Level::Reporting), at("users", "u2_4", ".csv")), "\"s2,s1\"")) << "it is not theirs to take away";
}

TEST_F(ByHand, DemographicsTakeTheGrantAndAreNoted) {
  EXPECT_EQ(get(somebody_of(Level::System), at("demographics", "u1_3")).status, 404);
  auto const dora = person("dora");
  ASSERT_FALSE(access::grant(operations(), dora.id, {oakfield, std::nullopt, Level::Enrollment, true}, somebody));
  auto const browser = browser_of(dora);
  EXPECT_TRUE(says(page(browser, at("demographics", "u1_3")), "id=\"birthDate\""));
  EXPECT_EQ(get(browser, at("demographics", "u1_3", "/id")).status, 404) << "their id is the person's";
  EXPECT_EQ(notes("demographics viewed"), 1u);
  EXPECT_FALSE(says(page(browser, at("demographics", "u1_3", "")), "Give it another id"));
  EXPECT_EQ(save(browser, "demographics", "u1_3", {{"birthDate", "2015-02-30"}}).status, 422);
  auto const saved = save(browser, "demographics", "u1_3", {{"birthDate", "2015-02-03"}});
  ASSERT_EQ(saved.status, 303);
  EXPECT_TRUE(says(page(browser, saved.to), "2015-02-03"));
  // Reporting of demographics and Enrollment without: each at a place of its own.
  auto const odd = person("odd");
  ASSERT_FALSE(access::grant(operations(), odd.id, {oakfield, std::nullopt, Level::Enrollment, false}, somebody));
  ASSERT_FALSE(access::grant(operations(), odd.id, {oakfield, org("s2"), Level::Reporting, true}, somebody));
  EXPECT_EQ(get(browser_of(odd), at("demographics", "u1_3")).status, 404);
  EXPECT_EQ(get(browser_of(odd), at("demographics", "u2_3")).status, 200);
}

TEST_F(ByHand, OddAddressesAndFormsAreRefusedCalmly) {
  auto const elsa = somebody_of(Level::Enrollment);
  for (auto const* const odd : {"?table=nothing&id=u1_3", "?table=users&id=nobody", "?table=users&id=u1_3'--&key=1", "?table=users"})
    EXPECT_EQ(get(elsa, in("/browse/record/edit") + odd).status, 404) << odd;
  EXPECT_EQ(save(elsa, "users", "u1_3", {{"sourcedId", "x"}, {"status", "tobedeleted"}, {"password", "x"}, {"row_key", "1"}}).status, 303)
      << "no field of the form";
  EXPECT_EQ(save(elsa, "users", "u1_3", {{"familyName", "a\nset role administrator"}}).status, 422);
  EXPECT_EQ(save(elsa, "users", "u1_3", {{"familyName", "<b>\"Hand'"}, {"seen", "99999"}}).status, 303);
  EXPECT_FALSE(says(page(elsa, at("users", "u1_3", "")), "<b>"));
  auto const page_of_another_run = page(elsa, at("users", "u1_3", "") + "&saved=1");
  EXPECT_FALSE(says(page_of_another_run, "Saved, as run 1")) << "a delivery is nobody's edit";
}

TEST_F(ByHand, IdsOfFedRecordsAreReadOnlyAndOthersAreGivenAnewWithConfusionsToldFirst) {
  auto const elsa = somebody_of(Level::Enrollment);
  auto const fed = page(elsa, at("users", "u1_3", "/id"));
  EXPECT_TRUE(says(fed, "This id comes from sis"));
  EXPECT_FALSE(says(fed, "name=\"wanted\""));
  EXPECT_EQ(save(elsa, "users", "u1_3", {{"wanted", "d-1"}}, "/id").status, 409);
  auto h = hub();
  auto const left = runs::deactivate_source(h, district(), *store::find_source(operations(), district(), "sis"));
  ASSERT_TRUE(left.ok()) << left.trouble().text;
  EXPECT_TRUE(says(page(elsa, at("users", "u1_3", "/id")), "name=\"wanted\""));
  for (auto const* const bad : {"", "a b", "ü", "u1_4"}) EXPECT_EQ(save(elsa, "users", "u1_3", {{"wanted", bad}}, "/id").status, 422) << bad;
  auto const near = save(elsa, "users", "u1_3", {{"wanted", "00U1_4"}}, "/id");
  EXPECT_EQ(near.status, 422);
  EXPECT_TRUE(says(near.html, "“u1_4”, the id of Ada4 Quill1, differs from it in case or leading zeros only.")) << near.html;
  auto const saved = save(elsa, "users", "u1_3", {{"wanted", "00U1_4"}, {"told", field(near.html, "told")}}, "/id");
  ASSERT_EQ(saved.status, 303);
  EXPECT_TRUE(says(page(elsa, saved.to), "00U1_4"));
  EXPECT_EQ(get(elsa, at("users", "u1_3", "")).status, 200) << "the old id is still found";
}

}  // namespace
}  // namespace rollbook::test
