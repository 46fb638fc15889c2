#include "serve/png.h"

#include <gtest/gtest.h>

namespace pbt::serve {
namespace {

using namespace std::string_literals;

// A picture of one grey pixel, and a text chunk, as zlib and an independent CRC-32 made them.
const std::string kHead = "\x89PNG\r\n\x1a\n"s + "\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55"s;
const std::string kText = "\0\0\0\x08tEXta\0<b>xyzt:2\x15"s;
const std::string kData = "\0\0\0\nIDATx\x9c\x63\x68\0\0\0\x82\0\x81\x77\xcd\x72\xb6"s;
const std::string kEnd = "\0\0\0\0IEND\xae\x42\x60\x82"s;

TEST(Pictures, ComeThroughUnchangedWhenTheyArePixelsAlone) {
  EXPECT_EQ(pixels_alone(kHead + kData + kEnd), kHead + kData + kEnd);
}

TEST(Pictures, LoseTheirTextsAndWhatFollowsTheEnd) {
  EXPECT_EQ(pixels_alone(kHead + kText + kData + kEnd + "<script>"), kHead + kData + kEnd);
}

TEST(Pictures, ThatAreDamagedAreNotShown) {
  const std::string whole = kHead + kData + kEnd;
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(pixels_alone(whole.substr(0, length))) << length;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(pixels_alone(changed)) << at;
  }
}

TEST(Pictures, OfAnotherKindAreNotShown) {
  EXPECT_FALSE(pixels_alone(""));
  EXPECT_FALSE(pixels_alone("<svg onload=\"alert(1)\"/>"));
  EXPECT_FALSE(pixels_alone("GIF89a"));
}

}  // namespace
}  // namespace pbt::serve
