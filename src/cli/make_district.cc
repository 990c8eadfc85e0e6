// rollbook make-district: an invented district on disk, with or without defects.
#include "demo/make_district.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>

#include "cli/commands.h"
#include "cli/output.h"
#include "demo/inject.h"
#include "demo/oneroster_facts.h"

namespace rollbook::cli {
namespace fs = std::filesystem;
namespace {

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
  Output output(arguments.out);
  if (output.sink() == nullptr) return say_why(output.why());
  auto const put = [&](auto const& files) {
    files(*output.sink());
    return output.finish();
  };
  if (arguments.defects == 0) return put([&](FileSink& sink) { make_district(plan, sink); }) ? exit_fine : say_why(output.why());
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
  return written ? exit_fine : say_why(output.why());
}

}  // namespace rollbook::cli
