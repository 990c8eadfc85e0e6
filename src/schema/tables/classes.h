// Groups that meet: a course at a school in one or more terms.
#pragma once

#include "schema/words.h"

namespace rollbook {

inline constexpr Field classes_fields[] = {
    {.name = "sourcedId",
     .type = Type::Guid,
     .need = Need::Required,
     .aliases = "sourceID sourceId sourcedID",
     .doc = "The identifier of this class, unique in its file."},
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
    {.name = "grades", .type = Type::StringList, .aliases = "grade", .doc = "Grade codes; CEDS entry grade levels in 1.1, by agreement in 1.2."},
    {.name = "courseSourcedId", .type = Type::Ref, .need = Need::Required, .refers_to = TableId::Courses, .doc = "The course it belongs to."},
    {.name = "classCode", .doc = "Code of the class in the SIS."},
    {.name = "classType", .type = Type::Enum, .need = Need::Required, .words = &words::class_type, .doc = "Homeroom, or a class of the timetable."},
    {.name = "location", .doc = "Where the class meets."},
    {.name = "schoolSourcedId",
     .type = Type::Ref,
     .need = Need::Required,
     .refers_to = TableId::Orgs,
     .target_type = "school",
     .doc = "The school that gives it."},
    {.name = "termSourcedIds",
     .type = Type::RefList,
     .need = Need::Required,
     .refers_to = TableId::AcademicSessions,
     .aliases = "termSourcedId",
     .doc = "The sessions in which it meets; at least one."},
    {.name = "subjects", .type = Type::StringList, .doc = "Subject names; same length and order as subjectCodes."},
    {.name = "subjectCodes", .type = Type::StringList, .doc = "Subject codes (SCED in the US); same length and order as subjects."},
    {.name = "periods", .type = Type::StringList, .doc = "Time slots in the day."},
};

inline constexpr Table classes{.id = TableId::Classes,
                               .name = "classes",
                               .one = "class",
                               .domain = Domain::Rostering,
                               .fields = classes_fields,
                               .doc = "Groups that meet: a course at a school in one or more terms."};
static_assert(well_formed(classes));

}  // namespace rollbook
