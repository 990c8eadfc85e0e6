#include "runs/landing.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "store/folders.h"
#include "store/vault.h"

namespace rollbook::runs {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t piece_bytes = std::size_t{1} << 20;

struct Line {
  std::string hash, path;
  std::uint64_t size = 0;
  bool zip = false;
};

std::vector<Line> lines_of(std::string const& text) {
  std::vector<Line> lines;
  std::istringstream in(text);
  for (std::string one; std::getline(in, one);) {
    std::istringstream words(one);
    Line line;
    std::string kind;
    words >> line.hash >> line.size >> kind;
    std::getline(words, line.path);
    if (!line.path.empty()) line.path.erase(0, 1);
    line.zip = kind == "zip";
    lines.push_back(std::move(line));
  }
  return lines;
}

// The folder of a district's vault; on PostgreSQL one that is forgotten afterwards.
class VaultFolder {
 public:
  VaultFolder(Hub const& hub, std::int64_t district) {
    if (!hub.data_folder.empty()) {
      path_ = (fs::path(hub.data_folder) / "districts" / std::to_string(district) / "vault").string();
      return;
    }
    auto const folder = fs::temp_directory_path();
    store::remove_left_behind(folder.string(), prefix);
    auto name = (folder / (std::string(prefix) + "XXXXXX")).string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
    passing_ = true;
  }
  VaultFolder(VaultFolder const&) = delete;
  VaultFolder& operator=(VaultFolder const&) = delete;
  ~VaultFolder() {
    std::error_code ignored;
    if (passing_ && !path_.empty()) fs::remove_all(path_, ignored);
  }
  std::string const& path() const { return path_; }
  bool passing() const { return passing_; }

  fs::path file_of(std::string const& hash) const { return fs::path(path_) / hash.substr(0, 2) / hash; }

 private:
  static constexpr std::string_view prefix = "rollbook-vault-";
  std::string path_;
  bool passing_ = false;
};

std::optional<Trouble> send(store::Database& roster, fs::path const& file, std::string const& below, std::string const& hash) {
  bool there = false;
  auto const trouble = roster.transaction([&] {
    auto known = roster.prepare("SELECT 1 FROM vault_pieces WHERE name = ?");
    there = known->with(hash).step();
    known.reset();
    if (there) return false;
    std::ifstream in(file, std::ios::binary);
    std::string piece(piece_bytes, '\0');
    std::uint64_t sent = 0;
    auto insert = roster.prepare("INSERT INTO vault_pieces(name, part, path, bytes) VALUES(?, ?, ?, ?)");
    for (std::int64_t part = 0; in; ++part) {
      in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
      auto const got = static_cast<std::size_t>(in.gcount());
      if (got > 0) insert->run(hash, part, below, store::Blob{std::string_view(piece).substr(0, got)});
      sent += got;
    }
    std::error_code error;
    if (sent == 0 || sent != fs::file_size(file, error)) roster.give_up("The delivery could not be read again from " + file.parent_path().string() + ".");
    return true;
  });
  return trouble;
}

std::optional<Trouble> bring(store::Database& roster, std::string const& folder, std::string const& hash) {
  auto rows = roster.prepare("SELECT path, bytes FROM vault_pieces WHERE name = ? ORDER BY part");
  rows->with(hash);
  std::ofstream out;
  while (rows->step()) {
    if (!out.is_open()) {
      auto const path = fs::path(folder) / std::string(rows->text(0));
      std::error_code ignored;
      fs::create_directories(path.parent_path(), ignored);
      out.open(path, std::ios::binary);
    }
    auto const bytes = rows->blob(1);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  out.close();
  if (roster.trouble()) return roster.trouble();
  if (!out) return Trouble{"A delivery could not be brought out of the database: is there room in " + folder + "?"};
  return std::nullopt;
}

}  // namespace

Result<std::string> land(Hub const& hub, store::District const& district, delivery::Delivery const& delivery) {
  VaultFolder const folder(hub, district.id);
  store::Vault vault(folder.path(), hub.key, static_cast<std::uint64_t>(district.id));
  std::string lines;
  for (auto const& [path, bytes] : delivery.received) {
    auto writer = vault.write();
    if (!writer) return writer.trouble();
    (*writer)->write(bytes);
    auto const name = (*writer)->finish();
    if (!name) return name.trouble();
    auto plain = path;
    for (auto& c : plain)
      if (c == '\n' || c == '\r') c = '_';
    lines += name->hash + " " + std::to_string(bytes.size()) + (delivery.zipped ? " zip " : " file ") + plain + "\n";
    if (!folder.passing()) continue;
    auto roster = hub.home.roster(district.id);
    if (!roster) return roster.trouble();
    auto const file = folder.file_of(name->hash);
    if (auto trouble = send(**roster, file, file.lexically_relative(folder.path()).generic_string(), name->hash)) return *trouble;
  }
  return lines;
}

Result<delivery::Delivery> fetch(Hub const& hub, store::District const& district, std::string const& text) {
  VaultFolder const folder(hub, district.id);
  store::Vault const vault(folder.path(), hub.key, static_cast<std::uint64_t>(district.id));
  std::vector<std::pair<std::string, std::string>> files;
  bool zipped = false;
  for (auto const& line : lines_of(text)) {
    if (folder.passing()) {
      auto roster = hub.home.roster(district.id);
      if (!roster) return roster.trouble();
      if (auto trouble = bring(**roster, folder.path(), line.hash)) return *trouble;
    }
    auto reader = vault.read({line.hash});
    if (!reader) return reader.trouble();
    std::string bytes((*reader)->size(), '\0');
    if (auto trouble = (*reader)->read(0, bytes.size(), bytes.data())) return *trouble;
    zipped = line.zip;
    files.emplace_back(line.path, std::move(bytes));
  }
  return delivery::load_received("the delivery as it was received", std::move(files), zipped, hub.workers);
}

std::vector<std::string> verify_landed(Hub const& hub, store::District const& district, std::string const& text) {
  std::vector<std::string> wrong;
  VaultFolder const folder(hub, district.id);
  store::Vault const vault(folder.path(), hub.key, static_cast<std::uint64_t>(district.id));
  for (auto const& line : lines_of(text)) {
    if (folder.passing())
      if (auto roster = hub.home.roster(district.id); roster) bring(**roster, folder.path(), line.hash);
    if (auto const trouble = vault.verify({line.hash})) wrong.push_back(trouble->text);
  }
  return wrong;
}

}  // namespace rollbook::runs
