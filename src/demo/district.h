// Who and what there is, before any text: schools, how many sit in each grade, which records the night changed.
// Nothing is stored per student; a million of them is arithmetic over the schools.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "demo/make_district.h"
#include "demo/random.h"
#include "demo/writer.h"

namespace rollbook::demo {

// What a hash is about. Values enter the hashes: append, never renumber.
enum class Kind : std::uint64_t { Org = 1, Session, Course, Class, User, Enrollment, Role, Demographics, Name, Layout };

enum class Level { Elementary, Middle, High };

// Grades are 0 for kindergarten to 12.
inline constexpr int grade_count = 13;
struct Grades {
  int first, last;
  int count() const { return last - first + 1; }
};
constexpr Grades grades_of(Level level) { return level == Level::Elementary ? Grades{0, 5} : level == Level::Middle ? Grades{6, 8} : Grades{9, 12}; }

struct School {
  std::uint32_t index;  // among all schools; the district itself is org 0, this one is org index + 1
  Level level;
  std::uint32_t students, teachers;
  std::uint64_t first_student;  // slots: see PersonNumber
  std::uint64_t first_staff;
  std::uint64_t first_class;
  std::optional<std::uint32_t> sister;  // a school of the same level, where some people are too

  static constexpr std::uint32_t administrators = 2;

  std::uint32_t students_before(int grade) const {
    auto const g = grades_of(level);
    return static_cast<std::uint32_t>(std::uint64_t{students} * static_cast<unsigned>(grade - g.first) / static_cast<unsigned>(g.count()));
  }
  std::uint32_t students_in(int grade) const { return students_before(grade + 1) - students_before(grade); }
};

// A person's number is 4 * slot + variant. A slot is a chair: the newcomer of the night sits on the same chair as the
// one who was there, next to them or instead of them, so classes and counts need no second plan.
enum class Variant : std::uint64_t { Resident, Newcomer, GuardianOfResident, GuardianOfNewcomer };
using PersonNumber = std::uint64_t;
constexpr PersonNumber person(std::uint64_t slot, Variant variant) { return slot * 4 + static_cast<std::uint64_t>(variant); }

// What the night did to one record.
struct Fate {
  bool updated = false, gone = false;
  bool newcomer = false;  // a new record stands beside this one, whatever happened to it
};

// Shares of the churn, chosen so that each table changes by about P per cent: an enrollment also goes with its student
// or its class, therefore fewer of those are touched for themselves.
struct ChurnShare {
  double updated, gone, fresh;
};
inline constexpr ChurnShare people_churn{.updated = 0.6, .gone = 0.2, .fresh = 0.2};
inline constexpr ChurnShare class_churn{.updated = 0.7, .gone = 0.1, .fresh = 0.0};  // who goes is opened anew
inline constexpr ChurnShare enrollment_churn{.updated = 0.5, .gone = 0.0, .fresh = 0.0};

class District {
 public:
  explicit District(DistrictPlan const& plan);

  std::span<School const> schools() const { return schools_; }
  std::uint64_t students() const { return students_; }
  std::uint64_t first_office_staff() const { return first_office_staff_; }
  std::uint32_t office_staff() const { return office_staff_; }
  bool is_1_2() const { return is_1_2_; }

  std::uint64_t seed(Kind kind) const { return seeds_[static_cast<std::size_t>(kind)]; }
  Draws about(Kind kind, std::uint64_t number) const { return Draws(hash(seed(kind), number)); }

  Id id(Kind kind, std::uint64_t number) const {
    auto const high = hash(seed(kind), number);
    return {high, mix(high ^ seed(Kind::Layout))};
  }
  // For records that are a pair of others. Two independent halves, because a hash of a pair is no longer one-to-one.
  Id id(Kind kind, std::uint64_t one, std::uint64_t other) const {
    auto const base = hash(seed(kind), one);
    return {hash(base, other), hash(mix(~base), other)};
  }
  Id org_id(std::uint64_t org) const { return id(Kind::Org, org); }
  Id org_id(School const& school) const { return org_id(school.index + 1); }

  Fate fate(Kind kind, std::uint64_t number, ChurnShare const& share) const {
    if (churn_ == 0) return {};
    auto const h = hash(night_, hash(seed(kind), number));
    auto const chance = static_cast<double>(h >> 32) / 4294967296.0;
    auto const other = static_cast<double>(h & 0xFFFFFFFFu) / 4294967296.0;
    auto const updated = chance < churn_ * share.updated;
    return {updated, !updated && chance < churn_ * (share.updated + share.gone), other < churn_ * share.fresh};
  }

  // The people on a student's chair tonight: none, one or two.
  struct Sitting {
    std::array<PersonNumber, 2> who;
    std::uint32_t count;
    bool first_updated;
  };
  Sitting students_on(std::uint64_t slot) const {
    auto const f = fate(Kind::User, slot, people_churn);
    Sitting s{{}, 0, f.updated};
    if (!f.gone) s.who[s.count++] = person(slot, Variant::Resident);
    if (f.newcomer) s.who[s.count++] = person(slot, Variant::Newcomer);
    return s;
  }
  // A member of staff who leaves is replaced: a class always has its teacher.
  PersonNumber staff_on(std::uint64_t slot) const { return person(slot, fate(Kind::User, slot, people_churn).gone ? Variant::Newcomer : Variant::Resident); }

 private:
  void build_level(Level level, std::uint64_t first_student, std::uint64_t students, std::uint32_t usual_size);

  std::array<std::uint64_t, 16> seeds_{};
  std::uint64_t night_ = 0;
  double churn_ = 0;  // 0 to 1
  bool is_1_2_ = false;
  std::uint64_t students_ = 0;
  std::uint64_t first_office_staff_ = 0;
  std::uint32_t office_staff_ = 0;
  std::vector<School> schools_;
};

// The files, in the order they are written. Each is one function over the district.
void write_manifest(District const&, FileSink&);
void write_orgs(District const&, FileSink&);
void write_sessions(District const&, FileSink&);
void write_courses(District const&, FileSink&);
void write_classes(District const&, FileSink&);
void write_users(District const&, FileSink&);
void write_roles(District const&, FileSink&);
void write_demographics(District const&, FileSink&);
void write_enrollments(District const&, FileSink&);

// academicSessions.csv, by number.
enum class Session : std::uint64_t { Year, Fall, Spring };
inline Id session_id(District const& d, Session s) { return d.id(Kind::Session, static_cast<std::uint64_t>(s)); }

}  // namespace rollbook::demo
