#include "checkpoint/digest.h"

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include <cerrno>
#include <memory>
#include <system_error>
#include <vector>

#include "core/hexadecimal.h"

namespace pbt {
namespace {

std::string text_of(XXH128_hash_t hash) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  return hexadecimal({reinterpret_cast<const char*>(canonical.digest), sizeof canonical.digest});
}

std::string xxh3_128(std::string_view bytes) { return text_of(XXH3_128bits(bytes.data(), bytes.size())); }

std::string line_of(std::uint64_t bytes, const std::string& hash) { return std::to_string(bytes) + " " + hash; }

}  // namespace

void Digest::add(std::string file, std::string_view bytes) {
  bytes_ += bytes.size();
  lines_.insert_or_assign(std::move(file), line_of(bytes.size(), xxh3_128(bytes)));
}

void Digest::add_file(const std::string& file, const std::filesystem::path& path) {
  const auto failed = [&] { return std::system_error(errno, std::generic_category(), path.string()); };
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) throw failed();
  const std::unique_ptr<const int, decltype([](const int* open) { ::close(*open); })> closing(&descriptor);
  const std::unique_ptr<XXH3_state_t, decltype([](XXH3_state_t* state) { XXH3_freeState(state); })> state(
      XXH3_createState());
  if (!state || XXH3_128bits_reset(state.get()) != XXH_OK) throw std::bad_alloc();
  std::vector<char> piece(1 << 20);
  std::uint64_t bytes = 0;
  for (ssize_t read = 0; (read = ::read(descriptor, piece.data(), piece.size())) != 0;) {
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) throw failed();
    (void)XXH3_128bits_update(state.get(), piece.data(), static_cast<std::size_t>(read));
    bytes += static_cast<std::uint64_t>(read);
  }
  bytes_ += bytes;
  lines_.insert_or_assign(file, line_of(bytes, text_of(XXH3_128bits_digest(state.get()))));
}

Checkpoint Digest::finish(std::string name) const {
  std::string list;
  for (const auto& [file, line] : lines_) {
    list += file;
    list += '\0';
    list += line;
    list += '\n';
  }
  return {std::move(name), bytes_, xxh3_128(list), static_cast<int>(lines_.size())};
}

}  // namespace pbt
