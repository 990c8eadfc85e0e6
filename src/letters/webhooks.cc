#include "letters/webhooks.h"

#include <cstdlib>

#include "access/secrets.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "letters/mail_settings.h"
#include "store/sealed.h"

namespace rollbook::letters {
namespace {

constexpr std::size_t most_of_a_district = 20;
constexpr std::string_view columns = "SELECT id, district, url, kinds, created, state FROM webhooks ";

Webhook webhook_of(store::Statement const& row) {
  return {row.integer(0), row.integer(1), std::string(row.text(2)), std::string(row.text(3)), std::string(row.text(4)), std::string(row.text(5))};
}

store::ServerKey::Bytes key_of(store::ServerKey const& key, std::int64_t webhook) { return key.derive("webhooks", static_cast<std::uint64_t>(webhook)); }

bool is_allowed(char const* name) {
  auto const* const value = std::getenv(name);
  return value != nullptr && std::string_view(value) == "yes";
}

// For the audit log, which keeps what it is told: the rest of an address may be what lets in.
std::string host_of(std::string const& url) {
  auto const from = url.find("://");
  auto const rest = from == std::string::npos ? url : url.substr(from + 3);
  return rest.substr(0, rest.find_first_of("/?#"));
}

bool is_number(std::string const& text) { return !text.empty() && text.size() <= 15 && text.find_first_not_of("0123456789") == std::string::npos; }

void write_fact(JsonWriter& json, std::string const& name, std::string const& value) {
  if (is_number(value)) json.field(name, std::strtoull(value.c_str(), nullptr, 10));
  else json.field(name, value);
}

}  // namespace

bool Webhook::wants(store::EventKind kind) const {
  if (state != "active") return false;
  if (kinds.empty()) return true;
  for (auto const& one : split(kinds, ','))
    if (one == store::name_of(kind)) return true;
  return false;
}

Result<Added> add_webhook(store::Database& operations, store::ServerKey const& key, store::District const& district, std::string const& url,
                          std::string const& kinds, store::Actor const& actor) {
  if (!is_web_address(url, !may_be_http()))
    return Trouble{std::string("A webhook is an address like https://example.org/rollbook") +
                   (may_be_http() ? "." : ". It has to be https, unless the operator of this server allows http (ROLLBOOK_WEBHOOK_HTTP).")};
  for (auto const& one : split(kinds, ','))
    if (!store::event_kind(one)) return Trouble{"There is no event \"" + one + "\"."};
  if (list_webhooks(operations, district.id).size() >= most_of_a_district)
    return Trouble{"A district has " + std::to_string(most_of_a_district) + " webhooks at most."};
  Added added{{0, district.id, url, kinds, actor.at}, "rbwh_" + access::random_token()};
  auto const trouble = operations.transaction([&] {
    auto next = operations.prepare("SELECT coalesce(max(id), 0) + 1 FROM webhooks");
    if (!next->step()) return false;
    added.webhook.id = next->integer(0);
    next.reset();
    auto const sealed = store::sealed(key_of(key, added.webhook.id), added.secret);
    operations.run("INSERT INTO webhooks(id, district, url, kinds, created, state, sealed) VALUES(?, ?, ?, ?, ?, 'active', ?)", added.webhook.id, district.id,
                   url, kinds, actor.at, store::Blob{sealed});
    store::note(operations, actor, district.id, "webhook added", std::to_string(added.webhook.id) + ": " + host_of(url));
    return true;
  });
  if (trouble) return *trouble;
  return added;
}

std::vector<Webhook> list_webhooks(store::Database& operations, std::int64_t district) {
  std::vector<Webhook> all;
  auto rows = operations.prepare(std::string(columns) + "WHERE district = ? AND state <> 'ended' ORDER BY id");
  for (rows->with(district); rows->step();) all.push_back(webhook_of(*rows));
  return all;
}

std::optional<Webhook> find_webhook(store::Database& operations, std::int64_t id) {
  auto row = operations.prepare(std::string(columns) + "WHERE id = ?");
  if (!row->with(id).step()) return std::nullopt;
  return webhook_of(*row);
}

std::optional<Trouble> set_webhook_state(store::Database& operations, Webhook const& webhook, std::string const& state, store::Actor const& actor) {
  return operations.transaction([&] {
    operations.run("UPDATE webhooks SET state = ? WHERE id = ? AND state <> 'ended'", state, webhook.id);
    if (state == "ended") operations.run("UPDATE webhooks SET sealed = ? WHERE id = ?", store::Blob{""}, webhook.id);
    if (state == "ended")
      operations.run("UPDATE outbox SET state = 'given up', why = 'The webhook was removed.', ended = created WHERE webhook = ? AND state = 'waiting'",
                     webhook.id);
    store::note(operations, actor, webhook.district, "webhook " + state, std::to_string(webhook.id) + ": " + host_of(webhook.url));
    return true;
  });
}

std::string webhook_secret(store::Database& operations, store::ServerKey const& key, std::int64_t webhook) {
  auto row = operations.prepare("SELECT sealed FROM webhooks WHERE id = ?");
  return row->with(webhook).step() ? store::unsealed(key_of(key, webhook), row->blob(0)) : "";
}

bool may_be_http() { return is_allowed("ROLLBOOK_WEBHOOK_HTTP"); }
bool may_be_private() { return is_allowed("ROLLBOOK_WEBHOOK_PRIVATE"); }

std::string webhook_body(store::Event const& event, std::int64_t delivery, std::string const& district, std::string const& source, std::string const& page) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("delivery", delivery).field("event", store::name_of(event.kind)).field("at", event.at);
  json.key("district").begin_object().field("id", event.district).field("name", district).end_object();
  if (event.source) json.key("source").begin_object().field("id", *event.source).field("name", source).end_object();
  if (event.run) json.field("run", *event.run);
  if (!page.empty()) json.field("page", page);
  json.key("because").begin_array();
  for (auto const& [name, value] : event.facts)
    if (name == "because") json.value(value);
  json.end_array().key("rules").begin_array();
  for (auto const& [name, value] : event.facts)
    if (auto const at = value.find(':'); name == "rule" && at != std::string::npos) {
      json.begin_object().field("code", value.substr(0, at));
      write_fact(json, "count", value.substr(at + 1));
      json.end_object();
    }
  json.end_array().key("facts").begin_object();
  for (auto const& [name, value] : event.facts)
    if (name != "because" && name != "rule") write_fact(json, name, value);
  json.end_object().end_object();
  return out;
}

std::string signature_of(std::string const& secret, std::int64_t timestamp, std::string const& body) {
  return "v1=" + store::hmac_sha256(secret, std::to_string(timestamp) + "." + body);
}

}  // namespace rollbook::letters
