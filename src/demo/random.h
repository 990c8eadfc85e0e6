// Chance that can be looked up: every invented fact is a hash of (seed, what it is about), so no generator state has to
// be carried from row to row and any row can be made without those before it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace rollbook::demo {

// splitmix64's finaliser: one-to-one on 64 bits, so different numbers under one seed can never meet.
constexpr std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 30;
  x *= 0xBF58476D1CE4E5B9u;
  x ^= x >> 27;
  x *= 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

constexpr std::uint64_t hash(std::uint64_t seed, std::uint64_t number) { return mix(seed + (number + 1) * 0x9E3779B97F4A7C15u); }

// A stream of draws about one thing. `below` keeps a bias of at most n/2^32, which nobody sees in made-up people.
class Draws {
 public:
  constexpr explicit Draws(std::uint64_t start) : state_(start) {}

  constexpr std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(((next() >> 32) * n) >> 32); }
  constexpr bool once_in(std::uint32_t n) { return below(n) == 0; }
  constexpr bool per_mille(std::uint32_t n) { return below(1000) < n; }

  template <class T>
  constexpr T const& of(std::span<T const> choices) {
    return choices[below(static_cast<std::uint32_t>(choices.size()))];
  }
  template <class T, std::size_t n>
  constexpr T const& of(T const (&choices)[n]) {
    return choices[below(n)];
  }

 private:
  constexpr std::uint64_t next() { return mix(state_ += 0x9E3779B97F4A7C15u); }
  std::uint64_t state_;
};

}  // namespace rollbook::demo
