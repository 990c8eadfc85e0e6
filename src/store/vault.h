// Files as they were received, encrypted. They may hold passwords, and they hold children's data: nobody reads them without the
// server's key, and nobody can change, shorten or exchange them unnoticed.
//
// A file is cut into pieces of 64 KiB that are sealed one by one (ChaCha20-Poly1305), so that any part can be read without the rest. It
// is found by the keyed hash of its content: the same file is kept once, and who sees the store but not the key cannot even tell whether
// a file that they have is in it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "store/server_key.h"

namespace rollbook::store {

// A file in the vault: the keyed hash of its content, 64 hexadecimal digits.
struct VaultName {
  std::string hash;
  friend bool operator==(VaultName const&, VaultName const&) = default;
};

class VaultWriter;
class VaultReader;

// Copies sealed bytes from wherever they are kept; false when they are not there.
using SealedBytes = std::function<bool(void* to, std::size_t size, std::uint64_t at)>;

// The vault of one district, in a folder.
class Vault {
 public:
  Vault(std::string folder, ServerKey const& key, std::uint64_t district);

  // Begins a file. What is not finished leaves nothing behind.
  Result<std::unique_ptr<VaultWriter>> write();

  // Opens a file. Trouble when it is not there, or not what was put there.
  Result<std::unique_ptr<VaultReader>> read(VaultName const& name) const;
  // The same of a file whose `size` sealed bytes are kept elsewhere.
  Result<std::unique_ptr<VaultReader>> read(VaultName const& name, SealedBytes sealed, std::uint64_t size) const;

  // Reads all of a file and compares its hash; nothing when it is sound.
  std::optional<Trouble> verify(VaultName const& name) const;
  std::optional<Trouble> verify(VaultName const& name, VaultReader const& reader) const;

  bool has(VaultName const& name) const;
  std::optional<Trouble> remove(VaultName const& name);

 private:
  std::string path_of(VaultName const& name) const;

  std::string folder_;
  bool ready_ = false;  // to be written into
  ServerKey::Bytes hash_key_, seal_key_;
};

class VaultWriter {
 public:
  virtual ~VaultWriter() = default;
  virtual void write(std::string_view bytes) = 0;
  // False as soon as the disk has refused something; `finish` says why.
  virtual bool is_good() const = 0;
  // The file is there, on the disk and not only in memory, when this returns its name.
  virtual Result<VaultName> finish() = 0;
};

class VaultReader {
 public:
  virtual ~VaultReader() = default;
  virtual std::uint64_t size() const = 0;
  // Copies bytes [at, at + size) to `to`. Trouble when they are not what was sealed. Several threads may read a file in a folder.
  virtual std::optional<Trouble> read(std::uint64_t at, std::size_t size, char* to) const = 0;
};

}  // namespace rollbook::store
