#include "store/sealed.h"

#include <sodium.h>

#include <array>

namespace rollbook::store {
namespace {

constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, seal_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

unsigned char const* raw(std::string_view text) { return reinterpret_cast<unsigned char const*>(text.data()); }
unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

std::string sealed(ServerKey::Bytes const& key, std::string_view secret) {
  std::string bytes(nonce_bytes + secret.size() + seal_bytes, '\0');
  ::randombytes_buf(bytes.data(), nonce_bytes);
  ::crypto_aead_xchacha20poly1305_ietf_encrypt(raw(bytes) + nonce_bytes, nullptr, raw(secret), secret.size(), nullptr, 0, nullptr, raw(bytes), key.data());
  return bytes;
}

std::string unsealed(ServerKey::Bytes const& key, std::string_view bytes) {
  if (bytes.size() < nonce_bytes + seal_bytes) return "";
  std::string secret(bytes.size() - nonce_bytes - seal_bytes, '\0');
  bool const good = ::crypto_aead_xchacha20poly1305_ietf_decrypt(raw(secret), nullptr, nullptr, raw(bytes) + nonce_bytes, bytes.size() - nonce_bytes, nullptr, 0,
                                                                 raw(bytes), key.data()) == 0;
  return good ? secret : "";
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  crypto_auth_hmacsha256_state state;
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> code;
  ::crypto_auth_hmacsha256_init(&state, raw(key), key.size());
  ::crypto_auth_hmacsha256_update(&state, raw(bytes), bytes.size());
  ::crypto_auth_hmacsha256_final(&state, code.data());
  std::string text(2 * code.size() + 1, '\0');
  ::sodium_bin2hex(text.data(), text.size(), code.data(), code.size());
  text.pop_back();
  return text;
}

}  // namespace rollbook::store
