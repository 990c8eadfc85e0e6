#include "access/throttle.h"

#include <arpa/inet.h>

#include <algorithm>

#include "access/secrets.h"

namespace rollbook::access {
namespace {

constexpr Measure of_email_here{"sign-in from", 5, 60 * 60}, of_address{"sign-in address", 50, 60}, of_email{"sign-in", 100, 5 * 60};
constexpr std::int64_t first_wait = 5, longest_wait = 15 * 60;
constexpr std::int64_t known_for = std::int64_t{90} * 24 * 60 * 60;

std::int64_t wait_after(Measure const& measure, std::int64_t failures) {
  auto const over = failures - measure.free;
  if (over < 0) return 0;
  return over > 8 ? longest_wait : std::min(longest_wait, first_wait << over);
}

std::string subject_of(Measure const& measure, std::string_view email, std::string_view peer) {
  return hash_of(measure.name, std::string(email) + "\n" + network_of(peer));
}
std::string subject_of_address(std::string_view peer) { return hash_of(of_address.name, network_of(peer)); }

bool is_known_at(store::Database& operations, std::int64_t account, std::string_view peer, std::int64_t now) {
  auto row = operations.prepare("SELECT 1 FROM known_addresses WHERE account = ? AND address = ? AND seen > ?");
  return row->with(account, store::Blob{subject_of_address(peer)}, now - known_for).step();
}

struct Asked {
  Measure const* measure;
  std::string subject;
};

std::vector<Asked> what_counts(store::Database& operations, std::string_view email, std::string_view peer, std::optional<std::int64_t> account,
                               std::int64_t now) {
  std::vector<Asked> all = {{&of_email_here, subject_of(of_email_here, email, peer)}};
  if (account && is_known_at(operations, *account, peer, now)) return all;
  all.push_back({&of_address, subject_of_address(peer)});
  all.push_back({&of_email, subject_of(of_email, email, "")});
  return all;
}

// As it stands there.
Failures failures_of(store::Database& operations, std::string const& subject) {
  auto row = operations.prepare("SELECT failures, since, wait_until FROM sign_in_failures WHERE subject = ?");
  if (!row->with(store::Blob{subject}).step()) return {};
  return {row->integer(0), row->integer(1), row->integer(2)};
}

// As it counts. What was noted by a clock that was far ahead would keep somebody out until then; it is not believed.
Failures believed_failures_of(store::Database& operations, std::string const& subject, std::int64_t now) {
  auto const failures = failures_of(operations, subject);
  return std::max(failures.since, failures.wait_until) > now + 2 * longest_wait ? Failures{} : failures;
}

void put(store::Database& operations, Counted const& counted, Failures const& failures) {
  if (failures.count <= 0) return operations.run("DELETE FROM sign_in_failures WHERE subject = ?", store::Blob{counted.subject});
  operations.run(
      "INSERT INTO sign_in_failures(subject, failures, since, wait_until, forgotten) VALUES(?, ?, ?, ?, ?) ON CONFLICT(subject) DO UPDATE SET "
      "failures = excluded.failures, since = excluded.since, wait_until = excluded.wait_until, forgotten = excluded.forgotten",
      store::Blob{counted.subject}, failures.count, failures.since, failures.wait_until,
      std::max(failures.since + failures.count * counted.forgotten_after, failures.wait_until));
}

// One more than before, without what is forgotten by now.
Counted one_more(store::Database& operations, Asked const& asked, std::int64_t now) {
  auto const& measure = *asked.measure;
  Counted counted{asked.subject, measure.forgotten_after, believed_failures_of(operations, asked.subject, now), {1, now, 0}};
  auto const forgotten = std::max<std::int64_t>(0, now - counted.before.since) / measure.forgotten_after;
  if (forgotten < counted.before.count) counted.now = {counted.before.count - forgotten + 1, counted.before.since + forgotten * measure.forgotten_after, 0};
  counted.now.wait_until = now + wait_after(measure, counted.now.count);
  return counted;
}

// One statement: this is all that a refused attempt costs, and there may be many.
std::int64_t wait_of(std::vector<Asked> const& asked, store::Database& operations, std::int64_t now) {
  auto row = operations.prepare("SELECT coalesce(max(wait_until), 0) FROM sign_in_failures WHERE subject IN (?, ?, ?) AND since <= ? AND wait_until <= ?");
  auto const subject = [&](std::size_t at) { return store::Blob{asked[std::min(at, asked.size() - 1)].subject}; };
  auto const believed = now + 2 * longest_wait;
  return row->with(subject(0), subject(1), subject(2), believed, believed).step() ? std::max<std::int64_t>(0, row->integer(0) - now) : 0;
}

Trouble come_again_in(std::int64_t seconds, std::string const& why = "There were too many attempts to sign in.") {
  auto const minutes = (seconds + 59) / 60;
  return Trouble{why + " Try again in " +
                 (seconds == 1    ? std::string("a second")
                  : seconds <= 60 ? std::to_string(seconds) + " seconds"
                                  : std::to_string(minutes) + " minutes") +
                 "."};
}

}  // namespace

std::string network_of(std::string_view peer) {
  std::string const text(peer.substr(0, peer.find('%')));
  unsigned char bytes[16];
  if (::inet_pton(AF_INET6, text.c_str(), bytes) != 1) return text;
  constexpr std::string_view mapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);  // IPv4, as a socket of both families tells it
  std::string_view const all(reinterpret_cast<char const*>(bytes), sizeof bytes);
  char out[INET6_ADDRSTRLEN];
  if (all.starts_with(mapped)) return ::inet_ntop(AF_INET, bytes + mapped.size(), out, sizeof out);
  std::fill(bytes + 8, bytes + 16, 0);
  return ::inet_ntop(AF_INET6, bytes, out, sizeof out);
}

