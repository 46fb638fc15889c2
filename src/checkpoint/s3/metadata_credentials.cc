#include "checkpoint/s3/metadata_credentials.h"

#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/printable.h"
#include "pbt/error.h"

namespace pbt::s3 {
namespace {

constexpr std::string_view ecs = "http://169.254.170.2", ec2 = "http://169.254.169.254";

/// The answers of both services have these names.
std::optional<Credentials> read(const std::string& body) {
  const nlohmann::json json = try_parse_json(body);
  if (!json.is_object()) return std::nullopt;
  const auto text = [&](const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : "";
  };
  Credentials found{text("AccessKeyId"), text("SecretAccessKey"), text("Token")};
  if (found.key_id.empty() || found.secret.empty()) return std::nullopt;
  return found;
}

/// The token of a container goes to nobody but the machine itself and the link-local services, unless encrypted.
bool may_be_asked(const std::string& url) {
  if (url.starts_with("https://")) return true;
  for (const std::string& origin :
       {std::string(ecs), std::string("http://169.254.170.23"), std::string("http://[fd00:ec2::23]"),
        std::string("http://localhost"), std::string("http://127.0.0.1")})
    if (url.starts_with(origin + "/") || url.starts_with(origin + ":")) return true;
  return false;
}

}  // namespace

std::optional<Credentials> container_credentials(const Environment& environment, const HttpSend& http) {
  const std::string relative = environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const std::string url =
      relative.empty() ? environment("AWS_CONTAINER_CREDENTIALS_FULL_URI") : std::string(ecs) + relative;
  if (url.empty()) return std::nullopt;
  if (!may_be_asked(url))
    throw UsageError(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI is not https:// and not this machine's own: expected the "
        "address that ECS or EKS sets; unset it, or give credentials by AWS_ACCESS_KEY_ID");
  const std::string file = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  const std::string token = file.empty() ? environment("AWS_CONTAINER_AUTHORIZATION_TOKEN") : read_trimmed(file);
  HttpRequest request{.method = "GET", .url = url};
  if (!token.empty()) request.headers["authorization"] = token;
  const HttpResponse response = http(request, {});
  if (auto found = response.status == 200 ? read(response.body) : std::nullopt) return found;
  throw StorageError(
      "the container's credentials cannot be had from the address in AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or "
      "_FULL_URI: " +
      (response.status == 0 ? response.problem : "it answers " + std::to_string(response.status)) +
      "; check the task's or pod's role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
}

std::optional<Credentials> machine_credentials(const Environment& environment, const HttpSend& http) {
  if (environment("AWS_EC2_METADATA_DISABLED") == "true") return std::nullopt;
  const std::string latest = std::string(ec2) + "/latest/";
  HttpRequest request{
      .method = "PUT", .url = latest + "api/token", .connect_s = 1};  // on other machines nobody answers
  request.headers["x-aws-ec2-metadata-token-ttl-seconds"] = "300";
  const HttpResponse token = http(request, {});
  if (token.status != 200) return std::nullopt;
  const auto get = [&](const std::string& what) {
    HttpRequest asking{.method = "GET", .url = latest + "meta-data/iam/security-credentials/" + what, .connect_s = 1};
    asking.headers["x-aws-ec2-metadata-token"] = token.body;
    return http(asking, {});
  };
  const HttpResponse role = get("");
  if (role.status != 200) return std::nullopt;
  const HttpResponse found = get(role.body.substr(0, role.body.find('\n')));
  return found.status == 200 ? read(found.body) : std::nullopt;
}

}  // namespace pbt::s3
