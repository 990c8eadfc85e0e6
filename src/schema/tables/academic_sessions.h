// School years, semesters, terms and grading periods.
#pragma once

#include "schema/words.h"

namespace rollbook {

inline constexpr Field academic_sessions_fields[] = {
    {.name = "sourcedId",
     .type = Type::Guid,
     .need = Need::Required,
     .aliases = "sourceID sourceId sourcedID",
     .doc = "The identifier of this academic session, unique in its file."},
    {.name = "status",
     .type = Type::Enum,
     .need = Need::DeltaOnly,
     .words = &words::status,
     .doc = "active or tobedeleted in delta files; blank in bulk files."},
    {.name = "dateLastModified",
     .type = Type::DateTime,
     .need = Need::DeltaOnly,
     .aliases = "dataLastModified dateModified",
     .doc = "When the record last changed, in UTC; blank in bulk files."},
    {.name = "title", .need = Need::Required, .doc = "Name that people read."},
    {.name = "type", .type = Type::Enum, .need = Need::Required, .words = &words::session, .doc = "What kind it is."},
    {.name = "startDate", .type = Type::Date, .need = Need::Required, .doc = "First day of the session."},
    {.name = "endDate", .type = Type::Date, .need = Need::Required, .doc = "First day after it (exclusive)."},
    {.name = "parentSourcedId", .type = Type::Ref, .refers_to = TableId::AcademicSessions, .doc = "The session it is part of."},
    {.name = "schoolYear", .type = Type::Year, .need = Need::Required, .doc = "Calendar year in which the school year ends, four digits."},
};

inline constexpr Table academic_sessions{.id = TableId::AcademicSessions,
                                         .name = "academicSessions",
                                         .one = "academic session",
                                         .domain = Domain::Rostering,
                                         .fields = academic_sessions_fields,
                                         .doc = "School years, semesters, terms and grading periods."};
static_assert(well_formed(academic_sessions));

}  // namespace rollbook
