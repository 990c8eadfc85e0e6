#include "cli/zip_sink.h"

namespace rollbook::cli {

ZipSink::ZipSink(std::string const& path, std::function<void(std::string_view)> onlooker, unsigned packers)
    : file_(std::fopen(path.c_str(), "wb")),
      good_(file_ != nullptr),
      onlooker_(std::move(onlooker)),
      zip_(
          [this](std::string_view bytes) {
            good_ = good_ && std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size();
            if (onlooker_) onlooker_(bytes);
          },
          packers) {}

ZipSink::~ZipSink() {
  if (file_ != nullptr) std::fclose(file_);
}

bool ZipSink::finish() {
  if (file_ == nullptr) return false;
  zip_.finish();
  good_ = std::fclose(file_) == 0 && good_;
  file_ = nullptr;
  return good_;
}

}  // namespace rollbook::cli
