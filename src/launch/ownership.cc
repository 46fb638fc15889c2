#include "launch/ownership.h"

#include <charconv>
#include <fstream>
#include <iterator>
#include <utility>

#include "pbt/error.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = "owner.";
constexpr const char* released = "released";

std::string content(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

Ownership::Ownership(fs::path folder, std::chrono::milliseconds silence, Clock& clock)
    : folder_(std::move(folder)), silence_(silence), clock_(clock) {}

fs::path Ownership::beat_of(std::int64_t number) const {
  return folder_ / (std::string(prefix) + std::to_string(number)) / "beat";
}

std::int64_t Ownership::last() const {
  std::int64_t last = 0;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    const std::string name = entry.path().filename().string();
    std::int64_t number = 0;
    if (name.starts_with(prefix)) std::from_chars(name.data() + prefix.size(), name.data() + name.size(), number);
    last = std::max(last, number);
  }
  return last;
}

bool Ownership::tick() {
  if (mine_ > 0) {
    if (keep()) return true;
    mine_ = 0;
    return false;
  }
  const std::int64_t number = last();
  const std::string beat = number > 0 ? content(beat_of(number)) : released;
  if (beat == released) return try_to_be(number + 1);
  const auto now = clock_.monotonic();
  if (number != seen_number_ || beat != seen_beat_) {
    seen_number_ = number;
    seen_beat_ = beat;
    seen_ = now;
  }
  return now - seen_ > silence_ && try_to_be(number + 1);
}

bool Ownership::keep() {
  const auto now = clock_.monotonic();
  // Others may be about to take over: nothing that this process would write now could be relied on.
  if (now - kept_ > silence_ / 2 || last() != mine_) return false;
  std::ofstream beat(beat_of(mine_), std::ios::trunc);
  beat << ++beats_ << std::flush;
  if (beat) kept_ = now;
  return true;
}

bool Ownership::try_to_be(std::int64_t number) {
  const auto now = clock_.monotonic();
  std::error_code failed;
  if (!fs::create_directory(beat_of(number).parent_path(), failed)) {
    if (failed) throw Error(folder_.string() + " cannot be written: " + failed.message());
    return false;  // another was quicker
  }
  mine_ = number;
  kept_ = now;
  std::error_code ignored;  // what is left of owners before is only in the way
  fs::remove_all(beat_of(number - 1).parent_path(), ignored);
  return keep();
}

void Ownership::release() {
  if (mine_ > 0) std::ofstream(beat_of(mine_), std::ios::trunc) << released;
  mine_ = 0;
}

}  // namespace pbt
