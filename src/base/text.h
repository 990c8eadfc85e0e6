// Small things about text that every folder needs: ASCII only, because names of files, columns and words are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rollbook {

inline std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// Without the spaces and tabs around it.
constexpr std::string_view trimmed(std::string_view text) {
  auto const is_space = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// The parts between separators; of nothing none. A separator at the end is followed by nothing.
inline std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < text.size();) {
    auto const end = text.find(separator, at) == std::string_view::npos ? text.size() : text.find(separator, at);
    parts.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

inline std::string joined_by_commas(std::vector<std::string> const& words) {
  std::string all;
  for (auto const& word : words) all += (all.empty() ? "" : ",") + word;
  return all;
}

}  // namespace rollbook
