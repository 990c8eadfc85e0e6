// How long a users.csv of a million rows is looked at: 5 rows for each student, as such files are, with classes, teachers, and one row in a thousand wrong.
#include <benchmark/benchmark.h>

#include <string>

#include "batch/users_file.h"
#include "csv/scan.h"

namespace rollbook::batch {
namespace {

constexpr std::size_t rows = 1'000'000, schools = 400;

std::vector<std::string> const& school_ids() {
  static auto const all = [] {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < schools; ++i) ids.push_back("S-" + std::to_string(1000 + i));
    return ids;
  }();
  return all;
}

std::string const& file() {
  static auto const text = [] {
    std::string out =
        "schoolId,userId,userDistrictId,userStateId,userRole,userFirstName,userMiddleName,userLastName,userEmail,userGrade,classId,className,classDisplayName,"
        "classGrade,classSubject,primaryTeacher\n";
    static char const* const first[] = {"Ada", "Bela", "Cleo", "Dario", "Emil", "Frida", "Gus", "Hana"};
    static char const* const last[] = {"Arden", "Birch", "Cole", "Dorn", "Ellis", "Frost", "Gale", "Holt", "Irving"};
    for (std::size_t row = 0; row < rows; ++row) {
      auto const class_of_pupils = row / 125, place = row / 5 % 25, subject = row % 5;  // 25 who sit together have the same five classes
      auto const person = row / 5, school = class_of_pupils % schools;
      bool const teaches = place == 0;
      auto const id = std::to_string(1'000'000 + person), class_ = std::to_string(class_of_pupils * 5 + subject),
                 grade = std::to_string(class_of_pupils % 9 + 1);
      out += school_ids()[school] + ',' + (teaches ? "T" : "") + id + ",D" + id + ",90" + id + ',' + (teaches ? "teacher" : "student") + ',' +
             first[person % 8] + ",," + last[person % 9] + ',' + (teaches ? 't' : 's') + id + "@school.example," +
             (teaches           ? ""
              : row % 1000 == 7 ? "third"
                                : "0" + grade) +
             ",c" + class_ + ",Class " + class_ + ",,0" + grade + ",Mathematics," + (teaches ? "true" : "") + '\n';
    }
    return out.append(csv::padding, '\0');
  }();
  return text;
}

void users_file(benchmark::State& state) {
  auto const text = std::string_view(file()).substr(0, file().size() - csv::padding);
  std::size_t left_out = 0;
  for (auto _ : state) {
    auto const looked = read_users_file(text, school_ids(), {.seed = 1, .workers = static_cast<unsigned>(state.range(0))});
    if (looked.rows.size() != rows) state.SkipWithError("rows are missing");
    left_out = looked.left_out;
  }
  state.counters["left_out"] = static_cast<double>(left_out);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}
BENCHMARK(users_file)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

void users_errors_report(benchmark::State& state) {
  auto const text = std::string_view(file()).substr(0, file().size() - csv::padding);
  auto const looked = read_users_file(text, school_ids(), {.seed = 1, .workers = 2});
  for (auto _ : state) benchmark::DoNotOptimize(users_errors(text, looked, school_ids()).size());
}
BENCHMARK(users_errors_report)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rollbook::batch
