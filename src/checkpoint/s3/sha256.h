#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace pbt::s3 {

/// SHA-256 of bytes that come in pieces, by OpenSSL. Digests are 32 raw bytes.
class Sha256 {
 public:
  Sha256();
  void add(std::string_view bytes);
  [[nodiscard]] std::string finish();

 private:
  std::shared_ptr<void> state_;
};

[[nodiscard]] std::string sha256(std::string_view bytes);
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view bytes);

[[nodiscard]] std::string base64(std::string_view bytes);

}  // namespace pbt::s3
