// rollbook check: the verdict on a delivery.
#include "rules/check.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <random>
#include <thread>

#include "cli/commands.h"
#include "delivery/load.h"
#include "report/csv.h"
#include "report/html.h"
#include "report/json.h"
#include "report/render.h"
#include "report/sarif.h"
#include "report/text.h"

namespace rollbook::cli {
using namespace delivery;
namespace {

// Progress on standard error, for a person who waits; silent when it is no terminal or over within a second.
class ProgressLine {
 public:
  ProgressLine(std::uint64_t total, bool shown) : total_(total), shown_(shown && ::isatty(2) == 1), start_(std::chrono::steady_clock::now()) {}
  ~ProgressLine() {
    if (drawn_) std::fputs("\r\033[K", stderr);
  }
  void add(std::uint64_t bytes) {
    auto const done = done_.fetch_add(bytes) + bytes;
    if (!shown_ || total_ == 0) return;
    auto const seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    auto const percent = static_cast<int>(100 * done / total_);
    if (seconds < 1 || last_.exchange(percent) == percent) return;
    drawn_ = true;
    std::fprintf(stderr, "\rchecking … %d %%", std::min(percent, 100));
  }

 private:
  std::uint64_t total_;
  bool shown_;
  std::chrono::steady_clock::time_point start_;
  std::atomic<std::uint64_t> done_{0};
  std::atomic<int> last_{-1};
  std::atomic<bool> drawn_{false};
};

bool write_report(CheckReport const& report, CheckArguments const& arguments, std::FILE* out) {
  bool good = true;
  Sink const sink = [&](std::string_view piece) { good &= std::fwrite(piece.data(), 1, piece.size(), out) == piece.size(); };
  if (arguments.format == "json") write_json(report, sink);
  else if (arguments.format == "csv") write_csv(report, sink);
  else if (arguments.format == "html") write_html(report, sink);
  else if (arguments.format == "sarif") write_sarif(report, sink);
  else {
    TextOptions text;
    bool const terminal = out == stdout && ::isatty(1) == 1;
    text.colour = arguments.colour == "always" || (arguments.colour == "auto" && terminal && std::getenv("NO_COLOR") == nullptr);
    winsize size{};
    if (terminal && ::ioctl(1, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) text.width = std::min<unsigned>(size.ws_col, 120);
    else text.width = 100;
    write_text(report, text, sink);
  }
  return std::fflush(out) == 0 && good;
}

}  // namespace

// yyyymmdd of --today, or of the clock; 0 when it is no day.
std::int32_t today_or(std::optional<std::string> const& text) {
  if (text) {
    auto const date = read_date(*text);
    return date.value == invalid ? 0 : date.value;
  }
  auto const now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  return (local.tm_year + 1900) * 10000 + (local.tm_mon + 1) * 100 + local.tm_mday;
}

unsigned threads_or_all(unsigned threads) { return threads != 0 ? threads : std::max(1u, std::thread::hardware_concurrency()); }

std::uint64_t random_seed() {
  std::random_device device;
  return static_cast<std::uint64_t>(device()) << 32 | device();
}

int complain(std::string const& text) {
  std::fprintf(stderr, "rollbook: %s\n", text.c_str());
  return exit_trouble;
}

int say_why(std::string const& text) {
  complain(text);
  return exit_told;
}

int run_check(CheckArguments const& arguments) {
  CheckOptions options;
  options.profile = profile_by_name(arguments.profile);
  if (options.profile == nullptr) {
    std::string names;
    for (auto const& profile : all_profiles()) names += (names.empty() ? "" : ", ") + std::string(profile.name);
    return complain("There is no profile \"" + arguments.profile + "\". There are: " + names + ".");
  }
  options.today = today_or(arguments.today);
  if (options.today == 0) return complain("--today wants a day like 2026-09-01, not \"" + arguments.today.value_or("") + "\".");
  options.workers = threads_or_all(arguments.threads);
  auto delivery = load_delivery(arguments.paths, options.workers);
  if (!delivery) return complain(delivery.trouble().text);

  ProgressLine progress(delivery->bytes, !arguments.quiet);
  options.max_findings = arguments.max_findings;
  options.seed = random_seed();
  options.kernel = csv::best_kernel();
  options.zipped = delivery->zipped;
  options.progress = [&](std::uint64_t bytes) { progress.add(bytes); };
  options.will_fill = use_large_pages;
  if (!delivery->zipped) options.will_read = populate, options.fetch = fetcher(*delivery);

  options.leave_off = [&] { return failed(*delivery); };
  auto bundle = delivery->problems.empty() ? open_bundle(std::move(delivery->files)) : Bundle{};
  auto checked = check(bundle, delivery->problems, options);
  if (delivery->problems.empty() && !arrived_whole(*delivery)) {
    bundle = Bundle{};
    checked = check(bundle, delivery->problems, options);
  }
  auto const report = render(checked, bundle, options, delivery->name);

  auto* out = stdout;
  if (!arguments.output.empty() && (out = std::fopen(arguments.output.c_str(), "wb")) == nullptr) return complain("Cannot write " + arguments.output + ".");
  bool const written = write_report(report, arguments, out);
  if (out != stdout && std::fclose(out) != 0) return complain("Cannot write " + arguments.output + ".");
  if (!written) return complain("The report could not be written completely.");
  return report.verdict >= Verdict::Invalid ? exit_told : exit_fine;
}

}  // namespace rollbook::cli
