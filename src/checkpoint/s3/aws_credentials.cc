#include "checkpoint/s3/aws_credentials.h"

#include <map>
#include <optional>

#include "checkpoint/s3/metadata_credentials.h"
#include "core/printable.h"
#include "pbt/error.h"

namespace pbt::s3 {
namespace {

/// Half a pair is a mistake that people want to hear of, not one to pass over.
std::optional<Credentials> complete(Credentials found, const std::string& where) {
  if (found.key_id.empty() && found.secret.empty()) return std::nullopt;
  if (found.key_id.empty() || found.secret.empty())
    throw UsageError("there is only half of the S3 credentials in " + where + ": the " +
                     (found.key_id.empty() ? "access key id" : "secret access key") + " is missing; set both");
  return found;
}

std::optional<Credentials> of_variables(const Environment& environment) {
  return complete(
      {environment("AWS_ACCESS_KEY_ID"), environment("AWS_SECRET_ACCESS_KEY"), environment("AWS_SESSION_TOKEN")},
      "the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)");
}

std::optional<Credentials> of_profile(std::map<std::string, std::string> profile, const std::string& where) {
  return complete({profile["aws_access_key_id"], profile["aws_secret_access_key"], profile["aws_session_token"]},
                  where);
}

std::optional<Credentials> of_files(const Environment& environment) {
  const std::string profile = "profile \"" + printable(profile_name(environment), 80) + "\" of ";
  if (auto found = of_profile(profile_in_credentials(environment), profile + credentials_file(environment).string()))
    return found;
  return of_profile(profile_in_config(environment), profile + config_file(environment).string());
}

Credentials find(const Environment& environment, const HttpSend& http) {
  if (auto found = of_variables(environment)) return *found;
  if (auto found = of_files(environment)) return *found;
  // Who names a profile does not mean the machine's role.
  if (!environment("AWS_PROFILE").empty())
    throw UsageError("there are no credentials in the profile \"" + printable(profile_name(environment), 80) +
                     "\" that AWS_PROFILE names, in " + credentials_file(environment).string() +
                     "; write aws_access_key_id and aws_secret_access_key there, or, for a profile of another kind "
                     "(single sign-on, a role, a process), run: eval \"$(aws configure export-credentials --format "
                     "env)\" and unset AWS_PROFILE");
  if (auto found = container_credentials(environment, http)) return *found;
  if (auto found = machine_credentials(environment, http)) return *found;
  throw UsageError(
      "no S3 credentials were found: looked for AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, " +
      credentials_file(environment).string() +
      ", and the role of a container or an EC2 machine; set the two variables, or write the file by: aws configure");
}

}  // namespace

CredentialSource find_credentials(Environment environment, HttpSend http) {
  return [environment = std::move(environment), http = std::move(http)] { return find(environment, http); };
}

}  // namespace pbt::s3
