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
  GradeWithoutZero,
  LikeSocialSecurityNumber,
  Repeated,
  EmailOfAnother,
  AlmostTheSameId,
  LargeClass,
  Count_,
};

struct Remark {
  std::uint32_t row = 0;
  What what = What::Count_;
  std::uint8_t column = 0;  // of the form
  std::uint32_t other = 0;  // line of another row, or a number
  friend auto operator<=>(Remark const&, Remark const&) = default;
};

bool is_error(What what);

// Beginning with "ERROR:" or "WARNING:", ending with what to do. `near` is the nearest right word, "" for none.
std::string words_of(Remark const& remark, Form const& form, std::string_view near);

}  // namespace rollbook::batch
