// Any set of files as a delivery: manifests, headers, names and dialects. Files follow one another, each behind a line "== name".
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "bundle/bundle.h"
#include "fuzz.h"
#include "roster/layout.h"

namespace rollbook {
namespace {

using fuzz::promise;

std::map<std::string, fuzz::Padded> files_of(std::string_view text) {
  constexpr std::string_view mark = "== ";
  std::map<std::string, fuzz::Padded> files;
  for (std::size_t at = text.starts_with(mark) ? 0 : text.find("\n== "); at < text.size() && files.size() < 24;) {
    at += text[at] == '\n' ? 1 + mark.size() : mark.size();
    auto const name_end = std::min(text.find('\n', at), text.size());
    auto const begin = std::min(name_end + 1, text.size());
    auto const end = std::min(text.find("\n== ", begin == 0 ? 0 : begin - 1), text.size());
    files.try_emplace(std::string(text.substr(at, name_end - at)), text.substr(begin, end < begin ? 0 : end - begin), 'x', 0);
    at = end;
  }
  return files;
}

bool same(BundleSpot const& a, BundleSpot const& b) {
  return a.flaw == b.flaw && a.file == b.file && a.line == b.line && a.column == b.column && a.value == b.value && a.detail == b.detail;
}

void promise_sound(Bundle const& bundle, std::vector<InputFile> const& inputs) {
  for (auto const& spot : bundle.spots) promise(spot.flaw < BundleFlaw::Count_);
  for (std::size_t i = 0; i < table_count; ++i) {
    auto const& member = bundle.members[i];
    if (!member) continue;
    promise(bundle.version || member->mode == bundle.modes[i]);
    promise(!bundle.version || is_in(all_tables[i]->in, *bundle.version));  // of the other version: told, and put away
    auto const from = std::find_if(inputs.begin(), inputs.end(), [&](InputFile const& f) {
      return f.path.ends_with(member->path) && f.bytes.data() + member->skipped == member->bytes.data();
    });
    promise(from != inputs.end() && from->bytes.size() == member->bytes.size() + member->skipped);
    promise(member->skipped == 0 || member->skipped == 3);
    if (!bundle.version) continue;
    for (bool const delta : {false, true}) {
      auto const layout = read_layout(header_of(member->bytes), *all_tables[i], *bundle.version, delta);
      for (std::size_t c = 0; c < layout.columns.size(); ++c)
        promise(layout.field_of[c] == 255 || layout.column_of[layout.field_of[c]] == static_cast<std::int16_t>(c));
      promise(layout.exact == layout.spots.empty());
    }
  }
  promise(!bundle.version || bundle.oneroster == name_of(*bundle.version));
  // Nothing is left unsaid of a delivery that cannot be read.
  promise(bundle.version || !bundle.spots.empty());
}

}  // namespace
}  // namespace rollbook

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t length) {
  using namespace rollbook;
  using fuzz::promise;
  auto const files = files_of(fuzz::as_text(bytes, length));
  std::vector<InputFile> inputs;
  for (auto const& [path, file] : files) inputs.push_back({path, file.text(), false});
  auto const bundle = open_bundle(inputs);
  promise_sound(bundle, inputs);

  auto backwards = inputs;
  std::reverse(backwards.begin(), backwards.end());
  auto const again = open_bundle(backwards);
  promise(std::equal(bundle.spots.begin(), bundle.spots.end(), again.spots.begin(), again.spots.end(), same));
  promise(bundle.modes == again.modes && bundle.version == again.version && bundle.foreign == again.foreign);

  for (auto const& input : inputs) {
    auto const place = find_header(input.bytes);
    promise(place.start == 0 || place.start < input.bytes.size() + 1);
    promise(header_of(input.bytes).size() <= 4096);
  }
  return 0;
}
