#include "checkpoint/s3/manifest.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "checkpoint/contents.h"
#include "checkpoint/s3/sha256.h"
#include "core/hexadecimal.h"
#include "core/json.h"
#include "core/printable.h"
#include "pbt/error.h"

namespace pbt::s3 {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t parts_max = 10'000;  // S3's

std::uint64_t pieces_of(std::uint64_t bytes, std::uint64_t part_bytes) {
  return std::max<std::uint64_t>(1, bytes / part_bytes + (bytes % part_bytes == 0 ? 0 : 1));
}

std::string from_hexadecimal(const std::string& text) {
  std::string bytes;
  const auto digit = [](char character) { return character <= '9' ? character - '0' : character - 'a' + 10; };
  for (std::size_t at = 0; at + 1 < text.size(); at += 2)
    bytes += static_cast<char>(digit(text[at]) * 16 + digit(text[at + 1]));
  return bytes;
}

bool stays_inside(const std::string& name) {
  const fs::path path(name);
  return !name.empty() && path.is_relative() && path.has_filename() &&
         name == path.lexically_normal().generic_string() && *path.begin() != ".." && *path.begin() != "." &&
         name.find('\0') == std::string::npos;
}

nlohmann::json to_json(const std::vector<ManifestFile>& files) {
  nlohmann::json list = nlohmann::json::array();
  for (const ManifestFile& file : files) {
    nlohmann::json hashes = nlohmann::json::array();
    for (const std::string& hash : file.sha256) hashes.push_back(hexadecimal(hash));
    list.push_back(
        {{"name", file.name}, {"bytes", file.bytes}, {"part_bytes", file.part_bytes}, {"sha256", std::move(hashes)}});
  }
  return list;
}

ManifestFile file_from_json(const nlohmann::json& json) {
  ManifestFile file{.name = json.at("name").get<std::string>(),
                    .bytes = json.at("bytes").get<std::uint64_t>(),
                    .part_bytes = json.at("part_bytes").get<std::uint64_t>()};
  for (const nlohmann::json& hash : json.at("sha256")) file.sha256.push_back(from_hexadecimal(hash.get<std::string>()));
  const bool whole = file.part_bytes > 0 && file.sha256.size() == pieces_of(file.bytes, file.part_bytes) &&
                     std::ranges::all_of(file.sha256, [](const std::string& hash) { return hash.size() == 32; });
  if (!whole) throw StorageError("a file's sizes and checksums do not fit together");
  if (!stays_inside(file.name)) throw StorageError("\"" + printable(file.name, 100) + "\" leads out of the folder");
  return file;
}

}  // namespace

std::vector<Piece> Manifest::pieces() const {
  std::vector<Piece> found;
  for (std::size_t file = 0; file < files.size(); ++file) {
    for (std::size_t part = 0; part < pieces_of(files[file].bytes, files[file].part_bytes); ++part) {
      const std::uint64_t offset = part * files[file].part_bytes;
      found.push_back({file, part, offset, std::min(files[file].part_bytes, files[file].bytes - offset)});
    }
  }
  return found;
}

Manifest describe_files(const fs::path& folder, std::uint64_t part_bytes) {
  Manifest manifest;
  for (const fs::path& path : contents(folder).files) {
    ManifestFile file{.name = path.generic_string(), .bytes = fs::file_size(folder / path)};
    if (!is_portable(file.name))
      throw StorageError("the file \"" + printable(file.name, 200) +
                         "\" of a checkpoint cannot be named in S3: its name is no UTF-8; save under another one");
    file.part_bytes = std::max<std::uint64_t>(file.bytes, 1);
    if (file.bytes > 2 * part_bytes) file.part_bytes = part_bytes * ((file.bytes - 1) / (part_bytes * parts_max) + 1);
    file.sha256.resize(pieces_of(file.bytes, file.part_bytes));
    manifest.files.push_back(std::move(file));
  }
  std::ranges::sort(manifest.files, {}, &ManifestFile::name);
  return manifest;
}

std::string manifest_text(const Manifest& manifest) {
  nlohmann::json files = to_json(manifest.files);
  const std::string checksum = hexadecimal(sha256(dump(files)));
  return dump(nlohmann::json{{"files", std::move(files)}, {"sha256", checksum}});
}

Manifest parse_manifest(const std::string& text) {
  const nlohmann::json json = try_parse_json(text);
  Manifest manifest;
  try {
    if (json.at("sha256") != hexadecimal(sha256(dump(json.at("files")))))
      throw StorageError("its checksum is another one");
    for (const nlohmann::json& file : json.at("files")) manifest.files.push_back(file_from_json(file));
  } catch (const nlohmann::json::exception&) {
    throw StorageError("it is no manifest of a checkpoint that pbt wrote");
  }
  return manifest;
}

}  // namespace pbt::s3
