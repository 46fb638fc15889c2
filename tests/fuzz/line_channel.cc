// A stream that comes in pieces of any size: the lines that come out are those that went in.
#include "trainer/line_channel.h"

#include <sys/socket.h>

#include <vector>

#include "tests/fuzz/fuzz.h"

namespace {

using namespace pbt;
using fuzz::require;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace

// The first half of the input says how long the pieces of the second half are.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  int ends[2];
  require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "there is a pair of sockets");
  LineChannel writer{Descriptor(ends[0])};
  LineChannel reader{Descriptor(ends[1])};
  fuzz::Bytes pieces(data, size / 2);
  const std::string_view stream = fuzz::text(data + size / 2, size - size / 2);
  std::vector<std::string> read;
  for (std::string_view rest = stream; !rest.empty();) {
    const std::string_view piece = rest.substr(0, pieces.empty() ? rest.size() : 1U + pieces.byte());
    rest.remove_prefix(piece.size());
    require(writer.send(piece, std::chrono::milliseconds(1000)), "what the other side reads can be sent");
    require(reader.fill(), "the other side is there");
    while (auto line = reader.next()) read.push_back(*std::move(line));
  }
  require(read == lines_of(stream), "the lines come out as they went in", stream);
  writer.finish_sending();
  require(!reader.fill() && !reader.next(), "half a line at the end is no line");
  return 0;
}
