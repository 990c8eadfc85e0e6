// Files that somebody makes and somebody else keeps: in a folder, in a zip, in memory.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace rollbook {

// Receives each file's text in pieces, in order; files come one after another.
struct FileSink {
  virtual void begin(std::string_view file) = 0;
  virtual void write(std::string_view piece) = 0;
  virtual void end() = 0;
  virtual ~FileSink() = default;
};

// Keeps them as texts, by name.
struct MemorySink : FileSink {
  std::map<std::string, std::string> files;

  void begin(std::string_view file) override { current_ = &files[std::string(file)]; }
  void write(std::string_view piece) override { current_->append(piece); }
  void end() override {}

 private:
  std::string* current_ = nullptr;
};

}  // namespace rollbook
