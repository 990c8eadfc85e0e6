// Where a page is made: databases of its own, and a hub over them. A database connection belongs to one thread at a time, so there are as many desks as
// requests that are answered at once; a desk that is free waits for the next.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "runs/work.h"
#include "store/home.h"

namespace rollbook::web {

struct Desk {
  store::Home home;
  runs::Hub hub;

  Desk(store::Home opened, store::ServerKey const& key, std::string const& data_folder, unsigned workers);
  Desk(Desk const&) = delete;
};

class Desks {
 public:
  // `on_queued` is told when a page has put something into the queue.
  Desks(store::HomePlace place, store::ServerKey key, unsigned workers, std::function<void()> on_queued)
      : place_(std::move(place)), key_(key), workers_(workers), on_queued_(std::move(on_queued)) {}

  // Back to the others when it is let go of; thrown away when its database has trouble that does not go away.
  using Taken = std::unique_ptr<Desk, std::function<void(Desk*)>>;
  Result<Taken> take();

 private:
  void give_back(std::unique_ptr<Desk> desk);

  store::HomePlace place_;
  store::ServerKey key_;
  unsigned workers_;
  std::function<void()> on_queued_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Desk>> free_;
};

}  // namespace rollbook::web
