// Where each field of a record comes from, through a year of runs: what is told is what the deliveries themselves say, kept beside by the test.
#include <cstdlib>
#include <random>
#include <set>

#include "runs/edit.h"
#include "runs/school.h"
#include "runs/texts.h"
#include "runs/trace.h"

namespace rollbook::test {
namespace {

// Who said a value: a source in a line of the delivery of a run, or a person.
struct Said {
  std::string value, source;
  std::int64_t run = 0;
  std::uint64_t line = 0;
};
using Fields = std::map<std::string, Said>;
struct Claim {
  int since = 0;  // whoever claimed a record first counts
  Fields fields;
};

using Record = std::pair<std::string, std::string>;  // table, id as it is delivered

// What the year comes to, by nothing but what was delivered and done, in order.
struct Book {
  std::map<std::string, std::map<Record, Claim>> said;  // by source
  std::map<Record, Fields> edits;
  std::map<std::string, std::string> names;  // the ids that people have now, by the ids that are delivered
  std::map<std::string, std::set<Record>> kept;  // by source: whose removal was taken back; they stay while the source goes on leaving them out
};

class Origins : public Runs {
 protected:
  void SetUp() override {
    Runs::SetUp();
    if (IsSkipped()) return;
    add_source("sis", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"threshold.floor", "1000"}});
    add_source("hr", {{"live", "yes"}, {"apply-by-itself", "yes"}, {"threshold.floor", "1000"}});
  }

  static std::map<std::string, std::string> person(std::string const& id, std::string const& role, std::string const& org, std::string const& given) {
    return {{"sourcedId", id}, {"enabledUser", "true"}, {"orgSourcedIds", org},  {"role", role},
            {"username", id},  {"givenName", given},    {"familyName", "Quill"}, {"identifier", "I" + id}};
  }

  // The records of a delivery as its files say them.
  void take(std::string const& source, DeliveryOf const& delivery, runs::Answer const& answer) {
    ++steps_;
    auto& mine = book_.said[source];
    std::map<Record, Claim> now;
    for (auto const& [file, text] : delivery.files()) {
      if (file == "manifest.csv") continue;
      auto const sheet = Sheet::of(text);
      for (std::size_t n = 0; n < sheet.rows.size(); ++n) {
        auto const& row = sheet.rows[n];
        Record const record{file.substr(0, file.find('.')), row[0]};
        auto const before = mine.find(record);
        auto& claim = now[record];
        if (before != mine.end()) claim = before->second;
        else claim.since = steps_;
        for (std::size_t i = 3; i < sheet.header.size(); ++i) {
          auto& field = claim.fields[sheet.header[i]];
          if (before != mine.end() && field.value == row[i]) continue;
          field = {row[i], source, *answer.run, n + 2};  // below the header
          touched_.insert(record);
        }
      }
    }
    auto& kept = book_.kept[source];
    for (auto record = kept.begin(); record != kept.end();)
      if (now.emplace(*record, mine.at(*record)).second) ++record;
      else record = kept.erase(record);
    mine = std::move(now);
  }

  // As a record shows it: who was given another id is called by that.
  std::string called(Table const& table, std::string const& field, std::string const& value) const {
    if (field.starts_with("metadata.")) return value;
    auto const name = book_.names.find(value);
    return name != book_.names.end() && table.fields[field_index(table, field)].refers_to == TableId::Users ? name->second : value;
  }

  // Of all records that are in the book, or of those that something was said of since the last look; the number of fields.
  std::size_t compare(std::string const& when, bool all) {
    std::map<Record, Claim const*> in_force;
    for (auto const& [source, records] : book_.said)
      for (auto const& [record, claim] : records) {
        auto& best = in_force[record];
        if (best == nullptr || claim.since < best->since) best = &claim;
      }
    std::size_t compared = 0;
    for (auto const& [record, claim] : in_force)
      if (all || touched_.count(record) > 0) compared += compare(when, record, *claim);
    touched_.clear();
    return compared;
  }

