#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "tests/support/answering_process.h"

namespace pbt {

/// An S3 server of a test's own, with a proxy before it that makes faults: tests/s3/s3_server.py. Gone with it.
class S3Server {
 public:
  /// `python` has moto: scripts/python-environment --tests makes one.
  explicit S3Server(const std::string& python, const std::string& script = PBT_S3_SERVER) : process_({python, script}) {
    if (!said_.is_object()) throw std::runtime_error("the S3 server did not start");
  }

  /// Where it listens, and where the proxy does.
  [[nodiscard]] std::string url() const { return said_["url"]; }
  [[nodiscard]] std::string proxy() const { return said_["proxy"]; }
  /// The same by TLS, and the file with its certificate, which no machine trusts.
  [[nodiscard]] std::string secure_url() const { return said_["secure"]["url"]; }
  [[nodiscard]] std::string certificate() const { return said_["secure"]["certificate"]; }
  [[nodiscard]] std::string bucket() const { return said_["bucket"]; }
  /// Access key id, secret and token of "allowed", "denied" or "temporary".
  [[nodiscard]] std::array<std::string, 3> keys(const std::string& whose) const { return said_["keys"][whose]; }

  /// One of the script's commands, and what it answers.
  std::string tell(const std::string& command) { return process_.tell(command); }

 private:
  AnsweringProcess process_;
  nlohmann::json said_ = nlohmann::json::parse(process_.line(), nullptr, false);
};

}  // namespace pbt
