#pragma once

#include <string>

#include "checkpoint/s3/http.h"
#include "checkpoint/s3/s3_address.h"

namespace pbt::s3 {

/// What a server says in the body of a refusal; all "" when it says nothing.
struct ServerError {
  std::string code;     ///< S3's own word, like "NoSuchKey"
  std::string message;  ///< for people; printable
  std::string region;   ///< where the bucket is, in answers about that
};

/// Also of an answer with status 200, which completing an upload may give before it fails.
[[nodiscard]] ServerError error_of(const HttpResponse& response);

/// Whether the same request may be answered better a little later.
[[nodiscard]] bool may_pass(const HttpResponse& response, const ServerError& error);

/// Whether newer credentials may help.
[[nodiscard]] bool is_expired(const ServerError& error);

/// Why a request failed and what to do, from "the bucket ..." on; without its end.
[[nodiscard]] std::string explain(const HttpResponse& response, const ServerError& error, const Address& address);

}  // namespace pbt::s3
