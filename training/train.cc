// What the compiler is shown before it compiles for good: a check, two nights and a comparison of an invented district, on one thread, always
// the same. A build with training notes how often each branch is taken, and the release build lays out its code by it (CMakeLists.txt).
#include <cstdio>
#include <map>
#include <string>

#include "demo/inject.h"
#include "demo/make_district.h"
#include "demo/oneroster_facts.h"
#include "diff/diff.h"
#include "rules/check.h"
#include "sync/compare_delivery.h"
#include "sync/said_in_memory.h"

namespace rollbook {
namespace {

using Files = std::map<std::string, std::string>;

Files night(double churn_percent, std::string version, std::uint64_t defects = 0) {
  MemorySink sink;
  make_district({.students = 6000, .seed = 1, .churn_percent = churn_percent, .oneroster = std::move(version)}, sink);
  if (defects > 0) inject_defects(sink.files, defects, 1, oneroster_facts());
  for (auto& [name, text] : sink.files) text.append(csv::padding, '\0');
  return std::move(sink.files);
}

Bundle opened(Files const& files) {
  std::vector<InputFile> inputs;
  for (auto const& [name, text] : files) inputs.push_back({name, std::string_view(text).substr(0, text.size() - csv::padding), true});
  return open_bundle(std::move(inputs));
}

CheckOptions options() {
  CheckOptions options;
  options.profile = profile_by_name("oneroster");
  options.today = 20251001;
  options.seed = 1;
  options.kernel = csv::best_kernel();
  return options;
}

bool train(std::string const& version) {
  auto const first = night(0, version), next = night(1, version), damaged = night(1, version, 200);
  auto const before = opened(first), after = opened(next);
  bool good = true;
  for (int i = 0; i < 5; ++i) good &= check(before, {}, options()).roster[TableId::Users].is_read();
  check(opened(damaged), {}, options());

  test::SaidInMemory nothing;
  auto const loaded = compare_delivery(before, nothing, options(), {});
  auto const said = nothing.after(*loaded);
  for (auto const* delivery : {&before, &after}) compare_delivery(*delivery, said, options(), {});

  DiffOptions how;
  how.seed = 1;
  how.kernel = csv::best_kernel();
  return good && compare(before, after, how).ok();
}

}  // namespace
}  // namespace rollbook

int main() {
  bool const good = rollbook::train("1.1") && rollbook::train("1.2");
  if (!good) std::fputs("train: the invented district cannot be read\n", stderr);
  return good ? 0 : 1;
}
