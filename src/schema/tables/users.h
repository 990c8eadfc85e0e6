// Everybody: students, staff, guardians.
#pragma once

#include "schema/words.h"

namespace rollbook {

inline constexpr Field users_fields[] = {
    {.name = "sourcedId", .type = Type::Guid, .need = Need::Required, .privacy = Privacy::Identifier, .aliases = "sourceID sourceId sourcedID", .doc = "The identifier of this person, unique in its file."},
    {.name = "status", .type = Type::Enum, .need = Need::DeltaOnly, .words = &words::status, .doc = "active or tobedeleted in delta files; blank in bulk files."},
    {.name = "dateLastModified", .type = Type::DateTime, .need = Need::DeltaOnly, .aliases = "dataLastModified dateModified", .doc = "When the record last changed, in UTC; blank in bulk files."},
    {.name = "enabledUser", .type = Type::Boolean, .need = Need::Required, .doc = "false keeps the record and blocks access; it is not a removal."},
    {.name = "orgSourcedIds", .type = Type::RefList, .need = Need::Required, .in = In::Only11, .refers_to = TableId::Orgs, .doc = "The organizations the person belongs to; the first is the main one."},
    {.name = "role", .type = Type::Enum, .need = Need::Required, .in = In::Only11, .words = &words::role, .privacy = Privacy::Personal, .doc = "What the person is there."},
    {.name = "username", .need = Need::Required, .privacy = Privacy::Personal, .doc = "Name to sign in with."},
    {.name = "userIds", .type = Type::TypedIds, .privacy = Privacy::Identifier, .doc = "Identifiers in other systems, {type:identifier}."},
    {.name = "givenName", .need = Need::Required, .privacy = Privacy::Personal, .doc = "First name."},
    {.name = "familyName", .need = Need::Required, .privacy = Privacy::Personal, .doc = "Last name."},
    {.name = "middleName", .privacy = Privacy::Personal, .doc = "Middle names, separated by spaces."},
    {.name = "identifier", .privacy = Privacy::Identifier, .aliases = "userId", .doc = "Human-readable identifier, not the sourcedId."},
    {.name = "email", .privacy = Privacy::Personal, .doc = "E-mail address."},
    {.name = "sms", .privacy = Privacy::Personal, .doc = "Number for text messages."},
    {.name = "phone", .privacy = Privacy::Personal, .doc = "Phone number."},
    {.name = "agentSourcedIds", .type = Type::RefList, .refers_to = TableId::Users, .privacy = Privacy::Identifier, .aliases = "agents agentsSourcedIds", .doc = "Parents, guardians and the like."},
    {.name = "grades", .type = Type::StringList, .privacy = Privacy::Personal, .aliases = "grade", .doc = "Grade codes; CEDS entry grade levels in 1.1, by agreement in 1.2.", .unconfirmed = "whether 1.2.1 means one string or a list"},
    {.name = "password", .privacy = Privacy::Secret, .doc = "A secret; Rollbook never shows or compares it."},
    {.name = "userMasterIdentifier", .in = In::Only12, .privacy = Privacy::Identifier, .doc = "Identifier across all systems of the organization."},
    {.name = "preferredGivenName", .in = In::Only12, .privacy = Privacy::Personal, .aliases = "prefferedGivenName", .doc = "First name the person goes by."},
    {.name = "preferredMiddleName", .in = In::Only12, .privacy = Privacy::Personal, .doc = "Middle name the person goes by."},
    {.name = "preferredFamilyName", .in = In::Only12, .privacy = Privacy::Personal, .doc = "Last name the person goes by."},
    {.name = "primaryOrgSourcedId", .type = Type::Ref, .in = In::Only12, .refers_to = TableId::Orgs, .privacy = Privacy::Identifier, .doc = "The main organization; the person should hold a role there."},
    {.name = "pronouns", .in = In::Only12, .privacy = Privacy::Personal, .doc = "Pronouns of the person."},
};

inline constexpr Table users{.id = TableId::Users, .name = "users", .one = "person", .domain = Domain::Rostering, .fields = users_fields,
    .doc = "Everybody: students, staff, guardians.", .former = "resourceSourcedIds"};
static_assert(well_formed(users));

}  // namespace rollbook
