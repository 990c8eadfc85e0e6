// Where a command writes files to: a folder, or a zip when the name ends so. A zip is there whole, or not at all.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/file_sink.h"

namespace rollbook::cli {

class ZipSink;
class FolderSink;

class Output {
 public:
  // `onlooker` gets the bytes of a zip as they are written; it may be empty. `packers`: threads that deflate one.
  explicit Output(std::string path, std::function<void(std::string_view)> onlooker = {}, unsigned packers = 1);
  Output(Output const&) = delete;
  Output& operator=(Output const&) = delete;
  ~Output();

  FileSink* sink();  // null: it cannot be written at all
  bool finish();     // false: not everything could be written
  std::string const& why() const { return why_; }

 private:
  std::string path_, why_;
  std::unique_ptr<ZipSink> zip_;
  std::unique_ptr<FolderSink> folder_;
};

// What is there already of a file, or of tables in a folder, that would be written over: "" or its name.
std::string in_the_way(std::string const& path);

// Takes tables of an earlier time out of a folder: those that are written now need not be the same ones.
void clear_tables(std::string const& folder);

}  // namespace rollbook::cli
