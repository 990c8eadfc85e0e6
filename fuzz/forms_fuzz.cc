// What strangers send to the portal: heads of requests, fields, cookies, forms with files. The first byte says how a form is cut into pieces, which must make
// no difference; bodies have the boundary "xy".
#include <algorithm>
#include <string>

#include "fuzz.h"
#include "http/forms.h"
#include "http/head.h"

namespace rollbook::http {
namespace {

using fuzz::promise;

// All that was understood, as one text; what came before trouble depends on how it came, so that only the trouble counts then.
std::string understand(std::string_view body, std::size_t step) {
  std::string said;
  bool open = false;
  auto form = Multipart::of(
      "multipart/form-data; boundary=xy",
      [&](Multipart::File const& file) -> std::optional<Trouble> {
        promise(!open);
        open = true;
        said += file.field + "=" + file.name + "(";
        return std::nullopt;
      },
      [&](std::string_view piece) -> std::optional<Trouble> {
        promise(open && !piece.empty());
        said += piece;
        return std::nullopt;
      },
      [&]() -> std::optional<Trouble> {
        promise(open);
        open = false;
        said += ")";
        return std::nullopt;
      });
  std::optional<Trouble> trouble;
  for (; !trouble && !body.empty(); body.remove_prefix(std::min(step, body.size()))) {
    fuzz::Padded const piece(body.substr(0, step), 'x', 0);
    trouble = form->take(piece.text());
  }
  if (!trouble) trouble = form->finish();
  if (trouble) return "trouble";
  promise(!open);
  for (auto const& [name, value] : form->fields().all) {
    promise(value.size() <= 64 << 10);
    said += name + "=" + value + ";";
  }
  return said;
}

void try_fields(std::string_view text) {
  auto const fields = read_fields(text, 50);
  if (!fields) return;
  promise(fields->all.size() <= 50);
  std::string written;
  for (auto const& [name, value] : fields->all) written += "&" + percent_encoded(name) + "=" + percent_encoded(value);
  auto const again = read_fields(written);
  promise(again.ok() && again->all == fields->all);
}

void try_head(std::string_view text) {
  using Found = HeadSearch::Found;
  HeadSearch at_once, step_by_step;
  auto const found = at_once.look(text);
  auto slowly = Found::NotYet;
  for (std::size_t size = 1; size <= text.size() && slowly == Found::NotYet; ++size) slowly = step_by_step.look(text.substr(0, size));
  promise(found == slowly && at_once.size() == step_by_step.size() && at_once.size() <= text.size());
  if (found != Found::End) return;
  fuzz::Padded const head(text.substr(0, at_once.size()), 'x', 0);
  promise(head.text().ends_with("\r\n\r\n") || head.text() == "\r\n");
  if (auto const declined = judge_head(head.text())) promise(declined->status >= 400 && !declined->text.empty());
}

}  // namespace
}  // namespace rollbook::http

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t length) {
  using namespace rollbook;
  auto text = fuzz::as_text(bytes, length);
  auto const step = 1 + std::size_t{fuzz::take_byte(text)};
  fuzz::promise(http::understand(text, step) == http::understand(text, std::max<std::size_t>(text.size(), 1)));
  http::try_fields(text);
  http::try_head(text);
  if (auto const decoded = http::percent_decoded(text)) fuzz::promise(http::percent_decoded(http::percent_encoded(*decoded)) == *decoded);
  fuzz::promise(http::cookie(text, "session").size() <= text.size());
  return 0;
}
