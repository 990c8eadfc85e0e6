#include "runs/libssh.h"

#include <dlfcn.h>

#include <optional>

namespace rollbook::runs {

Libssh const* libssh() {
  static auto const loaded = []() -> std::optional<Libssh> {
    auto* const library = ::dlopen("libssh.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return std::nullopt;
    Libssh functions;
    bool whole = true;
#define ROLLBOOK_LIBSSH(name) whole &= (functions.name = reinterpret_cast<decltype(&::name)>(::dlsym(library, #name))) != nullptr;
#include "runs/libssh_functions.h"
#undef ROLLBOOK_LIBSSH
    return whole ? std::optional(functions) : std::nullopt;
  }();
  return loaded ? &*loaded : nullptr;
}

}  // namespace rollbook::runs
