#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace pbt::s3 {

/// A stretch of a file, sent as it is on the disk.
struct FilePart {
  std::filesystem::path file;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

struct HttpRequest {
  std::string method;
  std::string url;
  std::map<std::string, std::string> headers;  ///< lower-case names
  std::string body;
  FilePart part{};    ///< sent instead of `body` when it names a file
  int connect_s = 0;  ///< 0: as the limits say
};

struct HttpResponse {
  int status = 0;                              ///< 0: no complete answer came; `problem` says why
  std::string problem;                         ///< for status 0; names the host, and no header
  bool may_pass = true;                        ///< for status 0: whether another try may do better
  std::map<std::string, std::string> headers;  ///< lower-case names
  std::string body;                            ///< its first 16 MiB, unless a sink had it
};

/// Where the body of an answer with status 2xx goes, piece by piece; what it throws is thrown on. Without one, the
/// body is in the response.
using HttpSink = std::function<void(std::string_view bytes)>;

/// One request, one answer. Any thread. Never throws but what the sink throws.
using HttpSend = std::function<HttpResponse(const HttpRequest& request, const HttpSink& sink)>;

struct HttpLimits {
  int connect_s = 10;
  int stalled_s = 60;  ///< a transfer of which nothing moves for so long is given up
  int answer_s = 300;  ///< the same, once a body is sent: servers store it, or put parts together, before they answer
  std::string ca_bundle;  ///< a file of certificates to trust instead of the machine's own; "" for these
};

/// HTTP by libcurl: connections are kept and used again, certificates are verified, redirects are answers like others.
/// Copies share their connections.
[[nodiscard]] HttpSend make_http(HttpLimits limits);

}  // namespace pbt::s3
