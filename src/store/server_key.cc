#include "store/server_key.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>

#include "base/demand.h"
#include "store/folders.h"

namespace rollbook::store {
namespace {

constexpr std::size_t digits = 64;

std::optional<ServerKey> from_hex(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
  ServerKey::Bytes bytes;
  std::size_t length = 0;
  char const* end = nullptr;
  if (text.size() != digits || ::sodium_hex2bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &length, &end) != 0 || length != bytes.size())
    return std::nullopt;
  return ServerKey(bytes);
}

Result<ServerKey> from_file(std::string const& path) {
  int const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return Trouble{"Cannot read the server key " + path + ": " + std::strerror(errno) + "."};
  struct stat about {};
  char text[digits + 16];
  auto const length = ::read(file, text, sizeof text);
  bool const open_to_others = ::fstat(file, &about) == 0 && (about.st_mode & 077) != 0;
  ::close(file);
  if (open_to_others) return Trouble{"Others may read the server key " + path + ". Only its owner should: chmod 600 " + path};
  auto key = length > 0 ? from_hex({text, static_cast<std::size_t>(length)}) : std::nullopt;
  ::sodium_memzero(text, sizeof text);
  if (!key)
    return Trouble{"The server key " + path +
                   " is no key: it has to be 64 hexadecimal digits. Take it from where it was kept safe; a new one cannot read what is there."};
  return *key;
}

// Made under another name and linked into place, so that of two that start at once one wins and both have the whole key.
std::optional<Trouble> make_file(std::string const& path) {
  ServerKey::Bytes bytes;
  ::randombytes_buf(bytes.data(), bytes.size());
  char hex[digits + 2];
  ::sodium_bin2hex(hex, digits + 1, bytes.data(), bytes.size());
  hex[digits] = '\n';
  auto const temporary = path + "." + std::to_string(::getpid());
  int const file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool const written = file >= 0 && ::write(file, hex, digits + 1) == static_cast<ssize_t>(digits + 1) && ::fsync(file) == 0;
  auto const why = errno;
  if (file >= 0) ::close(file);
  bool placed = written && (::link(temporary.c_str(), path.c_str()) == 0 || errno == EEXIST);
  placed = placed && sync_folder(std::filesystem::path(path).parent_path().string());  // deliveries are sealed with it from now on
  auto const error = written ? errno : why;
  ::unlink(temporary.c_str());
  ::sodium_memzero(hex, sizeof hex);
  if (!placed) return Trouble{"Cannot write the server key " + path + ": " + std::strerror(error) + "."};
  return std::nullopt;
}

bool has_sealed_files(std::string const& data_folder) {
  std::error_code error;
  for (auto const& district : std::filesystem::directory_iterator(data_folder + "/districts", error))
    if (std::filesystem::directory_iterator(district.path() / "vault", error) != std::filesystem::directory_iterator()) return true;
  return false;
}

}  // namespace

ServerKey::~ServerKey() { ::sodium_memzero(bytes_.data(), bytes_.size()); }

Result<ServerKey> ServerKey::load(std::string const& data_folder) {
  if (::sodium_init() < 0) return Trouble{"The system gives no random numbers."};
  if (auto const* const hex = std::getenv("ROLLBOOK_KEY")) {
    auto key = from_hex(hex);
    if (!key) return Trouble{"ROLLBOOK_KEY is no key: it has to be 64 hexadecimal digits."};
    return *key;
  }
  if (auto const* const path = std::getenv("ROLLBOOK_KEY_FILE")) return from_file(path);
  auto folder = data_folder;
  if (folder.empty()) {
    auto const* const home = std::getenv("HOME");
    if (home == nullptr || *home == 0)
      return Trouble{"Rosters in a database need the server key: set ROLLBOOK_KEY_FILE (or ROLLBOOK_KEY), the same on every node."};
    folder = std::string(home) + "/.rollbook";  // several nodes share one by ROLLBOOK_KEY_FILE
  }
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  auto const path = folder + ".key";
  if (::access(path.c_str(), F_OK) != 0) {
    if (has_sealed_files(data_folder))
      return Trouble{"There is no server key at " + path + ", and the deliveries in " + data_folder +
                     " are sealed with one. Copy it there from where it was kept safe; a new one could not read them."};
    if (auto trouble = make_file(path)) return *trouble;
  }
  return from_file(path);
}

ServerKey::Bytes ServerKey::derive(std::string_view purpose, std::uint64_t number) const {
  demand(purpose.size() == crypto_kdf_CONTEXTBYTES);
  static_assert(crypto_kdf_KEYBYTES == 32);
  Bytes derived;
  ::crypto_kdf_derive_from_key(derived.data(), derived.size(), number, purpose.data(), bytes_.data());
  return derived;
}

std::string ServerKey::check_value() const {
  auto const bytes = derive("keycheck", 0);
  char hex[2 * 16 + 1];
  ::sodium_bin2hex(hex, sizeof hex, bytes.data(), 16);
  return hex;
}

}  // namespace rollbook::store
