#include "doors/connection.h"

#include <unistd.h>

#include <chrono>
#include <cstring>

#include "doors/session.h"
#include "runs/libssh.h"

namespace rollbook::doors {
namespace {

using runs::Libssh;

constexpr int most_tries = 6;                        // of passwords and keys, in one connection
constexpr std::size_t much = std::size_t{64} << 10;  // bytes of answers that are sent at once
constexpr std::string_view key_exchange =
    "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,"
    "diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,diffie-hellman-group14-sha256";
constexpr std::string_view ciphers = "aes256-gcm@openssh.com,aes128-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr";
constexpr std::string_view codes = "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512";
constexpr std::string_view own_keys = "ssh-ed25519,rsa-sha2-512,rsa-sha2-256";
constexpr std::string_view their_keys = "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256";

std::int64_t steady_seconds() { return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

class Connection {
 public:
  Connection(Libssh const& ssh, std::string const& address, Gate& gate, Pulse& pulse) : ssh_(ssh), address_(address), gate_(gate), pulse_(pulse) {}
  Connection(Connection const&) = delete;
  Connection& operator=(Connection const&) = delete;
  ~Connection() {
    sftp_.reset();  // what it had open and not closed stays unfinished
    if (event_ != nullptr) ssh_.ssh_event_free(event_);
    if (session_ != nullptr) {
      ssh_.ssh_disconnect(session_);
      ssh_.ssh_free(session_);
    }
  }

  // Takes the socket over when it succeeds.
  bool begin(int socket, std::vector<HostKey> const& keys) {
    auto* const bind = ssh_.ssh_bind_new();
    session_ = ssh_.ssh_new();
    bool good = bind != nullptr && session_ != nullptr && set_up(bind, keys);
    good = good && ssh_.ssh_bind_accept_fd(bind, session_, socket) == SSH_OK;
    if (bind != nullptr) ssh_.ssh_bind_free(bind);
    return good;
  }

  void run() {
    ssh_server_callbacks_struct server{};
    ssh_callbacks_init(&server);
    server.userdata = this;
    server.auth_password_function = [](ssh_session, char const* user, char const* password, void* self) { return of(self).password(user, password); };
    server.auth_pubkey_function = [](ssh_session, char const* user, ssh_key_struct* key, char state, void* self) { return of(self).key(user, key, state); };
    server.channel_open_request_session_function = [](ssh_session, void* self) { return of(self).open(); };
    ssh_channel_callbacks_struct channel{};
    ssh_callbacks_init(&channel);
    channel.userdata = this;
    channel.channel_subsystem_request_function = [](ssh_session, ssh_channel, char const* name, void* self) { return of(self).subsystem(name); };
    channel.channel_data_function = [](ssh_session, ssh_channel, void* bytes, std::uint32_t size, int is_error, void* self) {
      return of(self).data(static_cast<char const*>(bytes), size, is_error != 0);
    };
    channel.channel_eof_function = [](ssh_session, ssh_channel, void* self) { of(self).ends_ = true; };
    channel.channel_close_function = [](ssh_session, ssh_channel, void* self) { of(self).ends_ = true; };
    channel_callbacks_ = &channel;
    ssh_.ssh_set_server_callbacks(session_, &server);
    ssh_.ssh_set_message_callback(
        session_, [](ssh_session, ssh_message, void*) { return 1; }, nullptr);  // all else is refused
    ssh_.ssh_set_auth_methods(session_, SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_PUBLICKEY);
    if (ssh_.ssh_handle_key_exchange(session_) != SSH_OK) return;
    event_ = ssh_.ssh_event_new();
    if (event_ == nullptr || ssh_.ssh_event_add_session(event_, session_) != SSH_OK) return;
    while (!ends_ && tries_ < most_tries && ssh_.ssh_event_dopoll(event_, 1000) != SSH_ERROR)
      if (!answer()) break;
    answer();
    if (channel_ != nullptr && ssh_.ssh_channel_is_open(channel_) != 0) {
      ssh_.ssh_channel_request_send_exit_status(channel_, 0);
      ssh_.ssh_channel_send_eof(channel_);
      ssh_.ssh_channel_close(channel_);
      // Clients that are hung up on complain; they go by themselves in a moment.
      for (int i = 0; i < 20 && ssh_.ssh_event_dopoll(event_, 100) != SSH_ERROR; ++i) {
      }
    }
  }

 private:
  static Connection& of(void* self) { return *static_cast<Connection*>(self); }

  bool set_up(ssh_bind bind, std::vector<HostKey> const& keys) {
    bool const no = false;
    auto const set = [&](ssh_bind_options_e what, void const* value) { return ssh_.ssh_bind_options_set(bind, what, value) == SSH_OK; };
    bool good = set(SSH_BIND_OPTIONS_PROCESS_CONFIG, &no);  // what stands in /etc/ssh is for another server
    for (auto const& one : keys) {
      ssh_key key = nullptr;
      // The bind owns the key from then on.
      good = good && ssh_.ssh_pki_import_privkey_base64(one.secret.c_str(), nullptr, nullptr, nullptr, &key) == SSH_OK && set(SSH_BIND_OPTIONS_IMPORT_KEY, key);
    }
    return good && set(SSH_BIND_OPTIONS_KEY_EXCHANGE, key_exchange.data()) && set(SSH_BIND_OPTIONS_CIPHERS_C_S, ciphers.data()) &&
           set(SSH_BIND_OPTIONS_CIPHERS_S_C, ciphers.data()) && set(SSH_BIND_OPTIONS_HMAC_C_S, codes.data()) && set(SSH_BIND_OPTIONS_HMAC_S_C, codes.data()) &&
           set(SSH_BIND_OPTIONS_HOSTKEY_ALGORITHMS, own_keys.data()) && set(SSH_BIND_OPTIONS_PUBKEY_ACCEPTED_KEY_TYPES, their_keys.data());
  }

  int password(char const* user, char const* password) {
    ++tries_;
    return is_let(gate_.let_in_with_password(address_, user, password)) ? SSH_AUTH_SUCCESS : SSH_AUTH_DENIED;
  }

  int key(char const* user, ssh_key_struct* key, char state) {
    bool const proven = state == SSH_PUBLICKEY_STATE_VALID;
    if (state != SSH_PUBLICKEY_STATE_NONE && !proven) return ++tries_, SSH_AUTH_DENIED;
    char* text = nullptr;
    if (ssh_.ssh_pki_export_pubkey_base64(key, &text) != SSH_OK) return ++tries_, SSH_AUTH_DENIED;
    std::string const base64 = text;
    ssh_.ssh_string_free_char(text);
    auto const* const kind = ssh_.ssh_key_type_to_char(ssh_.ssh_key_type(key));
    auto let = gate_.let_in_with_key(address_, user, kind == nullptr ? "" : kind, base64, proven);
    if (!let) return ++tries_, SSH_AUTH_DENIED;
    return !proven || is_let(std::move(let)) ? SSH_AUTH_SUCCESS : SSH_AUTH_DENIED;
  }

  bool is_let(std::optional<Gate::Let> let) {
    if (!let || let_) return false;
    let_ = std::move(let);
    pulse_.signed_in = true;
    moved();
    return true;
  }

  // One session; more than that is for shells.
  ssh_channel open() {
    if (!let_ || channel_ != nullptr) return nullptr;
    channel_ = ssh_.ssh_channel_new(session_);
    if (channel_ != nullptr) ssh_.ssh_set_channel_callbacks(channel_, channel_callbacks_);
    return channel_;
  }

  int subsystem(char const* name) {
    if (!let_ || sftp_ || std::string_view(name) != "sftp") return 1;
    sftp_ = std::make_unique<Session>(let_->zone);
    return 0;
  }

  // Only taken here; what it asks is done outside of the callback, where answers may be sent.
  int data(char const* bytes, std::uint32_t size, bool is_error) {
    if (!is_error && sftp_) sftp_->take({bytes, size});
    moved();
    return static_cast<int>(size);
  }

  void moved() { pulse_.moved = steady_seconds(); }

  // Everything that has been asked. False when nothing more can be sent, or understood.
  bool answer() {
    if (!sftp_) return true;
    std::string out;
    for (bool more = true; more;) {
      more = sftp_->answer_next(out);
      if (out.size() < much && more) continue;
      if (!send(out)) return false;
      out.clear();
    }
    return !sftp_->is_broken();
  }

  bool send(std::string_view out) {
    while (!out.empty()) {
      auto const sent = ssh_.ssh_channel_write(channel_, out.data(), static_cast<std::uint32_t>(out.size()));
      if (sent <= 0) return false;
      out.remove_prefix(static_cast<std::size_t>(sent));
      moved();
    }
    return true;
  }

  Libssh const& ssh_;
  std::string const& address_;
  Gate& gate_;
  Pulse& pulse_;
  ssh_session session_ = nullptr;
  ssh_event event_ = nullptr;
  ssh_channel channel_ = nullptr;  // belongs to the session
  ssh_channel_callbacks_struct* channel_callbacks_ = nullptr;
  std::optional<Gate::Let> let_;
  std::unique_ptr<Session> sftp_;
  int tries_ = 0;
  bool ends_ = false;
};

}  // namespace

bool serve_connection(int socket, std::string const& address, std::vector<HostKey> const& keys, Gate& gate, Pulse& pulse) {
  auto const* const ssh = runs::libssh();
  if (ssh == nullptr) return ::close(socket), false;
  pulse.moved = steady_seconds();
  Connection connection(*ssh, address, gate, pulse);
  if (!connection.begin(socket, keys)) return ::close(socket), false;
  connection.run();
  return pulse.signed_in;
}

}  // namespace rollbook::doors
