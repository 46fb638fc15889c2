#include "checkpoint/s3/s3_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "pbt/error.h"
#include "tests/support/fake_clock.h"
#include "tests/support/what_is_said.h"

namespace pbt::s3 {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

HttpResponse refusal(int status, const std::string& code, std::map<std::string, std::string> headers = {}) {
  return {.status = status, .headers = std::move(headers), .body = "<Error><Code>" + code + "</Code></Error>"};
}

/// A server that gives these answers, the last one again and again.
class S3Client : public testing::Test {
 protected:
  Client client(
      std::deque<HttpResponse> answers, CredentialSource source = [] { return Credentials{"id", "secret", ""}; }) {
    const Address address{.bucket = "bucket", .origin = "https://h", .host = "h", .path = "/bucket/", .region = "here"};
    return {address,
            std::move(source),
            clock_,
            {},
            [this, answers](const HttpRequest& request, const HttpSink& sink) mutable {
              requests_.push_back(request);
              HttpResponse answer = answers.front();
              if (answers.size() > 1) answers.pop_front();
              if (sink && answer.status == 200) sink(answer.body);
              return answer;
            }};
  }
  std::string said(std::deque<HttpResponse> answers) {
    Client asking = client(std::move(answers));
    return what_is_said<StorageError>([&] { asking.send({.method = "GET", .key = "k"}); });
  }
  FakeClock clock_;
  std::vector<HttpRequest> requests_;
};

TEST_F(S3Client, TriesAgainWhatMayPass) {
  Client asking = client({{.problem = "reset"},
                          refusal(500, "InternalError"),
                          refusal(503, "SlowDown"),
                          refusal(400, "RequestTimeout"),
                          refusal(429, ""),
                          {.status = 200}});
  EXPECT_EQ(asking.send({.method = "GET", .key = "k"}).status, 200);
  EXPECT_EQ(requests_.size(), 6U);
}

TEST_F(S3Client, GivesUpAtTheSixthTry) {
  EXPECT_EQ(
      said({refusal(503, "SlowDown")}),
      "cannot GET s3://bucket/k: the server answers 503 SlowDown: it is overloaded or not well; run again later, or "
      "ask who runs it (tried 6 times)");
  EXPECT_EQ(requests_.size(), 6U);
}

TEST_F(S3Client, DoesNotRepeatWhatStays) {
  for (const HttpResponse& answer :
       {refusal(403, "AccessDenied"), refusal(404, "NoSuchKey"), refusal(301, "PermanentRedirect"),
        HttpResponse{.problem = "bad certificate", .may_pass = false}}) {
    requests_.clear();
    EXPECT_NE(said({answer}), "nothing");
    EXPECT_EQ(requests_.size(), 1U);
  }
}

TEST_F(S3Client, WaitsLongerEachTimeAndNeverTheSame) {
  std::vector<std::int64_t> began{clock_.now_ms()};
  Client asking = client({refusal(500, "InternalError")});
  const Receiver receiver{.begin = [&] { began.push_back(clock_.now_ms()); }, .take = {}, .problem = {}};
  EXPECT_THROW(asking.send({.method = "GET", .key = "k"}, receiver), StorageError);
  for (int at = 2; at <= 6; ++at) {
    const std::int64_t waited = began[at] - began[at - 1], most = 200 << (at - 2);
    EXPECT_GE(waited, most / 2);
    EXPECT_LE(waited, most);
  }
}

TEST_F(S3Client, WaitsAsLongAsItIsAsked) {
  const std::int64_t before = clock_.now_ms();
  Client asking = client({refusal(503, "SlowDown", {{"retry-after", "7"}}), {.status = 200}});
  asking.send({.method = "GET", .key = "k"});
  EXPECT_EQ(clock_.now_ms() - before, 7000);
}

TEST_F(S3Client, TakesNewCredentialsForExpiredOnes) {
  int asked = 0;
  Client asking = client({refusal(400, "ExpiredToken"), {.status = 200}},
                         [&] { return Credentials{"id", "secret", "token " + std::to_string(++asked)}; });
  asking.send({.method = "GET", .key = "k"});
  EXPECT_EQ(requests_.at(0).headers.at("x-amz-security-token"), "token 1");
  EXPECT_EQ(requests_.at(1).headers.at("x-amz-security-token"), "token 2");
  EXPECT_THAT(requests_.at(1).headers.at("authorization"), HasSubstr("x-amz-security-token"));
}

TEST_F(S3Client, SaysWhatToDo) {
  EXPECT_THAT(said({refusal(404, "NoSuchBucket")}), HasSubstr("there is no bucket \"bucket\" at https://h: create it"));
  EXPECT_THAT(said({refusal(403, "AccessDenied")}), HasSubstr("access is denied: the credentials need s3:GetObject"));
  EXPECT_THAT(said({refusal(400, "ExpiredToken")}), HasSubstr("the session token has expired: get new credentials"));
  EXPECT_THAT(said({refusal(301, "PermanentRedirect", {{"x-amz-bucket-region", "eu-west-3"}})}),
              HasSubstr("is in the region \"eu-west-3\", but the region set is \"here\": set AWS_REGION=eu-west-3"));
  EXPECT_THAT(said({refusal(403, "SignatureDoesNotMatch")}), HasSubstr("check AWS_SECRET_ACCESS_KEY"));
  EXPECT_THAT(said({refusal(403, "RequestTimeTooSkewed", {{"date", "now"}})}),
              HasSubstr("the server's says now; set it"));
  EXPECT_THAT(said({{.problem = "Could not resolve host: h"}}),
              HasSubstr("https://h gave no complete answer: Could not resolve host: h; check the network"));
  EXPECT_THAT(said({{.status = 400, .body = "<html>"}}), HasSubstr("answers 400: check the address"));
}

TEST_F(S3Client, NeverTakesAMissingBucketForAMissingObject) {
  Client asking = client({refusal(404, "NoSuchBucket")});
  EXPECT_THROW(asking.send({.method = "GET", .key = "k", .takes = {404}}), StorageError);
  Client no_s3 = client({{.status = 404, .body = "<html>"}});
  EXPECT_THROW(no_s3.send({.method = "GET", .key = "k", .takes = {404}}), StorageError);
  Client absent = client({refusal(404, "NoSuchKey")});
  EXPECT_EQ(absent.send({.method = "GET", .key = "k", .takes = {404}}).status, 404);
}

TEST_F(S3Client, TakesAnErrorUnderAGoodStatusForOne) {
  EXPECT_THAT(said({refusal(200, "InternalError")}), HasSubstr("InternalError"));
  EXPECT_EQ(requests_.size(), 6U);
}

TEST_F(S3Client, AsksAgainForBytesThatAreNotRight) {
  std::string bytes;
  const Receiver receiver{.begin = [&] { bytes.clear(); },
                          .take = [&](std::string_view piece) { bytes += piece; },
                          .problem = [&] { return bytes == "right" ? "" : "other bytes came"; }};
  Client asking = client({{.status = 200, .body = "wrong"}, {.status = 200, .body = "right"}});
  asking.send({.method = "GET", .key = "k"}, receiver);
  EXPECT_EQ(bytes, "right");
  Client vain = client({{.status = 200, .body = "wrong"}});
  EXPECT_EQ(what_is_said<CheckpointLost>([&] { vain.send({.method = "GET", .key = "k"}, receiver); }),
            "cannot GET s3://bucket/k: other bytes came (tried 6 times)");
}

TEST_F(S3Client, NeverTellsASecret) {
  for (const int status : {0, 301, 400, 403, 404, 500})
    EXPECT_EQ(said({refusal(status, "Any")}).find("secret"), std::string::npos);
}

}  // namespace
}  // namespace pbt::s3
