#include "web/live.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "access/sessions.h"
#include "store/district_life.h"
#include "store/runs.h"
#include "web/progress.h"

namespace rollbook::web {
namespace {

constexpr std::int64_t lonely_seconds = 30;  // from the answer to the first who listens it may take a while
constexpr std::int64_t program_seconds = 60;

}  // namespace

Live::Live(store::HomePlace place, std::function<std::int64_t()> now_ms) : place_(std::move(place)), now_ms_(std::move(now_ms)), thread_([this] { tick(); }) {}

Live::~Live() {
  {
    std::lock_guard const lock(mutex_);
    ends_ = true;
  }
  wake_.notify_all();
  thread_.join();
  for (auto const* const all : {&streams_, &coming_})
    for (auto const& stream : *all) stream->channel->close();
}

std::shared_ptr<http::Channel> Live::watch(Onlooker const& onlooker, std::int64_t run) {
  auto stream = std::make_unique<Stream>(Stream{onlooker, run, std::make_shared<http::Channel>(), {}});
  auto channel = stream->channel;
  {
    std::lock_guard const lock(mutex_);
    coming_.push_back(std::move(stream));
    now_ = true;
  }
  wake_.notify_all();
  return channel;
}

void Live::note(std::int64_t run, runs::Progress const& progress) {
  std::unique_lock const lock(noted_mutex_, std::try_to_lock);
  if (lock) noted_[run] = progress;
}

void Live::note_over(std::int64_t run) {
  {
    std::lock_guard const lock(noted_mutex_);
    noted_.erase(run);
  }
  look_now();
}

void Live::look_now() {
  {
    std::lock_guard const lock(mutex_);
    now_ = true;
  }
  wake_.notify_all();
}

void Live::look_for_strangers() {
  {
    std::lock_guard const lock(mutex_);
    strangers_ = true;
  }
  look_now();
}

void Live::tick() {
  std::optional<store::Home> home;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      auto const wanted = [&] { return ends_ || now_; };
      if (streams_.empty()) wake_.wait(lock, wanted);
      else wake_.wait_for(lock, between, wanted);
      if (ends_) return;
      now_ = false;
      if (std::exchange(strangers_, false)) strangers_looked_for_ = 0;
      std::move(coming_.begin(), coming_.end(), std::back_inserter(streams_));
      coming_.clear();
    }
    if (streams_.empty()) continue;
    if (!home)
      if (auto opened = store::Home::open(place_)) home.emplace(std::move(*opened));
    if (!home || (home->operations().trouble() && !home->operations().recover())) {
      home.reset();  // streams stay as they are; a page that is loaded says what is wrong
      let_go_of_the_lonely();
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, 4 * between, [&] { return ends_; });
      continue;
    }
    // Whoever cannot be asked is told nothing: the next look begins with them.
    if (is_time_for_strangers(home->operations()) && !end_strangers(home->operations())) strangers_looked_for_ = 0;
    if (home->operations().trouble()) continue;
    std::map<std::int64_t, std::vector<Stream*>> by_district;
    for (auto const& stream : streams_) by_district[stream->onlooker.district].push_back(stream.get());
    for (auto const& [district, streams] : by_district) tell(home->operations(), streams);
    let_go_of_the_lonely();
  }
}

// Tells the onlookers of one district.
void Live::tell(store::Database& operations, std::vector<Stream*> const& streams) {
  auto const district = streams.front()->onlooker.district;
  auto const unfinished = store::unfinished_runs(operations, district);
  if (operations.trouble()) return;
  std::map<std::pair<std::int64_t, bool>, std::string> events;  // by run, and whether they see findings
  std::map<std::int64_t, std::string> ends;
  {
    std::lock_guard const lock(noted_mutex_);
    for (auto const& run : unfinished) {
      auto const noted = noted_.find(run.run);
      for (auto const sees : {false, true})
        events[{run.run, sees}] = to_json(progress_of(run, noted == noted_.end() ? std::nullopt : std::optional(noted->second), sees));
    }
  }
  for (auto* const stream : streams) {
    if (auto const event = events.find({stream->run, stream->onlooker.sees_findings}); event != events.end()) {
      if (stream->told != event->second) stream->channel->publish("progress", stream->told = event->second);
      continue;
    }
    auto& end = ends[stream->run];
    if (end.empty()) {
      auto const run = store::find_run(operations, district, stream->run);
      if (operations.trouble()) return;
      end = to_json({{"run", stream->run}, {"state", "done"}, {"outcome", run ? run->outcome : ""}, {"decision", run ? run->decision : ""}});
    }
    stream->channel->publish("done", end);
    stream->channel->close();
    stream->run = 0;
  }
}

// Now and then; and when something was noted in the audit log of their districts, or of the server, for it may be about them.
bool Live::is_time_for_strangers(store::Database& operations) {
  std::set<std::int64_t> logs{0};
  for (auto const& stream : streams_) logs.insert(stream->onlooker.district);
  std::string places;
  for (std::size_t i = 0; i < logs.size(); ++i) places += i == 0 ? "?" : ", ?";
  auto row = operations.prepare("SELECT coalesce(sum(newest), 0) FROM audit_ends WHERE district IN (" + places + ")");
  int at = 0;
  for (auto const log : logs) row->bind(++at, log);
  auto const noted = row->step() ? row->integer(0) : 0;
  auto const now = now_ms_() / 1000;
  if (noted == noted_then_ && now < strangers_looked_for_ + sessions_every && now >= strangers_looked_for_) return false;
  noted_then_ = noted;
  strangers_looked_for_ = now;
  return true;
}

// Streams whose session is over, whose account may no longer see this, or whose district is served no more. False when that cannot be asked.
bool Live::end_strangers(store::Database& operations) {
  auto const now = now_ms_() / 1000;
  struct Known {
    access::Standing standing;
    std::set<std::int64_t> sessions;
  };
  std::map<std::int64_t, Known> accounts;
  std::map<std::int64_t, bool> served;
  for (auto const& stream : streams_)
    if (auto const [at, fresh] = served.try_emplace(stream->onlooker.district); fresh)
      at->second = store::service_of(operations, stream->onlooker.district) == store::Service::Open;
  for (auto const& stream : streams_) {
    auto const& who = stream->onlooker;
    auto [at, fresh] = accounts.try_emplace(who.account);
    auto& known = at->second;
    if (fresh) {
      if (auto const account = access::find_account(operations, who.account)) known.standing = access::standing_of(operations, *account);
      for (auto const& session : access::list_sessions(operations, who.account, now)) known.sessions.insert(session.id);
      if (operations.trouble()) return false;
    }
    bool const there = who.session == 0 ? now < who.since + program_seconds : known.sessions.count(who.session) > 0;
    stream->onlooker.sees_findings &= known.standing.may_everywhere(who.right, who.district);
    if (there && served[who.district] && known.standing.may(who.right, who.district)) continue;
    stream->channel->close();
    stream->run = 0;
  }
  return !operations.trouble();
}

void Live::let_go_of_the_lonely() {
  auto const now = now_ms_() / 1000;
  std::erase_if(streams_,
                [&](auto const& stream) { return stream->run == 0 || (stream->channel->listeners() == 0 && now >= stream->onlooker.since + lonely_seconds); });
}

}  // namespace rollbook::web
