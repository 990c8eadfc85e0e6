#include "csv/scan.h"

#include "csv/scan_kernels.h"

namespace rollbook::csv {

Kernel best_kernel() {
#if defined(__x86_64__)
  static bool const has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("bmi") &&
                               __builtin_cpu_supports("popcnt");
  return has_avx2 ? Kernel::Avx2 : Kernel::Scalar;
#else
  return Kernel::Scalar;
#endif
}

std::uint32_t scan(Kernel kernel, char const* text, std::uint32_t from, std::uint32_t to, Structure& out) {
#if defined(__x86_64__)
  if (kernel == Kernel::Avx2) return scan_avx2(text, from, to, out);
#endif
  (void)kernel;
  return scan_scalar(text, from, to, out);
}

}  // namespace rollbook::csv
