#include "store/receiver_secrets.h"

#include "store/sealed.h"

namespace rollbook::store {
namespace {

constexpr std::size_t most_bytes = 16'384;

ServerKey::Bytes key_of(ServerKey const& key, std::int64_t receiver) { return key.derive("rcv-door", static_cast<std::uint64_t>(receiver)); }

}  // namespace

std::optional<Trouble> set_receiver_secret(Database& operations, ServerKey const& key, Receiver const& receiver, std::string const& secret,
                                           Actor const& actor) {
  if (secret.empty()) return Trouble{"The password is empty."};
  if (secret.size() > most_bytes) return Trouble{"This is too long to be a password or a private key."};
  auto const bytes = sealed(key_of(key, receiver.id), secret);
  return operations.transaction([&] {
    operations.run("DELETE FROM receiver_secrets WHERE receiver = ?", receiver.id);
    operations.run("INSERT INTO receiver_secrets(receiver, sealed) VALUES(?, ?)", receiver.id, Blob{bytes});
    note(operations, actor, receiver.district, "receiver set", receiver.name + ": the password or key of its SFTP server");
    return true;
  });
}

std::string receiver_secret(Database& operations, ServerKey const& key, std::int64_t receiver) {
  auto row = operations.prepare("SELECT sealed FROM receiver_secrets WHERE receiver = ?");
  return row->with(receiver).step() ? unsealed(key_of(key, receiver), row->blob(0)) : "";
}

bool has_receiver_secret(Database& operations, std::int64_t receiver) {
  auto row = operations.prepare("SELECT 1 FROM receiver_secrets WHERE receiver = ?");
  return row->with(receiver).step();
}

}  // namespace rollbook::store
