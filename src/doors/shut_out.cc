#include "doors/shut_out.h"

#include <algorithm>

#include "access/throttle.h"
#include "store/events.h"
#include "store/moment.h"

namespace rollbook::doors {
namespace {

// IPv6 as its network: whoever has one address of it has all.
std::string subject_of(std::string_view address) { return "address " + access::network_of(address); }
std::string subject_of(Account const& account) { return "account " + std::to_string(account.source); }

struct Failures {
  std::int64_t count = 0, since = 0, until = 0;
};

// What was noted by a clock that was far ahead is not believed.
Failures failures_of(store::Database& operations, std::string const& subject, std::int64_t now) {
  auto row = operations.prepare("SELECT failures, since, until FROM door_failures WHERE subject = ?");
  if (!row->with(subject).step()) return {};
  Failures const found{row->integer(0), row->integer(1), row->integer(2)};
  bool const counts = found.since <= now && found.until <= now + shut_for && (found.until > now || found.since > now - counted_for);
  return counts ? found : Failures{};
}

// True when this one shuts it out.
bool count(store::Database& operations, std::string const& subject, std::int64_t most, std::int64_t now) {
  auto failures = failures_of(operations, subject, now);
  if (failures.count == 0) failures.since = now;
  bool const was_shut = failures.until > now;
  if (++failures.count >= most && !was_shut) failures.until = now + shut_for;
  operations.run("DELETE FROM door_failures WHERE subject = ?", subject);
  operations.run("INSERT INTO door_failures(subject, failures, since, until) VALUES(?, ?, ?, ?)", subject, failures.count, failures.since, failures.until);
  return failures.until > now && !was_shut;
}

void tell(store::Database& operations, std::string_view address, std::optional<Account> const& account, std::int64_t now) {
  auto const at = store::moment_text(now), until = store::moment_text(now + shut_for);
  auto const network = access::network_of(address);
  // Who tries names that nobody has is noted, and wakes nobody; nor does the next of many from whom an account is shut by now.
  if (account && failures_of(operations, subject_of(*account), now).count <= failures_of_account)
    store::raise(operations, {.district = account->district,
                              .kind = store::EventKind::AccountBanned,
                              .at = at,
                              .source = account->source,
                              .facts = {{"address", network}, {"until", until}},
                              .once = "door " + network + " " + until.substr(0, 13)});
  store::note(operations, {"the server", at, std::string(address)}, account ? account->district : 0, "door shut", network + ", until " + until);
}

}  // namespace

std::int64_t shut_until(store::Database& operations, std::string_view address, std::int64_t now) {
  auto const until = failures_of(operations, subject_of(address), now).until;
  return until > now ? until : 0;
}

std::int64_t account_shut_until(store::Database& operations, Account const& account, std::string_view address, std::int64_t now) {
  if (!account.last_from.empty() && access::network_of(account.last_from) == access::network_of(address)) return 0;
  auto const until = failures_of(operations, subject_of(account), now).until;
  return until > now ? until : 0;
}

std::optional<Trouble> note_failure(store::Database& operations, std::string_view address, std::optional<Account> const& account, std::int64_t now) {
  return operations.transaction([&] {
    bool const shut = count(operations, subject_of(address), failures_of_address, now);
    if (account) count(operations, subject_of(*account), failures_of_account, now);
    if (shut) tell(operations, address, account, now);
    operations.run("DELETE FROM door_failures WHERE until < ? AND since < ?", now - shut_for, now - shut_for);
    return true;
  });
}

void forget_failures(store::Database& operations, std::string_view address) {
  auto const subject = subject_of(address);
  auto row = operations.prepare("SELECT 1 FROM door_failures WHERE subject = ?");
  bool const any = row->with(subject).step();
  row->reset();
  if (any) (void)operations.transaction([&] { return operations.run("DELETE FROM door_failures WHERE subject = ?", subject), true; });
}

std::vector<ShutOut> shut_out_now(store::Database& operations, std::int64_t now) {
  std::vector<ShutOut> all;
  auto rows = operations.prepare("SELECT subject, until, failures FROM door_failures WHERE until > ?");
  for (rows->with(now); rows->step();)
    if (auto const subject = std::string(rows->text(0)); subject.starts_with("address "))
      all.push_back({subject.substr(8), rows->integer(1), rows->integer(2)});
  std::sort(all.begin(), all.end(), [](auto const& a, auto const& b) { return a.subject < b.subject; });
  return all;
}

std::optional<Trouble> let_in_again(store::Database& operations, std::string_view address, store::Actor const& actor) {
  auto const subject = subject_of(address);
  auto row = operations.prepare("SELECT 1 FROM door_failures WHERE subject = ?");
  bool const any = row->with(subject).step();
  row->reset();
  if (!any) return Trouble{"Nothing is held against " + std::string(address) + "."};
  return operations.transaction([&] {
    operations.run("DELETE FROM door_failures WHERE subject = ?", subject);
    store::note(operations, actor, 0, "door opened", access::network_of(address));
    return true;
  });
}

}  // namespace rollbook::doors
