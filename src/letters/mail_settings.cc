#include "letters/mail_settings.h"

#include <algorithm>
#include <charconv>

#include "access/emails.h"
#include "base/text.h"
#include "store/sealed.h"

namespace rollbook::letters {
namespace {

constexpr std::size_t longest = 500, longest_password = 1000;

constexpr MailSetting list[] = {
    {"address", "", "Where people reach the portal, like https://rollbook.example.org: letters link to it"},
    {"server", "", "Name or address of the mail server"},
    {"port", "", "Its port; without one 587 for starttls, 465 for tls, 25 for none"},
    {"security", "starttls", "starttls or tls: the certificate of the server has to be right. none sends letters for everybody on the way to read"},
    {"user", "", "Who Rollbook signs in as at the mail server; empty: it does not"},
    {"from", "", "E-mail address that letters come from"},
    {"from-name", "Rollbook", "Name beside it"},
};

bool is_host(std::string_view text) {
  bool const six = text.size() > 2 && text.front() == '[' && text.back() == ']';
  if (six) text = text.substr(1, text.size() - 2);
  return !text.empty() && text.size() <= 253 && text.front() != '-' && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || (six ? c == ':' : c == '-');
  });
}

std::optional<int> port_of(std::string_view text) {
  int port = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port < 1 || port > 65535) return std::nullopt;
  return port;
}

bool is_line(std::string_view text) {
  return text.size() <= longest && std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 32 || c == 127; });
}

std::string wrong_with(std::string const& name, std::string const& value) {
  auto const known = std::any_of(std::begin(list), std::end(list), [&](auto const& one) { return one.name == name; });
  if (!known) return "There is no setting \"" + name + "\" of the mail server.";
  if (!is_line(value)) return name + " has to be one line of at most " + std::to_string(longest) + " characters.";
  if (value.empty()) return "";
  if (name == "address" && !is_web_address(value, false)) return "address wants where people reach the portal, like https://rollbook.example.org.";
  if (name == "server" && !is_host(value)) return "server wants the name or address of a mail server, like smtp.example.org.";
  if (name == "port" && !port_of(value)) return "port wants a number from 1 to 65535.";
  if (name == "security" && value != "starttls" && value != "tls" && value != "none") return "security is starttls, tls or none.";
  if (name == "from" && !access::is_email(access::normal_email(value))) return "from wants an e-mail address, like rollbook@example.org.";
  if (name == "from-name" && !store::wrong_with_name(value).empty()) return "from-name: " + store::wrong_with_name(value);
  return "";
}

}  // namespace

std::span<MailSetting const> mail_setting_list() { return list; }

std::string MailSettings::value(std::string_view name) const {
  if (auto const found = values.find(name); found != values.end() && !found->second.empty()) return found->second;
  auto const* const known = std::find_if(std::begin(list), std::end(list), [&](auto const& one) { return one.name == name; });
  return known == std::end(list) ? "" : std::string(known->fallback);
}

int MailSettings::port() const {
  auto const security = value("security");
  return port_of(value("port")).value_or(security == "tls" ? 465 : security == "none" ? 25 : 587);
}

MailSettings mail_settings(store::Database& operations) {
  MailSettings settings;
  auto rows = operations.prepare("SELECT name, value FROM mail_settings");
  while (rows->step()) settings.values.emplace(rows->text(0), rows->text(1));
  rows.reset();
  settings.has_password = operations.prepare("SELECT 1 FROM mail_secret")->step();
  return settings;
}

std::string missing_for_mail(MailSettings const& settings) {
  if (settings.value("server").empty()) return "No mail server is set yet, so no letters are sent.";
  if (settings.value("from").empty()) return "The address that letters come from is not set yet (from).";
  if (settings.value("address").empty()) return "It is not set yet where people reach the portal (address): letters link to it.";
  if (!settings.value("user").empty() && !settings.has_password) return "The password of " + settings.value("user") + " is not set yet.";
  if (!settings.value("user").empty() && settings.value("security") == "none")
    return "A password is not sent without STARTTLS or TLS: set security, or no user.";
  return "";
}

std::optional<Trouble> set_mail(store::Database& operations, std::vector<std::pair<std::string, std::string>> const& changes, store::Actor const& actor) {
  for (auto const& [name, value] : changes)
    if (auto wrong = wrong_with(name, value); !wrong.empty()) return Trouble{wrong};
  return operations.transaction([&] {
    auto const before = mail_settings(operations);
    for (auto const& [name, value] : changes) {
      operations.run("INSERT INTO mail_settings(name, value) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value", name, value);
      store::note(operations, actor, 0, "letters set", name + " = " + value);
    }
    auto const after = mail_settings(operations);
    auto const is_other = [&](std::string_view name) { return before.value(name) != after.value(name); };
    if (before.has_password && (is_other("server") || is_other("security"))) {
      operations.run("DELETE FROM mail_secret");
      store::note(operations, actor, 0, "letters set", "the password is forgotten: it was that of another server");
    }
    return true;
  });
}

std::optional<Trouble> set_mail_password(store::Database& operations, store::ServerKey const& key, std::string const& password, store::Actor const& actor) {
  if (password.size() > longest_password) return Trouble{"This is too long to be a password."};
  if (password.find('\0') != std::string::npos) return Trouble{"A password is text."};
  auto const bytes = store::sealed(key.derive("mailpass", 0), password);
  return operations.transaction([&] {
    operations.run("DELETE FROM mail_secret");
    if (!password.empty()) operations.run("INSERT INTO mail_secret(id, sealed) VALUES(1, ?)", store::Blob{bytes});
    store::note(operations, actor, 0, "letters set", password.empty() ? "no password" : "the password of the mail server");
    return true;
  });
}

std::string mail_password(store::Database& operations, store::ServerKey const& key) {
  auto row = operations.prepare("SELECT sealed FROM mail_secret");
  return row->step() ? store::unsealed(key.derive("mailpass", 0), row->blob(0)) : "";
}

bool is_web_address(std::string_view text, bool https_only) {
  auto const rest = text.starts_with("https://") ? text.substr(8) : !https_only && text.starts_with("http://") ? text.substr(7) : std::string_view();
  if (text.size() > longest || rest.empty()) return false;
  auto const place = rest.substr(0, rest.find_first_of("/?#"));
  auto const colon = place.ends_with(']') ? std::string_view::npos : place.rfind(':');
  if (!is_host(place.substr(0, colon)) || (colon != std::string_view::npos && !port_of(place.substr(colon + 1)))) return false;
  return std::all_of(rest.begin(), rest.end(),
                     [](unsigned char c) { return c > 32 && c < 127 && std::string_view("\"<>\\^`{|}").find(static_cast<char>(c)) == std::string_view::npos; });
}

}  // namespace rollbook::letters
