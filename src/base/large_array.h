// Arrays of many megabytes that are filled once: not initialised, aligned so that their owner may ask for large pages.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

namespace rollbook {

// Told of memory before it is filled, so that somebody who knows the system can have it backed by large pages. May be null.
using WillFill = void (*)(void* memory, std::size_t size);

inline constexpr std::size_t large_page = std::size_t{2} << 20;

template <class T>
class LargeArray {
 public:
  LargeArray() = default;
  explicit LargeArray(std::size_t size, WillFill will_fill = nullptr) : size_(size) {
    if (size == 0) return;
    auto const bytes = (size * sizeof(T) + large_page - 1) / large_page * large_page;
    bool const large = size * sizeof(T) >= large_page;
    memory_.reset(static_cast<T*>(std::aligned_alloc(large ? large_page : 64, large ? bytes : (size * sizeof(T) + 63) / 64 * 64)));
    if (memory_ == nullptr) throw std::bad_alloc();
    if (large && will_fill != nullptr) will_fill(memory_.get(), bytes);
  }

  T* data() { return memory_.get(); }
  T const* data() const { return memory_.get(); }
  T& operator[](std::size_t i) { return memory_.get()[i]; }
  T const& operator[](std::size_t i) const { return memory_.get()[i]; }
  T const* begin() const { return memory_.get(); }
  T const* end() const { return memory_.get() + size_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  struct Free {
    void operator()(T* memory) const { std::free(memory); }
  };
  std::unique_ptr<T, Free> memory_;
  std::size_t size_ = 0;
};

}  // namespace rollbook
