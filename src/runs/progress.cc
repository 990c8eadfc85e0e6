#include "runs/progress.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>

#include "base/text.h"

namespace rollbook::runs {
namespace {

constexpr std::array<std::string_view, 7> stages = {"landing", "opening", "reading", "comparing", "counting", "writing", "finishing"};
constexpr auto between = std::chrono::milliseconds(500);
constexpr int turns_of_a_minute = 120;  // that often the lease goes on, though nothing else is new

}  // namespace

std::string_view name_of(Stage stage) { return stages[static_cast<std::size_t>(stage)]; }

std::string to_text(Progress const& progress, Found::SoFar const& found) {
  auto text = std::string(name_of(progress.stage)) + " " + std::to_string(progress.done) + " " + std::to_string(progress.all);
  if (found == Found::SoFar()) return text;
  text += "\nfound " + std::to_string(found.errors) + " " + std::to_string(found.warnings) + " " + std::to_string(found.infos);
  for (auto const& rule : found.rules) {
    text += "\n" + rule.code + " " + std::to_string(static_cast<int>(rule.severity)) + " " + std::to_string(rule.count);
    for (auto const& place : rule.first) text += " " + place.file + ":" + (place.line ? std::to_string(*place.line) : "");
  }
  return text;
}

std::optional<Found::SoFar> found_of(std::string_view text) {
  auto const lines = split(text, '\n');
  auto const number = [](std::string const& word) { return static_cast<std::uint64_t>(std::strtoull(word.c_str(), nullptr, 10)); };
  if (lines.size() < 2) return std::nullopt;
  auto const sums = split(lines[1], ' ');
  if (sums.size() != 4 || sums[0] != "found") return std::nullopt;
  Found::SoFar found{number(sums[1]), number(sums[2]), number(sums[3]), {}};
  for (std::size_t i = 2; i < std::min(lines.size(), Found::most_rules + 2); ++i) {
    auto const words = split(lines[i], ' ');
    if (words.size() < 3 || number(words[1]) > static_cast<std::uint64_t>(Severity::Refused)) continue;
    Found::OfRule rule{words[0], static_cast<Severity>(number(words[1])), number(words[2]), {}};
    for (std::size_t at = 3; at < words.size(); ++at) {
      auto const colon = std::min(words[at].rfind(':'), words[at].size());
      auto const line = number(words[at].substr(std::min(colon + 1, words[at].size())));
      rule.first.push_back({words[at].substr(0, colon), line > 0 ? std::optional(line) : std::nullopt});
    }
    found.rules.push_back(std::move(rule));
  }
  return found;
}

std::optional<Progress> progress_of(std::string_view text) {
  auto const words = split(text.substr(0, text.find('\n')), ' ');
  if (words.size() != 3) return std::nullopt;
  for (std::size_t i = 0; i < stages.size(); ++i)
    if (stages[i] == words[0])
      return Progress{static_cast<Stage>(i), std::strtoull(words[1].c_str(), nullptr, 10), std::strtoull(words[2].c_str(), nullptr, 10)};
  return std::nullopt;
}

KeptProgress::KeptProgress(Watch& watch, store::Home const& home, store::Run const& run, std::string worker)
    : watch_(watch), before_(watch), home_(home), run_(run.id), worker_(std::move(worker)), thread_([this] { look_after(); }) {
  watch_.progress = [this](Progress const& progress) {
    stage_.store(progress.stage, std::memory_order_relaxed);
    done_.store(progress.done, std::memory_order_relaxed);
    all_.store(progress.all, std::memory_order_relaxed);
    if (before_.progress) before_.progress(progress);
  };
  watch_.found = found_;
  watch_.cancelled = [this] { return cancelled_.load(std::memory_order_relaxed) || (before_.cancelled && before_.cancelled()); };
}

KeptProgress::~KeptProgress() {
  {
    std::lock_guard const lock(mutex_);
    is_over_ = true;
  }
  over_.notify_all();
  thread_.join();
  watch_ = before_;
}

void KeptProgress::look_after() {
  std::unique_ptr<store::Database> operations;
  std::string last;
  for (int turn = 0;; ++turn) {
    {
      std::unique_lock lock(mutex_);
      if (over_.wait_for(lock, between, [&] { return is_over_; })) return;
    }
    if (!operations) {
      auto opened = home_.another_operations();
      if (!opened) continue;  // whoever works will meet the same trouble, and say so
      operations = std::move(*opened);
    }
    if (operations->trouble() && !operations->recover()) continue;
    auto now = to_text({stage_.load(std::memory_order_relaxed), done_.load(std::memory_order_relaxed), all_.load(std::memory_order_relaxed)}, found_->so_far());
    if (now != last || turn % turns_of_a_minute == 0) store::keep_progress(*operations, run_, {worker_, std::time(nullptr)}, now);
    last = std::move(now);
    if (!store::who_cancels(*operations, run_).empty()) cancelled_.store(true, std::memory_order_relaxed);
  }
}

std::optional<Trouble> ask_to_cancel(store::Database& operations, store::District const& district, std::int64_t number, store::Actor const& actor) {
  std::string wrong;
  auto const trouble = operations.transaction([&] {
    auto const run = store::find_run(operations, district.id, number);
    if (!run) wrong = store::no_run(district, number);
    else if (run->state == "done") wrong = "Run " + std::to_string(number) + " is over already: it is " + run->outcome + ".";
    if (!wrong.empty()) return false;
    store::ask_to_cancel(operations, number, actor.who);
    store::note(operations, actor, district.id, "run cancelled", std::to_string(number));
    return true;
  });
  if (trouble) return trouble;
  if (!wrong.empty()) return Trouble{wrong};
  return std::nullopt;
}

}  // namespace rollbook::runs
