// Writes JSON piece by piece onto a string that its owner may empty in between, so a document never has to fit into memory.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>

#include "base/escape.h"

namespace rollbook {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }

  JsonWriter& key(std::string_view name) {
    value(name);
    out_ += ':';
    comma_ = false;
    return *this;
  }

  JsonWriter& value(std::string_view text) {
    next();
    append_json_string(out_, text);
    return *this;
  }
  // Without this a literal would rather become a bool than a string_view.
  JsonWriter& value(char const* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool truth) { return raw(truth ? "true" : "false"); }
  JsonWriter& value(std::nullptr_t) { return raw("null"); }
  template <std::integral Number>
  JsonWriter& value(Number number) {
    char digits[24];
    return raw({digits, std::to_chars(digits, digits + sizeof digits, number).ptr});
  }
  template <class Value>
  JsonWriter& value(std::optional<Value> const& perhaps) {
    return perhaps ? value(*perhaps) : value(nullptr);
  }

  template <class Value>
  JsonWriter& field(std::string_view name, Value const& held) {
    return key(name).value(held);
  }

  // The next item, or the closing bracket, begins on a line of its own.
  JsonWriter& on_new_line() {
    new_line_ = true;
    return *this;
  }

 private:
  // One flag is enough for any depth: whoever wrote last knows whether a comma has to follow.
  void next() {
    if (comma_) out_ += ',';
    if (new_line_) out_ += '\n';
    comma_ = true;
    new_line_ = false;
  }
  JsonWriter& raw(std::string_view text) {
    next();
    out_ += text;
    return *this;
  }
  JsonWriter& open(char bracket) {
    next();
    out_ += bracket;
    comma_ = false;
    return *this;
  }
  JsonWriter& close(char bracket) {
    comma_ = false;
    next();
    out_ += bracket;
    return *this;
  }

  std::string& out_;
  bool comma_ = false, new_line_ = false;
};

}  // namespace rollbook
