// Webhooks: a district's events as signed JSON, sent to an address that its people have named. The body holds numbers and names of the district and its
// sources, nothing of any record.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "letters/outbox.h"
#include "store/districts.h"
#include "store/events.h"
#include "store/server_key.h"

namespace rollbook::letters {

struct Webhook {
  std::int64_t id = 0, district = 0;
  std::string url, kinds;                 // names of kinds with commas between; "": all
  std::string created, state = "active";  // active, paused, ended

  bool wants(store::EventKind kind) const;
};

// Its secret is made here and told once: whoever receives checks signatures with it.
struct Added {
  Webhook webhook;
  std::string secret;
};
Result<Added> add_webhook(store::Database& operations, store::ServerKey const& key, store::District const& district, std::string const& url,
                          std::string const& kinds, store::Actor const& actor);
// Those that have not ended, by number.
std::vector<Webhook> list_webhooks(store::Database& operations, std::int64_t district);
std::optional<Webhook> find_webhook(store::Database& operations, std::int64_t id);
// active, paused; ended is for ever, and what still waits for it is given up. What is raised in a pause is not made up for.
std::optional<Trouble> set_webhook_state(store::Database& operations, Webhook const& webhook, std::string const& state, store::Actor const& actor);
std::string webhook_secret(store::Database& operations, store::ServerKey const& key, std::int64_t webhook);

// What the operator of this server allows: ROLLBOOK_WEBHOOK_HTTP=yes, ROLLBOOK_WEBHOOK_PRIVATE=yes.
bool may_be_http();
bool may_be_private();

// `page`: where people see it, or "".
std::string webhook_body(store::Event const& event, std::int64_t delivery, std::string const& district, std::string const& source, std::string const& page);
// Of the header Rollbook-Signature: "v1=" and the HMAC-SHA256 of "TIMESTAMP.BODY".
std::string signature_of(std::string const& secret, std::int64_t timestamp, std::string const& body);

}  // namespace rollbook::letters
