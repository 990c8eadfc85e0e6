// What strangers send to the SFTP door. The first byte says how the stream is cut into pieces, which must make no difference.
#include <algorithm>
#include <string>

#include "doors/codec.h"
#include "fuzz.h"

namespace rollbook::doors {
namespace {

using fuzz::promise;

bool lies_in(std::string_view part, std::string_view whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

// All that was understood, as one text.
std::string understand(std::string_view stream, std::size_t step) {
  std::string said;
  Packets packets;
  for (; !stream.empty(); stream.remove_prefix(std::min(step, stream.size()))) {
    fuzz::Padded const piece(stream.substr(0, step), 'x', 0);
    packets.take(piece.text());
    while (auto const body = packets.next()) {
      promise(!body->empty() && body->size() <= most_packet_bytes);
      fuzz::Padded const copy(*body, 'x', 0);
      auto const request = read_request(copy.text());
      said += std::to_string(id_of(copy.text())) + (request ? "+" : "-");
      if (!request) continue;
      for (auto const part : {request->path, request->target, request->handle, request->data, request->extension}) {
        promise(lies_in(part, copy.text()));
        said += part;
        said += ';';
      }
      promise(request->path.size() <= most_path_bytes && request->target.size() <= most_path_bytes);
    }
    promise(packets.held() < most_packet_bytes + 4 + step);
  }
  return said + (packets.is_broken() ? "broken" : "");
}

// Answers are packets too: one, whole, whatever stands in it.
void try_answers(std::string_view text) {
  text = text.substr(0, 300);
  std::string out;
  answer_status(out, 7, Status::Failure, text);
  answer_handle(out, 7, text);
  answer_data(out, 7, text);
  Names names(7);
  names.add(text, text, {text.size(), 0, false});
  names.answer(out);
  Packets packets;
  packets.take(out);
  for (int i = 0; i < 4; ++i) {
    auto const body = packets.next();
    promise(body && id_of(*body) == 7);
  }
  promise(!packets.next() && !packets.is_broken() && packets.held() == 0);
}

}  // namespace
}  // namespace rollbook::doors

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t length) {
  using namespace rollbook;
  auto text = fuzz::as_text(bytes, length);
  auto const step = 1 + std::size_t{fuzz::take_byte(text)};
  fuzz::promise(doors::understand(text, step) == doors::understand(text, std::max<std::size_t>(text.size(), 1)));
  doors::try_answers(text);
  return 0;
}
