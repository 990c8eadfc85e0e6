#include "translate/rewrite.h"

#include "base/demand.h"
#include "csv/scan.h"

namespace rollbook {

std::string as_cell(std::string_view value) {
  if (value.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(value);
  std::string cell = "\"";
  for (char const c : value) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + '"';
}

void Rewrite::add(CellEdit const& edit) {
  demand(edit.at >= done_ && edit.at + edit.size <= bytes_.size());
  if (!any()) {
    text_ = std::make_unique<std::string>();
    text_->reserve(bytes_.size() + bytes_.size() / 8);
  }
  text_->append(bytes_.substr(done_, edit.at - done_)).append(edit.text);
  done_ = edit.at + edit.size;
}

std::unique_ptr<std::string> Rewrite::finish(Member& member) {
  demand(any());
  text_->append(bytes_.substr(done_));
  auto const size = text_->size();
  text_->append(csv::padding, '\0');
  member.bytes = std::string_view(*text_).substr(0, size);
  member.padded = true;
  member.arrival = nullptr;
  return std::move(text_);
}

}  // namespace rollbook
