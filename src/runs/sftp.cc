#include "runs/sftp.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <thread>

#include "runs/libssh.h"
#include "runs/outward.h"

namespace rollbook::runs {
namespace {

using Clock = std::chrono::steady_clock;

// Every server has to take pieces of this size; larger ones some refuse.
constexpr std::size_t piece_bytes = 32'000;

// Trouble that another try may mend, or not.
struct Failed {
  std::string why;
  bool may_be_mended = false;
};

std::string name_of(SftpPlace const& place) { return "the SFTP server " + place.host + ", port " + std::to_string(place.port); }

// libssh waits for ever in places. Whoever waits too long, or is told to stop, finds the connection closed.
class Watched {
 public:
  Watched(int socket, SftpLimits const& limits, std::function<bool()> const& stops)
      : socket_(::fcntl(socket, F_DUPFD_CLOEXEC, 0)), limits_(limits), stops_(stops), heard_(Clock::now()), begun_(heard_), thread_([this] { watch(); }) {}
  Watched(Watched const&) = delete;
  ~Watched() {
    {
      std::lock_guard const lock(mutex_);
      over_ = true;
    }
    changed_.notify_all();
    thread_.join();
    ::close(socket_);
  }
  // Whether this is still the socket that is watched: its number may be another's by now.
  bool is_same(int socket) const {
    struct stat one, other;
    return ::fstat(socket, &one) == 0 && ::fstat(socket_, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
  }
  void heard() {
    std::lock_guard const lock(mutex_);
    heard_ = Clock::now();
  }

 private:
  void watch() {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, std::chrono::milliseconds(50), [&] { return over_; })) {
      auto const now = Clock::now();
      if (now - heard_ < limits_.silence && now - begun_ < limits_.whole && !(stops_ && stops_())) continue;
      ::shutdown(socket_, SHUT_RDWR);
      return;
    }
  }

  int socket_;
  SftpLimits const& limits_;
  std::function<bool()> const& stops_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  Clock::time_point heard_, begun_;
  std::thread thread_;
};

class Connection {
 public:
  Connection(SftpPlace const& place, SftpLimits const& limits, std::function<bool()> const& stops)
      : place_(place), limits_(limits), stops_(stops), ssh_(*libssh()) {}
  Connection(Connection const&) = delete;
  ~Connection() {
    if (sftp_ != nullptr) ssh_.sftp_free(sftp_);
    if (session_ != nullptr) ssh_.ssh_disconnect(session_), ssh_.ssh_free(session_);
    if (watched_ && watched_->is_same(socket_)) ::close(socket_);  // libssh closes a socket that it was given when it breaks, and leaves it otherwise
  }

  std::optional<Failed> connect() {
    auto socket = connect_outward(place_.host, place_.port, limits_.connect, limits_.private_addresses);
    if (socket.number < 0) return Failed{socket.why, socket.may_be_mended};
    session_ = ssh_.ssh_new();
    socket_ = socket.number;
    watched_.emplace(socket_, limits_, stops_);
    long const seconds = std::max<long>(1, std::chrono::duration_cast<std::chrono::seconds>(limits_.silence).count());
    int const no = 0;
    set(SSH_OPTIONS_HOST, place_.host.c_str());
    set(SSH_OPTIONS_USER, place_.user.empty() ? "rollbook" : place_.user.c_str());
    set(SSH_OPTIONS_PORT, &place_.port);
    set(SSH_OPTIONS_TIMEOUT, &seconds);
    set(SSH_OPTIONS_PROCESS_CONFIG, &no);  // files of whoever runs this server have no say here
    set(SSH_OPTIONS_KNOWNHOSTS, "/dev/null");
    set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
    if (auto const types = types_of_pinned(); !types.empty()) set(SSH_OPTIONS_HOSTKEYS, types.c_str());
    set(SSH_OPTIONS_FD, &socket.number);
    if (ssh_.ssh_connect(session_) != SSH_OK) {
      if (!place_.host_key.empty())
        return Failed{capital(name_of(place_)) + " answers, but no connection comes about: it has gone away, or it has no key of the type that was confirmed.",
                      true};
      return Failed{capital(name_of(place_)) + " answers, but not as an SSH server does.", true};
    }
    watched_->heard();
    return std::nullopt;
  }