Result<Attempt> begin_attempt(store::Database& operations, std::string_view email, std::string_view peer, std::optional<std::int64_t> account,
                              std::int64_t now) {
  auto const asked = what_counts(operations, email, peer, account, now);
  auto wait = wait_of(asked, operations, now);
  if (wait > 0) return come_again_in(wait);
  Attempt attempt;
  auto const trouble = operations.transaction([&] {
    wait = wait_of(asked, operations, now);  // of those who came at the same moment, one is first
    if (wait > 0) return false;
    // What is there was paid for with a password that was computed; so it cannot grow faster than those are.
    operations.run("DELETE FROM sign_in_failures WHERE forgotten < ?", now);
    for (auto const& one : asked) {
      attempt.counted.push_back(one_more(operations, one, now));
      put(operations, attempt.counted.back(), attempt.counted.back().now);
      attempt.wait_seconds = std::max(attempt.wait_seconds, attempt.counted.back().now.wait_until - now);
    }
    return true;
  });
  if (trouble) return *trouble;
  if (wait > 0) return come_again_in(wait);
  return attempt;
}

std::optional<Trouble> count_one(store::Database& operations, Measure const& measure, std::string_view whom, std::int64_t now) {
  Asked const asked{&measure, hash_of(measure.name, whom)};
  if (auto const wait = wait_of({asked}, operations, now); wait > 0) return come_again_in(wait, "This was done very often in a short time.");
  auto const counted = one_more(operations, asked, now);
  put(operations, counted, counted.now);
  return std::nullopt;
}

void take_back(store::Database& operations, Attempt const& attempt) {
  for (auto const& counted : attempt.counted) {
    auto failures = failures_of(operations, counted.subject);
    if (failures == counted.now) failures = counted.before;
    else --failures.count;  // others were counted meanwhile
    put(operations, counted, failures);
  }
}

void forget_failures(store::Database& operations, std::string_view email, std::string_view peer) {
  operations.run("DELETE FROM sign_in_failures WHERE subject = ?", store::Blob{subject_of(of_email_here, email, peer)});
}

void remember_address(store::Database& operations, std::int64_t account, std::string_view peer, std::int64_t now) {
  operations.run("DELETE FROM known_addresses WHERE account = ? AND seen <= ?", account, now - known_for);
  operations.run("INSERT INTO known_addresses(account, address, seen) VALUES(?, ?, ?) ON CONFLICT(account, address) DO UPDATE SET seen = excluded.seen",
                 account, store::Blob{subject_of_address(peer)}, now);
}

}  // namespace rollbook::access
