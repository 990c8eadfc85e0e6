#include "store/receiver_secrets.h"

#include <sodium.h>

namespace rollbook::store {
namespace {

constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, seal_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t most_bytes = 16'384;

unsigned char const* raw(std::string const& text) { return reinterpret_cast<unsigned char const*>(text.data()); }
unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

ServerKey::Bytes key_of(ServerKey const& key, std::int64_t receiver) { return key.derive("rcv-door", static_cast<std::uint64_t>(receiver)); }

}  // namespace

std::optional<Trouble> set_receiver_secret(Database& operations, ServerKey const& key, Receiver const& receiver, std::string const& secret,
                                           Actor const& actor) {
  if (secret.empty()) return Trouble{"The password is empty."};
  if (secret.size() > most_bytes) return Trouble{"This is too long to be a password or a private key."};
  auto const own = key_of(key, receiver.id);
  std::string sealed(nonce_bytes + secret.size() + seal_bytes, '\0');
  ::randombytes_buf(sealed.data(), nonce_bytes);
  ::crypto_aead_xchacha20poly1305_ietf_encrypt(raw(sealed) + nonce_bytes, nullptr, raw(secret), secret.size(), nullptr, 0, nullptr, raw(sealed), own.data());
  return operations.transaction([&] {
    operations.run("DELETE FROM receiver_secrets WHERE receiver = ?", receiver.id);
    operations.run("INSERT INTO receiver_secrets(receiver, sealed) VALUES(?, ?)", receiver.id, Blob{sealed});
    note(operations, actor, receiver.district, "receiver set", receiver.name + ": the password or key of its SFTP server");
    return true;
  });
}

std::string receiver_secret(Database& operations, ServerKey const& key, std::int64_t receiver) {
  auto row = operations.prepare("SELECT sealed FROM receiver_secrets WHERE receiver = ?");
  if (!row->with(receiver).step()) return "";
  std::string const sealed(row->blob(0));
  if (sealed.size() < nonce_bytes + seal_bytes) return "";
  auto const own = key_of(key, receiver);
  std::string secret(sealed.size() - nonce_bytes - seal_bytes, '\0');
  bool const good = ::crypto_aead_xchacha20poly1305_ietf_decrypt(raw(secret), nullptr, nullptr, raw(sealed) + nonce_bytes, sealed.size() - nonce_bytes, nullptr,
                                                                 0, raw(sealed), own.data()) == 0;
  return good ? secret : "";
}

bool has_receiver_secret(Database& operations, std::int64_t receiver) {
  auto row = operations.prepare("SELECT 1 FROM receiver_secrets WHERE receiver = ?");
  return row->with(receiver).step();
}

}  // namespace rollbook::store
