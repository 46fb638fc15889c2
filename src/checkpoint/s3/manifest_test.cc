#include "checkpoint/s3/manifest.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "checkpoint/s3/sha256.h"
#include "core/hexadecimal.h"
#include "core/json.h"
#include "pbt/error.h"
#include "tests/support/scratch_folder.h"

namespace pbt::s3 {
namespace {

std::string with_checksum(const nlohmann::json& files) {
  return dump(nlohmann::json{{"files", files}, {"sha256", hexadecimal(sha256(dump(files)))}});
}

nlohmann::json one_file(const std::string& name, std::uint64_t bytes, std::uint64_t part_bytes, std::size_t hashes) {
  return nlohmann::json::array({{{"name", name},
                                 {"bytes", bytes},
                                 {"part_bytes", part_bytes},
                                 {"sha256", std::vector<std::string>(hashes, std::string(64, 'a'))}}});
}

TEST(S3Manifest, CutsLargeFilesIntoPieces) {
  const ScratchFolder folder;
  std::filesystem::create_directory(folder.path() / "b");
  std::ofstream(folder.path() / "empty");
  std::ofstream(folder.path() / "b" / "small") << std::string(20, 'x');
  std::ofstream(folder.path() / "large") << std::string(21, 'x');
  const Manifest manifest = describe_files(folder.path(), 10);
  ASSERT_EQ(manifest.files.size(), 3U);
  EXPECT_EQ(manifest.files[0].name, "b/small");
  const std::vector<Piece> pieces = manifest.pieces();
  ASSERT_EQ(pieces.size(), 5U);
  EXPECT_EQ(pieces[0].bytes, 20U);
  EXPECT_EQ(pieces[1].bytes, 0U);
  EXPECT_EQ(pieces[4].offset, 20U);
  EXPECT_EQ(pieces[4].bytes, 1U);
}

TEST(S3Manifest, KeepsWithinTenThousandParts) {
  const ScratchFolder folder;
  std::ofstream(folder.path() / "huge");
  std::filesystem::resize_file(folder.path() / "huge", 100'001);
  EXPECT_EQ(describe_files(folder.path(), 10).pieces().size(), 5001U);
  std::filesystem::resize_file(folder.path() / "huge", 100'000);
  EXPECT_EQ(describe_files(folder.path(), 10).pieces().size(), 10'000U);
}

TEST(S3Manifest, ReadsWhatItWrote) {
  Manifest manifest;
  manifest.files = {{"a/ü", 21, 10, std::vector<std::string>(3, sha256("x"))}, {"b", 0, 1, {sha256("")}}};
  const Manifest read = parse_manifest(manifest_text(manifest));
  ASSERT_EQ(read.files.size(), 2U);
  EXPECT_EQ(read.files[0].name, "a/ü");
  EXPECT_EQ(read.files[0].bytes, 21U);
  EXPECT_EQ(read.files[0].sha256, manifest.files[0].sha256);
  EXPECT_EQ(manifest_text(read), manifest_text(manifest));
}

TEST(S3Manifest, SeesEveryChangedByte) {
  Manifest manifest;
  manifest.files = {{"weights", 5, 10, {sha256("abcde")}}};
  const std::string text = manifest_text(manifest);
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_THROW((void)parse_manifest(changed), StorageError) << changed;
    EXPECT_THROW((void)parse_manifest(text.substr(0, at)), StorageError);
  }
}

TEST(S3Manifest, RefusesToLeadOutOfTheFolder) {
  for (const char* name : {"", ".", "..", "../x", "/x", "a/../../x", "a//b", "a/", "./a", "a/./b"})
    EXPECT_THROW((void)parse_manifest(with_checksum(one_file(name, 1, 1, 1))), StorageError) << name;
  EXPECT_NO_THROW((void)parse_manifest(with_checksum(one_file("a/..b", 1, 1, 1))));
}

TEST(S3Manifest, RefusesSizesThatDoNotFit) {
  EXPECT_THROW((void)parse_manifest(with_checksum(one_file("a", 10, 10, 2))), StorageError);
  EXPECT_THROW((void)parse_manifest(with_checksum(one_file("a", 11, 10, 1))), StorageError);
  EXPECT_THROW((void)parse_manifest(with_checksum(one_file("a", 10, 0, 1))), StorageError);
  EXPECT_THROW((void)parse_manifest("[]"), StorageError);
  EXPECT_THROW((void)parse_manifest(with_checksum(3)), StorageError);
}

}  // namespace
}  // namespace pbt::s3
