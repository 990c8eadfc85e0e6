#include "http/incoming.h"

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "base/text.h"

namespace rollbook::http {

namespace beast = boost::beast;

struct Incoming::Parser : beast::http::request_parser<beast::http::buffer_body> {};

Incoming::Incoming(std::unique_ptr<Parser> parser) : parser_(std::move(parser)) {}
Incoming::Incoming(Incoming&&) noexcept = default;
Incoming& Incoming::operator=(Incoming&&) noexcept = default;
Incoming::~Incoming() = default;

std::optional<Incoming> Incoming::of(std::string_view raw_head, std::uint64_t max_body) {
  Incoming incoming(std::make_unique<Parser>());
  auto& parser = *incoming.parser_;
  parser.header_limit(static_cast<std::uint32_t>(raw_head.size() + 1));
  parser.body_limit(max_body);
  beast::error_code error;
  auto const used = parser.put(boost::asio::buffer(raw_head.data(), raw_head.size()), error);
  incoming.too_large = error == beast::http::error::body_limit;
  if (!incoming.too_large && (error || used != raw_head.size() || !parser.is_header_done())) return std::nullopt;
  parser.header_limit(8 << 10);  // of what may follow a body in chunks
  parser.eager(true);

  auto const& message = parser.get();
  auto& head = incoming.head;
  head.method = std::string(message.method_string());
  std::string_view const target(message.target().data(), message.target().size());
  auto const mark = std::min(target.find('?'), target.size());
  head.path = target.substr(0, mark);
  head.query = target.substr(std::min(mark + 1, target.size()));
  for (auto const& field : message) head.headers.push_back({lower({field.name_string().data(), field.name_string().size()}), std::string(field.value())});
  if (incoming.too_large) return incoming;

  if (auto const length = parser.content_length()) head.body_size = *length;
  incoming.version_1_1 = message.version() >= 11;
  incoming.keep_alive = parser.keep_alive();
  incoming.expects_continue = incoming.version_1_1 && !head.header("expect").empty();
  incoming.has_body = !parser.is_done();
  return incoming;
}

Incoming::Step Incoming::read_body(std::string_view bytes, std::span<char> into) {
  using Is = Step::Is;
  auto& parser = *parser_;
  if (parser.is_done()) return {Is::Whole};
  auto& body = parser.get().body();
  body.data = into.data();
  body.size = into.size();
  beast::error_code error;
  auto const used = parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
  Step step{Is::WantsMore, used, into.size() - body.size};
  if (error == beast::http::error::need_buffer) step.is = Is::Full;
  else if (error == beast::http::error::body_limit) step.is = Is::TooLarge;
  else if (error && error != beast::http::error::need_more) step.is = Is::Malformed;
  else if (parser.is_done()) step.is = Is::Whole;
  return step;
}

}  // namespace rollbook::http
