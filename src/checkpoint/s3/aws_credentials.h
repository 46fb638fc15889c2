#pragma once

#include <functional>
#include <string>

#include "checkpoint/s3/aws_profile.h"
#include "checkpoint/s3/http.h"

namespace pbt::s3 {

/// Who signs. Never shown, never logged.
struct Credentials {
  std::string key_id;
  std::string secret;
  std::string token;  ///< of temporary ones; "" for those that last
  bool operator==(const Credentials&) const = default;
};

/// Asked when the first request is signed, and again when a server says that a token has expired: what it looks at may
/// have been refreshed. Throws UsageError when there are none. Any thread.
using CredentialSource = std::function<Credentials()>;

/// In AWS's order: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; the profile in ~/.aws/credentials,
/// then in ~/.aws/config; a container's (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI: ECS, EKS Pod Identity);
/// the EC2 machine's role (IMDSv2), unless AWS_EC2_METADATA_DISABLED is "true". The last two are not asked when
/// AWS_PROFILE names a profile.
[[nodiscard]] CredentialSource find_credentials(Environment environment, HttpSend http);

}  // namespace pbt::s3
