#pragma once

#include <string>
#include <string_view>

#include "checkpoint/s3/aws_profile.h"

namespace pbt::s3 {

/// Where objects live: a bucket behind an HTTP(S) endpoint, and what their keys begin with.
struct Address {
  std::string bucket;
  std::string prefix;         ///< "" or "a/b", without slashes at its ends
  std::string origin;         ///< "https://host" or "http://host:9000", the bucket in it on AWS itself
  std::string host;           ///< as the Host header says it: without a scheme's usual port
  std::string path;           ///< what stands before every key: "/" or "/bucket/" (percent-encoded)
  std::string region;         ///< signatures are for one region
  bool is_region_set = true;  ///< false: nothing said which; AWS's own default is taken

  /// As people write it.
  [[nodiscard]] std::string text() const { return "s3://" + bucket + (prefix.empty() ? "" : "/" + prefix); }
};

/// `url`: "s3://BUCKET" or "s3://BUCKET/PREFIX". The endpoint is AWS_ENDPOINT_URL_S3's, AWS_ENDPOINT_URL's or the
/// profile's endpoint_url, with the bucket in the path; else AWS's of the region, with the bucket in the host's name
/// unless a dot in it would break the certificate. The region is AWS_REGION's, AWS_DEFAULT_REGION's or the profile's.
/// Throws UsageError.
[[nodiscard]] Address parse_address(const std::string& url, const Environment& environment);

/// Every byte but letters, digits and "-._~" as %XX, as signatures want it. Slashes stay in a path.
[[nodiscard]] std::string encode_path(std::string_view path);
[[nodiscard]] std::string encode_query(std::string_view text);
/// %XX back to bytes, and "+" to a blank, as servers write keys in lists.
[[nodiscard]] std::string decode(std::string_view text);

}  // namespace pbt::s3