  std::size_t compare(std::string const& when, Record const& of, Claim const& claim) {
    auto h = hub();
    auto const& table = *table_by_name(of.first);
    auto const named = table.id == TableId::Users ? book_.names.find(of.second) : book_.names.end();
    auto const record = runs::trace(h, district_, of.first, named == book_.names.end() ? of.second : named->second, {});
    EXPECT_TRUE(record.ok()) << when << " " << of.first << " " << of.second;
    if (!record) return 0;
    EXPECT_TRUE(record->lives) << when << " " << of.first << " " << of.second;
    std::size_t compared = 0;
    auto const edits = book_.edits.find(of);
    auto fields = record->fields;
    fields.insert(fields.end(), record->metadata.begin(), record->metadata.end());
    for (auto const& field : fields) {
      auto const edited = edits != book_.edits.end() && edits->second.count(field.name) > 0;
      auto const at = claim.fields.find(field.name);
      if (!edited && at == claim.fields.end()) continue;  // a column that no delivery has
      auto const& said = edited ? edits->second.at(field.name) : at->second;
      auto const where = when + ": " + field.name + " of " + of.first + " " + of.second;
      EXPECT_EQ(field.value, called(table, field.name, said.value)) << where;
      if (said.value.empty()) continue;
      EXPECT_TRUE(field.origin) << where;
      if (!field.origin) continue;
      EXPECT_EQ(field.origin->value, field.value) << where;
      EXPECT_EQ(field.origin->source, said.source) << where;
      EXPECT_EQ(field.origin->first_run, said.run) << where;
      EXPECT_EQ(field.origin->line.value_or(0), said.line) << where;
      EXPECT_EQ(field.origin->file, said.source.empty() ? "" : of.first + ".csv") << where;
      ++compared;
      ++of_table_[field.name.starts_with("metadata.") ? "metadata" : of.first];
    }
    return compared;
  }

  // Something of every table.
  static void change(DeliveryOf& roster, std::mt19937& random, std::string const& fresh) {
    for (int i = 0; i < 3; ++i) {
      auto const school = std::to_string(1 + random() % 2), n = school + "_" + std::to_string(1 + random() % 8), value = fresh + std::to_string(i);
      switch (random() % 9) {
        case 0:
          roster.drop("users", "u" + n).drop("enrollments", "e" + n).drop("demographics", "u" + n);
          break;
        case 1:
        case 2:
          roster.put("users", person("u" + n, "student", "s" + school, "Name" + value));
          if (random() % 2 == 0) roster.put("users", {{"sourcedId", "u" + n}, {"metadata.bus", "Bus " + value}});
          roster.put("demographics", {{"sourcedId", "u" + n}, {"cityOfBirth", "City" + value}});
          roster.put(
              "enrollments",
              {{"sourcedId", "e" + n}, {"classSourcedId", "c" + school}, {"schoolSourcedId", "s" + school}, {"userSourcedId", "u" + n}, {"role", "student"}});
          break;
        case 3:
          roster.put("classes", {{"sourcedId", "c" + school}, {"title", "Class " + value}});
          break;
        case 4:
          roster.put("orgs", {{"sourcedId", "s" + school}, {"name", "School " + value}});
          break;
        case 5:
          roster.put("courses", {{"sourcedId", "c"}, {"title", "Course " + value}});
          break;
        case 6:
          roster.put("academicSessions", {{"sourcedId", "t"}, {"title", "Term " + value}});
          break;
        case 7:
          roster.put("enrollments", {{"sourcedId", "e" + school + "_p"}, {"beginDate", "2026-09-" + std::to_string(10 + random() % 20)}});
          break;
        default:
          roster.put("classes", {{"sourcedId", "c" + school}, {"location", "Room " + value}});
      }
    }
    roster.put("users", {{"sourcedId", "p1"}, {"email", "p" + fresh + "@sis.example"}});
  }

  // Night after night, by months of 28 days.
  static std::int32_t night(int n) {
    auto const month = 8 + n / 28;
    return (2026 + month / 12) * 10000 + (1 + month % 12) * 100 + 1 + n % 28;
  }

  std::set<Record> touched_;
  std::map<std::string, std::size_t> of_table_;
  Book book_;
  int steps_ = 0;
};

