#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "checkpoint/s3/aws_credentials.h"

namespace pbt::s3 {

/// What a signature covers.
struct Signed {
  std::string method;
  std::string path;                            ///< percent-encoded, as it is sent
  std::map<std::string, std::string> query;    ///< as it is meant, not encoded
  std::map<std::string, std::string> headers;  ///< lower-case names; all are signed
  std::string payload_sha256;                  ///< hexadecimal
};

/// The Authorization header of AWS Signature Version 4 for S3 ("Authenticating Requests", Amazon S3 API Reference).
/// `time` is that of the header x-amz-date. Our own, because libcurl 7.88 neither orders nor encodes a query as the
/// signature wants it, hashes no body that is streamed, and takes the time from the machine.
[[nodiscard]] std::string authorization(const Signed& what, const Credentials& credentials, const std::string& region,
                                        const std::string& time);

/// 1369353600000 is "20130524T000000Z".
[[nodiscard]] std::string signature_time(std::int64_t ms_since_1970);

/// "a=1&b=2", ordered and encoded: what is signed and what is sent.
[[nodiscard]] std::string query_text(const std::map<std::string, std::string>& query);

}  // namespace pbt::s3
