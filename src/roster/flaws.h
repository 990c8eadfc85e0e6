// What can be wrong with one cell, or with the place of a row. The rules give each flaw its code and its words.
#pragma once

#include <cstdint>

namespace rollbook {

enum class Flaw : std::uint8_t {
  // any cell
  Blank,
  BlankUnconfirmed,
  OnlySpaces,
  TooLong,
  ExcelError,
  CurlyQuotes,
  // status and dateLastModified
  BlankInDelta,
  FilledInBulk,
  DeletedInBulk,
  InactiveStatus,
  // ids
  IdPadded,
  IdCharacters,
  IdCharacters11,
  IdTooLong,
  IdScientific,
  LostZeros,
  // references
  Dangling,
  DanglingOptional,
  WaitsForMissing,
  DependsOnExcluded,
  OptionalOnExcluded,
  WrongTarget,
  // words and booleans
  NotAWord,
  WordCase,
  NotABoolean,
  BooleanCase,
  // dates and numbers
  DateMalformed,
  DateReformatted,
  DateImpossible,
  TimestampMalformed,
  TimestampLoose,
  YearMalformed,
  IntMalformed,
  FloatMalformed,
  ThousandsSeparator,
  // lists
  ListSpaces,
  ListEmptyItem,
  TypedIdMalformed,
  MappingMalformed,
  GradeUnknown,
  GradeLostZero,
  // people
  EmailMalformed,
  // the same id again
  DuplicateDiffers,
  DuplicateSame,
  // shape of the record
  UnclosedQuote,
  TextAfterQuote,
  StrayQuote,
  LineBreak,
  NulByte,
  InvalidUtf8,
  ControlCharacter,
  CellCount,
  LineTooLong,
  Count_,
};

// A flaw of a row of a batch. `aux` depends on the flaw: the hash of a missing id, the row of an excluded target.
struct FlawSpot {
  std::uint32_t row;
  std::uint8_t field;
  Flaw flaw;
  std::uint64_t aux;
};

inline constexpr std::uint8_t no_field = 255;

}  // namespace rollbook
