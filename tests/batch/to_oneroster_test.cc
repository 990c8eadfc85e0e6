// Whose ids an upload corrects: thousands of people with new ids, and twins. Nobody may become somebody else.
#include "batch/to_oneroster.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <random>

#include "batch/users_form.h"
#include "csv/scan.h"

namespace rollbook::batch {
namespace {

struct Somebody {
  std::string id, new_id, first, last, email, grade, class_;
  bool is_twin = false;
};

std::string id_of(std::size_t number) { return "P" + std::to_string(100'000 + number); }

// People of one school in classes of twenty; each tenth has no address, and twins share everything but the first name: the address of their parents too.
std::vector<Somebody> people(std::size_t many, std::size_t twins, std::mt19937& random) {
  static char const* const first[] = {"Ada", "Ben", "Cleo", "Dan", "Eve", "Finn"};
  static char const* const last[] = {"Arden", "Birch", "Cole", "Dorn", "Ellis"};
  std::vector<Somebody> all;
  for (std::size_t i = 0; i < many; ++i) {
    auto const n = std::to_string(i);
    Somebody one{id_of(i), "", first[random() % 6], last[random() % 5], "", i % 2 == 0 ? "03" : "04", "c" + std::to_string(i / 20)};
    if (i % 10 != 0) one.email = "p" + n + "@family.example";
    all.push_back(one);
  }
  for (std::size_t i = 0; i < twins; ++i) {
    auto twin = all[i * (many / twins)];
    twin.id = id_of(many + i);
    twin.is_twin = all[i * (many / twins)].is_twin = true;
    if (i % 3 != 0) twin.first = twin.first == "Ada" ? "Anna" : "Ada";  // every third pair has the same name too
    all.push_back(twin);
  }
  return all;
}

Standing standing_of(std::vector<Somebody> const& all) {
  Standing standing;
  standing.schools = {"S"};
  std::map<std::string, std::uint32_t> classes;
  for (auto const& one : all) {
    auto const [at, is_new] = classes.emplace(one.class_, static_cast<std::uint32_t>(standing.classes.size()));
    if (is_new) {
      Standing::Class class_;
      class_.id = one.class_, class_.school = "S", class_.course = "x", class_.term = "t";
      standing.classes.push_back(class_);
    }
    auto const place = static_cast<std::uint32_t>(standing.enrollments.size());
    standing.enrollments.push_back({"e" + one.id, static_cast<std::uint32_t>(standing.people.size()), at->second, ""});
    Standing::Person person;
    person.id = one.id, person.role = "student", person.first_name = one.first, person.last_name = one.last, person.email = one.email, person.grade = one.grade;
    person.schools = {"S"}, person.enrollments = {place};
    standing.people.push_back(person);
  }
  return standing;
}

TEST(UploadOfNewIds, CorrectsThoseItCanBeSureOfAndNobodyElse) {
  auto const* const long_run = std::getenv("ROLLBOOK_REKEYS");  // 5000
  std::size_t const many = long_run != nullptr ? 2 * static_cast<std::size_t>(std::atoi(long_run)) : 600, twins = long_run != nullptr ? 200 : 60;
  for (unsigned seed = 1; seed <= 5; ++seed) {
    std::mt19937 random(seed);
    auto all = people(many, twins, random);
    for (std::size_t i = 0; i < all.size(); ++i)
      if (random() % 2 == 0) all[i].new_id = "N" + std::to_string(i);
    std::string text = "schoolId,userId,userRole,userFirstName,userLastName,userEmail,userGrade,classId,className\n";
    for (auto const& one : all)
      text += "S," + (one.new_id.empty() ? one.id : one.new_id) + ",student," + one.first + "," + one.last + "," + one.email + "," + one.grade + "," +
              one.class_ + ",Class " + one.class_ + "\n";
    auto const size = text.size();
    text.append(csv::padding, '\0');
    auto const view = std::string_view(text).substr(0, size);
    auto const standing = standing_of(all);
    auto file = read_users_file(view, standing.schools, {seed, 1});
    ASSERT_EQ(file.refusal, "");
    auto const translation = to_oneroster(view, file, standing, 20260901);

    std::map<std::string, Somebody const*> by_new_id;
    for (auto const& one : all)
      if (!one.new_id.empty()) by_new_id[one.new_id] = &one;
    std::size_t sure = 0;
    for (auto const& one : translation.corrections) EXPECT_EQ(by_new_id.at(one.to)->id, one.from) << "one person became another";
    for (auto const& one : all) sure += !one.new_id.empty() && !one.email.empty() && !one.is_twin;
    EXPECT_EQ(translation.corrections.size(), sure) << "whose address is theirs alone is corrected, each of them";
    // Whoever is not corrected is left out, or somebody new; never is a new row taken as an old person.
    std::map<std::string, std::string> made;
    for (auto const& [name, bytes] : translation.files)
      if (name == "users.csv")
        for (auto const& one : all)
          if (!one.new_id.empty() && bytes.find("\n" + one.id + ",") != std::string::npos) made[one.id] = one.new_id;
    EXPECT_EQ(made.size(), sure) << "rows under the id of before are those of the corrected";
  }
}

}  // namespace
}  // namespace rollbook::batch
