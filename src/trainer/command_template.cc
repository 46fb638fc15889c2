#include "trainer/command_template.h"

#include <cctype>
#include <string_view>

namespace pbt {
namespace {

// The NAME of "{NAME}" at the start of `text`; empty when there is none.
std::string_view braced_name(std::string_view text) {
  if (text.empty() || text[0] != '{') return {};
  std::size_t end = 1;
  const auto in_name = [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return std::isalpha(byte) != 0 || c == '_' || (end > 1 && (std::isdigit(byte) != 0 || c == '.' || c == '-'));
  };
  while (end < text.size() && in_name(text[end])) ++end;
  if (end == 1 || end == text.size() || text[end] != '}') return {};
  return text.substr(1, end - 1);
}

}  // namespace

std::string substitute(const std::string& argument, const std::function<std::string(const std::string&)>& value) {
  std::string result;
  std::string_view rest = argument;
  while (!rest.empty()) {
    std::size_t used = 1;
    if (const auto name = braced_name(rest); !name.empty()) {
      used = name.size() + 2;
      result += value(std::string(name));
    } else if (const auto escaped = braced_name(rest.substr(1));
               rest[0] == '{' && !escaped.empty() && rest.substr(escaped.size() + 3).starts_with('}')) {
      used = escaped.size() + 4;
      result.append("{").append(escaped).append("}");
    } else {
      result += rest[0];
    }
    rest.remove_prefix(used);
  }
  return result;
}

std::vector<std::string> placeholders(const std::vector<std::string>& command) {
  std::vector<std::string> names;
  for (const std::string& argument : command) {
    static_cast<void>(substitute(argument, [&](const std::string& name) {
      names.push_back(name);
      return std::string();
    }));
  }
  return names;
}

bool has_placeholder(const std::vector<std::string>& command) { return !placeholders(command).empty(); }

}  // namespace pbt
