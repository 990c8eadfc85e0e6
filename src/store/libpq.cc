#include "store/libpq.h"

#include <dlfcn.h>

#include <optional>

namespace rollbook::store {

Libpq const* libpq() {
  static auto const loaded = []() -> std::optional<Libpq> {
    auto* const library = ::dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return std::nullopt;
    Libpq functions;
    bool whole = true;
#define ROLLBOOK_LIBPQ(name) whole &= (functions.name = reinterpret_cast<decltype(&::name)>(::dlsym(library, #name))) != nullptr;
#include "store/libpq_functions.h"
#undef ROLLBOOK_LIBPQ
    return whole ? std::optional(functions) : std::nullopt;
  }();
  return loaded ? &*loaded : nullptr;
}

}  // namespace rollbook::store
