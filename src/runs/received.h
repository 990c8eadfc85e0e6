// Deliveries as they were received: which files a run has in the vault of its district, and their bytes, from front to back or at random.
// The vault is a folder beside SQLite; on PostgreSQL its sealed files are rows of the roster database.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runs/work.h"
#include "store/vault.h"

namespace rollbook::runs {

struct ReceivedFile {
  std::string hash, path;  // the path is what the sender called it: for people, never opened
  std::uint64_t size = 0;
  bool zip = false;
};

// Run::delivery, a line each: hash, size, "zip" or "file", path.
std::vector<ReceivedFile> received_files(std::string const& delivery);
std::string line_of(ReceivedFile const& file);

// Which vault of a district.
enum class Shelf { Received, Unpacked };

// Opens a sealed file where it lies. On PostgreSQL the reader has a connection of its own, and one thread may read.
Result<std::unique_ptr<store::VaultReader>> open_sealed(Hub const& hub, store::District const& district, std::string const& hash,
                                                        Shelf shelf = Shelf::Received);

// Reads all of it and compares its hash; nothing when it is sound.
std::optional<Trouble> verify_sealed(Hub const& hub, store::District const& district, std::string const& hash, Shelf shelf = Shelf::Received);

// Its bytes piece by piece, as long as the answer is called; an empty piece is the end. Trouble when they are not what was received.
using Pieces = std::function<Result<std::string>()>;
Result<Pieces> read_received(Hub const& hub, store::District const& district, ReceivedFile const& file);

// The folder of a vault: of the district, or on PostgreSQL one that is forgotten afterwards.
class VaultFolder {
 public:
  VaultFolder(Hub const& hub, std::int64_t district, Shelf shelf = Shelf::Received);
  VaultFolder(VaultFolder const&) = delete;
  VaultFolder& operator=(VaultFolder const&) = delete;
  ~VaultFolder();
  std::string const& path() const { return path_; }
  bool passing() const { return passing_; }

 private:
  std::string path_;
  bool passing_ = false;
};

// How sealed files are called in the rows of a roster database.
std::string name_in_rows(std::string const& hash, Shelf shelf);
inline constexpr std::size_t bytes_of_a_row = std::size_t{1} << 20;

}  // namespace rollbook::runs
