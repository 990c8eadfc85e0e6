// The form of a file in the vault:
//
//   "ROLLBOOK-SEALED-1\n"      18 bytes
//   salt                       24 random bytes; with the district's key they make the key of this file
//   size                       8 bytes, little-endian, of the content
//   pieces                     64 KiB of content each, the last one shorter, each followed by 16 bytes of its seal
//
// The nonce of a piece is its number; no key seals two files. Sealed along with each piece is the salt, and with the last one that it is
// the last and the size of the whole: pieces cannot be cut off, moved, exchanged, or put under another size.
#include "store/vault.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "base/demand.h"
#include "store/folders.h"

namespace rollbook::store {
namespace {

constexpr std::string_view magic = "ROLLBOOK-SEALED-1\n";
constexpr std::size_t salt_bytes = 24, header_bytes = 18 + salt_bytes + 8;
constexpr std::size_t piece_bytes = std::size_t{64} << 10;
constexpr std::size_t seal_bytes = crypto_aead_chacha20poly1305_ietf_ABYTES;
constexpr std::size_t sealed_bytes = piece_bytes + seal_bytes;

using Header = std::array<unsigned char, header_bytes>;

std::uint64_t pieces_of(std::uint64_t size) { return std::max<std::uint64_t>(1, (size + piece_bytes - 1) / piece_bytes); }  // an empty file has an empty piece

void put_size(Header& header, std::uint64_t size) {
  for (std::size_t i = 0; i < 8; ++i) header[magic.size() + salt_bytes + i] = static_cast<unsigned char>(size >> (8 * i));
}

std::uint64_t size_in(Header const& header) {
  std::uint64_t size = 0;
  for (std::size_t i = 8; i-- > 0;) size = size << 8 | header[magic.size() + salt_bytes + i];
  return size;
}

ServerKey::Bytes key_of_file(ServerKey::Bytes const& seal_key, Header const& header) {
  ServerKey::Bytes key;
  ::crypto_generichash(key.data(), key.size(), header.data() + magic.size(), salt_bytes, seal_key.data(), seal_key.size());
  return key;
}

using Nonce = std::array<unsigned char, crypto_aead_chacha20poly1305_ietf_NPUBBYTES>;
Nonce nonce_of(std::uint64_t piece) {
  Nonce nonce{};
  for (std::size_t i = 0; i < 8; ++i) nonce[i] = static_cast<unsigned char>(piece >> (8 * i));
  return nonce;
}

struct File {
  int number = -1;
  explicit File(int n) : number(n) {}
  File(File const&) = delete;
  File& operator=(File const&) = delete;
  ~File() {
    if (number >= 0) ::close(number);
  }
};

bool write_all(int file, void const* bytes, std::size_t size) {
  auto const* at = static_cast<char const*>(bytes);
  while (size > 0) {
    auto const done = ::write(file, at, size);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    at += done;
    size -= static_cast<std::size_t>(done);
  }
  return true;
}

bool read_all(int file, void* bytes, std::size_t size, std::uint64_t at) {
  auto* to = static_cast<char*>(bytes);
  while (size > 0) {
    auto const done = ::pread(file, to, size, static_cast<off_t>(at));
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    to += done;
    at += static_cast<std::uint64_t>(done);
    size -= static_cast<std::size_t>(done);
  }
  return true;
}

// What is sealed along with a piece: the salt, and for the last piece that it is the last and how long the whole is.
struct Bound {
  std::array<unsigned char, salt_bytes + 9> bytes{};
  Bound(Header const& header, bool last) {
    std::copy_n(header.data() + magic.size(), salt_bytes, bytes.data());
    if (!last) return;
    bytes[salt_bytes] = 1;
    std::copy_n(header.data() + magic.size() + salt_bytes, 8, bytes.data() + salt_bytes + 1);
  }
};

bool is_name(VaultName const& name) {
  return name.hash.size() == 64 && std::all_of(name.hash.begin(), name.hash.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

Trouble cannot(std::string const& what, std::string const& path) { return Trouble{"Cannot " + what + " " + path + ": " + std::strerror(errno) + "."}; }

class FileWriter : public VaultWriter {
 public:
  FileWriter(std::string folder, std::string path, int file, ServerKey::Bytes const& hash_key, ServerKey::Bytes const& seal_key)
      : folder_(std::move(folder)), path_(std::move(path)), file_(file) {
    std::copy(magic.begin(), magic.end(), header_.begin());
    ::randombytes_buf(header_.data() + magic.size(), salt_bytes);
    key_ = key_of_file(seal_key, header_);
    ::crypto_generichash_init(&hash_, hash_key.data(), hash_key.size(), 32);
    good_ = write_all(file_.number, header_.data(), header_.size());
    piece_.reserve(piece_bytes);
  }
  FileWriter(FileWriter const&) = delete;
  FileWriter& operator=(FileWriter const&) = delete;
  ~FileWriter() override {
    if (!finished_) ::unlink(path_.c_str());
  }

  void write(std::string_view bytes) override {
    ::crypto_generichash_update(&hash_, reinterpret_cast<unsigned char const*>(bytes.data()), bytes.size());
    size_ += bytes.size();
    while (!bytes.empty()) {
      if (piece_.size() == piece_bytes) seal(false);  // only now it is sure that it was not the last
      auto const more = std::min(bytes.size(), piece_bytes - piece_.size());
      piece_.insert(piece_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(more));
      bytes.remove_prefix(more);
    }
  }

  bool is_good() const override { return good_; }

  Result<VaultName> finish() override {
    put_size(header_, size_);
    seal(true);
    std::array<unsigned char, 32> hash;
    ::crypto_generichash_final(&hash_, hash.data(), hash.size());
    char hex[65];
    ::sodium_bin2hex(hex, sizeof hex, hash.data(), hash.size());
    VaultName name{hex};
    auto const subfolder = folder_ + "/" + name.hash.substr(0, 2), path = subfolder + "/" + name.hash;
    good_ = good_ && ::pwrite(file_.number, header_.data(), header_.size(), 0) == static_cast<ssize_t>(header_.size()) && ::fsync(file_.number) == 0;
    if (!good_) {
      if (wrong_ != 0) errno = wrong_;
      return cannot("write", path_);
    }
    if (::mkdir(subfolder.c_str(), 0700) != 0 && errno != EEXIST) return cannot("make", subfolder);
    // The same content may be there already; then this copy is as good.
    if (::rename(path_.c_str(), path.c_str()) != 0 || !sync_folder(subfolder) || !sync_folder(folder_)) return cannot("write", path);
    finished_ = true;
    return name;
  }

 private:
  void seal(bool last) {
    std::array<unsigned char, sealed_bytes> sealed;
    Bound const bound(header_, last);
    auto const nonce = nonce_of(number_++);
    unsigned long long length = 0;
    ::crypto_aead_chacha20poly1305_ietf_encrypt(sealed.data(), &length, piece_.data(), piece_.size(), bound.bytes.data(), bound.bytes.size(), nullptr,
                                                nonce.data(), key_.data());
    if (good_ && !write_all(file_.number, sealed.data(), static_cast<std::size_t>(length))) good_ = false, wrong_ = errno;
    piece_.clear();
  }

  std::string folder_, path_;
  File file_;
  Header header_{};
  ServerKey::Bytes key_;
  crypto_generichash_state hash_;
  std::vector<unsigned char> piece_;
  std::uint64_t size_ = 0, number_ = 0;
  bool good_ = true, finished_ = false;
  int wrong_ = 0;  // what the system said when it refused
};

class SealedReader : public VaultReader {
 public:
  SealedReader(std::string path, SealedBytes bytes, Header const& header, ServerKey::Bytes const& seal_key)
      : path_(std::move(path)), bytes_(std::move(bytes)), header_(header), key_(key_of_file(seal_key, header)), size_(size_in(header)) {}

  std::uint64_t size() const override { return size_; }

  std::optional<Trouble> read(std::uint64_t at, std::size_t size, char* to) const override {
    demand(at <= size_ && size <= size_ - at);
    std::array<unsigned char, piece_bytes> piece;
    for (auto number = at / piece_bytes; size > 0; ++number) {
      if (auto trouble = open_piece(number, piece)) return trouble;
      auto const from = static_cast<std::size_t>(at % piece_bytes), more = std::min(size, piece_bytes - from);
      std::memcpy(to, piece.data() + from, more);
      to += more;
      at += more;
      size -= more;
    }
    return std::nullopt;
  }

  std::optional<Trouble> open_piece(std::uint64_t number, std::array<unsigned char, piece_bytes>& piece) const {
    bool const last = number + 1 == pieces_of(size_);
    auto const length = last ? static_cast<std::size_t>(size_ - number * piece_bytes) : piece_bytes;
    std::array<unsigned char, sealed_bytes> sealed;
    if (!bytes_(sealed.data(), length + seal_bytes, header_bytes + number * sealed_bytes)) return changed();
    Bound const bound(header_, last);
    auto const nonce = nonce_of(number);
    if (::crypto_aead_chacha20poly1305_ietf_decrypt(piece.data(), nullptr, nullptr, sealed.data(), length + seal_bytes, bound.bytes.data(), bound.bytes.size(),
                                                    nonce.data(), key_.data()) != 0)
      return changed();
    return std::nullopt;
  }

  Trouble changed() const {
    return Trouble{"The stored file " + path_ + " is not what was put there: it was changed or cut, or sealed with another server key."};
  }

 private:
  std::string path_;
  SealedBytes bytes_;
  Header header_;
  ServerKey::Bytes key_;
  std::uint64_t size_;
};

}  // namespace

Vault::Vault(std::string folder, ServerKey const& key, std::uint64_t district)
    : folder_(std::move(folder)), hash_key_(key.derive("content-", district)), seal_key_(key.derive("sealing-", district)) {}

std::string Vault::path_of(VaultName const& name) const { return folder_ + "/" + name.hash.substr(0, 2) + "/" + name.hash; }

Result<std::unique_ptr<VaultWriter>> Vault::write() {
  if (!ready_) {
    if (auto trouble = make_folder(folder_)) return *trouble;
    remove_left_behind(folder_, ".coming-");
    ready_ = true;
  }
  auto path = folder_ + "/.coming-XXXXXX";
  int const file = ::mkostemp(path.data(), O_CLOEXEC);
  if (file < 0) return cannot("write into", folder_);
  return Result<std::unique_ptr<VaultWriter>>(std::make_unique<FileWriter>(folder_, path, file, hash_key_, seal_key_));
}

Result<std::unique_ptr<VaultReader>> Vault::read(VaultName const& name) const {
  if (!is_name(name)) return Trouble{"That is no name of a stored file."};
  auto const path = path_of(name);
  int const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return cannot("read", path);
  auto const held = std::make_shared<File>(file);
  struct stat about {};
  if (::fstat(file, &about) != 0) return cannot("read", path);
  return read(
      name, [held](void* to, std::size_t size, std::uint64_t at) { return read_all(held->number, to, size, at); }, static_cast<std::uint64_t>(about.st_size));
}

Result<std::unique_ptr<VaultReader>> Vault::read(VaultName const& name, SealedBytes sealed, std::uint64_t size) const {
  if (!is_name(name)) return Trouble{"That is no name of a stored file."};
  Header header{};
  bool const whole = size >= header.size() && sealed(header.data(), header.size(), 0);
  auto reader = std::make_unique<SealedReader>(path_of(name), std::move(sealed), header, seal_key_);
  auto const pieces = pieces_of(reader->size());
  if (!whole || std::memcmp(header.data(), magic.data(), magic.size()) != 0 || reader->size() > std::uint64_t{1} << 50 ||
      size != header_bytes + reader->size() + pieces * seal_bytes)
    return reader->changed();
  std::array<unsigned char, piece_bytes> piece;
  if (auto trouble = reader->open_piece(pieces - 1, piece)) return *trouble;  // the size is sealed with the last piece
  return Result<std::unique_ptr<VaultReader>>(std::move(reader));
}

std::optional<Trouble> Vault::verify(VaultName const& name) const {
  auto const reader = read(name);
  return reader ? verify(name, **reader) : std::optional(reader.trouble());
}

std::optional<Trouble> Vault::verify(VaultName const& name, VaultReader const& reader) const {
  crypto_generichash_state hash;
  ::crypto_generichash_init(&hash, hash_key_.data(), hash_key_.size(), 32);
  std::vector<char> bytes(std::size_t{1} << 20);
  for (std::uint64_t at = 0; at < reader.size(); at += bytes.size()) {
    auto const more = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), reader.size() - at));
    if (auto trouble = reader.read(at, more, bytes.data())) return trouble;
    ::crypto_generichash_update(&hash, reinterpret_cast<unsigned char const*>(bytes.data()), more);
  }
  std::array<unsigned char, 32> found;
  ::crypto_generichash_final(&hash, found.data(), found.size());
  char hex[65];
  ::sodium_bin2hex(hex, sizeof hex, found.data(), found.size());
  if (name.hash != hex) return Trouble{"The stored file " + path_of(name) + " has another content than its name says."};
  return std::nullopt;
}

bool Vault::has(VaultName const& name) const { return is_name(name) && ::access(path_of(name).c_str(), F_OK) == 0; }

std::optional<Trouble> Vault::remove(VaultName const& name) {
  if (!is_name(name)) return Trouble{"That is no name of a stored file."};
  if (::unlink(path_of(name).c_str()) != 0 && errno != ENOENT) return cannot("remove", path_of(name));
  return std::nullopt;
}

}  // namespace rollbook::store
