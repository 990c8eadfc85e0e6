// What is said of a row of an uploaded flat file: an error leaves the row out, a warning does not. Kept as numbers, told in words when somebody looks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "batch/form.h"

namespace rollbook::batch {

enum class What : std::uint8_t {
  Unreadable,
  UnknownWord,
  Blank,
  BlankThough,
  NotAnId,
  ShortenedNumber,
  UnknownSchool,
  NotAnEmail,
  PrimaryOfNoTeacher,
  ActionWithoutClass,
  PersonDiffers,
  ClassDiffers,
  PrimaryDiffers,
  JoinsAndLeaves,
  PersonActionsDiffer,
  JoinsAnEndingClass,
  NotADate,
  NotALanguage,
  // said by the roster
  UnknownPerson,
  FedPerson,
  FedClass,
  FedStudents,
  LostZeros,
  EmailOfSomebodyElse,
  EmailOfSeveral,
  LikeAnother,
  LikeSeveral,
  IdHasChanged,
  FormerId,
  ArchivedByUsers,
  // warnings
  GradeWithoutZero,
  LikeSocialSecurityNumber,
  Repeated,
  EmailOfAnother,
  AlmostTheSameId,
  LargeClass,
  UnusualCode,
  AlmostAnothersId,
  NotInTheClass,
  NoSuchClass,
  Count_,
};

struct Remark {
  std::uint32_t row = 0;
  What what = What::Count_;
  std::uint8_t column = 0;  // of the form
  std::uint32_t other = 0;  // line of another row, or a number; of what the roster says, which of the file's names
  friend auto operator<=>(Remark const&, Remark const&) = default;
};

bool is_error(What what);
bool is_said_by_roster(What what);  // its `other` is a place in UsersFile::names

// Beginning with "ERROR:" or "WARNING:", ending with what to do. `near` is the nearest right word, "" for none; of what the roster
// says, the name that belongs there.
std::string words_of(Remark const& remark, Form const& form, std::string_view near);

}  // namespace rollbook::batch
