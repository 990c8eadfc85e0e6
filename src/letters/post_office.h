// The threads of a server that tell people and programs what has happened: one for events, digests and letters, one for webhooks. No run and no page waits for
// either; each has a connection of its own to the database, and what is not sent today waits in the outbox.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "letters/send.h"
#include "letters/words.h"
#include "store/home.h"
#include "store/server_key.h"

namespace rollbook::letters {

struct PostOptions {
  store::HomePlace place;
  store::ServerKey key;
  std::function<Result<Dressed>(Words const&)> dress = {};
  std::chrono::milliseconds look_every{2000};
  std::function<std::int64_t()> now = {};                        // seconds since 1970
  std::function<void(std::string const& what)> on_trouble = {};  // of the databases, for the log
};

// What a thread does each time that it looks; tests call it with a clock of theirs.
class Rounds {
 public:
  Rounds(PostOptions const& options, store::Home& home, Stops ends = {}) : options_(options), home_(home), ends_(std::move(ends)), mailer_(ends_) {}

  // Who is told of what, and digests; every hour also what is old goes.
  std::optional<Trouble> tell(std::int64_t now);
  // Until nothing is due, or nobody is there.
  std::optional<Trouble> send_letters(std::int64_t now);
  std::optional<Trouble> send_to_webhooks(std::int64_t now);

 private:
  using Send = std::function<Tried(Item const&)>;
  // The next item for a door, taken and sent; false when there is none, or nobody is there.
  Result<bool> send_one(std::int64_t door, std::int64_t now, Send const& send);
  bool is_shut(std::int64_t door, std::int64_t now) const;
  std::int64_t time_in(std::int64_t round) const;
  Tried send_letter(Item const& item, std::int64_t now);
  Tried send_invitation(Item const& item, std::int64_t now);
  Tried send_words(Item const& item, Words const& words, std::string const& to);
  Tried send_to_webhook(Item const& item, std::int64_t now);
  Where where_of(store::Event const& event);

  PostOptions const& options_;
  store::Home& home_;
  Stops const ends_;
  Mailer mailer_;
  std::string const worker_ = worker_name();
  std::map<std::int64_t, std::int64_t> shut_until_;
  std::int64_t looked_at_digests_ = 0, forgot_at_ = 0;

  static std::string worker_name();
};

// A letter to say that letters can be sent; at once, by whoever waits for it.
Tried send_test_letter(store::Database& operations, PostOptions const& options, std::string const& to, std::int64_t now, Stops stops = {});

class PostOffice {
 public:
  explicit PostOffice(PostOptions options);
  PostOffice(PostOffice const&) = delete;
  PostOffice& operator=(PostOffice const&) = delete;
  // Ends them; what is being sent comes to its end.
  ~PostOffice();

  void wake();

 private:
  void work(bool letters);
  bool wait_for_more(std::uint64_t seen);

  PostOptions const options_;
  std::mutex mutex_;
  std::condition_variable more_;
  std::uint64_t woken_ = 0;
  std::atomic<bool> ends_{false};
  std::vector<std::thread> threads_;
};

}  // namespace rollbook::letters
