#include "web/pulse.h"

#include <algorithm>
#include <filesystem>

namespace rollbook::web {

void Pulse::answered(int status, double seconds) {
  ++by_class_[static_cast<std::size_t>(std::clamp(status / 100, 0, 5))];
  ++by_time_[static_cast<std::size_t>(std::lower_bound(steps.begin(), steps.end(), seconds) - steps.begin())];
  microseconds_ += static_cast<std::uint64_t>(seconds * 1e6);
}

Pulse::Answered Pulse::answers() const {
  Answered out;
  for (std::size_t i = 0; i < by_class_.size(); ++i) out.by_class[i] = by_class_[i].load();
  for (std::size_t i = 0; i < by_time_.size(); ++i) out.by_time[i] = by_time_[i].load();
  out.seconds = static_cast<double>(microseconds_.load()) / 1e6;
  return out;
}

void Pulse::set(Server server) {
  std::lock_guard const lock(mutex_);
  server_ = std::move(server);
}

std::optional<runs::WorkersState> Pulse::workers() const {
  std::lock_guard const lock(mutex_);
  return server_.workers ? server_.workers() : std::nullopt;
}

bool Pulse::has_workers() const {
  std::lock_guard const lock(mutex_);
  return static_cast<bool>(server_.workers);
}

std::string Pulse::certificate_ends() const {
  std::lock_guard const lock(mutex_);
  return server_.certificate_ends;
}

std::optional<Pulse::Room> Pulse::room(std::string const& folder) const {
  std::unique_lock lock(mutex_);
  if (server_.room) return server_.room(folder);
  lock.unlock();
  std::error_code error;
  auto const disk = std::filesystem::space(folder, error);
  return error ? std::nullopt : std::optional(Room{disk.available, disk.capacity});
}

Pulse& pulse() {
  static Pulse only;
  return only;
}

}  // namespace rollbook::web
