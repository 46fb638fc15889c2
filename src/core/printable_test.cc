#include "core/printable.h"

#include <gtest/gtest.h>

namespace pbt {
namespace {

TEST(Printable, KeepsUtf8AndReplacesWhatStoresRefuse) {
  EXPECT_EQ(printable("grün €\n\t😀", 100), "grün €\n\t😀");
  EXPECT_EQ(printable(std::string("a\0b\x1b\xff\xc3", 6), 100), "a?b???");
  EXPECT_EQ(printable("\xed\xa0\x80\xf4\x90\x80\x80", 100), "???????");
  EXPECT_EQ(printable("abcdef", 3), "abc...");
}

TEST(Printable, TellsPortableTextFromOtherBytes) {
  EXPECT_TRUE(is_portable(""));
  EXPECT_TRUE(is_portable("grün €😀\n"));
  EXPECT_FALSE(is_portable("gr\xfcn"));
  EXPECT_FALSE(is_portable("\xe2\x82"));
  EXPECT_FALSE(is_portable(std::string("a\0b", 3)));
}

TEST(Printable, TakesTheOutermostOfEachLengthAndNothingBeyond) {
  for (const char* good :
       {"\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_portable(good)) << printable(good, 9);
  for (const char* bad : {"\xc1\xbf", "\xc3x", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
                          "\xf5\x80\x80\x80", "\xe2\x82x"})
    EXPECT_FALSE(is_portable(bad)) << printable(bad, 9);
  EXPECT_EQ(printable("a\x7f", 9), "a?");
}

}  // namespace
}  // namespace pbt
