#include "demo/make_district.h"

#include <algorithm>

#include "demo/classes.h"
#include "demo/district.h"

namespace rollbook {

void make_district(DistrictPlan const& plan, FileSink& sink) {
  demo::District const district(plan);
  demo::write_manifest(district, sink);
  demo::write_orgs(district, sink);
  demo::write_sessions(district, sink);
  demo::write_courses(district, sink);
  demo::write_classes(district, sink);
  demo::write_users(district, sink);
  if (district.is_1_2()) demo::write_roles(district, sink);
  demo::write_demographics(district, sink);
  demo::write_enrollments(district, sink);
}

namespace demo {

District::District(DistrictPlan const& plan)
    : churn_(std::clamp(plan.churn_percent, 0.0, 100.0) / 100), is_1_2_(plan.oneroster == "1.2"), students_(std::max<std::uint64_t>(plan.students, 1)) {
  for (std::uint64_t kind = 0; kind < seeds_.size(); ++kind) seeds_[kind] = hash(mix(plan.seed), kind);
  night_ = hash(mix(plan.seed), 1'000'003);

  auto const middle = students_ - students_ * 7 / grade_count, high = students_ - students_ * 4 / grade_count;
  build_level(Level::Elementary, 0, middle, 560);
  build_level(Level::Middle, middle, high - middle, 620);
  build_level(Level::High, high, students_ - high, 660);

  // Slots of staff follow those of the students; classes are numbered school by school.
  auto slot = students_;
  std::uint64_t first_class = 0;
  for (auto& school : schools_) {
    school.first_staff = slot;
    slot += School::administrators + school.teachers;
    school.first_class = first_class;
    first_class += class_count(school);
  }
  first_office_staff_ = slot;
  office_staff_ = 2 + static_cast<std::uint32_t>(schools_.size() / 20);
}

void District::build_level(Level level, std::uint64_t first_student, std::uint64_t students, std::uint32_t usual_size) {
  if (students == 0) return;
  auto const count = std::max<std::uint64_t>(1, (students + usual_size / 2) / usual_size);
  auto const first = static_cast<std::uint32_t>(schools_.size());
  // Schools are not all of one size: each border between two moves by up to a twelfth of a school.
  auto const border = [&](std::uint64_t i) {
    if (i == 0 || i == count) return students * i / count;
    auto const wobble = students / count / 12;
    auto draws = about(Kind::Layout, first + i);
    return students * i / count + wobble - draws.below(static_cast<std::uint32_t>(2 * wobble + 1));
  };
  for (std::uint64_t i = 0; i < count; ++i) {
    auto const from = border(i), n = border(i + 1) - from;
    auto const index = first + static_cast<std::uint32_t>(i);
    School school{};
    school.index = index;
    school.level = level;
    school.students = static_cast<std::uint32_t>(n);
    school.teachers = std::max(1u, static_cast<std::uint32_t>((n + 7) / 15));
    school.first_student = first_student + from;
    if (count > 1) school.sister = i + 1 < count ? index + 1 : first;
    schools_.push_back(school);
  }
}

}  // namespace demo
}  // namespace rollbook
