// Seeded hashing. Whoever sends a file chooses the ids in it, so every table that is keyed by foreign text hashes with a seed
// that the sender does not know.
#pragma once

#include <cstdint>
#include <string_view>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace rollbook {

inline std::uint64_t hash_of(std::string_view text, std::uint64_t seed) { return XXH3_64bits_withSeed(text.data(), text.size(), seed); }

}  // namespace rollbook
