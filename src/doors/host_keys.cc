#include "doors/host_keys.h"

#include <charconv>
#include <map>

#include "base/base64.h"
#include "doors/facts.h"
#include "runs/libssh.h"
#include "store/events.h"
#include "store/sealed.h"

namespace rollbook::doors {
namespace {

struct Kind {
  ssh_keytypes_e type;
  int bits;
  std::string_view name;
};
// Ed25519 for everybody who knows it, RSA for the libraries of older systems.
constexpr Kind kinds[] = {{SSH_KEYTYPE_ED25519, 0, "ssh-ed25519"}, {SSH_KEYTYPE_RSA, 3072, "ssh-rsa"}};

struct Made {
  std::string kind, base64, secret;
};

std::string taken(runs::Libssh const& ssh, char* text) {
  std::string copy = text == nullptr ? "" : text;
  ssh.ssh_string_free_char(text);
  return copy;
}

Result<std::vector<Made>> make() {
  auto const* const ssh = runs::libssh();
  if (ssh == nullptr) return Trouble{"The SFTP door needs libssh, which is not installed here (Debian: libssh-4)."};
  std::vector<Made> all;
  for (auto const& kind : kinds) {
    ssh_key key = nullptr;
    char *secret = nullptr, *open = nullptr;
    bool const made = ssh->ssh_pki_generate(kind.type, kind.bits, &key) == SSH_OK &&
                      ssh->ssh_pki_export_privkey_base64(key, nullptr, nullptr, nullptr, &secret) == SSH_OK &&
                      ssh->ssh_pki_export_pubkey_base64(key, &open) == SSH_OK;
    all.push_back({std::string(kind.name), taken(*ssh, open), taken(*ssh, secret)});
    ssh->ssh_key_free(key);
    if (!made) return Trouble{"libssh could not make a host key."};
  }
  return all;
}

store::ServerKey::Bytes key_of(store::ServerKey const& key, std::int64_t number) { return key.derive("hostkeys", static_cast<std::uint64_t>(number)); }

// Within the caller's transaction.
void keep(store::Database& operations, store::ServerKey const& key, std::vector<Made> const& all, std::string const& from_day) {
  auto next = operations.prepare("SELECT coalesce(max(id), 0) + 1 FROM door_host_keys");
  auto id = next->step() ? next->integer(0) : 1;
  next->reset();
  for (auto const& one : all) {
    operations.run("INSERT INTO door_host_keys(id, kind, base64, sealed, from_day) VALUES(?, ?, ?, ?, ?)", id, one.kind, one.base64,
                   store::Blob{store::sealed(key_of(key, id), one.secret)}, from_day);
    ++id;
  }
}

HostKey read(store::Statement& row) {
  auto const blob = from_base64(row.text(2));
  return {std::string(row.text(1)), blob ? fingerprint_of(*blob) : "", std::string(row.text(3)), ""};
}

}  // namespace

Result<std::vector<HostKey>> host_keys(store::Database& operations, store::ServerKey const& key, std::string const& day, store::Actor const& actor) {
  if (host_keys_of(operations, day).empty()) {
    if (operations.trouble()) return *operations.trouble();
    auto const made = make();
    if (!made) return made.trouble();
    auto const trouble = operations.transaction([&] {
      if (!host_keys_of(operations, day).empty()) return true;  // another node was faster
      keep(operations, key, *made, "");
      store::note(operations, actor, 0, "door set", "the first host keys were made");
      return true;
    });
    if (trouble) return *trouble;
  }
  std::map<std::string, HostKey> newest;
  auto rows = operations.prepare("SELECT id, kind, base64, from_day, sealed FROM door_host_keys WHERE from_day <= ? ORDER BY id");
  for (rows->with(day); rows->step();) {
    auto one = read(*rows);
    one.secret = store::unsealed(key_of(key, rows->integer(0)), rows->blob(4));
    if (one.secret.empty()) return Trouble{"The host keys were sealed with another server key than the one that is here."};
    newest[one.kind] = std::move(one);
  }
  if (operations.trouble()) return *operations.trouble();
  std::vector<HostKey> all;
  for (auto& [kind, one] : newest) all.push_back(std::move(one));
  return all;
}

std::vector<HostKey> host_keys_of(store::Database& operations, std::string const& day) {
  std::map<std::string, HostKey> newest;
  auto rows = operations.prepare("SELECT id, kind, base64, from_day FROM door_host_keys WHERE from_day <= ? ORDER BY id");
  for (rows->with(day); rows->step();) {
    auto one = read(*rows);
    newest[one.kind] = std::move(one);
  }
  std::vector<HostKey> all;
  for (auto& [kind, one] : newest) all.push_back(std::move(one));
  return all;
}

std::vector<HostKey> coming_host_keys(store::Database& operations, std::string const& day) {
  std::vector<HostKey> all;
  auto rows = operations.prepare("SELECT id, kind, base64, from_day FROM door_host_keys WHERE from_day > ? ORDER BY from_day, id");
  for (rows->with(day); rows->step();) all.push_back(read(*rows));
  return all;
}

std::optional<Trouble> announce_host_keys(store::Database& operations, store::ServerKey const& key, std::string const& day, store::Actor const& actor) {
  auto const made = make();
  if (!made) return made.trouble();
  return operations.transaction([&] {
    keep(operations, key, *made, day);
    auto const blob = from_base64(made->front().base64);
    auto const fingerprint = blob ? fingerprint_of(*blob) : "";
    store::raise(operations, {.kind = store::EventKind::HostKey, .at = actor.at, .facts = {{"fingerprint", fingerprint}, {"from", day}}});
    store::note(operations, actor, 0, "door set", "new host keys from " + day + " on");
    return true;
  });
}

DoorAddress door_address(store::Database& operations) {
  DoorAddress address{door_fact(operations, "host"), 0};
  auto const port = door_fact(operations, "port");
  std::from_chars(port.data(), port.data() + port.size(), address.port);
  return address;
}

std::optional<Trouble> keep_door_address(store::Database& operations, DoorAddress const& address) {
  return keep_door_facts(operations, {{"host", address.host}, {"port", std::to_string(address.port)}});
}

}  // namespace rollbook::doors
