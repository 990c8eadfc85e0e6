// The one secret of an installation. It lies outside of what it protects: beside the data folder, or in the environment, the same on
// every node; a backup does not contain it, and without it deliveries cannot be read.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rollbook::store {

class ServerKey {
 public:
  using Bytes = std::array<unsigned char, 32>;

  // ROLLBOOK_KEY (64 hexadecimal digits) or the file that ROLLBOOK_KEY_FILE names; without either the file beside the data folder
  // (/var/lib/rollbook → /var/lib/rollbook.key), which is made at first start, for its owner only. For a database it is .rollbook.key in the home folder;
  // several nodes name one file.
  static Result<ServerKey> load(std::string const& data_folder);

  explicit ServerKey(Bytes const& bytes) : bytes_(bytes) {}
  ServerKey(ServerKey const&) = default;
  ServerKey& operator=(ServerKey const&) = default;
  ~ServerKey();  // forgets it

  // A key for one use: `purpose` has eight characters, `number` is a district, say.
  Bytes derive(std::string_view purpose, std::uint64_t number) const;

  // Tells keys apart without telling anything of them.
  std::string check_value() const;

 private:
  Bytes bytes_;
};

}  // namespace rollbook::store
