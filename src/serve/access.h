#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "serve/message.h"

namespace pbt::serve {

/// Who may ask. Nothing that is asked changes anything, whoever asks it.
struct Access {
  /// What may stand in the header Host, ports apart: a page of another site that has its own name resolved to this
  /// machine (DNS rebinding) asks by that name and gets nothing.
  std::vector<std::string> hosts{"127.0.0.1", "localhost", "[::1]"};
  std::string token;  ///< empty: none is needed
};

/// Whether two secrets are the same, in a time that does not depend on where they differ.
[[nodiscard]] bool same_secret(std::string_view a, std::string_view b);

/// Nothing where the request may go on; else what to answer: 421 for a wrong Host, 401 without the token (in
/// `Authorization: Bearer` or the cookie that /login sets), 405 for a method that is not GET or HEAD.
[[nodiscard]] std::optional<Reply> refusal(const Access& access, const Request& request);

/// Answers /login: GET a form; POST with the right token a cookie that scripts cannot read, and the way to "/".
[[nodiscard]] Reply login(const Access& access, const Request& request);

/// Whether an address is this machine's own: 127.0.0.0/8 or ::1, as digits.
[[nodiscard]] bool is_loopback(std::string_view address);

/// Headers of every answer: no script or style but our own files, no frame, no guessing of types, nothing kept.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> safety_headers();

}  // namespace pbt::serve
