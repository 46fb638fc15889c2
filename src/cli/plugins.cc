#include "cli/plugins.h"

#include <dlfcn.h>

#include "pbt/error.h"
#include "pbt/plugin.h"

namespace pbt {
namespace {

#define PBT_TEXT_OF(name) #name
#define PBT_TEXT(name) PBT_TEXT_OF(name)
constexpr const char* entry_point = PBT_TEXT(PBT_PLUGIN_FUNCTION);

std::string last_error() {
  const char* why = ::dlerror();
  return why != nullptr ? why : "unknown error";
}

/// Every name that was there must still be the same one: a replaced strategy would change recorded experiments
/// silently.
template <typename Map>
void check_added_only(const Map& before, const Map& after, const std::string& library) {
  for (const auto& [name, make] : before) {
    const auto now = after.find(name);
    if (now == after.end() || now->second.target_type() != make.target_type())
      throw UsageError("plug-in " + library + " replaces the strategy \"" + name + "\"; give its own another name");
  }
}

void load(const std::string& library, Strategies& strategies) {
  // A name without a slash would be looked up in system folders.
  const std::string path = library.find('/') == std::string::npos ? "./" + library : library;
  void* const handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) throw UsageError("cannot load the plug-in " + library + ": " + last_error());
  void* const symbol = ::dlsym(handle, entry_point);
  if (symbol == nullptr)
    throw UsageError(library + " is no plug-in for this version of pbt: it lacks the function " + entry_point +
                     " (see pbt/plugin.h)");
  const Strategies before = strategies;
  reinterpret_cast<void (*)(Strategies&)>(symbol)(strategies);
  check_added_only(before.exploits, strategies.exploits, library);
  check_added_only(before.explores, strategies.explores, library);
  check_added_only(before.algorithms, strategies.algorithms, library);
}

}  // namespace

Strategies load_strategies(const std::vector<std::string>& libraries) {
  Strategies strategies = builtin_strategies();
  for (const std::string& library : libraries) load(library, strategies);
  return strategies;
}

}  // namespace pbt
