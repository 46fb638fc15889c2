#pragma once

#include <string>
#include <string_view>

namespace pbt {

/// Two digits a byte, in small letters.
[[nodiscard]] std::string hexadecimal(std::string_view bytes);

}  // namespace pbt
