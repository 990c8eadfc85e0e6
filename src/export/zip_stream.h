// Files written one after the other into a zip that leaves while it is made: nothing is gone back to, so it needs no disk and can be sent to somebody who is
// reading it. The same files give the same bytes on every day.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_sink.h"

namespace rollbook {

class ZipStream : public FileSink {
 public:
  // `out` gets the bytes of the archive, in order.
  explicit ZipStream(std::function<void(std::string_view)> out);
  ZipStream(ZipStream const&) = delete;
  ZipStream& operator=(ZipStream const&) = delete;
  ~ZipStream() override;

  void begin(std::string_view file) override;
  void write(std::string_view piece) override;
  void end() override;

  // Writes the list of files, which ends the archive.
  void finish();

 private:
  struct Entry {
    std::string name;
    std::uint64_t start = 0, size = 0, packed = 0;
    std::uint32_t crc = 0;
  };
  struct Packer;

  void put(std::string_view bytes);
  void pack(std::string_view piece, bool last);

  std::function<void(std::string_view)> out_;
  std::unique_ptr<Packer> packer_;
  std::vector<Entry> entries_;
  std::uint64_t written_ = 0;
};

}  // namespace rollbook
