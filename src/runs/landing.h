// Deliveries come in: their bytes are sealed as they arrive, and are in the vault of their district when a run is made of them.
#pragma once

#include "delivery/load.h"
#include "runs/received.h"

namespace rollbook::runs {

// A delivery that comes in pieces. Nothing of it is kept in memory, and nothing remains of it unless it is finished. Then the next one may begin.
class Landing {
 public:
  Landing(Hub const& hub, store::District const& district);

  // The next file begins; `path` is what the sender calls it.
  std::optional<Trouble> begin(std::string const& path);
  void take(std::string_view bytes);

  // All files have come. `delivery` is for Run::delivery; `told` are sentences about what was not taken.
  struct Landed {
    std::string delivery;
    std::vector<std::string> told;
  };
  // What it is, is seen by the bytes: one zip, or loose files. OneRoster.zip wins over loose files beside it.
  Result<Landed> finish();
  // It is known what it is.
  Result<Landed> finish_as(bool zip);

  static constexpr std::size_t most_files = 200;
  std::size_t files() const { return files_.size(); }
  // Why so many bytes cannot be kept here, before they come; or that the disk took no more of what has come.
  std::optional<Trouble> no_room_for(std::uint64_t bytes) const;
  bool is_stuck() const;

 private:
  struct File {
    ReceivedFile file;
    std::string beginning;
    std::unique_ptr<store::VaultWriter> writer;
  };
  std::optional<Trouble> keep(File& file);

  Hub const hub_;  // a copy: a landing goes on from request to request
  store::District const district_;
  VaultFolder folder_;
  store::Vault vault_;
  std::unique_ptr<store::Database> roster_;  // where the vault lies in rows, once a file is finished
  std::vector<File> files_;
};

// Brings a sealed file from the folder of a vault into the rows of a roster database, unless it is there.
std::optional<Trouble> send_to_rows(store::Database& roster, std::string const& folder, std::string const& hash, Shelf shelf);

// Keeps the files of a delivery that is at hand. Returns what Run::delivery says of them.
Result<std::string> land(Hub const& hub, store::District const& district, delivery::Delivery const& delivery);

// Gets them back.
Result<delivery::Delivery> fetch(Hub const& hub, store::District const& district, std::string const& lines);

// Reads every file of these lines and compares its hash. Returns what is wrong, a sentence each.
std::vector<std::string> verify_landed(Hub const& hub, store::District const& district, std::string const& lines);

}  // namespace rollbook::runs
