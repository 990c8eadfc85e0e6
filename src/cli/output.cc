#include "cli/output.h"

#include <filesystem>
#include <fstream>

#include "bundle/bundle.h"
#include "cli/zip_sink.h"

namespace rollbook::cli {
namespace fs = std::filesystem;

class FolderSink : public FileSink {
 public:
  explicit FolderSink(fs::path folder) : folder_(std::move(folder)) {}
  void begin(std::string_view file) override { out_.open(folder_ / file, std::ios::binary | std::ios::trunc); }
  void write(std::string_view piece) override { out_.write(piece.data(), static_cast<std::streamsize>(piece.size())); }
  void end() override {
    out_.close();
    good_ &= !out_.fail();
  }
  bool good() const { return good_; }

 private:
  fs::path folder_;
  std::ofstream out_;
  bool good_ = true;
};

namespace {

std::string coming(std::string const& path) { return path + ".part"; }

}  // namespace

std::string in_the_way(std::string const& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return fs::exists(path, error) ? path : "";
  for (auto const& entry : fs::directory_iterator(path, error))
    if (entry.path().extension() == ".csv") return entry.path().string();
  return "";
}

void clear_tables(std::string const& folder) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) return;
  for (auto const* table : all_tables) fs::remove(fs::path(folder) / file_name(table->id), ignored);
}

Output::Output(std::string path, std::function<void(std::string_view)> onlooker, unsigned packers) : path_(std::move(path)) {
  std::error_code error;
  if (fs::path(path_).extension() == ".zip") {
    zip_ = std::make_unique<ZipSink>(coming(path_), std::move(onlooker), packers);
    return;
  }
  fs::create_directories(path_, error);
  if (error) why_ = "Cannot make the folder " + path_ + ": " + error.message() + ".";
  else folder_ = std::make_unique<FolderSink>(path_);
}

Output::~Output() {
  if (!zip_) return;
  zip_.reset();
  std::error_code ignored;
  fs::remove(coming(path_), ignored);
}

FileSink* Output::sink() { return zip_ ? static_cast<FileSink*>(zip_.get()) : folder_.get(); }

bool Output::finish() {
  std::error_code error;
  if (zip_) {
    bool const good = zip_->finish();
    zip_.reset();
    if (good) fs::rename(coming(path_), path_, error);
    else fs::remove(coming(path_), error);
    if (good && !error) return true;
    why_ = "Cannot write " + path_ + ".";
    return false;
  }
  if (folder_ && folder_->good()) return true;
  if (why_.empty()) why_ = "Cannot write into " + path_ + ".";
  return false;
}

}  // namespace rollbook::cli
