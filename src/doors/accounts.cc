#include "doors/accounts.h"

#include <algorithm>
#include <functional>

#include "access/secrets.h"
#include "base/text.h"
#include "http/proxies.h"

namespace rollbook::doors {
namespace {

constexpr std::string_view purpose = "door password";
constexpr std::size_t most_keys = 10;
constexpr char const* columns =
    "SELECT a.source, s.district, a.name, a.password, a.allowed, a.last_at, a.last_from FROM door_accounts a JOIN sources s ON s.id = a.source ";

Account read(store::Statement& row) {
  return {row.integer(0),           row.integer(1),           std::string(row.text(2)), !row.text(3).empty(),
          std::string(row.text(4)), std::string(row.text(5)), std::string(row.text(6))};
}

// What `work` does, with the account there, noted in the same transaction.
std::optional<Trouble> change(store::Database& operations, store::Source const& source, std::string const& what, store::Actor const& actor,
                              std::function<std::optional<Trouble>()> const& work) {
  if (!source.is_active()) return Trouble{"The source \"" + source.name + "\" is deactivated: nothing can be sent for it."};
  std::optional<Trouble> wrong;
  auto const trouble = operations.transaction([&] {
    if (!account_of(operations, source.id))
      operations.run("INSERT INTO door_accounts(source, name, password, allowed, last_at, last_from) VALUES(?, ?, '', '', '', '')", source.id,
                     account_name(source));
    if ((wrong = work())) return false;
    store::note(operations, actor, source.district, "door set", source.name + ": " + what);
    return true;
  });
  return wrong ? wrong : trouble;
}

}  // namespace

std::string account_name(store::Source const& source) {
  std::string name;
  for (auto const c : lower(source.name))
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) name += c;
    else if (!name.empty() && name.back() != '-') name += '-';
  while (name.ends_with('-')) name.pop_back();
  return (name.empty() ? "source" : name.substr(0, 24)) + "-" + std::to_string(source.id);
}

std::optional<Account> account_of(store::Database& operations, std::int64_t source) {
  auto row = operations.prepare(std::string(columns) + "WHERE a.source = ?");
  return row->with(source).step() ? std::optional(read(*row)) : std::nullopt;
}

std::optional<Account> account_called(store::Database& operations, std::string_view name) {
  // Strangers call themselves anything; not all of it is text to a database.
  if (!std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; })) return std::nullopt;
  auto row = operations.prepare(std::string(columns) + "WHERE a.name = ? AND s.state = 'active'");
  return row->with(name).step() ? std::optional(read(*row)) : std::nullopt;
}

std::vector<Account> all_accounts(store::Database& operations) {
  std::vector<Account> all;
  auto rows = operations.prepare(std::string(columns) + "WHERE s.state = 'active' ORDER BY a.source");
  while (rows->step()) all.push_back(read(*rows));
  return all;
}

Result<std::string> make_password(store::Database& operations, store::Source const& source, store::Actor const& actor) {
  auto const password = access::random_token();
  auto trouble = change(operations, source, "a new password", actor, [&]() -> std::optional<Trouble> {
    operations.run("UPDATE door_accounts SET password = ? WHERE source = ?", access::text_hash_of(purpose, password), source.id);
    return std::nullopt;
  });
  return trouble ? Result<std::string>(*trouble) : password;
}

std::optional<Trouble> end_password(store::Database& operations, store::Source const& source, store::Actor const& actor) {
  return change(operations, source, "its password ended", actor, [&]() -> std::optional<Trouble> {
    operations.run("UPDATE door_accounts SET password = '' WHERE source = ?", source.id);
    return std::nullopt;
  });
}

