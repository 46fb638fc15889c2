#pragma once

#include <string>
#include <vector>

#include "cli/toml_document.h"
#include "pbt/space.h"

namespace pbt {

/// The [hyperparameters] table: nested tables become dotted names, plain values are fixed. Throws UsageError with file,
/// line and key.
[[nodiscard]] std::vector<Parameter> read_parameters(const TomlNode& table, const std::string& source);

/// One row's hyperparameters, dotted names in quotes or as nested tables.
void read_values(const TomlNode& table, const std::string& prefix, const std::string& source, Hyperparameters& out);

/// Choices of which one is a real are all reals: [0.1, 1] means 1.0.
void unify_numbers(std::vector<Value>& values);

/// `value` as the parameter holds it: 1 becomes 1.0 for a real one, 64.0 becomes 64 for an integer one.
[[nodiscard]] Value fit_type(const Parameter& parameter, const Value& value);

}  // namespace pbt
