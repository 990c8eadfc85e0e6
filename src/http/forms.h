// What browsers send: queries, forms, cookies, files. Pure; everything here reads strangers' bytes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace rollbook::http {

// Names and values in the order they came; a name may come several times.
class Fields {
 public:
  std::vector<std::pair<std::string, std::string>> all;

  std::string_view operator[](std::string_view name) const;          // the first, or ""
  std::vector<std::string_view> every(std::string_view name) const;  // all of them
  bool has(std::string_view name) const;
};

// %41 → A, and + → space where `plus`. Nothing when it is malformed, is no UTF-8, or has a NUL in it.
std::optional<std::string> percent_decoded(std::string_view text, bool plus = false);
std::string percent_encoded(std::string_view text);

// a=1&b=2, of a query or of a form's body. Trouble when malformed or more than `most` fields.
Result<Fields> read_fields(std::string_view text, std::size_t most = 1000);

// The value of a cookie in a Cookie header; "" when there is none.
std::string cookie(std::string_view header, std::string_view name);

// A multipart/form-data body, taken in pieces of any size. Values of plain fields are kept (64 KiB each and 1 MiB in all at most); files go to whoever
// takes them, one after another. Names and values are UTF-8 without NUL.
class Multipart {
 public:
  struct File {
    std::string field, name;  // as the browser says; not a path to anything; no name where nothing was chosen
  };
  using Begin = std::function<std::optional<Trouble>(File const&)>;
  using Piece = std::function<std::optional<Trouble>(std::string_view)>;
  using End = std::function<std::optional<Trouble>()>;

  // `content_type`: the header's value, boundary and all. Trouble when it is none of multipart.
  static Result<Multipart> of(std::string_view content_type, Begin begin, Piece piece, End end);
  Multipart(Multipart&&) noexcept;
  ~Multipart();

  std::optional<Trouble> take(std::string_view bytes);
  // Behind the last piece: trouble when it ended too early.
  std::optional<Trouble> finish();
  Fields const& fields() const;

 private:
  struct State;
  explicit Multipart(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rollbook::http
