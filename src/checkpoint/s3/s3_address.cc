#include "checkpoint/s3/s3_address.h"

#include <algorithm>
#include <charconv>

#include "core/printable.h"
#include "pbt/error.h"

namespace pbt::s3 {
namespace {

std::string encode(std::string_view text, std::string_view kept) {
  constexpr char digits[] = "0123456789ABCDEF";
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (const char character : text) {
    if (plain.find(character) != std::string_view::npos || kept.find(character) != std::string_view::npos) {
      encoded += character;
    } else {
      const auto byte = static_cast<unsigned char>(character);
      encoded += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return encoded;
}

[[noreturn]] void refuse(const std::string& url, const std::string& why) {
  throw UsageError("\"" + printable(url, 200) + "\" is no address of checkpoints in S3: " + why +
                   "; expected s3://BUCKET/PREFIX, like s3://my-bucket/experiments/lander");
}

/// S3's own rules for names of buckets, and the older ones that other servers keep: capitals and "_".
bool can_name_a_bucket(const std::string& bucket) {
  return bucket.size() >= 3 && bucket.size() <= 63 && std::ranges::all_of(bucket, [](char character) {
           return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '-' || character == '.' ||
                  character == '_';
         });
}

struct Endpoint {
  std::string scheme, host, path;
};

Endpoint parse_endpoint(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  const std::size_t colon = url.find("://");
  const std::string scheme = colon == std::string::npos ? "" : url.substr(0, colon);
  std::string rest = colon == std::string::npos ? "" : url.substr(colon + 3);
  const std::string host = rest.substr(0, rest.find('/'));
  if ((scheme != "http" && scheme != "https") || host.empty() || host.find('@') != std::string::npos ||
      rest.find_first_of("?#") != std::string::npos)
    throw UsageError(
        "the S3 endpoint (AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL or the profile's endpoint_url) is none: expected "
        "http://HOST:PORT or https://HOST, without a name, password or query");  // which it does not repeat
  return {scheme, host, rest.substr(host.size())};
}

std::string without_usual_port(const std::string& scheme, const std::string& host) {
  const std::string usual = scheme == "https" ? ":443" : ":80";
  return host.ends_with(usual) ? host.substr(0, host.size() - usual.size()) : host;
}

std::string first_of(std::initializer_list<std::string> values) {
  for (const std::string& value : values)
    if (!value.empty()) return value;
  return "";
}

}  // namespace

std::string encode_path(std::string_view path) { return encode(path, "/"); }
std::string encode_query(std::string_view text) { return encode(text, ""); }

std::string decode(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned char byte = 0;
    const char* digits = text.data() + at + 1;
    if (text[at] == '%' && at + 2 < text.size() && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      decoded += static_cast<char>(byte);
      at += 2;
    } else {
      decoded += text[at] == '+' ? ' ' : text[at];
    }
  }
  return decoded;
}

Address parse_address(const std::string& url, const Environment& environment) {
  constexpr std::string_view scheme = "s3://";
  if (!url.starts_with(scheme)) refuse(url, "it does not begin with s3://");
  const std::string rest = url.substr(scheme.size());
  Address address;
  address.bucket = rest.substr(0, rest.find('/'));
  if (!can_name_a_bucket(address.bucket)) refuse(url, "\"" + printable(address.bucket, 80) + "\" cannot name a bucket");
  address.prefix = rest.substr(address.bucket.size());
  while (address.prefix.starts_with('/')) address.prefix.erase(0, 1);
  while (address.prefix.ends_with('/')) address.prefix.pop_back();
  // Proxies and libraries fold these away, and signatures would be for another path.
  if (("/" + address.prefix + "/").find("//") != std::string::npos && !address.prefix.empty())
    refuse(url, "there are two slashes side by side in the prefix");
  for (const char* part : {"/./", "/../"})
    if (("/" + address.prefix + "/").find(part) != std::string::npos)
      refuse(url, "\".\" and \"..\" are no names in it");
  if (!is_portable(address.prefix)) refuse(url, "the prefix is no UTF-8");

  const auto profile = profile_in_config(environment);
  const auto of_profile = [&](const char* key) { return profile.contains(key) ? profile.at(key) : ""; };
  address.region = first_of({environment("AWS_REGION"), environment("AWS_DEFAULT_REGION"), of_profile("region")});
  address.is_region_set = !address.region.empty();
  if (!address.is_region_set) address.region = "us-east-1";

  const std::string given =
      first_of({environment("AWS_ENDPOINT_URL_S3"), environment("AWS_ENDPOINT_URL"), of_profile("endpoint_url")});
  const std::string aws = "s3." + address.region + ".amazonaws.com" + (address.region.starts_with("cn-") ? ".cn" : "");
  Endpoint endpoint = given.empty() ? Endpoint{"https", aws, ""} : parse_endpoint(given);
  const bool in_path = !given.empty() || address.bucket.find('.') != std::string::npos;
  if (!in_path) endpoint.host = address.bucket + "." + endpoint.host;
  address.origin = endpoint.scheme + "://" + endpoint.host;
  address.host = without_usual_port(endpoint.scheme, endpoint.host);
  address.path = endpoint.path + "/" + (in_path ? address.bucket + "/" : "");
  return address;
}

}  // namespace pbt::s3
