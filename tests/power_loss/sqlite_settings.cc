// Stands before SQLite's sqlite3_exec, by which pbt sets what its connections do.

#include <dlfcn.h>
#include <sqlite3.h>

#include <string>

#include "tests/power_loss/work.h"

namespace pbt::power_loss {

int wal_limit_pages = 0;
std::string synchronous_instead;

namespace {

void replace(std::string& text, const std::string& from, const std::string& to) {
  if (const auto at = text.find(from); at != std::string::npos) text.replace(at, from.size(), to);
}

}  // namespace
}  // namespace pbt::power_loss

extern "C" int sqlite3_exec(sqlite3* database, const char* sql, int (*row)(void*, int, char**, char**), void* context,
                            char** error) {
  using namespace pbt::power_loss;
  static const auto real = reinterpret_cast<decltype(&sqlite3_exec)>(::dlsym(RTLD_NEXT, "sqlite3_exec"));
  std::string text(sql);
  if (wal_limit_pages > 0)
    replace(text, "wal_autocheckpoint = 4000", "wal_autocheckpoint = " + std::to_string(wal_limit_pages));
  if (!synchronous_instead.empty()) replace(text, "synchronous = FULL", "synchronous = " + synchronous_instead);
  return real(database, text.c_str(), row, context, error);
}
