// Words in place of real ones, for one receiver: the same for ever there, another at every other receiver, and nothing that leads back without the server key.
#pragma once

#include <string>
#include <string_view>

#include "store/server_key.h"

namespace rollbook::store {

class Pseudonyms {
 public:
  // `salt`: the receiver's own, made when it was added.
  Pseudonyms(ServerKey const& key, std::int64_t receiver, std::string_view salt);

  // 26 lower-case letters and digits. `of`: which field it stands for, "users.username"; the same value in another field has another pseudonym.
  std::string of(std::string_view field, std::string_view value) const;

 private:
  ServerKey::Bytes key_;
};

// 32 random bytes in hex.
std::string new_salt();

}  // namespace rollbook::store
