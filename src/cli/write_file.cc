#include "cli/write_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <fstream>

#include "pbt/error.h"
#include "trainer/process.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

}  // namespace

void write_file(const fs::path& path, const std::string& text) {
  const fs::path staging = fmt::format("{}.pbt-{}", path.string(), getpid());
  std::ofstream file(staging, std::ios::binary);
  file << text;
  file.close();
  std::error_code error;
  if (file) fs::rename(staging, path, error);
  if (!file || error) {
    std::error_code ignored;
    fs::remove(staging, ignored);
    throw Error(fmt::format("cannot write {}; is its folder there, and writable?", path.string()));
  }
}

void write_png(const fs::path& path, const std::string& svg) {
  const fs::path source = fmt::format("{}.pbt-{}.svg", path.string(), getpid());
  write_file(source, svg);
  const fs::path made = fmt::format("{}.pbt-{}.png", path.string(), getpid());
  std::string why;
  try {
    Process converter =
        Process::start({{"rsvg-convert", "--zoom", "2", "--output", made.string(), source.string()}, {}, ""},
                       STDERR_FILENO, STDERR_FILENO);
    const auto ended = converter.wait(std::chrono::minutes(1));
    if (!ended || ended->status != 0) why = ended ? to_string(*ended) : "it did not end within a minute";
  } catch (const Error& error) {
    why = error.what();
  }
  std::error_code error;
  fs::remove(source, error);
  if (why.empty()) fs::rename(made, path, error);
  if (!why.empty() || error)
    throw Error(
        fmt::format("cannot make {}: {}. PNG is made by rsvg-convert (Debian: librsvg2-bin); an .svg needs nothing",
                    path.string(), why.empty() ? error.message() : why));
}

}  // namespace pbt
