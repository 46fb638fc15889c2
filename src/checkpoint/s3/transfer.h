#pragma once

#include <filesystem>
#include <string>

#include "checkpoint/s3/s3_bytes.h"
#include "checkpoint/s3/s3_client.h"

namespace pbt::s3 {

/// PREFIX/NAME: below it lie the files, and beside it the manifest.
[[nodiscard]] std::string object_of(const Client& client, const std::string& name);
[[nodiscard]] std::string manifest_of(const Client& client, const std::string& name);

// Of RemoteBytes.
void put_checkpoint(Client& client, const Options& options, const std::string& name,
                    const std::filesystem::path& folder);
bool get_checkpoint(Client& client, const Options& options, const std::string& name,
                    const std::filesystem::path& folder);
void remove_checkpoint(Client& client, const Options& options, const std::string& name);

}  // namespace pbt::s3
