// Events for whoever listens: a stream that stays open. Anybody may publish, from any thread; the server writes to those who listen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace rollbook::http {

// One topic with any number of listeners. A listener who comes late is told the last event at once. A listener that cannot keep up is told only the
// newest: events say how things stand, not what changed.
class Channel {
 public:
  // `name`: of the event, as EventSource knows it; `data`: one or more lines.
  void publish(std::string name, std::string data);
  // No more events: streams end.
  void close();

  // For the server: called at each event, from the thread that publishes, with the text of the stream; an empty text says it is closed. Who is told only
  // notes it, quickly, and never calls the channel. Returns a number to stop by; after `stop` nobody is told.
  std::uint64_t listen(std::function<void(std::shared_ptr<std::string const>)> told);
  void stop(std::uint64_t listener);

  std::size_t listeners() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::uint64_t, std::function<void(std::shared_ptr<std::string const>)>> listeners_;
  std::uint64_t next_ = 1;
  std::shared_ptr<std::string const> last_;
  bool closed_ = false;
};

}  // namespace rollbook::http
