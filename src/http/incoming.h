// A request on its way in. Boost.Beast reads it and frames its body; nobody else knows Beast.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "http/http.h"

namespace rollbook::http {

class Incoming {
 public:
  // `raw_head` was judged and found good; nothing when Beast thinks otherwise.
  static std::optional<Incoming> of(std::string_view raw_head, std::uint64_t max_body);
  Incoming(Incoming&&) noexcept;
  Incoming& operator=(Incoming&&) noexcept;
  ~Incoming();

  Head head;  // without peer and secure
  bool version_1_1 = true, keep_alive = false, expects_continue = false, has_body = false, too_large = false;

  // Takes from `bytes` what belongs to the body, and puts what it means into `into`.
  struct Step {
    enum class Is { WantsMore, Full, Whole, Malformed, TooLarge } is;
    std::size_t used = 0, made = 0;
  };
  Step read_body(std::string_view bytes, std::span<char> into);

 private:
  struct Parser;
  explicit Incoming(std::unique_ptr<Parser> parser);
  std::unique_ptr<Parser> parser_;
};

}  // namespace rollbook::http
