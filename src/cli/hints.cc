#include "cli/hints.h"

#include <algorithm>

namespace rollbook::cli {
namespace {

// Commands that work without a home, and those that concern all districts.
bool needs_place(std::string_view command) { return command != "explain" && command != "rules" && command != "check" && command != "diff"; }
bool needs_district(std::string_view command) {
  return needs_place(command) && command != "district" && command != "verify" && command != "backup" && command != "restore";
}

std::string options_for(std::string_view command, HubArguments const& hub, std::string const& district) {
  auto const word = command.substr(0, command.find(' '));
  auto const names = [&](std::string_view option) { return command.find(option) != std::string_view::npos; };
  std::string options;
  if (needs_district(word) && !district.empty() && !names(" --district") && !names("source settings")) options += " --district " + shell_word(district);
  if (!needs_place(word) || names(" --data") || names("source settings")) return options;
  if (!hub.data.empty()) options += " --data " + shell_word(hub.data);
  else if (!hub.database.empty()) options += " --database …";  // an address may hold a password
  return options;
}

}  // namespace

std::string shell_word(std::string const& text) {
  bool const plain = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80 ||
           std::string_view("-_./=:@").find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (plain) return text;
  std::string quoted = "'";
  for (char const c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

std::string pasteable(std::string const& text, HubArguments const& hub, std::string const& district) {
  constexpr std::string_view program = "rollbook ";
  std::string out;
  for (std::size_t at = 0;;) {
    auto const found = text.find(program, at);
    if (found == std::string::npos) return out + text.substr(at);
    bool const quoted = found > 0 && text[found - 1] == '"', next = found > 3 && text.compare(found - 2, 2, ": ") == 0;
    auto const begins = found + program.size();
    auto const end = std::min(text.find(quoted ? '"' : '\n', begins), text.size());
    out += text.substr(at, end - at);
    if (quoted || next) out += options_for(std::string_view(text).substr(begins, end - begins), hub, district);
    at = end;
  }
}

}  // namespace rollbook::cli