Result<PublicKey> add_key(store::Database& operations, store::Source const& source, std::string_view line, store::Actor const& actor) {
  auto key = read_public_key(line);
  if (!key) return key;
  auto const trouble = change(operations, source, "key added, " + key->fingerprint, actor, [&]() -> std::optional<Trouble> {
    auto const all = keys_of(operations, source.id);
    for (auto const& one : all)
      if (one.base64 == key->base64) return Trouble{"This key is there already: " + one.fingerprint + "."};
    if (all.size() >= most_keys) return Trouble{"There are " + std::to_string(all.size()) + " keys already. Remove one that is not used any more."};
    operations.run("INSERT INTO door_keys(source, fingerprint, kind, base64, comment) VALUES(?, ?, ?, ?, ?)", source.id, key->fingerprint, key->kind,
                   key->base64, key->comment);
    return std::nullopt;
  });
  return trouble ? Result<PublicKey>(*trouble) : key;
}

std::optional<Trouble> remove_key(store::Database& operations, store::Source const& source, std::string const& fingerprint, store::Actor const& actor) {
  auto const all = keys_of(operations, source.id);
  for (auto const& one : all)
    if (one.fingerprint == fingerprint)
      return change(operations, source, "key removed, " + fingerprint, actor, [&]() -> std::optional<Trouble> {
        operations.run("DELETE FROM door_keys WHERE source = ? AND fingerprint = ?", source.id, fingerprint);
        return std::nullopt;
      });
  return Trouble{"The account of " + source.name + " has no key with this fingerprint."};
}

std::optional<Trouble> set_allowed(store::Database& operations, store::Source const& source, std::string_view networks, store::Actor const& actor) {
  std::vector<std::string> all;
  for (auto const& one : split(std::string(networks), ','))
    if (auto const text = trimmed(one); !text.empty()) all.emplace_back(text);
  auto const joined = joined_by_commas(all);
  if (!http::Proxies::of(joined))
    return Trouble{
        "Not all of these are addresses. Write them like 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32, with commas between several; nothing lets everybody try."};
  return change(operations, source, joined.empty() ? "it may come from everywhere" : "it may come from " + joined, actor, [&]() -> std::optional<Trouble> {
    operations.run("UPDATE door_accounts SET allowed = ? WHERE source = ?", joined, source.id);
    return std::nullopt;
  });
}

std::vector<PublicKey> keys_of(store::Database& operations, std::int64_t source) {
  std::vector<PublicKey> all;
  auto rows = operations.prepare("SELECT kind, base64, comment, fingerprint FROM door_keys WHERE source = ?");
  for (rows->with(source); rows->step();)
    all.push_back({std::string(rows->text(0)), std::string(rows->text(1)), std::string(rows->text(2)), std::string(rows->text(3))});
  std::sort(all.begin(), all.end(), [](auto const& a, auto const& b) { return a.fingerprint < b.fingerprint; });  // databases sort texts differently
  return all;
}

// The password is random, so what is kept of it need not be slow, and comparing hashes tells nothing by its time.
bool is_password_of(store::Database& operations, Account const& account, std::string_view password) {
  auto row = operations.prepare("SELECT 1 FROM door_accounts WHERE source = ? AND password = ? AND password <> ''");
  return row->with(account.source, access::text_hash_of(purpose, password)).step();
}

bool has_key(store::Database& operations, Account const& account, std::string_view kind, std::string_view base64) {
  auto row = operations.prepare("SELECT 1 FROM door_keys WHERE source = ? AND kind = ? AND base64 = ?");
  return row->with(account.source, kind, base64).step();
}

bool may_come_from(Account const& account, std::string_view address) {
  if (account.allowed.empty()) return true;
  auto const networks = http::Proxies::of(account.allowed);
  return networks && networks->trusts(address);
}

std::optional<Trouble> note_sign_in(store::Database& operations, Account const& account, std::string const& at, std::string const& from) {
  return operations.transaction(
      [&] { return operations.run("UPDATE door_accounts SET last_at = ?, last_from = ? WHERE source = ?", at, from, account.source), true; });
}

}  // namespace rollbook::doors
