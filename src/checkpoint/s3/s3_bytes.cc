#include "checkpoint/s3/s3_bytes.h"

#include <memory>
#include <set>

#include "checkpoint/s3/parallel.h"
#include "checkpoint/s3/s3_requests.h"
#include "checkpoint/s3/transfer.h"

namespace pbt::s3 {
namespace {

constexpr std::string_view manifest_ending = ".json";

/// What every key begins with.
std::string root_of(const Client& client) {
  return client.address().prefix.empty() ? "" : client.address().prefix + "/";
}

std::vector<std::string> list_checkpoints(Client& client) {
  const std::string root = root_of(client);
  std::set<std::string> names;
  for (std::string key : list_keys(client, root, Depth::one_level)) {
    key.erase(0, root.size());
    if (key.ends_with('/')) {
      names.insert(key.substr(0, key.size() - 1));
    } else if (key.ends_with(manifest_ending)) {
      names.insert(key.substr(0, key.size() - manifest_ending.size()));
    }
  }
  for (const Upload& upload : list_uploads(client, root)) {
    const std::size_t slash = upload.key.find('/', root.size());
    if (slash != std::string::npos) names.insert(upload.key.substr(root.size(), slash - root.size()));
  }
  names.erase("");
  return {names.begin(), names.end()};
}

}  // namespace

std::string object_of(const Client& client, const std::string& name) { return root_of(client) + name; }

std::string manifest_of(const Client& client, const std::string& name) {
  return object_of(client, name) + std::string(manifest_ending);
}

void remove_checkpoint(Client& client, const Options& options, const std::string& name) {
  // Looked for first: in a bucket that keeps versions, each removal of nothing leaves a marker.
  const std::string manifest = manifest_of(client, name);
  if (client.send({.method = "GET", .key = manifest, .takes = {404}}).status != 404)
    client.send({.method = "DELETE", .key = manifest, .takes = {404}});
  const std::string below = object_of(client, name) + "/";
  for (const Upload& upload : list_uploads(client, below))
    if (upload.key.starts_with(below)) abort_upload(client, upload);
  std::vector<std::string> keys = list_keys(client, below, Depth::all);
  std::erase_if(keys, [&](const std::string& key) { return !key.starts_with(below); });  // whatever a server says
  // One by one: not every server deletes many at once, and a checkpoint has few files.
  in_parallel(keys.size(), options.parallel,
              [&](std::size_t at) { client.send({.method = "DELETE", .key = keys[at], .takes = {404}}); });
}

RemoteBytes s3_bytes(Address address, CredentialSource credentials, Clock& clock, Options options, HttpSend http) {
  const auto client =
      std::make_shared<Client>(std::move(address), std::move(credentials), clock, options.retries, std::move(http));
  using Path = std::filesystem::path;
  return {
      .put = [=](const std::string& name, const Path& folder) { put_checkpoint(*client, options, name, folder); },
      .get = [=](const std::string& name,
                 const Path& folder) { return get_checkpoint(*client, options, name, folder); },
      .remove = [=](const std::string& name) { remove_checkpoint(*client, options, name); },
      .list = [=] { return list_checkpoints(*client); },
  };
}

RemoteBytes s3_bytes(const std::string& url, const Environment& environment, Clock& clock, Options options) {
  Address address = parse_address(url, environment);
  const HttpSend http = make_http({.ca_bundle = environment("AWS_CA_BUNDLE")});
  return s3_bytes(std::move(address), find_credentials(environment, http), clock, options, http);
}

}  // namespace pbt::s3
