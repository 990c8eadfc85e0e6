// Files written one after the other into a zip. The same files give the same bytes on every day.
#pragma once

#include <string>
#include <string_view>

#include "base/file_sink.h"

namespace rollbook::cli {

class ZipSink : public FileSink {
 public:
  explicit ZipSink(std::string const& path);
  ZipSink(ZipSink const&) = delete;
  ZipSink& operator=(ZipSink const&) = delete;
  ~ZipSink() override;

  void begin(std::string_view file) override;
  void write(std::string_view piece) override;
  void end() override;

  // Writes the end of the archive. False when anything could not be written.
  bool finish();

 private:
  void* zip_;
  bool good_;
};

}  // namespace rollbook::cli
