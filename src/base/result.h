// "The world is wrong": a disk, a network or a tool that did not do its part. What could go wrong is in the return type.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "base/demand.h"

namespace rollbook {

// Says what happened, where, and how to mend it; made for a person to read.
struct Trouble {
  std::string text;
};

template <class T>
class Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  Result(Trouble trouble) : held_(std::in_place_index<1>, std::move(trouble)) {}

  bool ok() const { return held_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& operator*() { return (demand(ok()), std::get<0>(held_)); }
  T const& operator*() const { return (demand(ok()), std::get<0>(held_)); }
  T* operator->() { return &**this; }
  T const* operator->() const { return &**this; }
  Trouble const& trouble() const { return (demand(!ok()), std::get<1>(held_)); }

 private:
  std::variant<T, Trouble> held_;
};

}  // namespace rollbook
