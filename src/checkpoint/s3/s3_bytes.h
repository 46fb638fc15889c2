#pragma once

#include <cstdint>

#include "checkpoint/remote_storage.h"
#include "checkpoint/s3/s3_client.h"

namespace pbt::s3 {

struct Options {
  std::uint64_t part_bytes = 32 << 20;  ///< larger files go in parts of this size; S3 wants 5 MiB at least
  std::size_t parallel = 4;             ///< requests at once, of one put or get
  Retries retries{};
};

/// Checkpoints as objects: PREFIX/NAME/FILE for each file, and PREFIX/NAME.json, the manifest, which is put last and
/// removed first. Every piece carries its SHA-256: the server holds it against what arrives, and get() against what
/// comes back. get() throws CheckpointLost when the bytes there are not those that the manifest tells of. `clock` must
/// outlive it.
[[nodiscard]] RemoteBytes s3_bytes(Address address, CredentialSource credentials, Clock& clock, Options options,
                                   HttpSend http);

/// The same, with address, credentials and AWS_CA_BUNDLE as the environment says. Throws UsageError for a wrong
/// address; credentials are looked for at the first request.
[[nodiscard]] RemoteBytes s3_bytes(const std::string& url, const Environment& environment, Clock& clock,
                                   Options options);

}  // namespace pbt::s3
