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

}  // namespace
}  // namespace pbt
