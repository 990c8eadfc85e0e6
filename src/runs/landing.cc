#include "runs/landing.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/demand.h"
#include "base/text.h"
#include "bundle/zip.h"

namespace rollbook::runs {
namespace fs = std::filesystem;
namespace {

std::string name_in(std::string const& path) { return path.substr(path.find_last_of("/\\") + 1); }

}  // namespace

std::optional<Trouble> send_to_rows(store::Database& roster, std::string const& folder, std::string const& hash, Shelf shelf) {
  auto const name = name_in_rows(hash, shelf);
  auto const below = fs::path(hash.substr(0, 2)) / hash, file = fs::path(folder) / below;
  bool there = false;
  auto const trouble = roster.transaction([&] {
    auto known = roster.prepare("SELECT 1 FROM vault_pieces WHERE name = ?");
    there = known->with(name).step();
    known.reset();
    if (there) return false;
    std::ifstream in(file, std::ios::binary);
    std::string piece(bytes_of_a_row, '\0');
    std::uint64_t sent = 0;
    auto insert = roster.prepare("INSERT INTO vault_pieces(name, part, path, bytes) VALUES(?, ?, ?, ?)");
    for (std::int64_t part = 0; in; ++part) {
      in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
      auto const got = static_cast<std::size_t>(in.gcount());
      if (got > 0) insert->run(name, part, below.generic_string(), store::Blob{std::string_view(piece).substr(0, got)});
      sent += got;
    }
    std::error_code error;
    if (sent == 0 || sent != fs::file_size(file, error)) roster.give_up("The delivery could not be read again from " + file.parent_path().string() + ".");
    return true;
  });
  return trouble;
}

Landing::Landing(Hub const& hub, store::District const& district)
    : hub_(hub), district_(district), folder_(hub, district.id), vault_(folder_.path(), hub.key, static_cast<std::uint64_t>(district.id)) {}

std::optional<Trouble> Landing::begin(std::string const& path) {
  if (files_.size() >= most_files) return Trouble{"A delivery has at most " + std::to_string(most_files) + " files; send those of one delivery."};
  auto writer = vault_.write();
  if (!writer) return writer.trouble();
  files_.push_back({{"", path.substr(0, 1000), 0, false}, "", std::move(*writer)});
  return std::nullopt;
}

void Landing::take(std::string_view bytes) {
  demand(!files_.empty());
  auto& file = files_.back();
  constexpr std::size_t enough = 4;
  if (file.beginning.size() < enough) file.beginning += bytes.substr(0, enough - file.beginning.size());
  file.writer->write(bytes);
  file.file.size += bytes.size();
}

std::optional<Trouble> Landing::no_room_for(std::uint64_t bytes) const {
  constexpr std::uint64_t reserve = 256ull << 20;  // for what a run writes beside it
  auto folder = fs::path(folder_.path());
  std::error_code error;
  while (!fs::exists(folder, error) && folder.has_relative_path()) folder = folder.parent_path();
  auto const space = fs::space(folder, error);
  if (error || space.available >= bytes + reserve) return std::nullopt;
  return Trouble{"There is not enough room on the server's disk: " + std::to_string(space.available >> 20) + " MB are free, and " +
                 std::to_string((bytes + reserve) >> 20) + " MB are needed. Tell the operator of this server."};
}

bool Landing::is_stuck() const { return !files_.empty() && !files_.back().writer->is_good(); }

Result<Landing::Landed> Landing::finish() {
  if (files_.empty()) return Trouble{"Nothing has come: choose a zip, or the CSV files of one delivery."};
  auto const zipped = [](File const& file) { return looks_like_zip(file.beginning); };
  if (files_.size() == 1) return finish_as(zipped(files_[0]) || lower(name_in(files_[0].file.path)).ends_with(".zip"));
  if (std::none_of(files_.begin(), files_.end(), zipped)) return finish_as(false);
  auto const whole = std::find_if(files_.begin(), files_.end(), [&](File const& f) { return zipped(f) && lower(name_in(f.file.path)) == "oneroster.zip"; });
  if (whole == files_.end()) return Trouble{"There is a zip among several files; send one zip, or loose CSV files."};
  auto const beside = files_.size() - 1;
  auto only = std::move(*whole);
  files_.clear();
  files_.push_back(std::move(only));
  auto landed = finish_as(true);
  if (landed)
    landed->told.push_back("OneRoster.zip was taken; " + std::to_string(beside) + (beside == 1 ? " file" : " files") + " beside it were not looked at.");
  return landed;
}

Result<Landing::Landed> Landing::finish_as(bool zip) {
  Landed landed;
  for (auto& one : files_) {
    one.file.zip = zip;
    if (auto trouble = keep(one)) return *trouble;
    landed.delivery += line_of(one.file);
  }
  files_.clear();
  return landed;
}

std::optional<Trouble> Landing::keep(File& one) {
  auto const name = one.writer->finish();
  if (!name) return name.trouble();
  one.file.hash = name->hash;
  if (!folder_.passing()) return std::nullopt;
  if (!roster_) {
    auto roster = hub_.home.roster(district_.id);
    if (!roster) return roster.trouble();
    roster_ = std::move(*roster);
  }
  return send_to_rows(*roster_, folder_.path(), name->hash, Shelf::Received);
}

Result<std::string> land(Hub const& hub, store::District const& district, delivery::Delivery const& delivery) {
  std::string lines;
  Landing landing(hub, district);
  for (auto const& [path, bytes] : delivery.received) {  // each is finished before the next: there may be more of them than files can be open
    if (auto trouble = landing.begin(path)) return *trouble;
    landing.take(bytes);
    auto landed = landing.finish_as(delivery.zipped);
    if (!landed) return landed.trouble();
    lines += landed->delivery;
  }
  return lines;
}

Result<delivery::Delivery> fetch(Hub const& hub, store::District const& district, std::string const& text) {
  std::vector<std::pair<std::string, std::string>> files;
  bool zipped = false;
  for (auto const& file : received_files(text)) {
    auto reader = open_sealed(hub, district, file.hash);
    if (!reader) return reader.trouble();
    std::string bytes((*reader)->size(), '\0');
    if (auto trouble = (*reader)->read(0, bytes.size(), bytes.data())) return *trouble;
    zipped = file.zip;
    files.emplace_back(file.path, std::move(bytes));
  }
  return delivery::load_received("the delivery as it was received", std::move(files), zipped, hub.workers);
}

std::vector<std::string> verify_landed(Hub const& hub, store::District const& district, std::string const& text) {
  std::vector<std::string> wrong;
  for (auto const& file : received_files(text))
    if (auto const trouble = verify_sealed(hub, district, file.hash)) wrong.push_back(trouble->text);
  return wrong;
}

}  // namespace rollbook::runs
