#include "store/sha256.h"

#include <sodium.h>

#include <array>

namespace rollbook::store {

struct Sha256::State {
  crypto_hash_sha256_state hash;
};

Sha256::Sha256() : state_(std::make_unique<State>()) { ::crypto_hash_sha256_init(&state_->hash); }
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::take(std::string_view bytes) { ::crypto_hash_sha256_update(&state_->hash, reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size()); }

std::string Sha256::hex() {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
  ::crypto_hash_sha256_final(&state_->hash, digest.data());
  std::string text(2 * digest.size() + 1, '\0');
  ::sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  text.pop_back();
  return text;
}

}  // namespace rollbook::store
