#pragma once

#include <cstddef>
#include <string>

namespace pbt {

/// So many bytes that nobody can guess, from the system, in hexadecimal digits. Throws Error when it gives none.
[[nodiscard]] std::string random_token(std::size_t bytes);

}  // namespace pbt
