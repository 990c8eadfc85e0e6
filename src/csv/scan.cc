#include "csv/scan.h"

#include "csv/scan_kernels.h"

namespace rollbook::csv {

std::vector<Kernel> usable_kernels() {
  std::vector<Kernel> usable{Kernel::Scalar};
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("pclmul") || !__builtin_cpu_supports("bmi") || !__builtin_cpu_supports("popcnt")) return usable;
  if (__builtin_cpu_supports("avx2")) usable.push_back(Kernel::Avx2);
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vbmi2")) usable.push_back(Kernel::Avx512);
#endif
  return usable;
}

Kernel best_kernel() { return usable_kernels().back(); }

std::uint32_t scan(Kernel kernel, char const* text, std::uint32_t from, std::uint32_t to, Structure& out) {
#if defined(__x86_64__)
  if (kernel == Kernel::Avx512) return scan_avx512(text, from, to, out);
  if (kernel == Kernel::Avx2) return scan_avx2(text, from, to, out);
#endif
  (void)kernel;
  return scan_scalar(text, from, to, out);
}

Stretch same_stretch(Kernel kernel, char const* a, char const* b, std::uint64_t size) {
#if defined(__x86_64__)
  if (kernel == Kernel::Avx512) return same_stretch_avx512(a, b, size);
  if (kernel == Kernel::Avx2) return same_stretch_avx2(a, b, size);
#endif
  (void)kernel;
  return same_stretch_scalar(a, b, size);
}

}  // namespace rollbook::csv