  std::string host_key() {
    ssh_key key = nullptr;
    if (ssh_.ssh_get_server_publickey(session_, &key) != SSH_OK) return "";
    unsigned char* hash = nullptr;
    std::size_t size = 0;
    std::string out;
    if (ssh_.ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &size) == 0) {
      auto* const text = ssh_.ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, size);
      if (text != nullptr) out = std::string(ssh_.ssh_key_type_to_char(ssh_.ssh_key_type(key))) + " " + text;
      ssh_.ssh_string_free_char(text);
      ssh_.ssh_clean_pubkey_hash(&hash);
    }
    ssh_.ssh_key_free(key);
    return out;
  }

  std::optional<Failed> sign_in(std::string const& secret) {
    int result = SSH_AUTH_ERROR;
    if (secret.starts_with("-----BEGIN")) {
      ssh_key key = nullptr;
      if (ssh_.ssh_pki_import_privkey_base64(secret.c_str(), nullptr, nullptr, nullptr, &key) != SSH_OK)
        return Failed{"The private key for " + name_of(place_) + " cannot be read. It has to be one without a passphrase, as ssh-keygen writes it."};
      result = ssh_.ssh_userauth_publickey(session_, nullptr, key);
      ssh_.ssh_key_free(key);
    } else {
      result = ssh_.ssh_userauth_password(session_, nullptr, secret.c_str());
    }
    watched_->heard();
    if (result == SSH_AUTH_SUCCESS) return std::nullopt;
    if (result == SSH_AUTH_ERROR) return gone();
    return Failed{capital(name_of(place_)) + " does not let \"" + place_.user + "\" in: the password or key is not right, or not the one that it wants."};
  }

  std::optional<Failed> put(std::string const& name, int file, std::uint64_t size) {
    sftp_ = ssh_.sftp_new(session_);
    if (sftp_ == nullptr || ssh_.sftp_init(sftp_) != SSH_OK) return Failed{capital(name_of(place_)) + " lets us in, but offers no SFTP.", true};
    auto const path = (place_.folder.empty() ? "" : place_.folder + (place_.folder.back() == '/' ? "" : "/")) + name, part = path + ".part";
    auto* const there = ssh_.sftp_open(sftp_, part.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (there == nullptr) return refused("the file " + part + " cannot be written there: is the folder there, and may \"" + place_.user + "\" write into it?");
    auto failed = copy(there, file, size);
    if (ssh_.sftp_close(there) != SSH_NO_ERROR && !failed) failed = gone();
    if (failed) {
      ssh_.sftp_unlink(sftp_, part.c_str());
      return failed;
    }
    if (ssh_.sftp_rename(sftp_, part.c_str(), path.c_str()) == SSH_OK) return std::nullopt;
    // Many servers do not replace what has the name already.
    ssh_.sftp_unlink(sftp_, path.c_str());
    if (ssh_.sftp_rename(sftp_, part.c_str(), path.c_str()) == SSH_OK) return std::nullopt;
    return refused("the file was written as " + part + ", but cannot be called " + path + ".");
  }

 private:
  static std::string capital(std::string text) { return text[0] = 'T', text; }
  template <class Value>
  void set(ssh_options_e option, Value const* value) {
    ssh_.ssh_options_set(session_, option, value);
  }

  // A server has keys of several types; the one that was confirmed is asked for.
  std::string types_of_pinned() const {
    auto const type = place_.host_key.substr(0, place_.host_key.find(' '));
    return type == "ssh-rsa" ? "rsa-sha2-512,rsa-sha2-256" : type;
  }

  std::optional<Failed> copy(sftp_file there, int file, std::uint64_t size) {
    std::vector<char> piece(piece_bytes);
    for (std::uint64_t at = 0; at < size;) {
      auto const got = ::pread(file, piece.data(), std::min<std::uint64_t>(piece.size(), size - at), static_cast<off_t>(at));
      if (got <= 0) return Failed{"What was made for it could not be read again."};
      for (ssize_t done = 0; done < got;) {
        auto const wrote = ssh_.sftp_write(there, piece.data() + done, static_cast<std::size_t>(got - done));
        if (wrote <= 0) return ssh_.sftp_get_error(sftp_) == SSH_FX_FAILURE ? refused("it takes no more: it may be full.") : gone();
        done += wrote;
        watched_->heard();
      }
      at += static_cast<std::uint64_t>(got);
    }
    return std::nullopt;
  }

  std::optional<Failed> gone() const { return Failed{capital(name_of(place_)) + " went away in the middle, or was silent for too long.", true}; }

  std::optional<Failed> refused(std::string const& what) const {
    auto const code = ssh_.sftp_get_error(sftp_);
    if (code == SSH_FX_CONNECTION_LOST || code == SSH_FX_NO_CONNECTION || code == SSH_FX_OK) return gone();
    return Failed{capital(name_of(place_)) + ": " + what};
  }

  SftpPlace const& place_;
  SftpLimits const& limits_;
  std::function<bool()> const& stops_;
  Libssh const& ssh_;
  int socket_ = -1;
  ssh_session session_ = nullptr;
  sftp_session sftp_ = nullptr;
  std::optional<Watched> watched_;
};

