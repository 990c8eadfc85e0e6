// SHA-256 of bytes that come in pieces: the digest that other programs compute too (`sha256sum`), of what is handed on.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace rollbook::store {

class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();

  void take(std::string_view bytes);
  std::string hex();  // of all that was taken; nothing can be taken after it

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rollbook::store
