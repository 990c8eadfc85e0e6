// Seeded hashing. Whoever sends a file chooses the ids in it, so every table that is keyed by foreign text hashes with a seed
// that the sender does not know.
#pragma once

#include <cstdint>
#include <string_view>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace rollbook {

inline std::uint64_t hash_of(std::string_view text, std::uint64_t seed) { return XXH3_64bits_withSeed(text.data(), text.size(), seed); }

// Hash of a sourcedId. Never 0, which says that there is no id.
inline std::uint64_t hash_of_id(std::string_view id, std::uint64_t seed) {
  auto const hash = hash_of(id, seed);
  return hash != 0 ? hash : 1;
}

}  // namespace rollbook
