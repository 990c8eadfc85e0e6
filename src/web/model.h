// What a page says, as a value: templates print it as HTML, and the same value is the page's .json. Text in it is plain text; only templates make HTML.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rollbook::web {

class Model {
 public:
  using List = std::vector<Model>;
  using Fields = std::vector<std::pair<std::string, Model>>;  // in the order they were set

  Model() = default;  // nothing: an empty section
  Model(bool value) : held_(value) {}
  Model(std::int64_t value) : held_(value) {}
  Model(int value) : held_(static_cast<std::int64_t>(value)) {}
  Model(std::uint64_t value) : held_(static_cast<std::int64_t>(value)) {}
  Model(unsigned value) : held_(static_cast<std::int64_t>(value)) {}
  Model(std::string value) : held_(std::move(value)) {}
  Model(std::string_view value) : held_(std::string(value)) {}
  Model(char const* value) : held_(std::string(value)) {}
  Model(List value) : held_(std::move(value)) {}
  Model(std::initializer_list<std::pair<std::string, Model>> fields) : held_(Fields(fields)) {}

  // A field of an object; it is made, and this becomes an object, when it is not there.
  Model& operator[](std::string_view field);
  void add(Model item);  // to a list; this becomes one

  Model const* find(std::string_view field) const;
  template <class T>
  T const* get() const {
    return std::get_if<T>(&held_);
  }
  bool is_nothing() const { return std::holds_alternative<std::monostate>(held_); }

 private:
  std::variant<std::monostate, bool, std::int64_t, std::string, List, Fields> held_;
};

std::string to_json(Model const& model);

}  // namespace rollbook::web
