#pragma once

#include <string>
#include <vector>

#include "checkpoint/s3/s3_client.h"

namespace pbt::s3 {

/// An upload in parts that was begun and neither completed nor aborted.
struct Upload {
  std::string key;
  std::string id;
};

/// A part that is there.
struct UploadedPart {
  std::string etag;
  std::string sha256;  ///< 32 raw bytes
};

/// What lies below `prefix`: whole keys; with `one_level`, those without a further slash, and the names that end in
/// one.
enum class Depth { one_level, all };
[[nodiscard]] std::vector<std::string> list_keys(Client& client, const std::string& prefix, Depth depth);

[[nodiscard]] std::vector<Upload> list_uploads(Client& client, const std::string& prefix);
[[nodiscard]] Upload begin_upload(Client& client, const std::string& key);
void complete_upload(Client& client, const Upload& upload, const std::vector<UploadedPart>& parts, std::uint64_t bytes);
void abort_upload(Client& client, const Upload& upload);

}  // namespace pbt::s3
