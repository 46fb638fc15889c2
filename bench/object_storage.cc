// object_storage put|get URL NAME FOLDER: one checkpoint there or back, by s3_bytes, with AWS's usual variables.
// bench/figures.py times it beside curl.
#include <cstdio>
#include <string>

#include "checkpoint/s3/s3_bytes.h"
#include "pbt/clock.h"
#include "pbt/error.h"

int main(int count, char** arguments) try {
  if (count != 5) {
    std::fputs("usage: object_storage put|get URL NAME FOLDER\n", stderr);
    return 2;
  }
  pbt::SystemClock clock;
  const pbt::RemoteBytes remote = pbt::s3::s3_bytes(arguments[2], pbt::s3::system_environment(), clock, {});
  if (std::string(arguments[1]) == "put") {
    remote.put(arguments[3], arguments[4]);
  } else if (!remote.get(arguments[3], arguments[4])) {
    throw pbt::StorageError("it is not there");
  }
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "object_storage: %s\n", error.what());
  return 1;
}
