#include <gmock/gmock.h>

#include <set>

#include "pbt/error.h"
#include "tests/s3/s3_fixture.h"
#include "tests/support/what_is_said.h"

namespace pbt::s3 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Files small{{"weights", "abc"}, {"optimizer/state", "de"}, {"empty", ""}};

TEST_F(S3, GetsWhatWasPut) {
  const RemoteBytes remote = bytes();
  remote.put("m0.t1.f1", folder(small));
  EXPECT_EQ(got(remote, "m0.t1.f1"), small);
}

TEST_F(S3, BringsLargeFilesInParts) {
  const Files large{{"weights", random_bytes(1, 4 * part_bytes + 12345)},
                    {"other", random_bytes(2, 2 * part_bytes + 1)}};
  const RemoteBytes remote = bytes();
  remote.put("m0.t1.f1", folder(large));
  EXPECT_TRUE(got(remote, "m0.t1.f1") == large);
  remote.remove("m0.t1.f1");
  EXPECT_THAT(remote.list(), IsEmpty());
}

TEST_F(S3, TakesNamesOfAnyLetters) {
  const Files named{{"a b+c%d", "1"}, {"ü/日本", "2"}, {"x&y=z;?#", "3"}, {"~'(!)*", "4"}, {"tab\there", "5"}};
  const RemoteBytes remote = bytes();
  remote.put("initial-a b", folder(named));
  EXPECT_EQ(got(remote, "initial-a b"), named);
  EXPECT_THAT(remote.list(), ElementsAre("initial-a b"));
  remote.remove("initial-a b");
  EXPECT_THAT(remote.list(), IsEmpty());
}

TEST_F(S3, SaysWhenNothingIsThere) {
  const RemoteBytes remote = bytes();
  EXPECT_FALSE(remote.get("m0.t1.f1", fresh()));
  EXPECT_NO_THROW(remote.remove("m0.t1.f1"));
  EXPECT_THAT(remote.list(), IsEmpty());
}

TEST_F(S3, ReplacesWhatStoodUnderTheName) {
  const RemoteBytes remote = bytes();
  remote.put("m0.t1.f1", folder(small));
  const Files other{{"weights", "other bytes"}};
  remote.put("m0.t1.f1", folder(other));
  EXPECT_EQ(got(remote, "m0.t1.f1"), other);
}

TEST_F(S3, ListsAndRemovesOneByOne) {
  const RemoteBytes remote = bytes();
  for (const char* name : {"m1.t1.f1", "m0.t1.f1", "m0.t1.f10"}) remote.put(name, folder(small));
  EXPECT_THAT(remote.list(), ElementsAre("m0.t1.f1", "m0.t1.f10", "m1.t1.f1"));
  remote.remove("m0.t1.f1");
  EXPECT_THAT(remote.list(), ElementsAre("m0.t1.f10", "m1.t1.f1"));
  EXPECT_EQ(got(remote, "m0.t1.f10"), small);
}

TEST_F(S3, ListsMoreThanAServerTellsAtOnce) {
  const RemoteBytes remote = bytes();
  Files many;
  for (int at = 0; at < 25; ++at) many["shard" + std::to_string(at)] = std::to_string(at);
  remote.put("m0.t1.f1", folder(many));
  EXPECT_EQ(got(remote, "m0.t1.f1"), many);
  remote.remove("m0.t1.f1");
  EXPECT_THAT(remote.list(), IsEmpty());
}

TEST_F(S3, TakesTheTokenOfARole) {
  if (!is_ours()) GTEST_SKIP();
  const RemoteBytes remote = bytes(server().url(), "temporary");
  remote.put("m0.t1.f1", folder(small));
  EXPECT_EQ(got(remote, "m0.t1.f1"), small);
}

TEST_F(S3, SaysWhatToDoAboutARefusal) {
  if (!is_ours()) GTEST_SKIP();
  const auto said = [&](const RemoteBytes& remote) {
    return what_is_said<StorageError>([&] { remote.put("m0.t1.f1", folder(small)); });
  };
  EXPECT_THAT(said(bytes(server().url(), "denied")), HasSubstr("access is denied: the credentials need s3:GetObject"));
  EXPECT_THAT(said(bytes(server().url(), "allowed", "no-such-bucket")),
              HasSubstr("there is no bucket \"no-such-bucket\" at http://127.0.0.1:"));
  EXPECT_THAT(said(bytes("http://127.0.0.1:1")), HasSubstr("http://127.0.0.1:1 gave no complete answer: "));
  EXPECT_THAT(said(bytes("http://nowhere.invalid")), HasSubstr("check the network, a proxy, and AWS_ENDPOINT_URL_S3"));
}

TEST_F(S3, SendsNothingToAServerWhoseCertificateIsNotTrusted) {
  if (!is_ours()) GTEST_SKIP();
  const auto [id, secret, token] = server().keys("allowed");
  std::map<std::string, std::string> variables{
      {"AWS_ENDPOINT_URL", server().secure_url()}, {"AWS_ACCESS_KEY_ID", id}, {"AWS_SECRET_ACCESS_KEY", secret}};
  const Environment environment = [&](const std::string& name) {
    return variables.contains(name) ? variables.at(name) : "";
  };
  const std::string url = "s3://" + server().bucket() + "/tls";
  const std::string said = what_is_said<StorageError>([&] { (void)s3_bytes(url, environment, clock_, {}).list(); });
  EXPECT_THAT(said, HasSubstr("certificate"));
  EXPECT_THAT(said, Not(HasSubstr("tried")));
  variables["AWS_CA_BUNDLE"] = server().certificate();
  const RemoteBytes trusted = s3_bytes(url, environment, clock_, {});
  trusted.put("m0.t1.f1", folder(small));
  EXPECT_EQ(got(trusted, "m0.t1.f1"), small);
}

TEST_F(S3, RefusesSignaturesByAnotherSecret) {
  if (!is_ours()) GTEST_SKIP();
  const HttpSend http = make_http({});
  const auto [id, secret, token] = server().keys("allowed");
  const std::map<std::string, std::string> variables{{"AWS_ENDPOINT_URL", server().url()}};
  const Environment environment = [&](const std::string& name) {
    return variables.contains(name) ? variables.at(name) : "";
  };
  const auto said = [&](Credentials credentials) {
    const RemoteBytes remote = s3_bytes(
        parse_address("s3://" + server().bucket() + "/x", environment), [credentials] { return credentials; }, clock_,
        {}, http);
    return what_is_said<StorageError>([&] { (void)remote.list(); });
  };
  EXPECT_THAT(said({id, "another", ""}), HasSubstr("check AWS_SECRET_ACCESS_KEY"));
  EXPECT_THAT(said({id, secret, "expired"}), HasSubstr("the session token has expired: get new credentials"));
}

}  // namespace
}  // namespace pbt::s3
