// Placeholders in a trainer's command.
#include "trainer/command_template.h"

#include <algorithm>

#include "tests/fuzz/fuzz.h"

namespace {

using namespace pbt;
using fuzz::require;

bool is_placeholder_name(const std::string& name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto inside = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-'; };
  return !name.empty() && letter(name.front()) && std::all_of(name.begin(), name.end(), inside);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string argument(fuzz::text(data, size));
  const std::vector<std::string> names = placeholders({argument});
  require(has_placeholder({argument}) == !names.empty(), "a command with a placeholder has some");
  for (const std::string& name : names) require(is_placeholder_name(name), "a placeholder is a name", name);

  std::size_t asked = 0;
  std::size_t taken = 0;  // by the placeholders
  const std::string emptied = substitute(argument, [&](const std::string& name) {
    require(asked < names.size() && names[asked] == name, "values are asked for in order", name);
    ++asked;
    taken += name.size() + 2;
    return std::string();
  });
  require(asked == names.size(), "a value is asked for each placeholder");
  // What is no placeholder stays, but for the outer braces of {{NAME}}.
  require(emptied.size() + taken <= argument.size() && (argument.size() - emptied.size() - taken) % 2 == 0,
          "nothing but placeholders and escapes goes", argument);

  // A value is put in as it is, whatever it holds: never substituted again.
  const std::string value = "{save}{{save}}";
  const std::string filled = substitute(argument, [&](const std::string&) { return value; });
  require(filled.size() == emptied.size() + names.size() * value.size(), "values are put in as they are", filled);
  if (argument.find('{') == std::string::npos) require(filled == argument, "a text without braces stays", filled);
  return 0;
}
