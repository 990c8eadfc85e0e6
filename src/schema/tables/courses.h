// What is taught; a class is one group that takes a course.
#pragma once

#include "schema/words.h"

namespace rollbook {

inline constexpr Field courses_fields[] = {
    {.name = "sourcedId",
     .type = Type::Guid,
     .need = Need::Required,
     .aliases = "sourceID sourceId sourcedID",
     .doc = "The identifier of this course, unique in its file."},
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
    {.name = "schoolYearSourcedId",
     .type = Type::Ref,
     .refers_to = TableId::AcademicSessions,
     .target_type = "schoolYear",
     .aliases = "schoolYearId",
     .doc = "The school year it is offered in."},
    {.name = "title", .need = Need::Required, .doc = "Name that people read."},
    {.name = "courseCode", .doc = "Code of the course in the SIS."},
    {.name = "grades", .type = Type::StringList, .aliases = "grade", .doc = "Grade codes; CEDS entry grade levels in 1.1, by agreement in 1.2."},
    {.name = "orgSourcedId", .type = Type::Ref, .need = Need::Required, .refers_to = TableId::Orgs, .doc = "The organization it belongs to."},
    {.name = "subjects", .type = Type::StringList, .doc = "Subject names; same length and order as subjectCodes."},
    {.name = "subjectCodes", .type = Type::StringList, .doc = "Subject codes (SCED in the US); same length and order as subjects."},
};

inline constexpr Table courses{.id = TableId::Courses,
                               .name = "courses",
                               .one = "course",
                               .domain = Domain::Rostering,
                               .fields = courses_fields,
                               .doc = "What is taught; a class is one group that takes a course."};
static_assert(well_formed(courses));

}  // namespace rollbook
