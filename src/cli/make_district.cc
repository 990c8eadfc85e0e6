// rollbook make-district: an invented district on disk, with or without defects.
#include "demo/make_district.h"

#include <zip.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>

#include "cli/commands.h"
#include "demo/inject.h"
#include "demo/oneroster_facts.h"

namespace rollbook::cli {
namespace fs = std::filesystem;
namespace {

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

class MemorySink : public FileSink {
 public:
  void begin(std::string_view file) override { current_ = &files[std::string(file)]; }
  void write(std::string_view piece) override { current_->append(piece); }
  void end() override {}
  std::map<std::string, std::string> files;

 private:
  std::string* current_ = nullptr;
};

bool write_file(fs::path const& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  return !out.fail();
}

bool write_zip(std::string const& path, std::map<std::string, std::string> const& files) {
  int error = 0;
  auto* const archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
  if (archive == nullptr) return false;
  for (auto const& [name, text] : files) {
    auto* const source = zip_source_buffer(archive, text.data(), text.size(), 0);
    auto const index = source == nullptr ? -1 : zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      zip_source_free(source);
      zip_discard(archive);
      return false;
    }
    zip_file_set_mtime(archive, static_cast<zip_uint64_t>(index), 1788220800, 0);  // the same bytes on every day
  }
  if (zip_close(archive) == 0) return true;
  zip_discard(archive);
  return false;
}

}  // namespace

int run_make_district(MakeDistrictArguments const& arguments) {
  if (arguments.oneroster != "1.1" && arguments.oneroster != "1.2") return complain("--oneroster is 1.1 or 1.2.");
  if (arguments.students == 0 || arguments.students > 20'000'000) return complain("--students is a number from 1 to 20000000.");
  if (arguments.churn < 0 || arguments.churn > 100) return complain("--churn is a percentage from 0 to 100.");
  DistrictPlan const plan{arguments.students, arguments.seed, arguments.churn, arguments.oneroster};
  bool const zip = fs::path(arguments.out).extension() == ".zip";
  std::error_code error;
  if (!zip) fs::create_directories(arguments.out, error);
  if (error) return say_why("Cannot make the folder " + arguments.out + ": " + error.message() + ".");

  if (!zip && arguments.defects == 0) {
    FolderSink sink(arguments.out);
    make_district(plan, sink);
    return sink.good() ? exit_fine : say_why("Cannot write into " + arguments.out + ".");
  }
  MemorySink memory;
  make_district(plan, memory);
  if (arguments.defects > 0) {
    auto const answers = inject_defects(memory.files, arguments.defects, arguments.seed, oneroster_facts());
    if (!arguments.answers.empty() && !write_file(arguments.answers, answers_json(answers))) return say_why("Cannot write " + arguments.answers + ".");
  }
  if (zip) return write_zip(arguments.out, memory.files) ? exit_fine : say_why("Cannot write " + arguments.out + ".");
  for (auto const& [name, text] : memory.files)
    if (!write_file(fs::path(arguments.out) / name, text)) return say_why("Cannot write into " + arguments.out + ".");
  return exit_fine;
}

}  // namespace rollbook::cli
