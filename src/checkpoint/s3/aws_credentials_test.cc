#include "checkpoint/s3/aws_credentials.h"

#include <gtest/gtest.h>

#include <fstream>

#include "pbt/error.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/what_is_said.h"

namespace pbt::s3 {
namespace {

using Variables = std::map<std::string, std::string>;

HttpResponse nobody_there(const HttpRequest&, const HttpSink&) { return {.problem = "nobody there"}; }

Credentials found(const Variables& variables, const HttpSend& http = nobody_there) {
  return find_credentials(
      [variables](const std::string& name) { return variables.contains(name) ? variables.at(name) : ""; }, http)();
}

class AwsCredentials : public testing::Test {
 protected:
  AwsCredentials() {
    std::filesystem::create_directory(folder_.path() / ".aws");
    std::ofstream(folder_.path() / ".aws" / "credentials")
        << "[default]\naws_access_key_id = id\naws_secret_access_key = secret\n"
           "[lab]\naws_access_key_id=lab id\naws_secret_access_key=lab secret\naws_session_token=lab token\n"
           "[half]\naws_access_key_id = id\n";
    std::ofstream(folder_.path() / ".aws" / "config")
        << "[profile other]\naws_access_key_id = other id\naws_secret_access_key = other secret\n";
    home_ = folder_.path().string();
  }
  ScratchFolder folder_;
  std::string home_;
};

TEST_F(AwsCredentials, AreThoseOfTheVariablesFirst) {
  const Credentials expected{"AK", "SK", "T"};
  EXPECT_EQ(
      found(
          {{"HOME", home_}, {"AWS_ACCESS_KEY_ID", "AK"}, {"AWS_SECRET_ACCESS_KEY", "SK"}, {"AWS_SESSION_TOKEN", "T"}}),
      expected);
}

TEST_F(AwsCredentials, AreThoseOfTheProfile) {
  EXPECT_EQ(found({{"HOME", home_}}), (Credentials{"id", "secret", ""}));
  EXPECT_EQ(found({{"HOME", home_}, {"AWS_PROFILE", "lab"}}), (Credentials{"lab id", "lab secret", "lab token"}));
  EXPECT_EQ(found({{"HOME", home_}, {"AWS_PROFILE", "other"}}), (Credentials{"other id", "other secret", ""}));
  const std::string file = home_ + "/.aws/credentials";
  EXPECT_EQ(found({{"AWS_SHARED_CREDENTIALS_FILE", file}}).key_id, "id");
}

TEST_F(AwsCredentials, AreReadAnewEachTime) {
  const CredentialSource source =
      find_credentials([this](const std::string& name) { return name == "HOME" ? home_ : ""; }, nobody_there);
  EXPECT_EQ(source().key_id, "id");
  std::ofstream(home_ + "/.aws/credentials") << "[default]\naws_access_key_id = new\naws_secret_access_key = s\n";
  EXPECT_EQ(source().key_id, "new");
}

TEST_F(AwsCredentials, AreAskedOfTheContainer) {
  const auto http = [](const HttpRequest& request, const HttpSink&) -> HttpResponse {
    EXPECT_EQ(request.url, "http://169.254.170.2/v2/x");
    EXPECT_EQ(request.headers.at("authorization"), "token");
    return {.status = 200,
            .body = R"({"AccessKeyId": "id", "SecretAccessKey": "secret", "Token": "t", "Expiration": ""})"};
  };
  EXPECT_EQ(found({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x"}, {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "token"}},
                  http),
            (Credentials{"id", "secret", "t"}));
}

TEST_F(AwsCredentials, AreAskedOfTheMachinesRole) {
  const auto http = [](const HttpRequest& request, const HttpSink&) -> HttpResponse {
    if (request.method == "PUT") return {.status = 200, .body = "token"};
    EXPECT_EQ(request.headers.at("x-aws-ec2-metadata-token"), "token");
    if (request.url.ends_with("/security-credentials/")) return {.status = 200, .body = "role\n"};
    EXPECT_TRUE(request.url.ends_with("/security-credentials/role")) << request.url;
    return {.status = 200, .body = R"({"AccessKeyId": "id", "SecretAccessKey": "secret", "Token": "t"})"};
  };
  EXPECT_EQ(found({}, http), (Credentials{"id", "secret", "t"}));
  EXPECT_THROW((void)found({{"AWS_EC2_METADATA_DISABLED", "true"}}, http), UsageError);
}

TEST_F(AwsCredentials, SayWhatIsMissing) {
  const auto said = [this](Variables variables) {
    variables["HOME"] = home_;
    return what_is_said<Error>([&] { (void)found(variables); });
  };
  EXPECT_NE(said({{"AWS_ACCESS_KEY_ID", "id"}}).find("the secret access key is missing"), std::string::npos);
  EXPECT_NE(said({{"AWS_PROFILE", "half"}}).find("profile \"half\" of " + home_), std::string::npos);
  EXPECT_NE(said({{"AWS_PROFILE", "none"}}).find("profile \"none\" that AWS_PROFILE names"), std::string::npos);
  EXPECT_NE(said({{"AWS_SHARED_CREDENTIALS_FILE", "/none"}}).find("no S3 credentials were found"), std::string::npos);
}

TEST_F(AwsCredentials, GoToNoStranger) {
  EXPECT_THROW((void)found({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.2.example.com/x"}}), UsageError);
  EXPECT_THROW((void)found({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost:1/x"}}), StorageError);
}

}  // namespace
}  // namespace pbt::s3
