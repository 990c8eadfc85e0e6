// The whole check of a small, sound delivery of which one file is replaced by any bytes, and the comparison of the two: nothing
// crashes, every report can be written, and neither threads nor kernels change it. The first byte chooses the file, the second
// the profile, the mode, whether the two are compared, and whether the bytes are repeated until they fill several chunks.
#include <map>
#include <string>

#include "csv/utf8.h"
#include "demo/make_district.h"
#include "diff/diff.h"
#include "fuzz.h"
#include "report/csv.h"
#include "report/diff.h"
#include "report/html.h"
#include "report/json.h"
#include "report/render.h"
#include "report/sarif.h"
#include "report/text.h"
#include "rules/check.h"

namespace rollbook {
namespace {

using fuzz::promise;
using Files = std::map<std::string, std::string>;

Files const& district(bool in_12) {
  static auto const made = [](char const* version) {
    MemorySink sink;
    make_district({.students = 3, .seed = 1, .oneroster = version}, sink);
    return sink.files;
  };
  static Files const in_11_files = made("1.1"), in_12_files = made("1.2");
  return in_12 ? in_12_files : in_11_files;
}

Bundle opened(Files const& files) {
  std::vector<InputFile> inputs;
  for (auto const& [path, text] : files) inputs.push_back({path, text, false});
  return open_bundle(std::move(inputs));
}

template <class Write>
std::string written(Write const& write) {
  std::string text;
  write([&](std::string_view piece) { text += piece; });
  promise(csv::first_invalid_utf8(text) == std::string_view::npos);
  return text;
}

std::string json_of(Bundle const& bundle, CheckOptions const& options) {
  auto const report = render(check(bundle, {}, options), bundle, options, "fuzzed");
  return written([&](Sink const& sink) { write_json(report, sink); });
}

void try_check(Bundle const& bundle, CheckOptions options) {
  auto const report = render(check(bundle, {}, options), bundle, options, "fuzzed");
  auto const json = written([&](Sink const& sink) { write_json(report, sink); });
  promise(json.size() > 2 && json.front() == '{');
  promise(!written([&](Sink const& sink) { write_html(report, sink); }).empty());
  promise(!written([&](Sink const& sink) { write_csv(report, sink); }).empty());
  promise(!written([&](Sink const& sink) { write_sarif(report, sink); }).empty());
  promise(!written([&](Sink const& sink) { write_text(report, {}, sink); }).empty());
  for (auto const& finding : report.findings) promise(finding.rule != nullptr && !finding.message.empty());

  options.workers = 2;
  options.seed = 2;
  options.fetch = [](char const* bytes, std::size_t size, char* to) { return std::memcpy(to, bytes, size) != nullptr; };
  promise(json_of(bundle, options) == json);
  options.workers = 1;
  options.kernel = csv::Kernel::Scalar;
  promise(json_of(bundle, options) == json);
}

void try_diff(Bundle const& before, Bundle const& after) {
  DiffOptions options;
  options.max_changes = 3;
  options.kernel = csv::best_kernel();
  auto const diff = compare(before, after, options);
  if (!diff) return;
  auto const json = written([&](Sink const& sink) { write_diff_json(*diff, sink); });
  written([&](Sink const& sink) { write_diff_text(*diff, sink); });
  options.workers = 2;
  options.seed = 2;
  auto const again = compare(before, after, options);
  promise(again.ok() && json == written([&](Sink const& sink) { write_diff_json(*again, sink); }));
}

}  // namespace
}  // namespace rollbook

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t length) {
  using namespace rollbook;
  auto text = fuzz::as_text(bytes, length);
  auto const which = fuzz::take_byte(text), choices = fuzz::take_byte(text);
  auto const& sound = district(choices & 1);
  auto files = sound;
  auto const file = std::next(files.begin(), which % static_cast<std::ptrdiff_t>(files.size()));
  if (choices & 2) {  // as a delta
    auto& manifest = files["manifest.csv"];
    auto const at = manifest.find("file." + file->first.substr(0, file->first.find('.')) + ",bulk");
    if (at != std::string::npos) manifest.replace(manifest.find(',', at) + 1, 4, "delta");
  }
  file->second = text;
  if ((choices & 0x44) == 0x44 && text.size() > 32) {
    auto const header = std::min(text.find('\n'), text.size() - 1) + 1;
    auto const rows = text.substr(header < text.size() ? header : 0);
    while (file->second.size() < (300u << 10)) file->second += rows;
  }

  auto const bundle = opened(files);
  auto const profiles = all_profiles();
  CheckOptions options;
  options.profile = &profiles[(choices >> 3) % profiles.size()];
  options.today = 20251001;
  options.seed = 1;
  options.max_findings = choices & 0x80 ? 1000 : 2;
  options.kernel = csv::best_kernel();
  try_check(bundle, options);
  if ((choices & 0x20) == 0) return 0;
  auto const usual = opened(sound);
  try_diff(usual, bundle);
  try_diff(bundle, usual);
  return 0;
}
