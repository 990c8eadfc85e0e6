// Whatever a policy says, what comes out is a delivery that receivers take, with the columns of the policy and no others.
#include <algorithm>
#include <random>
#include <set>

#include "base/text.h"
#include "demo/inject.h"
#include "demo/make_district.h"
#include "demo/oneroster_facts.h"
#include "rules/in_memory.h"
#include "runs/hand_on.h"
#include "runs/many_schools.h"

namespace rollbook::test {
namespace {

using Changes = store::ReceiverChanges;
using Profiles = std::vector<std::string>;

// Policies out of a number: the same number makes the same one.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  std::size_t below(std::size_t n) { return random_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class List>
  auto const& of(List const& list) {
    return list[below(std::size(list))];
  }

 private:
  std::mt19937_64 random_;
};

// What of a district can be named in a policy.
struct Named {
  std::vector<std::string> schools, sessions, roles{"student", "teacher"}, grades;
};

// One of them, or several.
std::string some_of(Dice& dice, std::vector<std::string> const& all) {
  std::vector<std::string> some;
  do
    if (auto const& one = dice.of(all); std::find(some.begin(), some.end(), one) == some.end()) some.push_back(one);
  while (dice.one_in(2));
  return joined_by_commas(some);
}

Changes random_policy(Dice& dice, store::ReceiverKind const& kind, Named const& named) {
  Changes all;
  if (!kind.flat && dice.one_in(2)) {
    std::vector<std::string> tables{"orgs", "users"};
    for (auto const* table : all_tables)
      if (is_in(table->in, kind.version) && table->id != TableId::Orgs && table->id != TableId::Users && !dice.one_in(4)) tables.emplace_back(table->name);
    all.emplace_back("tables", joined_by_commas(tables));
  }
  std::vector<std::string> attributes;
  for (auto const* table : all_tables)
    for (std::size_t f = 0; f < table->fields.size(); ++f)
      if (auto const can = store::possible(kind, *table, f); !can.empty() && dice.one_in(3))
        attributes.push_back(std::string(table->name) + "." + std::string(table->fields[f].name) + "=" + std::string(store::name_of(dice.of(can))));
  all.emplace_back("attributes", joined_by_commas(attributes));
  if (dice.one_in(2)) all.emplace_back("others", "as-is");
  if (dice.one_in(3)) all.emplace_back("schools", some_of(dice, named.schools));
  if (dice.one_in(3)) all.emplace_back("roles", some_of(dice, named.roles));
  if (dice.one_in(4)) all.emplace_back("grades", some_of(dice, named.grades));
  if (dice.one_in(4)) all.emplace_back("sessions", some_of(dice, named.sessions));
  if (dice.one_in(3)) all.emplace_back("active-only", "yes");
  if (dice.one_in(4)) all.emplace_back("require", "users.email");
  if (dice.one_in(4)) all.emplace_back("unique", "users.username");
  if (dice.one_in(3)) all.emplace_back("left-out-columns", "blank");
  if (dice.one_in(3)) all.emplace_back("empty-files", "header-only");
  return all;
}

class AnyPolicy : public Runs {
 protected:
  // A district of its own, with a source.
  void begin_district(std::uint64_t n) {
    store::Actor const anna{"anna", "2026-09-01T00:00:00Z"};
    auto const added = store::add_district(home_->operations(), "Oak " + std::to_string(n), "UTC", anna);
    ASSERT_TRUE(added.ok());
    district_ = *added;
    also_drop("home_district_" + std::to_string(district_.id));
    add_source();
    set("sis", {{"threshold.floor", "100000"}});
    in_roster_.clear();
  }
  // Files and the policy that they follow.
  Files shared(store::Receiver const& receiver) {
    auto h = hub();
    auto const queued = runs::queue_hand_on(h, district_, receiver);
    auto const made = runs::make_next(h, district_);
    EXPECT_TRUE(queued.ok() && made.ok() && *made);
    EXPECT_EQ((*made)->why, "");
    auto const options = runs::options_of(h, district_, **made);
    MemorySink sink;
    EXPECT_TRUE(options.ok() && runs::export_roster(h, district_, *options, sink).ok());
    return sink.files;
  }
  // Cells may hold line breaks and quotes.
  static std::vector<std::vector<std::string>> rows_of(std::string const& file) {
    std::vector<std::vector<std::string>> rows;
    bool quoted = false, begun = false;
    for (std::size_t i = 0; i < file.size(); ++i) {
      if (!begun) rows.push_back({""}), begun = true;
      auto const c = file[i];
      if (c == '"' && quoted && i + 1 < file.size() && file[i + 1] == '"') rows.back().back() += file[i++];
      else if (c == '"') quoted = !quoted;
      else if (c == ',' && !quoted) rows.back().emplace_back();
      else if (c == '\n' && !quoted) begun = false;
      else rows.back().back() += c;
    }
    return rows;
  }

