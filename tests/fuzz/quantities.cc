// "1h30m", "10 GB": durations and sizes.
#include "cli/quantities.h"

#include <cmath>

#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pbt;
  using fuzz::require;
  const std::string_view text = fuzz::text(data, size);
  if (const auto seconds = parse_duration_s(text)) {
    require(std::isfinite(*seconds) && *seconds >= 0, "a duration is finite and not negative", text);
    const std::string shown = duration_text(*seconds);
    require(!shown.empty() && shown.size() <= 40, "a duration is short to read", shown);
    if (std::trunc(*seconds) == *seconds && *seconds < 1e15)
      require(parse_duration_s(shown) == seconds, "whole seconds read back", shown);
  }
  if (const auto bytes = parse_bytes(text)) {
    const std::string shown = bytes_text(*bytes);
    require(shown.size() <= 40, "a size is short to read", shown);
    if (*bytes <= std::uint64_t{1} << 53U) require(parse_bytes(shown) == bytes, "sizes to 2^53 read back", shown);
  }
  return 0;
}
