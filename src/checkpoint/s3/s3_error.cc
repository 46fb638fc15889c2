#include "checkpoint/s3/s3_error.h"

#include <array>
#include <pugixml.hpp>
#include <string_view>

#include "core/printable.h"

namespace pbt::s3 {
namespace {

template <std::size_t Count>
bool is_one_of(std::string_view code, const std::array<std::string_view, Count>& codes) {
  for (const std::string_view one : codes)
    if (code == one) return true;
  return false;
}

struct Advice {
  std::string_view code;
  std::string_view text;
};

constexpr std::array advices = {
    Advice{"AccessDenied",
           "access is denied: the credentials need s3:GetObject, s3:PutObject, s3:DeleteObject and "
           "s3:AbortMultipartUpload on its objects, and s3:ListBucket and s3:ListBucketMultipartUploads on the bucket; "
           "have them granted, or use others (AWS_PROFILE, AWS_ACCESS_KEY_ID)"},
    Advice{"InvalidAccessKeyId",
           "the access key id is unknown there: check AWS_ACCESS_KEY_ID or the profile, and AWS_ENDPOINT_URL_S3 if the "
           "bucket is not on AWS"},
    Advice{"SignatureDoesNotMatch",
           "the secret access key does not belong to the access key id: check AWS_SECRET_ACCESS_KEY or the profile"},
    Advice{"ExpiredToken", "the session token has expired: get new credentials, and run again"},
    Advice{"TokenRefreshRequired", "the session token has expired: get new credentials, and run again"},
    Advice{"InvalidToken",
           "the session token is not valid: AWS_SESSION_TOKEN must come with the key id and secret that it was issued "
           "with; get new credentials, or unset it for keys that last"},
    Advice{"InvalidBucketName", "the server does not take this for a bucket's name: correct the address"},
    Advice{"KeyTooLongError",
           "a file's path is too long for S3 (1024 bytes with the prefix): save under shorter names"},
    Advice{"EntityTooLarge", "a part is larger than the server takes"},
    Advice{"QuotaExceeded", "the bucket is full: free space there, or raise its quota, and run again"},
    Advice{"XMinioStorageFull", "the server's disks are full: free space there, and run again"},
};

std::string about_region(const std::string& region, const Address& address) {
  const std::string said = address.is_region_set ? "\"" + address.region + "\"" : "none, which means us-east-1";
  if (region.empty())
    return "the server sends this request elsewhere: check AWS_REGION (" + said + ") and AWS_ENDPOINT_URL_S3";
  return "the bucket is in the region \"" + region + "\", but the region set is " + said + ": set AWS_REGION=" + region;
}

/// What is not HTTP's business to explain: an answer's first words may help who runs the server.
std::string as_answered(const HttpResponse& response, const ServerError& error) {
  std::string text = "the server answers " + std::to_string(response.status);
  if (!error.code.empty()) text += " " + error.code;
  if (!error.message.empty()) text += " (" + error.message + ")";
  return text;
}

}  // namespace

ServerError error_of(const HttpResponse& response) {
  ServerError error;
  if (const auto region = response.headers.find("x-amz-bucket-region"); region != response.headers.end())
    error.region = printable(region->second, 40);
  pugi::xml_document document;
  // Without document types: nothing in an answer is expanded.
  if (!document.load_buffer(response.body.data(), response.body.size(), pugi::parse_default & ~pugi::parse_doctype))
    return error;
  const pugi::xml_node node = document.child("Error");
  error.code = printable(node.child_value("Code"), 80);
  error.message = printable(node.child_value("Message"), 300);
  if (const pugi::xml_node region = node.child("Region")) error.region = printable(region.child_value(), 40);
  return error;
}

bool may_pass(const HttpResponse& response, const ServerError& error) {
  if (response.status == 0) return response.may_pass;
  constexpr std::array<std::string_view, 8> passing = {"InternalError",
                                                       "ServiceUnavailable",
                                                       "SlowDown",
                                                       "RequestTimeout",
                                                       "OperationAborted",
                                                       "ConditionalRequestConflict",
                                                       "XAmzContentSHA256Mismatch",  // bytes changed on the way
                                                       "BadDigest"};
  if (is_one_of(error.code, passing)) return true;
  return response.status == 429 || response.status == 408 || response.status == 500 || response.status == 502 ||
         response.status == 503 || response.status == 504;
}

bool is_expired(const ServerError& error) {
  constexpr std::array<std::string_view, 3> codes = {"ExpiredToken", "TokenRefreshRequired", "InvalidToken"};
  return is_one_of(error.code, codes);
}

std::string explain(const HttpResponse& response, const ServerError& error, const Address& address) {
  if (response.status == 0)
    return address.origin + " gave no complete answer: " + response.problem +
           (response.may_pass ? "; check the network, a proxy, and AWS_ENDPOINT_URL_S3"
                              : "; check AWS_ENDPOINT_URL_S3");
  if (error.code == "NoSuchBucket")
    return "there is no bucket \"" + address.bucket + "\" at " + address.origin +
           ": create it, or correct the address or AWS_ENDPOINT_URL_S3";
  if (response.status == 301 || response.status == 307 || error.code == "AuthorizationHeaderMalformed" ||
      error.code == "IllegalLocationConstraintException")
    return about_region(error.region, address);
  if (error.code == "RequestTimeTooSkewed") {
    const auto date = response.headers.find("date");
    return "this machine's clock is wrong: the server's says " +
           (date == response.headers.end() ? "otherwise" : printable(date->second, 40)) + "; set it, best by NTP";
  }
  const std::string answered = as_answered(response, error);
  for (const Advice& advice : advices)
    if (error.code == advice.code) return std::string(advice.text) + "; " + answered;
  if (response.status == 403) return std::string(advices[0].text) + "; " + answered;
  if (may_pass(response, error))
    return answered + ": it is overloaded or not well; run again later, or ask who runs it";
  return answered + ": check the address and AWS_ENDPOINT_URL_S3";
}

}  // namespace pbt::s3
