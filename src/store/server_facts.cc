#include "store/server_facts.h"

namespace rollbook::store {
namespace {

std::string known_key(Database& operations) {
  auto row = operations.prepare("SELECT value FROM server_facts WHERE name = 'server key'");
  return row->step() ? std::string(row->text(0)) : "";
}

}  // namespace

std::optional<Trouble> check_server_key(Database& operations, ServerKey const& key) {
  auto const known = known_key(operations);
  if (operations.trouble()) return operations.trouble();
  if (known.empty() || known == key.check_value()) return std::nullopt;
  return Trouble{
      "The server key here is another one than that with which these rosters are kept. Copy the right one here, from another node or from where it was kept "
      "safe: "
      "beside the data folder, or where ROLLBOOK_KEY_FILE says (ROLLBOOK_KEY comes before both)."};
}

std::optional<Trouble> keep_server_key(Database& operations, ServerKey const& key) {
  if (auto trouble = check_server_key(operations, key)) return trouble;
  if (known_key(operations).empty()) operations.run("INSERT INTO server_facts(name, value) VALUES('server key', ?)", key.check_value());
  return std::nullopt;
}

}  // namespace rollbook::store
