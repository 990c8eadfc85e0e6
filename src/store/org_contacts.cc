#include "store/org_contacts.h"

#include "csv/utf8.h"

namespace rollbook::store {
namespace {

constexpr std::size_t longest = 1000;

constexpr std::string_view columns = "SELECT org, person, email, phone, address, notes, changed, who FROM org_contacts";

OrgContact contact_of(Statement const& row) {
  OrgContact contact;
  int at = 0;
  for (auto* text : {&contact.person, &contact.email, &contact.phone, &contact.address, &contact.notes, &contact.changed, &contact.who}) *text = row.text(++at);
  return contact;
}

bool can_be_kept(std::string const& text) {
  return text.size() <= longest && text.find('\0') == std::string::npos && csv::first_invalid_utf8(text) == std::string_view::npos;
}

}  // namespace

OrgContact find_contact(Database& operations, std::int64_t district, std::int64_t org) {
  auto row = operations.prepare(std::string(columns) + " WHERE district = ? AND org = ?");
  return row->with(district, org).step() ? contact_of(*row) : OrgContact();
}

std::map<std::int64_t, OrgContact> list_contacts(Database& operations, std::int64_t district) {
  std::map<std::int64_t, OrgContact> all;
  auto rows = operations.prepare(std::string(columns) + " WHERE district = ?");
  for (rows->with(district); rows->step();) all.emplace(rows->integer(0), contact_of(*rows));
  return all;
}

std::optional<Trouble> set_contact(Database& operations, District const& district, std::int64_t org, OrgContact const& contact, std::string const& name,
                                   Actor const& actor) {
  for (auto const* text : {&contact.person, &contact.email, &contact.phone, &contact.address, &contact.notes})
    if (!can_be_kept(*text)) return Trouble{"A field takes a text of at most " + std::to_string(longest) + " bytes."};
  return operations.transaction([&] {
    operations.run("DELETE FROM org_contacts WHERE district = ? AND org = ?", district.id, org);
    if (!contact.is_empty())
      operations.run("INSERT INTO org_contacts(district, org, person, email, phone, address, notes, changed, who) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                     district.id, org, contact.person, contact.email, contact.phone, contact.address, contact.notes, actor.at, actor.who);
    note(operations, actor, district.id, contact.is_empty() ? "contact taken away" : "contact set", name);
    return true;
  });
}

}  // namespace rollbook::store
