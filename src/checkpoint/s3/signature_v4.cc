#include "checkpoint/s3/signature_v4.h"

#include <ctime>

#include "checkpoint/s3/s3_address.h"
#include "checkpoint/s3/sha256.h"
#include "core/hexadecimal.h"

namespace pbt::s3 {

std::string query_text(const std::map<std::string, std::string>& query) {
  std::map<std::string, std::string> encoded;  // the order is that of the encoded names
  for (const auto& [name, value] : query) encoded[encode_query(name)] = encode_query(value);
  std::string text;
  for (const auto& [name, value] : encoded) text += (text.empty() ? "" : "&") + name + "=" + value;
  return text;
}

std::string signature_time(std::int64_t ms_since_1970) {
  const std::time_t seconds = ms_since_1970 / 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &utc)};
}

std::string authorization(const Signed& what, const Credentials& credentials, const std::string& region,
                          const std::string& time) {
  std::string headers, names;
  for (const auto& [name, value] : what.headers) {
    headers += name + ":" + value + "\n";
    names += (names.empty() ? "" : ";") + name;
  }
  const std::string request = what.method + "\n" + what.path + "\n" + query_text(what.query) + "\n" + headers + "\n" +
                              names + "\n" + what.payload_sha256;
  const std::string day = time.substr(0, 8), scope = day + "/" + region + "/s3/aws4_request";
  const std::string to_sign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + hexadecimal(sha256(request));
  std::string key = "AWS4" + credentials.secret;
  for (const std::string& part : {day, region, std::string("s3"), std::string("aws4_request")})
    key = hmac_sha256(key, part);
  return "AWS4-HMAC-SHA256 Credential=" + credentials.key_id + "/" + scope + ",SignedHeaders=" + names +
         ",Signature=" + hexadecimal(hmac_sha256(key, to_sign));
}

}  // namespace pbt::s3
