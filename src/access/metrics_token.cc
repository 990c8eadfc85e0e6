#include "access/metrics_token.h"

#include "access/secrets.h"

namespace rollbook::access {
namespace {

std::string known(store::Database& operations) {
  auto row = operations.prepare("SELECT value FROM server_facts WHERE name = 'metrics token'");
  return row->step() ? std::string(row->text(0)) : "";
}

void keep(store::Database& operations, std::string const& hash) {
  operations.run("DELETE FROM server_facts WHERE name = 'metrics token'");
  if (!hash.empty()) operations.run("INSERT INTO server_facts(name, value) VALUES('metrics token', ?)", hash);
}

}  // namespace

Result<std::string> make_metrics_token(store::Database& operations, store::Actor const& actor) {
  auto const token = "rollbook_metrics_" + random_token();
  auto const trouble = operations.transaction([&] {
    keep(operations, text_hash_of("metrics", token));
    store::note(operations, actor, 0, "metrics token made", "");
    return true;
  });
  if (trouble) return *trouble;
  return token;
}

std::optional<Trouble> end_metrics_token(store::Database& operations, store::Actor const& actor) {
  return operations.transaction([&] {
    if (known(operations).empty()) return false;
    keep(operations, "");
    store::note(operations, actor, 0, "metrics token ended", "");
    return true;
  });
}

bool has_metrics_token(store::Database& operations) { return !known(operations).empty(); }

bool is_metrics_token(store::Database& operations, std::string_view given) {
  auto const hash = known(operations);
  return !hash.empty() && !given.empty() && text_hash_of("metrics", given) == hash;
}

}  // namespace rollbook::access