  // Makes such policies for two receivers each, and looks at what they get. How many could be made.
  int expect_policies_followed(std::uint64_t first, std::uint64_t last, Named const& named, Profiles const& profiles) {
    int made = 0;
    for (auto seed = first; seed <= last; ++seed) {
      Dice dice(seed);
      auto const& kind = dice.of(store::receiver_kinds());
      auto changes = random_policy(dice, kind, named);
      changes.emplace_back("profile", dice.of(profiles));
      std::string shown(kind.name);
      for (auto const& [name, value] : changes) shown += " " + name + "=" + value;
      SCOPED_TRACE(shown);
      store::Actor const anna{"anna", "2026-09-01T00:00:00Z"};
      auto const add = [&](std::string const& name) {
        return store::add_receiver(home_->operations(), district_, name + " " + std::to_string(seed), std::string(kind.name), changes, anna);
      };
      auto const one = add("one");
      if (!one.ok()) continue;  // tables that need others, profiles that want other columns
      auto const other = add("other");
      ++made;
      expect_followed(*store::policy_of(one->kind, one->settings), shared(*one), shared(*other), changes.back().second);
    }
    return made;
  }

  void expect_followed(store::Policy const& policy, Files const& files, Files const& theirs, std::string const& profile) {
    if (!policy.flat && files.count("users.csv") > 0) {
      auto options = options_of(profile);
      options.zipped = true;  // as they are handed on
      auto const report = checked(files, options);
      EXPECT_NE(report.verdict, Verdict::Refused) << json_of(report).substr(0, 2000);
      EXPECT_EQ(report.counts.error, 0u) << json_of(report).substr(0, 2000);
    }
    std::set<std::string> our_words, their_words, same_as_here;  // pseudonyms, of all columns; and what stands in the roster in their place
    for (auto const* table : all_tables) {
      auto const file = files.find(std::string(table->name) + ".csv");
      if (file == files.end()) continue;
      EXPECT_TRUE(policy.has(table->id)) << table->name;
      EXPECT_TRUE(!policy.flat || table->id == TableId::Users) << table->name;
      std::vector<std::string> wanted;
      for (auto const field : policy.columns(*table)) wanted.emplace_back(table->fields[field].name);
      if (table->id == TableId::Demographics && policy.has_age_band()) wanted.emplace_back("metadata.ageBand");
      auto const rows = rows_of(file->second), others = rows_of(theirs.at(file->first));
      ASSERT_EQ(rows[0], wanted) << table->name;
      ASSERT_EQ(rows.size(), others.size());
      for (std::size_t i = 1; i < rows.size(); ++i) ASSERT_EQ(std::pair(rows[i].size(), others[i].size()), std::pair(wanted.size(), wanted.size()));
      for (std::size_t c = 0; c < wanted.size(); ++c) {
        auto const field = field_index(*table, wanted[c]);
        if (field == npos) continue;
        auto const as = policy.of(table->id, field);
        for (std::size_t i = 1; i < rows.size(); ++i) {
          if (as == store::Treatment::LeftOut || as == store::Treatment::AgeBand) {
            EXPECT_EQ(rows[i][c], "") << table->name << "." << wanted[c];
          }
          if (as != store::Treatment::Pseudonym) continue;
          our_words.insert(rows[i][c]), their_words.insert(others[i][c]);
          if (in_roster_.count(rows[i][c]) > 0) same_as_here.insert(rows[i][c]);
        }
      }
    }
    if (policy.flat) {
      EXPECT_EQ(files.count("users.csv"), files.size() - files.count("manifest.csv"));
    }
    our_words.erase(""), their_words.erase(""), same_as_here.erase("");
    std::vector<std::string> both;
    std::set_intersection(our_words.begin(), our_words.end(), their_words.begin(), their_words.end(), std::back_inserter(both));
    EXPECT_TRUE(both.empty()) << both.size() << " words that both have, " << both[0];
    EXPECT_TRUE(same_as_here.empty()) << *same_as_here.begin();
  }

