#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>

#include "checkpoint/s3/manifest.h"
#include "checkpoint/s3/parallel.h"
#include "checkpoint/s3/s3_requests.h"
#include "checkpoint/s3/sha256.h"
#include "checkpoint/s3/transfer.h"
#include "pbt/error.h"

namespace pbt::s3 {
namespace {

std::string sha256_of(const FilePart& part) {
  const auto fail = [&](const std::string& why) {
    throw StorageError("cannot read " + part.file.string() + " to bring it to S3: " + why);
  };
  const int file = ::open(part.file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) fail(std::strerror(errno));
  Sha256 hash;
  std::array<char, 256 << 10> buffer;
  std::uint64_t done = 0;
  while (done < part.bytes) {
    const std::size_t most = std::min<std::uint64_t>(buffer.size(), part.bytes - done);
    const ssize_t read = ::pread(file, buffer.data(), most, static_cast<off_t>(part.offset + done));
    if (read <= 0) {
      const std::string why =
          read == 0 ? "it became shorter; nothing may write into it any more" : std::strerror(errno);
      ::close(file);
      fail(why);
    }
    hash.add({buffer.data(), static_cast<std::size_t>(read)});
    done += static_cast<std::uint64_t>(read);
  }
  ::close(file);
  return hash.finish();
}

/// The uploads in parts of one put; those that were not completed are aborted, so that nobody pays for them.
class Uploads {
 public:
  explicit Uploads(Client& client) : client_(client) {}
  ~Uploads() {
    try {
      for (const auto& [file, upload] : begun_) abort_upload(client_, upload);
    } catch (const std::exception&) {
      // What made the put fail is what is told, and no more time is spent; remove() aborts them too.
    }
  }
  Uploads(const Uploads&) = delete;
  Uploads& operator=(const Uploads&) = delete;

  void begin(std::size_t file, const std::string& key, std::size_t parts) {
    begun_[file] = begin_upload(client_, key);
    parts_[file].resize(parts);
  }
  /// Null for a file that goes in one piece.
  const Upload* of(std::size_t file) const { return begun_.contains(file) ? &begun_.at(file) : nullptr; }
  UploadedPart& part(const Piece& piece) { return parts_.at(piece.file)[piece.part]; }
  void complete(const Manifest& manifest) {
    while (!begun_.empty()) {
      const auto& [file, upload] = *begun_.begin();
      complete_upload(client_, upload, parts_[file], manifest.files[file].bytes);
      begun_.erase(begun_.begin());
    }
  }

 private:
  Client& client_;
  std::map<std::size_t, Upload> begun_;
  std::map<std::size_t, std::vector<UploadedPart>> parts_;
};

/// Puts one piece, and writes its hash into the manifest.
void put_piece(Client& client, Uploads& uploads, const Piece& piece, ManifestFile& file, const std::string& key,
               const std::filesystem::path& path) {
  Request request{.method = "PUT", .key = key, .part = {path, piece.offset, piece.bytes}};
  request.sha256 = file.sha256[piece.part] = sha256_of(request.part);
  request.headers["x-amz-checksum-sha256"] = base64(request.sha256);  // which is kept with the object
  const Upload* upload = uploads.of(piece.file);
  if (upload != nullptr) request.query = {{"partNumber", std::to_string(piece.part + 1)}, {"uploadId", upload->id}};
  const HttpResponse response = client.send(request);
  if (upload == nullptr) return;
  const auto etag = response.headers.find("etag");
  if (etag == response.headers.end())
    throw StorageError("the server at " + client.address().origin + " takes a part of " + key +
                       " without naming it (ETag); S3-compatible servers do");
  uploads.part(piece) = {etag->second, request.sha256};
}

/// Fails when a manifest of that name is there already: two processes that were given one name must not both believe
/// that theirs stands.
void put_manifest(Client& client, const std::string& key, const std::string& text) {
  Request request{.method = "PUT", .key = key, .headers = {{"if-none-match", "*"}}, .body = text, .takes = {412, 501}};
  request.headers["content-type"] = "application/json";
  request.headers["x-amz-checksum-sha256"] = base64(sha256(text));
  HttpResponse response = client.send(request);
  if (response.status == 501) {  // the server knows no such condition
    request.headers.erase("if-none-match");
    request.takes.clear();
    response = client.send(request);
  }
  if (response.status != 412) return;
  const HttpResponse there = client.send({.method = "GET", .key = key, .takes = {404}});
  if (there.status == 404 || there.body != text)  // equal: only the answer to an earlier try was lost
    throw StorageError("cannot put s3://" + client.address().bucket + "/" + key +
                       ": another process put a checkpoint of the same name at the same time; do two stores use "
                       "this prefix? Give each experiment one of its own");
}

}  // namespace

void put_checkpoint(Client& client, const Options& options, const std::string& name,
                    const std::filesystem::path& folder) {
  Manifest manifest = describe_files(folder, options.part_bytes);
  // What stands under the name goes first, manifest ahead: nobody then takes the new files for the old checkpoint's.
  // And a wrong bucket or key is found out here, before gigabytes are sent.
  if (client.send({.method = "GET", .key = manifest_of(client, name), .takes = {404}}).status != 404)
    remove_checkpoint(client, options, name);

  const auto key_of = [&](const ManifestFile& file) { return object_of(client, name) + "/" + file.name; };
  Uploads uploads(client);
  for (std::size_t at = 0; at < manifest.files.size(); ++at)
    if (const ManifestFile& file = manifest.files[at]; file.sha256.size() > 1)
      uploads.begin(at, key_of(file), file.sha256.size());
  const std::vector<Piece> pieces = manifest.pieces();
  in_parallel(pieces.size(), options.parallel, [&](std::size_t at) {
    ManifestFile& file = manifest.files[pieces[at].file];
    put_piece(client, uploads, pieces[at], file, key_of(file), folder / file.name);
  });
  uploads.complete(manifest);
  put_manifest(client, manifest_of(client, name), manifest_text(manifest));
}

}  // namespace pbt::s3
