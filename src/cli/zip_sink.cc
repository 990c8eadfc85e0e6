#include "cli/zip_sink.h"

#include <minizip/zip.h>

#include <algorithm>

namespace rollbook::cli {

ZipSink::ZipSink(std::string const& path) : zip_(::zipOpen64(path.c_str(), APPEND_STATUS_CREATE)), good_(zip_ != nullptr) {}

ZipSink::~ZipSink() { finish(); }

void ZipSink::begin(std::string_view file) {
  zip_fileinfo info{};
  info.tmz_date = {0, 0, 0, 1, 8, 2026};  // months count from 0
  constexpr int zip64 = 1;
  good_ = good_ &&
          ::zipOpenNewFileInZip64(zip_, std::string(file).c_str(), &info, nullptr, 0, nullptr, 0, nullptr, Z_DEFLATED, Z_DEFAULT_COMPRESSION, zip64) == ZIP_OK;
}

void ZipSink::write(std::string_view piece) {
  constexpr std::size_t most = std::size_t{1} << 30;  // it counts in 32 bits
  for (; good_ && !piece.empty(); piece.remove_prefix(std::min(most, piece.size())))
    good_ = ::zipWriteInFileInZip(zip_, piece.data(), static_cast<unsigned>(std::min(most, piece.size()))) == ZIP_OK;
}

void ZipSink::end() { good_ = good_ && ::zipCloseFileInZip(zip_) == ZIP_OK; }

bool ZipSink::finish() {
  if (zip_ != nullptr) good_ = ::zipClose(zip_, nullptr) == ZIP_OK && good_;
  zip_ = nullptr;
  return good_;
}

}  // namespace rollbook::cli
