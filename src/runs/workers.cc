#include "runs/workers.h"

#include <sys/resource.h>

#include <algorithm>
#include <optional>

#include "store/moment.h"

namespace rollbook::runs {
namespace {

constexpr std::int64_t look_at_days_every = 60;  // seconds

}  // namespace

// Databases and a hub of one thread.
class Workers::Worker {
 public:
  Worker(WorkersOptions const& options, std::atomic<bool> const& ends, store::Home opened)
      : options_(options), home_(std::move(opened)), hub_{home_, options.key, options.place.folder, options.threads, 0, {}, name_of_this_worker()} {
    hub_.keeps_progress = true;
    hub_.clock = [this] { return store::moment_text(options_.now()); };
    hub_.watch.leaves = [&ends] { return ends.load(std::memory_order_relaxed); };
  }
  Worker(Worker const&) = delete;

  store::Database& operations() { return home_.operations(); }

  // Does the next run of the district. False when there is none for it, nothing when there is trouble.
  std::optional<bool> work_for(std::int64_t number) {
    auto const district = store::find_district(operations(), std::to_string(number));
    if (!district) return complain(district.trouble().text);
    hub_.today = options_.day_in(district->time_zone, options_.now());
    hub_.actor = {"the server", store::moment_text(options_.now())};
    hub_.watch.progress = {};
    if (options_.on_progress) hub_.watch.progress = [this](Progress const& progress) { options_.on_progress(hub_.watch.run, progress); };
    auto const answer = work_one(hub_, *district);
    if (!answer) return complain(answer.trouble().text);
    if (!*answer) return false;
    if (options_.on_over) options_.on_over((*answer)->run.value_or(0));
    return true;
  }

 private:
  std::optional<bool> complain(std::string const& what) {
    if (options_.on_trouble) options_.on_trouble(what);
    return std::nullopt;
  }

  WorkersOptions const& options_;
  store::Home home_;
  Hub hub_;
};

Workers::Workers(WorkersOptions options) : options_(std::move(options)) {
  for (unsigned i = 0; i < std::max(1u, options_.at_once); ++i) threads_.emplace_back([this] { work(); });
}

Workers::~Workers() {
  begin_to_end();
  for (auto& thread : threads_) thread.join();
}

void Workers::wake() {
  {
    std::lock_guard const lock(mutex_);
    ++woken_;
  }
  more_.notify_all();
}

void Workers::begin_to_end() {
  {
    std::lock_guard const lock(mutex_);
    ends_.store(true);
  }
  more_.notify_all();
}

namespace {

// Pages before runs: who waits at a screen notices a tenth of a second, a run does not. On Linux this is of the thread, and of those that it begins.
void step_back() { ::setpriority(PRIO_PROCESS, 0, 10); }

}  // namespace

void Workers::work() {
  step_back();
  std::unique_ptr<Worker> worker;
  std::uint64_t seen = 0;
  do {
    {
      std::lock_guard const lock(mutex_);
      seen = woken_;
    }
    if (!worker) {
      auto home = store::Home::open(options_.place);
      if (home) worker = std::make_unique<Worker>(options_, ends_, std::move(*home));
      else if (options_.on_trouble) options_.on_trouble(home.trouble().text);
    }
    if (worker) do_all(*worker);
    if (worker && worker->operations().trouble() && !worker->operations().recover()) worker.reset();
  } while (wait_for_more(seen));
}

// Until nothing is left that this thread could do.
void Workers::do_all(Worker& worker) {
  std::set<std::int64_t> others;  // somebody else works for these
  while (!ends_.load()) {
    auto const district = take_district(worker.operations(), others);
    if (district == 0) return;
    auto const did = worker.work_for(district);
    if (!did || !*did) others.insert(district);
    std::lock_guard const lock(mutex_);
    taken_.erase(district);
    if (!did) looked_at_.erase(district);
  }
}

// Of districts with work one that nobody here works for. Now and then also those where a new day has begun: a pause may have ended with the old one.
std::int64_t Workers::take_district(store::Database& operations, std::set<std::int64_t> const& others) {
  auto const now = options_.now();
  std::optional<std::vector<store::District>> all;
  {
    std::lock_guard const lock(mutex_);
    if (now >= days_looked_at_ + look_at_days_every || now < days_looked_at_) days_looked_at_ = now, all.emplace();
  }
  if (all)
    if (auto listed = store::list_districts(operations)) *all = std::move(*listed);
  auto const waiting = districts_with_work(operations);
  std::lock_guard const lock(mutex_);
  auto const take = [&](std::int64_t district) { return others.count(district) == 0 && taken_.insert(district).second; };
  if (all)
    for (auto const& district : *all)
      if (auto const today = options_.day_in(district.time_zone, now); looked_at_[district.id] != today && take(district.id)) {
        looked_at_[district.id] = today;
        days_looked_at_ = 0;  // there may be others
        return district.id;
      }
  for (auto const district : waiting)
    if (take(district)) return district;
  return 0;
}

// False: it is over.
bool Workers::wait_for_more(std::uint64_t seen) {
  std::unique_lock lock(mutex_);
  more_.wait_for(lock, options_.look_every, [&] { return ends_.load() || woken_ != seen; });
  return !ends_.load();
}

}  // namespace rollbook::runs
