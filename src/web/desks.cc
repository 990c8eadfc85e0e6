#include "web/desks.h"

namespace rollbook::web {

Desk::Desk(store::Home opened, store::ServerKey const& key, std::string const& data_folder, unsigned workers)
    : home(std::move(opened)), hub{home, key, data_folder, workers, 0, {}, runs::name_of_this_worker()} {}

Result<Desks::Taken> Desks::take() {
  auto const let_go = [this](Desk* desk) { give_back(std::unique_ptr<Desk>(desk)); };
  {
    std::lock_guard const lock(mutex_);
    if (!free_.empty()) {
      auto desk = std::move(free_.back());
      free_.pop_back();
      return Taken(desk.release(), let_go);
    }
  }
  auto home = store::Home::open(place_);
  if (!home) return home.trouble();
  auto desk = std::make_unique<Desk>(std::move(*home), key_, place_.folder, workers_);
  desk->hub.queued = on_queued_;
  return Taken(desk.release(), let_go);
}

void Desks::give_back(std::unique_ptr<Desk> desk) {
  if (desk->home.operations().trouble() && !desk->home.operations().recover()) return;
  desk->hub.actor = {};
  desk->hub.today = 0;
  std::lock_guard const lock(mutex_);
  free_.push_back(std::move(desk));
}

}  // namespace rollbook::web
