// A public key as people paste it: a line of authorized_keys, or of a .pub file. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace rollbook::doors {

struct PublicKey {
  std::string kind;         // ssh-ed25519, ssh-rsa, ecdsa-sha2-nistp256, …
  std::string base64;       // the key itself
  std::string comment;      // what its owner called it; printable characters only
  std::string fingerprint;  // SHA256:…, as ssh-keygen -l shows it
};

// Ed25519, RSA of 3072 bits and more, ECDSA. Trouble is a sentence that says what it is instead, and what to do.
Result<PublicKey> read_public_key(std::string_view line);

std::string fingerprint_of(std::string_view blob);

}  // namespace rollbook::doors
