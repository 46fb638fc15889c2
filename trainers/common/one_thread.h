#pragma once

namespace pbt {

/// Readies libtorch for members that train side by side: one thread each for libtorch and OpenBLAS (whose own threads
/// halve the speed of two members together), and an allocator that keeps freed pages instead of faulting them in anew
/// at each step. Call it from main(), and again from each further thread that trains.
void use_one_thread();

}  // namespace pbt
