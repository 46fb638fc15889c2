#include "gan/bytes.h"

#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace pbt::gan {

std::string read_bytes(const std::filesystem::path& file) {
  const auto fail = [&file](const std::string& why) -> std::runtime_error {
    return std::runtime_error(file.string() + " cannot be read: " + why);
  };
  if (std::filesystem::is_directory(file)) throw fail("it is a folder, and a file is expected");
  errno = 0;
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> input(gzopen(file.c_str(), "rb"), gzclose_r);
  if (!input) throw fail(errno != 0 ? std::strerror(errno) : "out of memory");
  std::string bytes;
  std::string piece(1 << 20, '\0');
  for (int count = 0; (count = gzread(input.get(), piece.data(), static_cast<unsigned>(piece.size()))) != 0;) {
    if (count < 0) break;
    bytes.append(piece, 0, static_cast<std::size_t>(count));
  }
  int code = Z_OK;
  const char* const said = gzerror(input.get(), &code);
  // Z_BUF_ERROR: the compressed bytes end too soon.
  if (code == Z_BUF_ERROR) throw fail("it is cut short; fetch it again");
  if (code != Z_OK && code != Z_STREAM_END) throw fail(std::string(said) + "; fetch it again");
  return bytes;
}

}  // namespace pbt::gan
