#include "doors/takers.h"

#include "doors/accounts.h"
#include "doors/folders.h"
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

// A source with an account, with a watched folder, or both.
struct Sender {
  std::int64_t source = 0, district = 0;
  bool has_account = false;
  std::string from = {};
  std::optional<Folder> folder = {};
};

std::vector<Sender> all_senders(store::Database& operations) {
  std::map<std::int64_t, Sender> all;
  for (auto const& account : all_accounts(operations)) all[account.source] = {account.source, account.district, true, account.last_from};
  for (auto& folder : all_folders(operations)) {
    auto& sender = all[folder.source];
    sender.source = folder.source;
    sender.district = folder.district;
    sender.folder = std::move(folder);
  }
  std::vector<Sender> senders;
  for (auto& [source, sender] : all) senders.push_back(std::move(sender));
  return senders;
}

Taking::Places places_of(TakersOptions const& options, Sender const& sender, std::function<void(std::string const&)> const& complain) {
  Taking::Places places;
  auto const add = [&](auto place) {
    if (!place) complain(place.trouble().text);
    else if (*place) places.push_back(*place);
  };
  if (sender.has_account) add(options.zones->of(sender.source));
  if (options.watch_folders) add(options.zones->watched(sender.source, sender.folder ? sender.folder->path : "", options.now));
  return places;
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
  for (auto const& sender : all_senders(operations)) {
    auto const district = store::find_district(operations, std::to_string(sender.district));
    if (!district || store::service_of(operations, sender.district) != store::Service::Open) continue;
    auto const source = store::find_source(operations, *district, sender.source);
    auto places = places_of(options, sender, complain);
    if (!source || !*source || places.empty()) continue;
    runs::Hub hub{home,
                  options.key,
                  options.place.postgres_url.empty() ? options.place.folder : "",
                  options.threads,
                  options.day_in(district->time_zone, now),
                  {"source " + (*source)->name, store::moment_text(now), sender.from.empty() ? "a door" : sender.from},
                  runs::name_of_this_worker()};
    auto& taking = takings.try_emplace(sender.source, Taking::Places()).first->second;
    taking.set_places(std::move(places));
    auto const took = taking.take(hub, *district, **source, now);
    if (!took) {
      complain("source " + std::to_string(sender.source) + ": " + took.trouble().text);
      operations.recover();
      continue;
    }
    for (auto const& complaint : took->complaints) complain("source " + std::to_string(sender.source) + ": " + complaint);
    if (sender.folder && options.watch_folders) keep_folder_trouble(operations, *sender.folder, took->complaints.empty() ? "" : took->complaints.front());
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
