// Accounts that a person holds in applications.
#pragma once

#include "schema/words.h"

namespace rollbook {

inline constexpr Field user_profiles_fields[] = {
    {.name = "sourcedId",
     .type = Type::Guid,
     .need = Need::Required,
     .privacy = Privacy::Identifier,
     .aliases = "sourceID sourceId sourcedID",
     .doc = "The identifier of this user profile, unique in its file."},
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
    {.name = "userSourcedId",
     .type = Type::Ref,
     .need = Need::Required,
     .refers_to = TableId::Users,
     .privacy = Privacy::Identifier,
     .doc = "The person it belongs to."},
    {.name = "profileType", .need = Need::Required, .doc = "Kind of profile."},
    {.name = "vendorId", .need = Need::Required, .doc = "Identifier of the vendor."},
    {.name = "applicationId", .doc = "Identifier of the application."},
    {.name = "description", .doc = "Free text."},
    {.name = "credentialType", .need = Need::Required, .privacy = Privacy::Personal, .doc = "Kind of credential."},
    {.name = "username", .need = Need::Required, .privacy = Privacy::Personal, .doc = "Name to sign in with."},
    {.name = "password", .privacy = Privacy::Secret, .doc = "A secret; Rollbook never shows or compares it."},
};

inline constexpr Table user_profiles{.id = TableId::UserProfiles,
                                     .name = "userProfiles",
                                     .one = "user profile",
                                     .domain = Domain::Rostering,
                                     .in = In::Only12,
                                     .fields = user_profiles_fields,
                                     .doc = "Accounts that a person holds in applications."};
static_assert(well_formed(user_profiles));

}  // namespace rollbook
