#include "report/fill.h"

namespace rollbook {

std::string fill(std::string_view text, std::function<std::string(std::string_view name)> const& value_of) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    bool const doubled = at + 1 < text.size() && text[at + 1] == text[at];
    if ((text[at] == '{' || text[at] == '}') && doubled) {
      out += text[at++];
    } else if (text[at] == '{') {
      auto const end = text.find('}', at);
      if (end == std::string_view::npos) return out.append(text.substr(at));
      out += value_of(text.substr(at + 1, end - at - 1));
      at = end;
    } else {
      out += text[at];
    }
  }
  return out;
}

}  // namespace rollbook
