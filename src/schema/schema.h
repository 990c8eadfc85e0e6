// OneRoster as data: what a table, a field and a vocabulary are. Everything that knows a column derives from these declarations.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace rollbook {

// Versions of OneRoster that Rollbook reads and writes. Documents 1.1.1 and 1.2.1 still write "1.1" and "1.2".
enum class Version : std::uint8_t { V11, V12 };

constexpr std::string_view name_of(Version version) { return version == Version::V11 ? "1.1" : "1.2"; }

enum class In : std::uint8_t { Both, Only11, Only12 };

constexpr bool is_in(In in, Version version) { return in == In::Both || (in == In::Only11) == (version == Version::V11); }

enum class Type : std::uint8_t {
  Guid,     // the row's own sourcedId
  Ref,      // sourcedId of a row elsewhere
  RefList,  // several of them, joined by commas
  String,
  StringList,
  Enum,
  EnumList,
  TypedIds,  // {type:identifier},{type:identifier}
  Mapping,   // {left:right},{left:right}
  Boolean,
  Date,      // YYYY-MM-DD
  DateTime,  // YYYY-MM-DDTHH:MM:SS.sssZ
  Year,      // the year in which the school year ends
  Int,
  Float,
};

enum class Need : std::uint8_t {
  Optional,
  Required,
  DeltaOnly,     // filled in every row of a delta file, blank in every row of a bulk file
  RequiredIn11,  // required in 1.1, optional in 1.2
};

constexpr bool is_required(Need need, Version version) { return need == Need::Required || (need == Need::RequiredIn11 && version == Version::V11); }

// Who may see a field: names and the like; ids that point to a person; secrets that are never shown anywhere.
enum class Privacy : std::uint8_t { Public, Personal, Identifier, Secret };

// The words a cell may hold. Order is the specification's; a word's place in `words` is its code in memory.
struct Vocabulary {
  std::string_view name;
  std::span<std::string_view const> words;
  std::uint32_t not_in_11 = 0;    // bit i: words[i] is new in 1.2
  std::uint32_t not_in_12 = 0;    // bit i: words[i] is gone in 1.2
  bool extensible_in_12 = false;  // tokens that begin with "ext:" are allowed in 1.2
  std::string_view doc;

  constexpr bool has(std::size_t word, Version version) const { return ((version == Version::V11 ? not_in_11 : not_in_12) >> word & 1) == 0; }
};

enum class TableId : std::uint8_t {
  Orgs,
  AcademicSessions,
  Categories,
  Resources,
  Courses,
  Classes,
  Users,
  UserProfiles,
  Roles,
  Demographics,
  Enrollments,
  ClassResources,
  CourseResources,
  UserResources,
  LineItems,
  Results,
  ScoreScales,
  LineItemScoreScales,
  ResultScoreScales,
  LineItemLearningObjectiveIds,
  ResultLearningObjectiveIds,
  None,
};
inline constexpr std::size_t table_count = static_cast<std::size_t>(TableId::None);

struct Field {
  std::string_view name;
  Type type = Type::String;
  Need need = Need::Optional;
  In in = In::Both;
  Vocabulary const* words = nullptr;
  TableId refers_to = TableId::None;
  std::string_view target_type = {};  // the word that the target's `type` must hold, e.g. "school"
  Privacy privacy = Privacy::Public;
  std::string_view aliases = {};  // names seen in real files that mean this field, separated by spaces
  std::string_view doc = {};
  std::string_view unconfirmed = {};  // what rests on fewer than two sources: Rollbook is lenient there
};

enum class Domain : std::uint8_t { Rostering, Resources, Gradebook };

struct Table {
  TableId id;
  std::string_view name;  // "academicSessions"; file name, manifest property and JSON collection derive from it
  std::string_view one;   // "academic session", for sentences
  Domain domain = Domain::Rostering;
  In in = In::Both;
  std::span<Field const> fields;
  std::string_view doc;
  std::string_view former = {};  // columns that only an earlier document of a version had, separated by spaces
};

// Place of a field in its table, or npos.
inline constexpr std::size_t npos = static_cast<std::size_t>(-1);
constexpr std::size_t field_index(Table const& table, std::string_view name) {
  for (std::size_t i = 0; i < table.fields.size(); ++i)
    if (table.fields[i].name == name) return i;
  return npos;
}

inline constexpr std::size_t max_fields = 32;

constexpr bool has_lists(Type type) {
  return type == Type::RefList || type == Type::StringList || type == Type::EnumList || type == Type::TypedIds || type == Type::Mapping;
}

// What every declaration must keep to, checked while compiling.
constexpr bool well_formed(Table const& table) {
  if (table.fields.size() < 4 || table.fields.size() > max_fields || table.name.empty() || table.doc.empty()) return false;
  if (table.fields[0].name != "sourcedId" || table.fields[1].name != "status" || table.fields[2].name != "dateLastModified") return false;
  for (std::size_t i = 0; i < table.fields.size(); ++i) {
    auto const& field = table.fields[i];
    bool const is_reference = field.type == Type::Ref || field.type == Type::RefList;
    if (is_reference && field.refers_to == TableId::None) return false;
#if !defined(__SANITIZE_ADDRESS__)  // g++ 12 cannot compare addresses while compiling when it sanitizes; the release build looks
    if ((field.type == Type::Enum || field.type == Type::EnumList) != (field.words != nullptr)) return false;
#endif
    if (field.doc.empty()) return false;
    for (std::size_t j = 0; j < i; ++j)
      if (table.fields[j].name == field.name) return false;
  }
  return true;
}

}  // namespace rollbook