constexpr auto not_installed = "This server has no libssh, which SFTP needs. Its operator installs the Debian package libssh-4.";

std::optional<Failed> try_once(SftpPlace const& place, std::string const& secret, std::string const& name, int file, std::uint64_t size,
                               SftpLimits const& limits, std::function<bool()> const& stops) {
  Connection connection(place, limits, stops);
  if (auto failed = connection.connect()) return failed;
  if (auto const key = connection.host_key(); key.empty() || key != place.host_key)
    return Failed{"The key of " + name_of(place) + " is not the one that was confirmed. Confirmed: " + place.host_key + ". It shows: " + key +
                  ". Somebody may stand in between, or the receiver has a new key: ask them, by another way, before you confirm it. Nothing was sent."};
  if (auto failed = connection.sign_in(secret)) return failed;
  return connection.put(name, file, size);
}

}  // namespace

SftpPlace sftp_place_of(store::Receiver const& receiver) {
  return {receiver.value("sftp-host"), std::atoi(receiver.value("sftp-port").c_str()), receiver.value("sftp-user"), receiver.value("sftp-folder"),
          receiver.value("sftp-host-key")};
}

std::string missing_for_sftp(SftpPlace const& place, bool has_secret) {
  if (place.host.empty() || place.user.empty()) return "The SFTP server of the receiver and the name of the user there are not set yet.";
  if (place.host_key.empty()) return "The key of the SFTP server has not been confirmed yet.";
  if (!has_secret)
    return "The password or private key for the SFTP server is not there: it is forgotten whenever the server, the user or the server's key changes.";
  return "";
}

SftpLimits sftp_limits() {
  SftpLimits limits;
  auto const* const allowed = std::getenv("ROLLBOOK_SFTP_PRIVATE");
  limits.private_addresses = allowed != nullptr && std::string(allowed) == "yes";
  return limits;
}

Result<std::string> ask_host_key(SftpPlace const& place, SftpLimits const& limits) {
  if (libssh() == nullptr) return Trouble{not_installed};
  std::function<bool()> const never;
  auto anybody = place;
  anybody.host_key.clear();
  anybody.user.clear();
  Connection connection(anybody, limits, never);
  if (auto failed = connection.connect()) return Trouble{failed->why};
  auto key = connection.host_key();
  if (key.empty()) return Trouble{"The key of " + name_of(place) + " cannot be read."};
  return key;
}

std::optional<Trouble> push_by_sftp(SftpPlace const& place, std::string const& secret, std::string const& name, int file, std::uint64_t size,
                                    SftpLimits const& limits, std::function<bool()> const& stops) {
  if (libssh() == nullptr) return Trouble{not_installed};
  for (std::size_t tries = 0;; ++tries) {
    auto const failed = try_once(place, secret, name, file, size, limits, stops);
    if (!failed) return std::nullopt;
    if (stops && stops()) return Trouble{"It was stopped."};
    if (!failed->may_be_mended || tries == limits.pauses.size())
      return Trouble{failed->why + (tries > 0 ? " It was tried " + std::to_string(tries + 1) + " times." : "")};
    for (auto const until = Clock::now() + limits.pauses[tries]; Clock::now() < until && !(stops && stops());)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace rollbook::runs
