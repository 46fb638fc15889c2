#pragma once

#include <string>

namespace pbt::postgres {

/// The address as it may be shown: without the password.
[[nodiscard]] std::string without_password(const std::string& url);

/// Whether the address itself holds a password. Throws UsageError when it is none of libpq's.
[[nodiscard]] bool has_password(const std::string& url);

}  // namespace pbt::postgres
