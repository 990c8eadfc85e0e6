// Files written one after the other into a zip on disk. The same files give the same bytes on every day, and those that the portal sends.
#pragma once

#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

#include "export/zip_stream.h"

namespace rollbook::cli {

class ZipSink : public FileSink {
 public:
  // `onlooker` may be empty; it gets the bytes of the archive, in order. `packers`: threads that deflate.
  ZipSink(std::string const& path, std::function<void(std::string_view)> onlooker, unsigned packers);
  ZipSink(ZipSink const&) = delete;
  ZipSink& operator=(ZipSink const&) = delete;
  ~ZipSink() override;

  void begin(std::string_view file) override { zip_.begin(file); }
  void write(std::string_view piece) override { zip_.write(piece); }
  void end() override { zip_.end(); }

  // Writes the end of the archive. False when anything could not be written.
  bool finish();

 private:
  std::FILE* file_;
  bool good_;
  std::function<void(std::string_view)> onlooker_;
  ZipStream zip_;
};

}  // namespace rollbook::cli
