#include "runs/workers.h"

#include <sys/resource.h>

#include <algorithm>
#include <optional>

#include "runs/delete_district.h"
#include "runs/duplicates.h"
#include "runs/hand_on.h"
#include "runs/late.h"
#include "runs/look.h"
#include "runs/measure.h"
#include "runs/on_time.h"
#include "runs/search_index.h"
#include "store/moment.h"

namespace rollbook::runs {
namespace {

constexpr std::int64_t look_at_days_every = 60, look_at_schedules_every = 20;  // seconds
constexpr std::int64_t too_long = 60;                                          // seconds without a look into the queue, of a thread that has nothing to do

std::int64_t beats() { return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

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

  // Deliveries and exports whose time has come go into the queue; what should have come and has not is told. Whether anything is followed at all.
  bool look_at_schedules() {
    auto districts = store::districts_with_receivers(operations());
    for (auto const number : districts_with_clocks(operations())) districts.push_back(number);
    std::sort(districts.begin(), districts.end());
    districts.erase(std::unique(districts.begin(), districts.end()), districts.end());
    for (auto const number : districts) {
      auto const district = store::find_district(operations(), std::to_string(number));
      if (!district || store::service_of(operations(), number) != store::Service::Open) continue;
      auto const now = options_.now();
      auto const clock = options_.clock_in(district->time_zone);
      hub_.today = options_.day_in(district->time_zone, now);
      for (auto* const follow : {take_due, queue_due, look_for_late})
        if (auto const trouble = follow(hub_, *district, clock, now)) complain(trouble->text);
    }
    return !districts.empty();
  }

  // Does the next run of the district. False when there is none for it, nothing when there is trouble. `outcome`: what came of it, of a run.
  std::optional<bool> work_for(std::int64_t number, std::string& outcome) {
    auto const district = store::find_district(operations(), std::to_string(number));
    if (!district) return complain(district.trouble().text);
    hub_.today = options_.day_in(district->time_zone, options_.now());
    hub_.actor = store::the_server(store::moment_text(options_.now()));
    hub_.watch.progress = {};
    auto const service = store::service_of(operations(), number);
    if (service == store::Service::Deleting) return destroy(*district);
    if (service == store::Service::Locked) return false;
    if (options_.on_progress) hub_.watch.progress = [this](Progress const& progress) { options_.on_progress(hub_.watch.run, progress); };
    auto const answer = work_one(hub_, *district);
    if (!answer) return complain(answer.trouble().text);
    if (*answer) outcome = (*answer)->outcome;
    if (*answer && options_.on_over) options_.on_over((*answer)->run.value_or(0));
    auto const made = *answer ? std::optional<bool>(true) : hand_on(*district);
    index(*district);
    if (auto const trouble = measure(hub_, *district)) complain(trouble->text);
    return made;
  }

 private:
  std::optional<bool> destroy(store::District const& district) {
    auto const done = delete_district(hub_, district);
    if (!done) return complain(done.trouble().text);
    return *done;
  }

  // Runs go before exports: what is exported then is newer.
  std::optional<bool> hand_on(store::District const& district) {
    auto const made = make_next(hub_, district);
    if (!made) return complain(made.trouble().text);
    return made->has_value();
  }

  // What is searched for follows the roster, as long as neither a run nor an export waits for the district.
  void index(store::District const& district) {
    auto const waits = [&] {
      for (auto const& waiting : {districts_with_work(operations()), store::districts_with_exports(operations())})
        if (std::find(waiting.begin(), waiting.end(), district.id) != waiting.end()) return true;
      return false;
    };
    auto roster = open_roster(hub_, district);
    for (bool more = true; more && !hub_.watch.leaves() && !waits();) {
      auto const did = roster ? index_more(**roster) : Result<bool>(roster.trouble());
      if (!did) complain(did.trouble().text);
      more = did && *did;
    }
    auto const stops = [&] { return hub_.watch.leaves() || waits(); };
    if (!roster || stops()) return;
    if (auto const looked = look_for_duplicates(**roster, hub_.today, stops); !looked) complain(looked.trouble().text);
  }

  std::optional<bool> complain(std::string const& what) {
    if (options_.on_trouble) options_.on_trouble(what);
    return std::nullopt;
  }

  WorkersOptions const& options_;
  store::Home home_;
  Hub hub_;
};

Workers::Workers(WorkersOptions options) : options_(std::move(options)) {
  for (unsigned i = 0; i < std::max(1u, options_.at_once); ++i) {
    auto& beat = beats_.emplace_back();
    threads_.emplace_back([this, &beat] { work(beat); });
  }
  if (options_.clock_in) threads_.emplace_back([this] { follow_clock(); });
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

WorkersState Workers::state() const {
  WorkersState state;
  for (auto const& beat : beats_) {
    ++state.threads;
    state.busy += beat.busy.load();
    state.ready += beat.has_databases.load() && (beat.busy.load() || beats() - beat.looked.load() < too_long);
  }
  std::lock_guard const lock(mutex_);
  state.outcomes = outcomes_;
  return state;
}

std::unique_ptr<Workers::Worker> Workers::new_worker() const {
  auto home = store::Home::open(options_.place);
  if (home) return std::make_unique<Worker>(options_, ends_, std::move(*home));
  if (options_.on_trouble) options_.on_trouble(home.trouble().text);
  return nullptr;
}

void Workers::work(Beat& beat) {
  step_back();
  std::unique_ptr<Worker> worker;
  std::uint64_t seen = 0;
  do {
    {
      std::lock_guard const lock(mutex_);
      seen = woken_;
    }
    if (!worker) worker = new_worker();
    beat.looked = beats();
    beat.has_databases = worker != nullptr;
    if (worker) do_all(*worker, beat);
    beat.busy = false;
    beat.looked = beats();
    if (worker && worker->operations().trouble() && !worker->operations().recover()) worker.reset();
    beat.has_databases = worker != nullptr;
  } while (wait_for_more(seen));
}

// Until nothing is left that this thread could do.
void Workers::do_all(Worker& worker, Beat& beat) {
  std::set<std::int64_t> others;  // somebody else works for these
  while (!ends_.load()) {
    auto const district = take_district(worker.operations(), others);
    if (district == 0) return;
    beat.busy = true;
    std::string outcome;
    auto const did = worker.work_for(district, outcome);
    beat.busy = false;
    if (!did || !*did) others.insert(district);
    std::lock_guard const lock(mutex_);
    if (!outcome.empty()) ++outcomes_[outcome];
    taken_.erase(district);
    if (!did) looked_at_.erase(district), revision_known_.erase(district);
  }
}

// On a thread of its own: runs that take long keep no schedule and no alarm waiting.
void Workers::follow_clock() {
  step_back();
  std::unique_ptr<Worker> worker;
  std::int64_t looked_at = 0;
  std::uint64_t seen = 0;
  do {
    {
      std::lock_guard const lock(mutex_);
      seen = woken_;
    }
    auto const now = options_.now();
    if (now < looked_at + look_at_schedules_every && now >= looked_at) continue;
    looked_at = now;
    if (!worker) worker = new_worker();
    if (worker && worker->look_at_schedules()) wake();
    if (worker && worker->operations().trouble() && !worker->operations().recover()) worker.reset();
  } while (wait_for_more(seen));
}

namespace {

// Of districts whose rosters changed lately. More runs than that are not under way at once.
std::map<std::int64_t, std::int64_t> newest_revisions(store::Database& operations) {
  std::map<std::int64_t, std::int64_t> all;
  auto rows = operations.prepare(
      "SELECT district, max(revision) FROM runs WHERE id > (SELECT coalesce(max(id), 0) FROM runs) - 500 AND revision > 0 GROUP BY district");
  while (rows->step()) all[rows->integer(0)] = rows->integer(1);
  return all;
}

}  // namespace

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
  auto const revised = newest_revisions(operations);
  auto waiting = store::districts_to_delete(operations);
  for (auto const district : districts_with_work(operations)) waiting.push_back(district);
  for (auto const district : store::districts_with_exports(operations)) waiting.push_back(district);
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
  for (auto const& [district, revision] : revised)  // by a command, or another node: what is searched for follows here too
    if (revision > revision_known_[district] && take(district)) {
      revision_known_[district] = revision;
      return district;
    }
  return 0;
}

// False: it is over.
bool Workers::wait_for_more(std::uint64_t seen) {
  std::unique_lock lock(mutex_);
  more_.wait_for(lock, options_.look_every, [&] { return ends_.load() || woken_ != seen; });
  return !ends_.load();
}

}  // namespace rollbook::runs
