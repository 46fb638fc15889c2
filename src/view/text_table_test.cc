#include "view/text_table.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pbt {
namespace {

TextTable animals() {
  return {{{"name", Align::left, 9}, {"legs", Align::right, 5}, {"remark", Align::left, 1}},
          {{{"ant", "6", "small"}, RowStyle::plain}, {{"Schlänge", "0", "long"}, RowStyle::best}}};
}

TEST(TextTable, AlignsItsColumnsByCharactersNotBytes) {
  EXPECT_EQ(render(animals(), {80, false}),
            "name      legs  remark\n"
            "ant          6  small\n"
            "Schlänge     0  long\n");
}

TEST(TextTable, LeavesOutTheLeastImportantColumnsAndSaysSo) {
  EXPECT_EQ(render(animals(), {21, false}),
            "name      legs\n"
            "ant          6\n"
            "Schlänge     0\n"
            "(no room for: remark)\n");
}

TEST(TextTable, KeepsTheFirstColumnHoweverNarrowItIs) {
  EXPECT_EQ(render(animals(), {1, false}), "name\nant\nSchlänge\n(no\nroom\nfor:\nlegs,\nremark)\n");
}

TEST(Wrapped, BreaksAtBlanksWhereALineIsTooWide) {
  EXPECT_EQ(wrapped("one two three", 7), "one two\nthree");
  EXPECT_EQ(wrapped("one two three", 8), "one two\nthree");
  EXPECT_EQ(wrapped("äöü äöü", 7), "äöü äöü");
  EXPECT_EQ(wrapped("longword b c", 3), "longword\nb c");
  EXPECT_EQ(wrapped("one two three", 0), "one two three");
}

TEST(TextTable, HasNoLimitWithWidthZero) { EXPECT_EQ(render(animals(), {0, false}), render(animals(), {80, false})); }

TEST(RowsOnScreen, CountWrappedLinesButNotColours) {
  EXPECT_EQ(rows_on_screen("", 80), 0);
  EXPECT_EQ(rows_on_screen("1234\n12345678\n\n", 4), 4);
  EXPECT_EQ(rows_on_screen("\x1b[1;32mäöüß\x1b[0m\n", 4), 1);
  EXPECT_EQ(rows_on_screen("123456789\n", 0), 1);
}

TEST(TextTable, ColoursWholeRowsOnlyWhenAsked) {
  EXPECT_NE(render(animals(), {80, true}).find("\x1b[1;32mSchlänge     0  long\x1b[0m\n"), std::string::npos);
  EXPECT_EQ(render(animals(), {80, false}).find('\x1b'), std::string::npos);
}

TEST(TextTable, LeavesOutColumnsThatHoldNothing) {
  const TextTable table{{{"a", Align::left, 1}, {"b", Align::left, 1}, {"c", Align::left, 1}},
                        {{{"1", "", "2"}, RowStyle::plain}, {{"3"}, RowStyle::plain}}};
  EXPECT_EQ(render(table, {80, false}), "a  c\n1  2\n3\n");
}

TEST(TextTable, ShowsItsHeadingWithoutAnyRow) {
  EXPECT_EQ(render({{{"a", Align::left, 1}, {"b", Align::left, 1}}, {}}, {80, false}), "a  b\n");
}

TEST(Sparkline, GoesFromTheLowestToTheHighest) { EXPECT_EQ(sparkline({0, 1, 2, 3, 4, 5, 6, 7}), "▁▂▃▄▅▆▇█"); }

TEST(Sparkline, IsLevelWhenAllAreEqual) { EXPECT_EQ(sparkline({3, 3, 3}), "▅▅▅"); }

TEST(Sparkline, LeavesAGapWhereATurnDiverged) { EXPECT_EQ(sparkline({0, -INFINITY, 1}), "▁ █"); }

TEST(Sparkline, DoesNotOverflowOnExtremeValues) { EXPECT_EQ(sparkline({-1.7e308, 1.7e308}), "▁█"); }

TEST(ShortNumber, HasFiveSignificantDigits) {
  EXPECT_EQ(short_number(0.0123456789), "0.012346");
  EXPECT_EQ(short_number(1e-5), "1e-05");
  EXPECT_EQ(short_number(200), "200");
  EXPECT_EQ(short_number(-INFINITY), "-inf");
}

TEST(Grouped, SeparatesThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(-1000), "-1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

TEST(RoughDuration, NamesTheUnitsThatMatter) {
  EXPECT_EQ(rough_duration(3.4), "3 s");
  EXPECT_EQ(rough_duration(725), "12 min");
  EXPECT_EQ(rough_duration(7500), "2 h 05 min");
  EXPECT_EQ(rough_duration(273600), "3 d 4 h");
  EXPECT_EQ(rough_duration(INFINITY), "?");
}

}  // namespace
}  // namespace pbt
