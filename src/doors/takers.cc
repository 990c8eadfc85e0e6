#include "doors/takers.h"

#include "doors/accounts.h"
#include "runs/worker.h"
#include "store/district_life.h"
#include "store/moment.h"

namespace rollbook::doors {
namespace {

std::vector<std::int64_t> all_sources(store::Database& operations) {
  std::vector<std::int64_t> all;
  auto rows = operations.prepare("SELECT id FROM sources WHERE state <> 'deleted'");
  while (rows->step()) all.push_back(rows->integer(0));
  return all;
}

}  // namespace

Takers::Takers(TakersOptions options) : options_(std::move(options)), thread_([this] { work(); }) {}

Takers::~Takers() {
  {
    std::lock_guard const lock(mutex_);
    ends_ = true;
  }
  more_.notify_all();
  thread_.join();
}

void Takers::wake() {
  {
    std::lock_guard const lock(mutex_);
    woken_ = true;
  }
  more_.notify_all();
}

std::vector<std::int64_t> Takers::look(TakersOptions const& options, store::Home& home, std::map<std::int64_t, Taking>& takings,
                                       std::function<void(std::string const&)> const& complain) {
  std::vector<std::int64_t> runs;
  auto& operations = home.operations();
  auto const now = options.now();
  for (auto const& account : all_accounts(operations)) {
    auto const district = store::find_district(operations, std::to_string(account.district));
    if (!district || store::service_of(operations, account.district) != store::Service::Open) continue;
    auto const source = store::find_source(operations, *district, account.source);
    auto zone = options.zones->of(account.source);
    if (!zone) complain(zone.trouble().text);
    if (!source || !*source || !zone) continue;
    runs::Hub hub{home,
                  options.key,
                  options.place.postgres_url.empty() ? options.place.folder : "",
                  options.threads,
                  options.day_in(district->time_zone, now),
                  {"source " + (*source)->name, store::moment_text(now), account.last_from.empty() ? "SFTP" : account.last_from},
                  runs::name_of_this_worker()};
    auto& taking = takings.try_emplace(account.source, *zone).first->second;
    auto const took = taking.take(hub, *district, **source, now);
    if (!took) {
      complain("source " + std::to_string(account.source) + ": " + took.trouble().text);
      operations.recover();
      continue;
    }
    runs.insert(runs.end(), took->runs.begin(), took->runs.end());
  }
  auto const sources = all_sources(operations);
  if (!operations.trouble()) options.zones->keep_only(sources);
  return runs;
}

void Takers::work() {
  std::optional<store::Home> home;
  std::map<std::int64_t, Taking> takings;
  std::string told;
  auto const complain = [&](std::string const& what) {
    if (what != told) options_.on_trouble(told = what);
  };
  for (;;) {
    if (!home) {
      if (auto opened = store::Home::open(options_.place)) home.emplace(std::move(*opened));
      else complain(opened.trouble().text);
    }
    if (home) {
      auto const runs = look(options_, *home, takings, complain);
      if (auto const trouble = home->operations().trouble()) complain(trouble->text), home.reset();
      if (!runs.empty() && options_.on_queued) options_.on_queued();
    }
    std::unique_lock lock(mutex_);
    more_.wait_for(lock, options_.look_every, [&] { return woken_ || ends_; });
    if (ends_) return;
    woken_ = false;
  }
}

}  // namespace rollbook::doors