  std::set<std::string> in_roster_;  // every cell
};
INSTANTIATE_TEST_SUITE_P(, AnyPolicy, both_databases(), name_of_database);

TEST_P(AnyPolicy, GivesFilesThatAreTakenWithItsColumnsAlone) {
  add_source();
  auto d = with_grades(two_schools(3));
  d.put("users", {{"sourcedId", "u1_1"}, {"grades", "03"}, {"email", "u1_1@example.org"}});
  d.put("users", {{"sourcedId", "u1_3"}, {"grades", "05"}, {"email", "u1_3@example.org"}, {"enabledUser", "false"}});
  ASSERT_EQ(sync(d).outcome, "applied");
  EXPECT_GT(expect_policies_followed(1, 60, {{"s1", "s2"}, {"t1"}, {"student", "teacher"}, {"03", "05"}}, {"oneroster"}), 30) << "most of them can be";
}

// Districts as they are made up, in both versions, whole and damaged in each way that is known: what is wrong there stays out of the roster, or is a warning.
TEST_P(AnyPolicy, OfAnyDistrictGivesWhatTheProfileOfTheReceiverTakes) {
  add_source();
  int made = 0;
  for (std::uint64_t n = 1; n <= 6; ++n) {
    MemorySink sink;
    make_district({20 + 7 * n, n, 0, n % 2 == 0 ? "1.2" : "1.1"}, sink);
    if (n > 3) inject_defects(sink.files, 60, n, oneroster_facts());
    SCOPED_TRACE("district " + std::to_string(n));
    begin_district(n);
    auto answer = sync(sink.files);
    if (answer.outcome == "held") answer = approve(answer.run.value_or(0));
    ASSERT_TRUE(answer.is_applied()) << answer.outcome;
    Named named;
    for (auto const& [file, text] : exported()) {
      auto const rows = rows_of(text);
      auto const column = [&](std::string const& name) { return static_cast<std::size_t>(std::find(rows[0].begin(), rows[0].end(), name) - rows[0].begin()); };
      for (std::size_t i = 1; i < rows.size(); ++i) {
        if (file != "manifest.csv") in_roster_.insert(rows[i].begin(), rows[i].end());
        if (file == "orgs.csv" && rows[i][column("type")] == "school") named.schools.push_back(rows[i][0]);
        if (file == "academicSessions.csv") named.sessions.push_back(rows[i][0]);
        if (file == "users.csv" && !rows[i][column("grades")].empty()) named.grades.push_back(rows[i][column("grades")].substr(0, 2));
      }
    }
    // LearnPlatform wants a district above each school: where there is none, an export cannot make one up.
    auto const profiles = n <= 3 ? Profiles{"oneroster", "oneroster-strict", "learnplatform", "amplify"} : Profiles{"oneroster", "amplify"};
    made += expect_policies_followed(1000 * n, 1000 * n + 15, named, profiles);
  }
  EXPECT_GT(made, 30);
}

}  // namespace
}  // namespace rollbook::test
