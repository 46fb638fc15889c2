// The JSON in which the record keeps hyperparameters, metrics and samples.
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace pbt;
using fuzz::require;

constexpr std::size_t message_bytes_max = 1000;

bool same(const Value& a, const Value& b) {
  const auto* x = std::get_if<double>(&a);
  const auto* y = std::get_if<double>(&b);
  return x != nullptr && y != nullptr ? fuzz::bits(*x) == fuzz::bits(*y) : a == b;
}
bool same(double a, double b) { return a != a ? b != b : fuzz::bits(a) == fuzz::bits(b); }

bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) { return same(x, y); });
}

template <class Named>
bool same(const Named& a, const Named& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.first == y.first && same(x.second, y.second); });
}

/// What one of core's functions makes of the text must survive writing and reading again.
template <class Read>
void check(const nlohmann::json& json, const Read& read) {
  const auto values = fuzz::expect_only<Error>(message_bytes_max, [&] { return read(json); });
  if (!values) return;
  const std::string written = dump(to_json(*values));
  require(written.find('\n') == std::string::npos, "JSON is one line", written);
  require(same(*values, read(parse_json(written, "what was written"))), "values read back to the same bits", written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json =
      fuzz::expect_only<Error>(message_bytes_max, [&] { return parse_json(fuzz::text(data, size), "the input"); });
  if (!json) return 0;
  check(*json, hyperparameters_from_json);
  check(*json, metrics_from_json);
  check(*json, samples_from_json);
  check(*json, value_from_json);
  // Infinities of a value would be no JSON; from JSON there are none.
  require(parse_json(dump(*json), "what was written") == *json, "JSON reads back", dump(*json));
  return 0;
}
