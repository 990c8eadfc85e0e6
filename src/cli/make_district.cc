// rollbook make-district: an invented district on disk, with or without defects.
#include "demo/make_district.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>

#include "cli/commands.h"
#include "cli/zip_sink.h"
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

bool write_file(fs::path const& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  return !out.fail();
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

  auto const cannot = [&] { return say_why(zip ? "Cannot write " + arguments.out + "." : "Cannot write into " + arguments.out + "."); };
  auto const put = [&](auto const& files) {
    if (zip) {
      ZipSink sink(arguments.out);
      files(sink);
      return sink.finish();
    }
    FolderSink sink(arguments.out);
    files(sink);
    return sink.good();
  };
  if (arguments.defects == 0) return put([&](FileSink& sink) { make_district(plan, sink); }) ? exit_fine : cannot();
  MemorySink memory;
  make_district(plan, memory);
  auto const answers = inject_defects(memory.files, arguments.defects, arguments.seed, oneroster_facts());
  if (!arguments.answers.empty() && !write_file(arguments.answers, answers_json(answers))) return say_why("Cannot write " + arguments.answers + ".");
  bool const written = put([&](FileSink& sink) {
    for (auto const& [name, text] : memory.files) {
      sink.begin(name);
      sink.write(text);
      sink.end();
    }
  });
  return written ? exit_fine : cannot();
}

}  // namespace rollbook::cli
