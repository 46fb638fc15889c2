#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "cli/command_line.h"
#include "pbt/error.h"
#include "trainer/guard.h"
#include "view/machine_views.h"

namespace {

/// On standard error, as JSON for whoever asked for JSON.
int complain(bool json, const char* message, int status) {
  const std::string text = json ? pbt::error_json(message, status) : std::string("pbt: error: ") + message;
  std::fprintf(stderr, "%s\n", text.c_str());
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  // The guard stands beside every trainer; it must be small and needs nothing of what follows.
  if (argc > 1 && std::string_view(argv[1]) == "guard") return pbt::guard_main(argc - 1, argv + 1);
  // What follows `--` are a trainer's own words.
  char** const own_end = std::find_if(argv, argv + argc, [](std::string_view word) { return word == "--"; });
  const bool json = std::any_of(argv, own_end, [](std::string_view word) { return word == "--json"; });
  try {
    pbt::CommandLine line;
    const int status = pbt::parse_command_line(argc, argv, line);
    return line.command ? line.command() : status;
  } catch (const pbt::UsageError& error) {
    return complain(json, error.what(), 2);
  } catch (const std::exception& error) {
    return complain(json, error.what(), 1);
  }
}
