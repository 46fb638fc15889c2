#pragma once

#include <iosfwd>
#include <string>

#include "cli/commands.h"

namespace pbt {

/// The text of a new experiment file from what the flags say, and examples for the rest. Throws UsageError when they do
/// not go together.
[[nodiscard]] std::string new_experiment_file(const InitOptions& options);

/// Asks for what the flags leave open; an empty answer, and the end of the input, take what is in brackets.
void ask(InitOptions& options, std::istream& in, std::ostream& out);

}  // namespace pbt
