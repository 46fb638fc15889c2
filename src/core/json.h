#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "pbt/value.h"

namespace pbt {

// The JSON forms used in the record, in the trainer protocol and by --json alike. Reals always keep a point or an
// exponent, so that 1.0 stays a real; doubles read back to the same bits. Reading throws Error that quotes what is
// wrong.

[[nodiscard]] nlohmann::json to_json(const Value& value);
[[nodiscard]] nlohmann::json to_json(const Hyperparameters& values);
/// Non-finite numbers become "NaN", "Infinity", "-Infinity".
[[nodiscard]] nlohmann::json to_json(const Metrics& metrics);
[[nodiscard]] nlohmann::json to_json(const std::vector<double>& samples);
[[nodiscard]] nlohmann::json number_to_json(double number);

[[nodiscard]] Value value_from_json(const nlohmann::json& json);
[[nodiscard]] Hyperparameters hyperparameters_from_json(const nlohmann::json& json);
[[nodiscard]] Metrics metrics_from_json(const nlohmann::json& json);
[[nodiscard]] std::vector<double> samples_from_json(const nlohmann::json& json);
[[nodiscard]] double number_from_json(const nlohmann::json& json);

/// Integers up to this, and down to its negative, are exact in JSON, where every number may be read as a double.
inline constexpr std::int64_t json_integer_max = std::int64_t{1} << 53;

/// Arrays and objects within one another that a text may have. What we write has two; writing JSON out recurses, so
/// that the stack would end somewhere.
inline constexpr int json_depth_max = 100;

/// The value of one JSON text; discarded (is_discarded(), and no object) when it is none, or nested deeper than
/// json_depth_max.
[[nodiscard]] nlohmann::json try_parse_json(std::string_view text);

/// The same; what cannot be read is an Error. `what` names the text in it.
[[nodiscard]] nlohmann::json parse_json(std::string_view text, const std::string& what);

/// The text on one line. Bytes that are not UTF-8 are replaced, never thrown at.
[[nodiscard]] std::string dump(const nlohmann::json& json);
[[nodiscard]] std::string dump(const nlohmann::ordered_json& json);

}  // namespace pbt
