// The mail server of the installation, as its operator sets it; and where people reach the portal, for the links in letters.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/districts.h"
#include "store/server_key.h"

namespace rollbook::letters {

struct MailSetting {
  std::string_view name, fallback, doc;
};
std::span<MailSetting const> mail_setting_list();

struct MailSettings {
  std::map<std::string, std::string, std::less<>> values;  // those that differ from their fallbacks
  bool has_password = false;

  std::string value(std::string_view name) const;
  int port() const;  // what is set, or what is usual: 587 with STARTTLS, 465 with TLS, 25 without either
};
MailSettings mail_settings(store::Database& operations);
// What has still to be said before a letter can be sent: a sentence, or "".
std::string missing_for_mail(MailSettings const& settings);

// All of them or none; trouble says which cannot be. With another server or another protection the password is forgotten: it was meant for the one before.
std::optional<Trouble> set_mail(store::Database& operations, std::vector<std::pair<std::string, std::string>> const& changes, store::Actor const& actor);

// Sealed with the server key; "" forgets it. The audit log says that it was set, not what it is.
std::optional<Trouble> set_mail_password(store::Database& operations, store::ServerKey const& key, std::string const& password, store::Actor const& actor);
std::string mail_password(store::Database& operations, store::ServerKey const& key);

// http://HOST or https://HOST, with a port and a path perhaps; nothing in it that would end a line, a header or an attribute.
bool is_web_address(std::string_view text, bool https_only);

}  // namespace rollbook::letters
