#include "checkpoint/s3/s3_address.h"

#include <gtest/gtest.h>

#include <fstream>

#include "pbt/error.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/what_is_said.h"

namespace pbt::s3 {
namespace {

Environment with(std::map<std::string, std::string> variables) {
  return [variables](const std::string& name) { return variables.contains(name) ? variables.at(name) : ""; };
}

TEST(S3Address, IsABucketsOwnHostOnAws) {
  const Address address = parse_address("s3://my-bucket/a/b/", with({{"AWS_REGION", "eu-central-1"}}));
  EXPECT_EQ(address.bucket, "my-bucket");
  EXPECT_EQ(address.prefix, "a/b");
  EXPECT_EQ(address.origin, "https://my-bucket.s3.eu-central-1.amazonaws.com");
  EXPECT_EQ(address.host, "my-bucket.s3.eu-central-1.amazonaws.com");
  EXPECT_EQ(address.path, "/");
  EXPECT_EQ(address.text(), "s3://my-bucket/a/b");
}

TEST(S3Address, HasTheBucketInThePathWhereADotWouldBreakTheCertificate) {
  const Address address = parse_address("s3://my.bucket", with({}));
  EXPECT_EQ(address.origin, "https://s3.us-east-1.amazonaws.com");
  EXPECT_EQ(address.path, "/my.bucket/");
  EXPECT_FALSE(address.is_region_set);
}

TEST(S3Address, HasTheBucketInThePathOfAGivenEndpoint) {
  const Address address =
      parse_address("s3://bucket/x", with({{"AWS_ENDPOINT_URL_S3", "http://minio:9000/"}, {"AWS_ENDPOINT_URL", "no"}}));
  EXPECT_EQ(address.origin, "http://minio:9000");
  EXPECT_EQ(address.host, "minio:9000");
  EXPECT_EQ(address.path, "/bucket/");
  EXPECT_EQ(parse_address("s3://bucket", with({{"AWS_ENDPOINT_URL", "https://h:443/s3"}})).host, "h");
  EXPECT_EQ(parse_address("s3://bucket", with({{"AWS_ENDPOINT_URL", "https://h:443/s3"}})).path, "/s3/bucket/");
}

TEST(S3Address, TakesRegionAndEndpointFromTheProfile) {
  const ScratchFolder folder;
  const std::string file = (folder.path() / "config").string();
  std::ofstream(file)
      << "[default]\nregion = eu-west-1\n# note\n[profile lab]\nregion=eu-north-1\ns3 =\n  region = no\n"
         "endpoint_url = https://s3.lab.example\n";
  EXPECT_EQ(parse_address("s3://bucket", with({{"AWS_CONFIG_FILE", file}})).region, "eu-west-1");
  const Address lab = parse_address("s3://bucket", with({{"AWS_CONFIG_FILE", file}, {"AWS_PROFILE", "lab"}}));
  EXPECT_EQ(lab.region, "eu-north-1");
  EXPECT_EQ(lab.origin, "https://s3.lab.example");
  EXPECT_EQ(parse_address("s3://bucket", with({{"AWS_CONFIG_FILE", file}, {"AWS_DEFAULT_REGION", "here"}})).region,
            "here");
}

TEST(S3Address, RefusesWhatIsNone) {
  for (const char* url : {"bucket", "s3:/bucket", "s3://", "s3://b", "s3:///prefix", "s3://bu cket", "s3://bucket/a//b",
                          "s3://bucket/../b", "s3://bucket/\xff", "s3://user@bucket/x"})
    EXPECT_THROW((void)parse_address(url, with({})), UsageError) << url;
  EXPECT_EQ(
      what_is_said<UsageError>([] { (void)parse_address("s3://b", with({})); }),
      "\"s3://b\" is no address of checkpoints in S3: \"b\" cannot name a bucket; expected s3://BUCKET/PREFIX, like "
      "s3://my-bucket/experiments/lander");
}

TEST(S3Address, DoesNotRepeatAnEndpointWithAPassword) {
  const std::string said = what_is_said<UsageError>(
      [] { (void)parse_address("s3://bucket", with({{"AWS_ENDPOINT_URL", "https://me:secret@host"}})); });
  EXPECT_TRUE(said.starts_with("the S3 endpoint")) << said;
  EXPECT_EQ(said.find("secret"), std::string::npos);
}

TEST(S3Address, EncodesAndDecodesKeys) {
  const std::string key = "a/b c+d%é\x01~";
  EXPECT_EQ(encode_path(key), "a/b%20c%2Bd%25%C3%A9%01~");
  EXPECT_EQ(decode(encode_path(key)), key);
  EXPECT_EQ(decode(encode_query(key)), key);
  EXPECT_EQ(decode("%"), "%");
  EXPECT_EQ(decode("%4"), "%4");
  EXPECT_EQ(decode("%zz+%41"), "%zz A");
}

}  // namespace
}  // namespace pbt::s3
