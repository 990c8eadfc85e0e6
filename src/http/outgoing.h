// An answer on its way out: its head as text, and the frame of its body. Pure.
#pragma once

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "http/http.h"

namespace rollbook::http {

// How the other side will know where the body ends.
struct Framing {
  enum class Body { None, Length, Chunks, UntilClose } body = Body::None;
  std::optional<std::uint64_t> length;  // told also when there is none to send: HEAD
  bool close = false, version_1_1 = true;
};

// `to_head`: the request was HEAD. Nothing when the App has given headers that nobody could send.
std::optional<Framing> framing_of(Response const& response, bool to_head, bool version_1_1, bool close);

std::string head_text(Response const& response, Framing const& framing, std::time_t now);

// One chunk of a body; of nothing the last one.
std::string chunk(std::string_view bytes);

}  // namespace rollbook::http
