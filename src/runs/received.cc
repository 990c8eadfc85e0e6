#include "runs/received.h"

#include <stdlib.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <sstream>

#include "runs/look.h"
#include "store/folders.h"

namespace rollbook::runs {
namespace fs = std::filesystem;
namespace {

// The sealed bytes of a file that lies in rows of one mebibyte.
class Rows {
 public:
  Rows(std::unique_ptr<store::Database> roster, std::string name) : roster_(std::move(roster)), name_(std::move(name)) {}

  std::uint64_t size() {
    auto all = roster_->prepare("SELECT coalesce(sum(length(bytes)), 0) FROM vault_pieces WHERE name = ?");
    return all->with(name_).step() ? static_cast<std::uint64_t>(all->integer(0)) : 0;
  }
  std::optional<Trouble> const& trouble() const { return roster_->trouble(); }

  bool read(void* to, std::size_t size, std::uint64_t at) {
    bool const goes_on = at == end_;  // whoever reads from front to back gets whole rows
    end_ = at + size;
    for (auto* bytes = static_cast<char*>(to); size > 0;) {
      auto const part = static_cast<std::int64_t>(at / bytes_of_a_row);
      auto const from = static_cast<std::size_t>(at % bytes_of_a_row), more = std::min(size, bytes_of_a_row - from);
      if (part != part_ && !(goes_on ? load(part) : load(part, from, more))) return false;
      auto const start = from - from_;
      if (from < from_ || start + more > row_.size()) return false;
      std::memcpy(bytes, row_.data() + start, more);
      if (!goes_on) part_ = -1;
      bytes += more, at += more, size -= more;
    }
    return true;
  }

 private:
  bool load(std::int64_t part) {
    if (!whole_) whole_ = roster_->prepare("SELECT bytes FROM vault_pieces WHERE name = ? AND part = ?");
    bool const there = whole_->with(name_, part).step();
    if (there) row_ = whole_->blob(0), part_ = part, from_ = 0;
    whole_->reset();
    return there;
  }
  bool load(std::int64_t part, std::size_t from, std::size_t size) {
    if (!some_)
      some_ = roster_->prepare(
          "SELECT substr(bytes, CAST(CAST(? AS BIGINT) AS INTEGER), CAST(CAST(? AS BIGINT) AS INTEGER)) FROM vault_pieces WHERE name = ? AND part = ?");
    bool const there = some_->with(from + 1, size, name_, part).step();
    if (there) row_ = some_->blob(0), part_ = part, from_ = from;
    some_->reset();
    return there;
  }

  std::unique_ptr<store::Database> roster_;
  std::string name_, row_;
  std::unique_ptr<store::Statement> whole_, some_;
  std::int64_t part_ = -1;
  std::size_t from_ = 0;
  std::uint64_t end_ = 0;
};

fs::path folder_of(Hub const& hub, std::int64_t district, Shelf shelf) {
  return fs::path(hub.data_folder) / "districts" / std::to_string(district) / (shelf == Shelf::Received ? "vault" : "unpacked");
}

}  // namespace

std::vector<ReceivedFile> received_files(std::string const& delivery) {
  std::vector<ReceivedFile> files;
  std::istringstream in(delivery);
  for (std::string one; std::getline(in, one);) {
    std::istringstream words(one);
    ReceivedFile file;
    std::string kind;
    words >> file.hash >> file.size >> kind;
    std::getline(words, file.path);
    if (!file.path.empty()) file.path.erase(0, 1);
    file.zip = kind == "zip";
    files.push_back(std::move(file));
  }
  return files;
}

std::string line_of(ReceivedFile const& file) {
  auto path = file.path;
  for (auto& c : path)
    if (c == '\n' || c == '\r') c = '_';
  return file.hash + " " + std::to_string(file.size) + (file.zip ? " zip " : " file ") + path + "\n";
}

std::string name_in_rows(std::string const& hash, Shelf shelf) { return (shelf == Shelf::Unpacked ? "unpacked " : "") + hash; }

VaultFolder::VaultFolder(Hub const& hub, std::int64_t district, Shelf shelf) {
  if (!hub.data_folder.empty()) {
    path_ = folder_of(hub, district, shelf).string();
    return;
  }
  constexpr std::string_view prefix = "rollbook-vault-";
  auto const folder = fs::temp_directory_path();
  store::remove_left_behind(folder.string(), prefix);
  auto name = (folder / (std::string(prefix) + "XXXXXX")).string();
  if (::mkdtemp(name.data()) != nullptr) path_ = name;
  passing_ = true;
}

VaultFolder::~VaultFolder() {
  std::error_code ignored;
  if (passing_ && !path_.empty()) fs::remove_all(path_, ignored);
}

Result<std::unique_ptr<store::VaultReader>> open_sealed(Hub const& hub, store::District const& district, std::string const& hash, Shelf shelf) {
  auto const number = static_cast<std::uint64_t>(district.id);
  if (!hub.data_folder.empty()) return store::Vault(folder_of(hub, district.id, shelf).string(), hub.key, number).read({hash});
  auto roster = hub.home.roster(district.id);
  if (!roster) return roster.trouble();
  auto rows = std::make_shared<Rows>(std::move(*roster), name_in_rows(hash, shelf));
  auto const size = rows->size();
  if (rows->trouble()) return *rows->trouble();
  return store::Vault("the database", hub.key, number)
      .read(
          {hash}, [rows](void* to, std::size_t more, std::uint64_t at) { return rows->read(to, more, at); }, size);
}

std::optional<Trouble> verify_sealed(Hub const& hub, store::District const& district, std::string const& hash, Shelf shelf) {
  auto const reader = open_sealed(hub, district, hash, shelf);
  if (!reader) return reader.trouble();
  return store::Vault("", hub.key, static_cast<std::uint64_t>(district.id)).verify({hash}, **reader);
}

Result<Pieces> read_received(Hub const& hub, store::District const& district, ReceivedFile const& file) {
  auto opened = open_sealed(hub, district, file.hash);
  if (!opened) return opened.trouble();
  static constexpr std::size_t piece = std::size_t{256} << 10;
  return Pieces([reader = std::shared_ptr<store::VaultReader>(std::move(*opened)), at = std::uint64_t{0}]() mutable -> Result<std::string> {
    std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(piece, reader->size() - at)), '\0');
    if (auto trouble = reader->read(at, bytes.size(), bytes.data())) return *trouble;
    at += bytes.size();
    return bytes;
  });
}

}  // namespace rollbook::runs
