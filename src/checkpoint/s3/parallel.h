#pragma once

#include <cstddef>
#include <functional>

namespace pbt::s3 {

/// Does job(0), ..., job(count - 1) on up to `threads` threads, the caller's among them, and returns when all are done.
/// What the first failing one throws is thrown when those that run have ended; no others are begun after it.
void in_parallel(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& job);

}  // namespace pbt::s3
