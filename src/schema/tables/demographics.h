// Restricted facts about a person; its sourcedId is the person's.
#pragma once

#include "schema/words.h"

namespace rollbook {

inline constexpr Field demographics_fields[] = {
    {.name = "sourcedId",
     .type = Type::Guid,
     .need = Need::Required,
     .refers_to = TableId::Users,
     .privacy = Privacy::Identifier,
     .aliases = "userSourcedId userId sourceID sourceId",
     .doc = "The sourcedId of the person it describes."},
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
    {.name = "birthDate", .type = Type::Date, .privacy = Privacy::Personal, .aliases = "birthdate", .doc = "Date of birth."},
    {.name = "sex", .type = Type::Enum, .words = &words::gender, .privacy = Privacy::Personal, .doc = "Sex as recorded by the district."},
    {.name = "americanIndianOrAlaskaNative", .type = Type::Boolean, .privacy = Privacy::Personal, .doc = "American Indian or Alaska Native."},
    {.name = "asian", .type = Type::Boolean, .privacy = Privacy::Personal, .doc = "Asian."},
    {.name = "blackOrAfricanAmerican", .type = Type::Boolean, .privacy = Privacy::Personal, .doc = "Black or African American."},
    {.name = "nativeHawaiianOrOtherPacificIslander", .type = Type::Boolean, .privacy = Privacy::Personal, .doc = "Native Hawaiian or other Pacific Islander."},
    {.name = "white", .type = Type::Boolean, .privacy = Privacy::Personal, .doc = "White."},
    {.name = "demographicRaceTwoOrMoreRaces", .type = Type::Boolean, .privacy = Privacy::Personal, .doc = "Two or more races."},
    {.name = "hispanicOrLatinoEthnicity", .type = Type::Boolean, .privacy = Privacy::Personal, .doc = "Hispanic or Latino."},
    {.name = "countryOfBirthCode", .privacy = Privacy::Personal, .doc = "Country of birth."},
    {.name = "stateOfBirthAbbreviation", .privacy = Privacy::Personal, .aliases = "stateofBirthAbbreviation", .doc = "State of birth."},
    {.name = "cityOfBirth", .privacy = Privacy::Personal, .doc = "City of birth."},
    {.name = "publicSchoolResidenceStatus", .privacy = Privacy::Personal, .doc = "Where the student lives in relation to the school district."},
};

inline constexpr Table demographics{.id = TableId::Demographics,
                                    .name = "demographics",
                                    .one = "demographic record",
                                    .domain = Domain::Rostering,
                                    .fields = demographics_fields,
                                    .doc = "Restricted facts about a person; its sourcedId is the person's."};
static_assert(well_formed(demographics));

}  // namespace rollbook
