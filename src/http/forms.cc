#include "http/forms.h"

#include "base/escape.h"
#include "base/text.h"
#include "http/characters.h"

namespace rollbook::http {

std::string_view Fields::operator[](std::string_view name) const {
  for (auto const& [key, value] : all)
    if (key == name) return value;
  return {};
}

std::vector<std::string_view> Fields::every(std::string_view name) const {
  std::vector<std::string_view> values;
  for (auto const& [key, value] : all)
    if (key == name) values.push_back(value);
  return values;
}

bool Fields::has(std::string_view name) const {
  for (auto const& field : all)
    if (field.first == name) return true;
  return false;
}

std::optional<std::string> percent_decoded(std::string_view text, bool plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (text.size() - i < 3) return std::nullopt;
      auto const high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  if (!is_plain_text(out)) return std::nullopt;
  return out;
}

std::string percent_encoded(std::string_view text) {
  constexpr char hex[] = "0123456789ABCDEF";
  std::string out;
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    if (is_letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == '~') out += c;
    else ((out += '%') += hex[byte >> 4]) += hex[byte & 15];
  }
  return out;
}

Result<Fields> read_fields(std::string_view text, std::size_t most) {
  Fields fields;
  while (!text.empty()) {
    auto const part = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    if (part.empty()) continue;
    if (fields.all.size() == most) return Trouble{"The form has more than " + std::to_string(most) + " fields. Send less at once."};
    auto const equals = std::min(part.find('='), part.size());
    auto name = percent_decoded(part.substr(0, equals), true);
    auto value = percent_decoded(part.substr(std::min(equals + 1, part.size())), true);
    if (!name || !value)
      return Trouble{"A field of the form or of the address is not readable: percent signs need two hexadecimal digits behind them, and texts must be UTF-8."};
    fields.all.emplace_back(std::move(*name), std::move(*value));
  }
  return fields;
}

std::string cookie(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    auto const part = header.substr(0, header.find(';'));
    header.remove_prefix(std::min(part.size() + 1, header.size()));
    auto const equals = part.find('=');
    if (equals == std::string_view::npos || trimmed(part.substr(0, equals)) != name) continue;
    auto value = trimmed(part.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    return std::string(value);
  }
  return {};
}

}  // namespace rollbook::http
