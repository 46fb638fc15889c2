#include "serve/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pbt::serve {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

constexpr const char* kToken = "0123456789abcdef0123456789abcdef";

Request asked(const std::string& path, std::map<std::string, std::string> headers = {}) {
  Request request;
  request.path = path;
  request.headers = std::move(headers);
  request.headers.try_emplace("host", "127.0.0.1:8300");
  return request;
}

Access with_token() {
  Access access;
  access.token = kToken;
  return access;
}

int status(const Access& access, const Request& request) {
  const auto reply = refusal(access, request);
  return reply ? reply->status : 200;
}

TEST(Access, AnswersToThisMachinesOwnNamesAlone) {
  for (const char* host : {"127.0.0.1", "127.0.0.1:8300", "localhost:8300", "LOCALHOST", "[::1]:8300", "[::1]"})
    EXPECT_EQ(status({}, asked("/", {{"host", host}})), 200) << host;
  for (const char* host : {"", "evil.example", "evil.example:8300", "127.0.0.1.evil.example", "localhost.evil", "[::2]",
                           "127.0.0.1@evil.example", "::1"})
    EXPECT_EQ(status({}, asked("/", {{"host", host}})), 421) << host;
}

TEST(Access, ChangesNothingWhateverTheMethod) {
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"}) {
    Request request = asked("/api/v1/experiments");
    request.method = method;
    EXPECT_EQ(status({}, request), 405) << method;
  }
}

TEST(Access, WithATokenNeedsItInAHeaderOrACookie) {
  const Access access = with_token();
  EXPECT_EQ(status(access, asked("/api/v1/experiments")), 401);
  EXPECT_EQ(status(access, asked("/api/v1/experiments", {{"authorization", std::string("Bearer ") + kToken}})), 200);
  EXPECT_EQ(status(access, asked("/api/v1/experiments", {{"cookie", std::string("a=b; pbt_token=") + kToken}})), 200);
  for (const char* wrong : {"Bearer", "Bearer ", "Bearer 0123456789abcdef0123456789abcdeF",
                            "Basic MDEyMw==", "Bearer 0123456789abcdef0123456789abcdef0"})
    EXPECT_EQ(status(access, asked("/metrics", {{"authorization", wrong}})), 401) << wrong;
  EXPECT_EQ(status(access, asked("/metrics", {{"cookie", "pbt_token="}})), 401);
}

TEST(Access, NeverTakesATokenFromAnAddress) {
  Request request = asked("/api/v1/experiments");
  request.query = {{"token", kToken}};
  EXPECT_EQ(status(with_token(), request), 401);
}

TEST(Access, SendsAPersonWithoutATokenToTheLogin) {
  const auto reply = refusal(with_token(), asked("/"));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 303);
  EXPECT_THAT(reply->headers, Contains(Pair("Location", "/login")));
}

TEST(Login, GivesACookieThatScriptsCannotRead) {
  Request request = asked("/login");
  request.method = "POST";
  request.body = std::string("token=") + kToken;
  const Reply reply = login(with_token(), request);
  EXPECT_EQ(reply.status, 303);
  EXPECT_THAT(reply.headers, Contains(Pair("Set-Cookie", HasSubstr("HttpOnly; SameSite=Strict"))));
}

TEST(Login, WithAWrongTokenGivesNone) {
  for (const char* body : {"", "token=", "token=wrong", "other=1", "token=%zz"}) {
    Request request = asked("/login");
    request.method = "POST";
    request.body = body;
    const Reply reply = login(with_token(), request);
    EXPECT_EQ(reply.status, 401) << body;
    EXPECT_THAT(reply.headers, Not(Contains(Pair("Set-Cookie", testing::_))));
  }
}

TEST(Secrets, AreTheSameWhenEveryByteIs) {
  EXPECT_TRUE(same_secret("", ""));
  EXPECT_TRUE(same_secret("abc", "abc"));
  EXPECT_FALSE(same_secret("abc", "abd"));
  EXPECT_FALSE(same_secret("abc", "abcabc"));
  EXPECT_FALSE(same_secret("abcabc", "abc"));
  EXPECT_FALSE(same_secret("abc", ""));
}

TEST(Addresses, OfThisMachineAreLoopback) {
  EXPECT_TRUE(is_loopback("127.0.0.1"));
  EXPECT_TRUE(is_loopback("::1"));
  EXPECT_FALSE(is_loopback("0.0.0.0"));
  EXPECT_FALSE(is_loopback("::"));
  EXPECT_FALSE(is_loopback("192.168.1.7"));
}

}  // namespace
}  // namespace pbt::serve
