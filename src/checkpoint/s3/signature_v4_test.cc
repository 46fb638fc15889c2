#include "checkpoint/s3/signature_v4.h"

#include <gtest/gtest.h>

#include "checkpoint/s3/sha256.h"
#include "core/hexadecimal.h"

namespace pbt::s3 {
namespace {

// The examples of "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk" in the
// Amazon S3 API Reference.
const Credentials example{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""};
const std::string moment = "20130524T000000Z";
const std::string empty_sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

Signed request(const std::string& method, const std::string& path, const std::string& payload_sha256) {
  return {.method = method,
          .path = path,
          .headers = {{"host", "examplebucket.s3.amazonaws.com"},
                      {"x-amz-content-sha256", payload_sha256},
                      {"x-amz-date", moment}},
          .payload_sha256 = payload_sha256};
}

TEST(SignatureV4, IsAmazonsForGettingAnObject) {
  Signed get = request("GET", "/test.txt", empty_sha256);
  get.headers["range"] = "bytes=0-9";
  EXPECT_EQ(authorization(get, example, "us-east-1", moment),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(SignatureV4, IsAmazonsForPuttingAnObject) {
  Signed put = request("PUT", "/test%24file.text", hexadecimal(sha256("Welcome to Amazon S3.")));
  put.headers["date"] = "Fri, 24 May 2013 00:00:00 GMT";
  put.headers["x-amz-storage-class"] = "REDUCED_REDUNDANCY";
  EXPECT_TRUE(authorization(put, example, "us-east-1", moment)
                  .ends_with("SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,"
                             "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
}

TEST(SignatureV4, IsAmazonsForAQueryWithoutAValue) {
  Signed lifecycle = request("GET", "/", empty_sha256);
  lifecycle.query = {{"lifecycle", ""}};
  EXPECT_TRUE(authorization(lifecycle, example, "us-east-1", moment)
                  .ends_with("Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
}

TEST(SignatureV4, IsAmazonsForListingObjects) {
  Signed list = request("GET", "/", empty_sha256);
  list.query = {{"prefix", "J"}, {"max-keys", "2"}};
  EXPECT_TRUE(authorization(list, example, "us-east-1", moment)
                  .ends_with("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
}

TEST(SignatureV4, WritesTheTimeAsAmazonDoes) { EXPECT_EQ(signature_time(1'369'353'600'000), moment); }

TEST(SignatureV4, OrdersAndEncodesAQuery) {
  EXPECT_EQ(query_text({{"b", "x/y z"}, {"a", ""}, {"a-b", "ü+"}}), "a=&a-b=%C3%BC%2B&b=x%2Fy%20z");
}

TEST(SignatureV4, RestsOnPublishedHashes) {
  EXPECT_EQ(hexadecimal(sha256("")), empty_sha256);
  EXPECT_EQ(hexadecimal(hmac_sha256("Jefe", "what do ya want for nothing?")),  // RFC 4231, case 2
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(base64("any carnal pleas"), "YW55IGNhcm5hbCBwbGVhcw==");
}

}  // namespace
}  // namespace pbt::s3
