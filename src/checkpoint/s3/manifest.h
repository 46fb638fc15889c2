#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace pbt::s3 {

/// A stretch of one file: what one request brings there or back.
struct Piece {
  std::size_t file = 0;  ///< an index into the manifest's files
  std::size_t part = 0;  ///< its number in the file, from 0
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

/// One file of a checkpoint, in pieces of `part_bytes`, the last one shorter.
struct ManifestFile {
  std::string name;  ///< relative, with forward slashes
  std::uint64_t bytes = 0;
  std::uint64_t part_bytes = 0;
  std::vector<std::string> sha256;  ///< of each piece, 32 raw bytes; one of an empty file too
};

/// What a checkpoint consists of. It is the last object to be put and the first to be removed: a checkpoint is there
/// when its manifest is.
struct Manifest {
  std::vector<ManifestFile> files;  ///< sorted by name

  [[nodiscard]] std::vector<Piece> pieces() const;
};

/// The regular files of `folder`, without their hashes. A file of more than twice `part_bytes` has pieces of that size,
/// or of a multiple where S3's 10,000 would not do. Throws StorageError for links, special files and names that are no
/// UTF-8.
[[nodiscard]] Manifest describe_files(const std::filesystem::path& folder, std::uint64_t part_bytes);

/// As JSON with a checksum over itself.
[[nodiscard]] std::string manifest_text(const Manifest& manifest);

/// Throws StorageError when it is not what manifest_text() wrote, or leads out of a folder.
[[nodiscard]] Manifest parse_manifest(const std::string& text);

}  // namespace pbt::s3
