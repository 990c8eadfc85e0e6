#include "bundle/zip_names.h"

#include <algorithm>
#include <cstddef>
#include <unordered_map>

namespace rollbook {
namespace {

constexpr std::size_t longest_name = 1024;  // far beyond any bundle; keeps problems and reports small
constexpr std::size_t longest_shown = 120;

// The length of the well-formed UTF-8 character at the start of `text`, or 0.
std::size_t utf8_length(std::string_view text) {
  auto const byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  auto const first = byte(0), second = byte(1);
  if (text.empty()) return 0;
  if (first < 0x80) return 1;
  auto const length = first >= 0xC2 && first <= 0xDF ? 2u : (first & 0xF0) == 0xE0 ? 3u : first >= 0xF0 && first <= 0xF4 ? 4u : 0u;
  // Some first bytes allow fewer second ones: no detours (overlong forms), no surrogates, nothing above U+10FFFF.
  auto const least = first == 0xE0 ? 0xA0u : first == 0xF0 ? 0x90u : 0x80u;
  auto const most = first == 0xED ? 0x9Fu : first == 0xF4 ? 0x8Fu : 0xBFu;
  if (length == 0 || second < least || second > most) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  return length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    auto const length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// U+0080 to U+009F, which some terminals obey like an escape sequence.
bool is_late_control(std::string_view character) { return character.size() == 2 && character[0] == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0; }

bool has_late_controls(std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i)
    if (is_late_control(text.substr(i, 2))) return true;
  return false;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

template <class Visit>
void for_each_part(std::string_view name, Visit&& visit) {
  while (true) {
    auto const slash = name.find('/');
    visit(name.substr(0, slash));
    if (slash == name.npos) return;
    name.remove_prefix(slash + 1);
  }
}

// The same text for all spellings of one place. Only ASCII letters lose their case: the files of a bundle have ASCII names,
// and what else two letters may have in common depends on the computer.
std::string place(std::string_view name) {
  std::string key;
  for_each_part(name, [&](std::string_view part) {
    if (part.empty() || part == ".") return;
    if (!key.empty()) key += '/';
    for (auto const c : part) key += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  return key;
}

}  // namespace

std::string with_slashes(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '\\', '/');
  return text;
}

std::string shown_name(std::string_view name) {
  std::string shown;
  while (!name.empty()) {
    auto const length = utf8_length(name);
    auto const character = name.substr(0, std::max<std::size_t>(length, 1));
    if (shown.size() + character.size() > longest_shown) return shown + "...";
    if (length == 0 || is_control(character[0]) || is_late_control(character)) shown += '?';
    else shown += character;
    name.remove_prefix(character.size());
  }
  return shown;
}

void judge_name(std::string_view stored, bool says_utf8, std::vector<ZipProblem>& problems) {
  auto const name = with_slashes(stored);
  auto const tell = [&](ZipFault fault, char const* detail) { problems.push_back({fault, shown_name(name), detail}); };

  if (name.empty()) tell(ZipFault::BadName, "a file has no name");
  if (name.size() > longest_name) tell(ZipFault::BadName, "its name is longer than 1024 bytes");
  if (std::ranges::any_of(name, is_control)) {
    tell(ZipFault::BadName, "its name has a control character");
  } else if (!is_utf8(name)) {
    // Without the promise it is CP437 or another code page, where all other bytes are printable.
    if (says_utf8) tell(ZipFault::BadName, "its name is not the UTF-8 it is said to be");
  } else if (has_late_controls(name)) {
    tell(ZipFault::BadName, "its name has a control character");
  }

  if (name.starts_with('/') || (name.size() >= 2 && is_letter(name[0]) && name[1] == ':'))
    tell(ZipFault::AbsoluteName, "its name begins at the root of a disk");
  auto climbs = false;
  for_each_part(name, [&](std::string_view part) { climbs |= part == ".."; });
  if (climbs) tell(ZipFault::Traversal, "its name climbs out of the folder with \"..\"");
}

void judge_duplicates(std::vector<ZipEntry> const& entries, std::vector<ZipProblem>& problems) {
  std::unordered_map<std::string, ZipEntry const*> seen;
  for (auto const& entry : entries) {
    auto const [earlier, is_new] = seen.emplace(place(entry.name), &entry);
    if (is_new) continue;
    problems.push_back({ZipFault::DuplicateName, shown_name(entry.name), "is the same file as " + shown_name(earlier->second->name)});
  }
}

}  // namespace rollbook
