#include "checkpoint/digest.h"

#include <xxhash.h>

namespace pbt {
namespace {

std::string xxh3_128(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : canonical.digest) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

}  // namespace

void Digest::add(std::string file, std::string_view bytes) {
  bytes_ += bytes.size();
  std::string line = std::to_string(bytes.size()) + " " + xxh3_128(bytes);
  lines_.insert_or_assign(std::move(file), std::move(line));
}

Checkpoint Digest::finish(std::string name) const {
  std::string list;
  for (const auto& [file, line] : lines_) {
    list += file;
    list += '\0';
    list += line;
    list += '\n';
  }
  return {std::move(name), bytes_, xxh3_128(list)};
}

}  // namespace pbt
