// A zip is checked while it is still being inflated. Nobody may see a difference, except that it is sooner done.
#include <gtest/gtest.h>

#include "bundle/zip_builder.h"
#include "demo/inject.h"
#include "demo/oneroster_facts.h"
#include "demo/read_back.h"
#include "in_memory.h"

namespace rollbook::test {
namespace {

Files defective_district() {
  auto files = demo_test::made({.students = 4000, .seed = 5, .oneroster = "1.1"});
  inject_defects(files, 100, 6, oneroster_facts());
  // A cell over a line break where chunks meet is read twice, and a file without any lines is looked through to its end.
  auto& users = files["users.csv"];
  EXPECT_GT(users.size(), 600'000u);
  users.insert(users.rfind('\n', 262'144 + users.find('\n')) + 1, "u-long,\"" + std::string(300, '\n') + "\",,,\n");
  return files;
}

struct Arriving {
  ZipArchive archive;
  Bundle bundle;
};

Arriving arriving(std::string const& packed, unsigned workers) {
  Arriving a{begin_zip(packed, {}, workers), {}};
  std::vector<InputFile> inputs;
  for (auto const& entry : a.archive.entries) inputs.push_back({entry.name, entry.data, true, entry.arrival});
  a.bundle = open_bundle(std::move(inputs));
  return a;
}

TEST(AnArrivingZip, IsReportedLikeAWholeOne) {
  auto const files = defective_district();
  auto const packed = zipped(files);
  auto options = options_of("oneroster");
  auto const whole = json_of(checked(files, options));
  for (unsigned const workers : {1u, 2u, 3u}) {
    options.workers = workers;
    auto a = arriving(packed, workers);
    auto const result = check(a.bundle, {}, options);
    a.archive.finish();
    ASSERT_TRUE(a.archive.problems.empty());
    EXPECT_EQ(json_of(render(result, a.bundle, options, "")), whole) << workers;
  }
}

TEST(AnArrivingZip, ThatProvesDamagedIsLeftOff) {
  auto packed = zipped(defective_district());
  for (std::size_t at = packed.size() / 2; at < packed.size() / 2 + 50; ++at) packed[at] = static_cast<char>(~packed[at]);
  auto options = options_of("oneroster");
  auto a = arriving(packed, 2);
  ASSERT_TRUE(a.archive.problems.empty()) << "the directory is sound";
  options.leave_off = [&] { return a.archive.failed(); };
  check(a.bundle, {}, options);  // comes back, whatever it says
  a.archive.finish();
  auto const before = describe(a.archive.problems);
  ASSERT_EQ(before.size(), 1u);
  auto const report = render(check({}, before, options), {}, options, "");
  EXPECT_EQ(report.verdict, Verdict::Refused);
}

}  // namespace
}  // namespace rollbook::test
