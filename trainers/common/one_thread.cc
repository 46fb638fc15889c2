#include "common/one_thread.h"

#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <malloc.h>

namespace pbt {

void use_one_thread() {
  constexpr int mebibyte = 1 << 20;
  mallopt(M_TRIM_THRESHOLD, 256 * mebibyte);
  mallopt(M_MMAP_THRESHOLD, 256 * mebibyte);
  mallopt(M_TOP_PAD, 64 * mebibyte);
  at::set_num_threads(1);
  // OPENBLAS_NUM_THREADS would be read while the library is loaded, before main(). The call is there only with
  // OpenBLAS.
  using SetThreads = void (*)(int);
  if (auto set_threads = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) set_threads(1);
}

}  // namespace pbt