TEST_P(Origins, OfEveryFieldAreThoseOfTheDeliveriesOfAYear) {
  std::mt19937 random(20260901);
  auto roster = two_schools(8);
  take("sis", roster, sync(roster));
  std::size_t compared = 0;
  int edits = 0, undone = 0, shared = 0, rekeyed = 0;
  auto const* const wanted = std::getenv("ROLLBOOK_NIGHTS");
  int const nights = wanted != nullptr ? std::atoi(wanted) : GetParam() == "SQLite" ? 200 : 40;
  for (int n = 0; n < nights && !HasFailure(); ++n) {
    today = night(n);
    auto const fresh = std::to_string(n) + "-";  // what was rejected is not said again
    auto const before = book_;
    auto const roster_before = roster;
    auto h = hub();
    std::optional<runs::Answer> did;
    std::string what;
    switch (random() % 6) {
      case 0:
      case 1: {
        change(roster, random, fresh);
        did = sync(roster);
        what = "sis";
        if (did->is_applied()) take("sis", roster, *did);
        break;
      }
      case 2: {
        DeliveryOf staff;  // people that the student system knows too, and others
        for (auto const* const id : {"h1", "h2", "u1_3", "u2_4"}) {
          if (random() % 3 == 0) continue;
          auto cells = person(id, *id == 'h' ? "aide" : "student", "s1", "Staff" + fresh);
          cells["phone"] = fresh + "555";
          staff.put("users", cells);
        }
        staff.put("users", person("h9", "aide", "s2", "Always" + fresh));
        did = sync(staff, "hr");
        what = "hr";
        ++shared;
        if (did->is_applied()) take("hr", staff, *did);
        break;
      }
      case 3: {
        auto const id = "p" + std::to_string(1 + random() % 2);
        auto const value = "By hand " + std::to_string(n);
        auto const name = book_.names.count(id) > 0 ? book_.names[id] : id;
        auto const edited = runs::edit(h, district_, {"users", name, {{"middleName", value}}, ""});
        ASSERT_TRUE(edited.ok()) << edited.trouble().text;
        did = *edited;
        what = "edit";
        ++edits;
        book_.edits[{"users", id}]["middleName"] = {value, "", *did->run, 0};
        break;
      }
      case 4: {
        auto const name = book_.names.count("p2") > 0 ? book_.names["p2"] : "p2";
        auto const again = runs::rekey(h, district_, "users", name, "teacher-" + std::to_string(n));
        ASSERT_TRUE(again.ok()) << again.trouble().text;
        did = *again;
        what = "rekey";
        ++rekeyed;
        book_.names["p2"] = "teacher-" + std::to_string(n);
        break;
      }
      default:
        continue;
    }
    auto const when = "night " + std::to_string(n) + " " + what + " " + did->outcome;
    compared += compare(when, n % 12 == 0);
    if (!did->is_applied() || random() % 3 != 0) continue;
    // It is taken back, and the source agrees: what was said before is what was said then, where it was said then.
    auto const back = undo(*did->run);
    ASSERT_TRUE(back.is_applied()) << when;
    ++undone;
    auto const rejected = std::exchange(book_, before);
    for (auto const& [source, records] : book_.said) {
      auto& kept = book_.kept[source];
      // What it had brought again it has said again, also when that is taken back: if it leaves that out once more, it means it.
      std::erase_if(kept, [&](Record const& record) { return rejected.kept.at(source).count(record) == 0; });
      for (auto const& [record, claim] : records)
        if (rejected.said.at(source).count(record) == 0) kept.insert(record);
    }
    roster = roster_before;
    compared += compare(when + ", undone", true);
    if (random() % 2 == 0) continue;
    auto const after = undo(*back.run);  // and that is taken back too
    ASSERT_TRUE(after.is_applied()) << when;
    auto const last = undo(*after.run);
    ASSERT_TRUE(last.is_applied()) << when;
    compared += compare(when + ", undone, done again and undone", true);
  }
  EXPECT_GT(compared, nights * 50u);
  for (auto const* const table : {"orgs", "academicSessions", "courses", "classes", "users", "enrollments", "demographics"})
    EXPECT_GT(of_table_[table], 50u) << table;
  EXPECT_GT(edits, 0);
  EXPECT_GT(undone, 2);
  EXPECT_GT(shared, 1);
  EXPECT_GT(rekeyed, 0);
}

INSTANTIATE_TEST_SUITE_P(, Origins, both_databases(), name_of_database);

}  // namespace
}  // namespace rollbook::test
