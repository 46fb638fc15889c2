#pragma once

#include <optional>

#include "checkpoint/s3/aws_credentials.h"

namespace pbt::s3 {

/// Of a container on ECS or EKS, from the address that its environment names; none when it names none. Throws
/// StorageError when the address does not answer, and UsageError when it is a host of which AWS's tools would not ask.
[[nodiscard]] std::optional<Credentials> container_credentials(const Environment& environment, const HttpSend& http);

/// Of the role of an EC2 machine (IMDSv2); none when this is no such machine, or it has no role.
[[nodiscard]] std::optional<Credentials> machine_credentials(const Environment& environment, const HttpSend& http);

}  // namespace pbt::s3
