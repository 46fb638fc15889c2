#include "checkpoint/s3/s3_requests.h"

#include <pugixml.hpp>
#include <sstream>

#include "checkpoint/s3/sha256.h"
#include "pbt/error.h"

namespace pbt::s3 {
namespace {

/// The root of an answer; throws StorageError when it is not called `name`.
pugi::xml_node root_of(pugi::xml_document& document, const HttpResponse& response, const char* name,
                       const Client& client) {
  document.load_buffer(response.body.data(), response.body.size(), pugi::parse_default & ~pugi::parse_doctype);
  if (const pugi::xml_node root = document.child(name)) return root;
  throw StorageError("what answers at " + client.address().origin + " for " + client.address().text() +
                     " is no S3 server: expected a " + name + "; check AWS_ENDPOINT_URL_S3");
}

std::string text(const pugi::xml_node& node, const char* name) { return node.child_value(name); }

}  // namespace

std::vector<std::string> list_keys(Client& client, const std::string& prefix, Depth depth) {
  std::vector<std::string> keys;
  // Keys may hold what XML cannot.
  Request request{.method = "GET", .query = {{"list-type", "2"}, {"prefix", prefix}, {"encoding-type", "url"}}};
  if (depth == Depth::one_level) request.query["delimiter"] = "/";
  do {
    pugi::xml_document document;
    const pugi::xml_node root = root_of(document, client.send(request), "ListBucketResult", client);
    const bool encoded = text(root, "EncodingType") == "url";
    const auto add = [&](const std::string& key) { keys.push_back(encoded ? decode(key) : key); };
    for (const pugi::xml_node& node : root.children("Contents")) add(text(node, "Key"));
    for (const pugi::xml_node& node : root.children("CommonPrefixes")) add(text(node, "Prefix"));
    request.query["continuation-token"] =
        text(root, "IsTruncated") == "true" ? text(root, "NextContinuationToken") : "";
  } while (!request.query["continuation-token"].empty());
  return keys;
}

std::vector<Upload> list_uploads(Client& client, const std::string& prefix) {
  std::vector<Upload> uploads;
  Request request{.method = "GET",
                  .query = {{"uploads", ""}, {"prefix", prefix}, {"encoding-type", "url"}},
                  .takes = {501}};  // some servers have no such list
  while (true) {
    const HttpResponse response = client.send(request);
    if (response.status == 501) return uploads;
    pugi::xml_document document;
    const pugi::xml_node root = root_of(document, response, "ListMultipartUploadsResult", client);
    const bool encoded = text(root, "EncodingType") == "url";
    for (const pugi::xml_node& node : root.children("Upload"))
      uploads.push_back({encoded ? decode(text(node, "Key")) : text(node, "Key"), text(node, "UploadId")});
    if (text(root, "IsTruncated") != "true") return uploads;
    request.query["key-marker"] = encoded ? decode(text(root, "NextKeyMarker")) : text(root, "NextKeyMarker");
    request.query["upload-id-marker"] = text(root, "NextUploadIdMarker");
  }
}

Upload begin_upload(Client& client, const std::string& key) {
  const Request request{
      .method = "POST", .key = key, .query = {{"uploads", ""}}, .headers = {{"x-amz-checksum-algorithm", "SHA256"}}};
  pugi::xml_document document;
  const pugi::xml_node root = root_of(document, client.send(request), "InitiateMultipartUploadResult", client);
  return {key, text(root, "UploadId")};
}

void complete_upload(Client& client, const Upload& upload, const std::vector<UploadedPart>& parts,
                     std::uint64_t bytes) {
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("CompleteMultipartUpload");
  root.append_attribute("xmlns") = "http://s3.amazonaws.com/doc/2006-03-01/";
  for (std::size_t at = 0; at < parts.size(); ++at) {
    pugi::xml_node part = root.append_child("Part");
    part.append_child("PartNumber").text() = static_cast<unsigned>(at + 1);
    part.append_child("ETag").text() = parts[at].etag.c_str();
    part.append_child("ChecksumSHA256").text() = base64(parts[at].sha256).c_str();
  }
  std::ostringstream body;
  document.save(body, "", pugi::format_raw);
  const HttpResponse response = client.send(
      {.method = "POST", .key = upload.key, .query = {{"uploadId", upload.id}}, .body = body.str(), .takes = {404}});
  if (response.status != 404) return;
  // Completed already, when only the answer to an earlier try was lost.
  const HttpResponse found = client.send({.method = "HEAD", .key = upload.key, .takes = {404}});
  const auto length = found.headers.find("content-length");
  if (found.status == 404 || length == found.headers.end() || length->second != std::to_string(bytes))
    throw StorageError("cannot upload " + upload.key +
                       ": the server forgot the upload before it was complete; a lifecycle rule of the bucket that "
                       "aborts uploads must leave them a day, and nobody else may use the prefix");
}

void abort_upload(Client& client, const Upload& upload) {
  client.send({.method = "DELETE", .key = upload.key, .query = {{"uploadId", upload.id}}, .takes = {404}});
}

}  // namespace pbt::s3
