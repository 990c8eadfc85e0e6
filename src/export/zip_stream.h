// Files written one after the other into a zip that leaves while it is made: nothing is gone back to, so it needs no disk and can be sent to somebody who is
// reading it. The same files give the same bytes on every day, with any number of threads.
//
// A file is deflated in blocks of a mebibyte, each with what stands before it as its dictionary, so that several threads can do it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_sink.h"

namespace rollbook {

class ZipStream : public FileSink {
 public:
  // `out` gets the bytes of the archive, in order, on the thread that writes. With more than one packer blocks are deflated by so many threads beside it, which
  // begin when there is a second block.
  explicit ZipStream(std::function<void(std::string_view)> out, unsigned packers = 1);
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
  struct Block;
  class Packers;

  void put(std::string_view bytes);
  void pack(bool last);
  void take_oldest();
  std::unique_ptr<Block> fresh_block();

  std::function<void(std::string_view)> out_;
  unsigned packers_wanted_;
  std::unique_ptr<Packers> packers_;
  std::vector<Entry> entries_;
  std::uint64_t written_ = 0;
  std::unique_ptr<Block> filling_;
  std::deque<std::unique_ptr<Block>> on_their_way_;  // of the file in hand, in order
  std::vector<std::unique_ptr<Block>> spare_;
};

}  // namespace rollbook
