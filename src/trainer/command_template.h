#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace pbt {

/// True when an argument holds a placeholder, {save} or {learning_rate}: the command is one to be run once a turn.
[[nodiscard]] bool has_placeholder(const std::vector<std::string>& command);

/// The placeholders of a command, in order, with repeats. A placeholder is {NAME} of letters, digits, '_', '.', '-',
/// beginning with a letter or '_'; {{NAME}} stands for the text {NAME}; all other braces stand for themselves, so that
/// JSON and awk need no escapes.
[[nodiscard]] std::vector<std::string> placeholders(const std::vector<std::string>& command);

/// The argument with every placeholder replaced by value(name).
[[nodiscard]] std::string substitute(const std::string& argument,
                                     const std::function<std::string(const std::string&)>& value);

}  // namespace pbt
