#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

namespace pbt::s3 {

/// A variable of the environment; "" when it is not set. AWS's tools make no difference between the two either.
using Environment = std::function<std::string(const std::string& name)>;
[[nodiscard]] Environment system_environment();

/// A text as AWS's files are written: sections of `key = value` lines. What is no such line is passed over, as AWS's
/// own tools do with keys of one another.
using Sections = std::map<std::string, std::map<std::string, std::string>>;
[[nodiscard]] Sections parse_sections(const std::string& text);

/// AWS_PROFILE, or "default".
[[nodiscard]] std::string profile_name(const Environment& environment);

/// Where AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE say, or in ~/.aws. "" without a home.
[[nodiscard]] std::filesystem::path config_file(const Environment& environment);
[[nodiscard]] std::filesystem::path credentials_file(const Environment& environment);

/// The profile's keys in the two files; empty when there is no such file or no such profile in it.
[[nodiscard]] std::map<std::string, std::string> profile_in_config(const Environment& environment);
[[nodiscard]] std::map<std::string, std::string> profile_in_credentials(const Environment& environment);

/// The whole of a small file without white space at its ends; "" when it cannot be read.
[[nodiscard]] std::string read_trimmed(const std::filesystem::path& file);

}  // namespace pbt::s3
