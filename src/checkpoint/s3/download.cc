#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>

#include "checkpoint/s3/manifest.h"
#include "checkpoint/s3/parallel.h"
#include "checkpoint/s3/sha256.h"
#include "checkpoint/s3/transfer.h"
#include "pbt/error.h"

namespace pbt::s3 {
namespace {

/// A stretch of a file that is being received.
class Target {
 public:
  Target(std::filesystem::path path, const Piece& piece, std::string sha256)
      : path_(std::move(path)), piece_(piece), expected_(std::move(sha256)) {
    file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (file_ < 0) fail("cannot write");
  }
  ~Target() { ::close(file_); }
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  void begin() {
    hash_ = {};
    received_ = 0;
  }
  void take(std::string_view bytes) {
    received_ += bytes.size();
    if (received_ > piece_.bytes) return;  // another piece's place begins there
    hash_.add(bytes);
    auto offset = static_cast<off_t>(piece_.offset + received_ - bytes.size());
    while (!bytes.empty()) {
      const ssize_t written = ::pwrite(file_, bytes.data(), bytes.size(), offset);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("cannot write");
      offset += written;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  std::string problem() {
    const std::string expected = "expected " + std::to_string(piece_.bytes) + " bytes from " +
                                 std::to_string(piece_.offset) + " on, as its manifest says, ";
    if (received_ != piece_.bytes) return expected + "but " + std::to_string(received_) + " came";
    if (hash_.finish() != expected_) return expected + "but others came; the object was changed or damaged";
    return "";
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::system_error(errno, std::generic_category(), what + " " + path_.string());
  }

  std::filesystem::path path_;
  Piece piece_;
  std::string expected_;
  int file_;
  Sha256 hash_;
  std::uint64_t received_ = 0;
};

std::optional<std::string> read_manifest(Client& client, const std::string& name) {
  std::string text;
  const Receiver receiver{.begin = [&] { text.clear(); },
                          .take = [&](std::string_view bytes) { text += bytes; },
                          .problem = [&]() -> std::string {
                            try {
                              (void)parse_manifest(text);
                              return "";
                            } catch (const StorageError& error) {
                              return error.what();
                            }
                          }};
  const HttpResponse response =
      client.send({.method = "GET", .key = manifest_of(client, name), .takes = {404}}, receiver);
  if (response.status == 404) return std::nullopt;
  return text;
}

/// False: the object is not there.
bool get_piece(Client& client, const Piece& piece, const ManifestFile& file, const std::string& key,
               const std::filesystem::path& path) {
  Target target(path, piece, file.sha256[piece.part]);
  Request request{.method = "GET", .key = key, .takes = {404}};
  if (file.sha256.size() > 1)
    request.headers["range"] =
        "bytes=" + std::to_string(piece.offset) + "-" + std::to_string(piece.offset + piece.bytes - 1);
  const Receiver receiver{.begin = [&] { target.begin(); },
                          .take = [&](std::string_view bytes) { target.take(bytes); },
                          .problem = [&] { return target.problem(); }};
  return client.send(request, receiver).status != 404;
}

struct Gone {};

}  // namespace

bool get_checkpoint(Client& client, const Options& options, const std::string& name,
                    const std::filesystem::path& folder) {
  const std::optional<std::string> text = read_manifest(client, name);
  if (!text) return false;
  const Manifest manifest = parse_manifest(*text);
  for (const ManifestFile& file : manifest.files)
    std::filesystem::create_directories((folder / file.name).parent_path());
  const std::vector<Piece> pieces = manifest.pieces();
  try {
    in_parallel(pieces.size(), options.parallel, [&](std::size_t at) {
      const ManifestFile& file = manifest.files[pieces[at].file];
      const std::string key = object_of(client, name) + "/" + file.name;
      if (!get_piece(client, pieces[at], file, key, folder / file.name)) throw Gone();
    });
  } catch (const Gone&) {
    return false;  // being removed, or removed by hand: what is left is not complete
  }
  return true;
}

}  // namespace pbt::s3
