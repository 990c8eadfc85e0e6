#include "http/channel.h"

#include <string_view>
#include <utility>

namespace rollbook::http {
namespace {

// Lines as EventSource splits them; one that is left open by a stranger's text would begin a field of its own.
std::string text_of(std::string_view name, std::string_view data) {
  std::string text = "event: ";
  for (char const c : name)
    if (c != '\r' && c != '\n') text += c;
  text += "\ndata: ";
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (data[i] == '\r' && i + 1 < data.size() && data[i + 1] == '\n') continue;
    if (data[i] == '\r' || data[i] == '\n') text += "\ndata: ";
    else text += data[i];
  }
  return text += "\n\n";
}

}  // namespace

// Listeners are told under the lock, so that whoever has stopped is never told again. They only note what they hear.
void Channel::publish(std::string name, std::string data) {
  auto event = std::make_shared<std::string const>(text_of(name, data));
  std::lock_guard const lock(mutex_);
  if (closed_) return;
  last_ = std::move(event);
  for (auto const& [number, told] : listeners_) told(last_);
}

void Channel::close() {
  std::lock_guard const lock(mutex_);
  if (std::exchange(closed_, true)) return;
  auto const end = std::make_shared<std::string const>();
  for (auto const& [number, told] : listeners_) told(end);
}

std::uint64_t Channel::listen(std::function<void(std::shared_ptr<std::string const>)> told) {
  std::lock_guard const lock(mutex_);
  if (last_) told(last_);
  if (closed_) told(std::make_shared<std::string const>());
  listeners_.emplace(next_, std::move(told));
  return next_++;
}

void Channel::stop(std::uint64_t listener) {
  std::lock_guard const lock(mutex_);
  listeners_.erase(listener);
}

std::size_t Channel::listeners() const {
  std::lock_guard const lock(mutex_);
  return listeners_.size();
}

}  // namespace rollbook::http
