#include "checkpoint/s3/http.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <memory>
#include <mutex>
#include <vector>

#include "core/printable.h"

namespace pbt::s3 {
namespace {

using Handle = std::unique_ptr<CURL, decltype([](CURL* handle) { curl_easy_cleanup(handle); })>;
using Headers = std::unique_ptr<curl_slist, decltype([](curl_slist* list) { curl_slist_free_all(list); })>;

/// Handles that nobody uses at the moment, each with its open connections.
class Handles {
 public:
  Handles() {
    static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
    (void)once;  // a machine without it fails at its first request, with curl's own words
  }
  Handle take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return Handle(curl_easy_init());
    Handle handle = std::move(idle_.back());
    idle_.pop_back();
    curl_easy_reset(handle.get());  // settings only: connections stay
    return handle;
  }
  void give_back(Handle handle) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(handle));
  }

 private:
  std::mutex mutex_;
  std::vector<Handle> idle_;
};

/// What libcurl's callbacks work on.
struct Exchange {
  const HttpRequest& request;
  const HttpSink& sink;
  const HttpLimits& limits;
  CURL* handle;
  int file = -1;
  std::uint64_t sent = 0;
  HttpResponse response{};
  std::exception_ptr thrown{};
  curl_off_t moved = 0;     ///< bytes, both ways
  curl_off_t moved_us = 0;  ///< when the last of them did, since the start
  int stalled_s = 0;        ///< for how long nothing did when it was given up

  std::uint64_t body_bytes() const { return request.part.file.empty() ? request.body.size() : request.part.bytes; }
};

std::size_t read_body(char* to, std::size_t size, std::size_t count, void* given) {
  auto& exchange = *static_cast<Exchange*>(given);
  const std::size_t most = std::min<std::uint64_t>(size * count, exchange.body_bytes() - exchange.sent);
  if (exchange.file < 0) {
    std::memcpy(to, exchange.request.body.data() + exchange.sent, most);
    exchange.sent += most;
    return most;
  }
  const ssize_t read =
      ::pread(exchange.file, to, most, static_cast<off_t>(exchange.request.part.offset + exchange.sent));
  if (read < 0 || (read == 0 && most > 0)) return CURL_READFUNC_ABORT;
  exchange.sent += static_cast<std::size_t>(read);
  return static_cast<std::size_t>(read);
}

/// libcurl sends a body anew when a kept connection turns out to be dead.
int seek_body(void* given, curl_off_t offset, int origin) {
  if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  static_cast<Exchange*>(given)->sent = static_cast<std::uint64_t>(offset);
  return CURL_SEEKFUNC_OK;
}

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* given) {
  constexpr std::size_t kept_most = 16 << 20;  // a list of 1,000 long keys has 3 MiB
  auto& exchange = *static_cast<Exchange*>(given);
  const std::string_view piece(bytes, size * count);
  long status = 0;
  curl_easy_getinfo(exchange.handle, CURLINFO_RESPONSE_CODE, &status);
  try {
    if (exchange.sink && status / 100 == 2) {
      exchange.sink(piece);
    } else {
      exchange.response.body += piece.substr(0, kept_most - exchange.response.body.size());
    }
  } catch (...) {
    exchange.thrown = std::current_exception();
    return CURL_WRITEFUNC_ERROR;
  }
  return piece.size();
}

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* given) {
  auto& headers = static_cast<Exchange*>(given)->response.headers;
  std::string_view line(bytes, size * count);
  while (line.ends_with('\r') || line.ends_with('\n')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) headers.clear();  // those before were of an interim answer
  if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
    std::string name(line.substr(0, colon));
    std::ranges::transform(name, name.begin(), [](unsigned char letter) { return std::tolower(letter); });
    line.remove_prefix(colon + 1);
    while (line.starts_with(' ')) line.remove_prefix(1);
    headers[name] = line;
  }
  return size * count;
}

/// Called about once a second. libcurl's own limit of this kind cannot tell a stalled transfer from a server that has
/// it all and is at work.
int watch(void* given, curl_off_t, curl_off_t received, curl_off_t, curl_off_t sent) {
  auto& exchange = *static_cast<Exchange*>(given);
  curl_off_t now_us = 0;
  curl_easy_getinfo(exchange.handle, CURLINFO_TOTAL_TIME_T, &now_us);
  if (received + sent != exchange.moved) {
    exchange.moved = received + sent;
    exchange.moved_us = now_us;
  }
  const bool is_sent = exchange.body_bytes() > 0 && exchange.sent == exchange.body_bytes() && received == 0;
  const int limit_s = is_sent ? exchange.limits.answer_s : exchange.limits.stalled_s;
  if (now_us - exchange.moved_us < limit_s * curl_off_t{1'000'000}) return 0;
  exchange.stalled_s = limit_s;
  return 1;
}

/// Trainers that are started meanwhile inherit nothing.
curl_socket_t open_socket(void*, curlsocktype, curl_sockaddr* address) {
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

Headers header_list(const HttpRequest& request) {
  Headers list;
  const auto add = [&](const std::string& line) { list.reset(curl_slist_append(list.release(), line.c_str())); };
  for (const auto& [name, value] : request.headers) add(name + (value.empty() ? ";" : ": " + value));
  add("expect:");  // an answer to it is waited for in vain where servers do not know it
  return list;
}

void set_limits(CURL* handle, const HttpRequest& request, const HttpLimits& limits) {
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, long{request.connect_s > 0 ? request.connect_s : limits.connect_s});
  curl_easy_setopt(handle, CURLOPT_BUFFERSIZE, 512L << 10);
  curl_easy_setopt(handle, CURLOPT_UPLOAD_BUFFERSIZE, 512L << 10);
  if (!limits.ca_bundle.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, limits.ca_bundle.c_str());
}

void set_request(CURL* handle, Exchange& exchange) {
  curl_easy_setopt(handle, CURLOPT_URL, exchange.request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);  // what is signed is what is sent
  if (exchange.request.method == "HEAD") curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  if (exchange.body_bytes() > 0 || exchange.request.method == "PUT" || exchange.request.method == "POST") {
    curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(handle, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(exchange.body_bytes()));
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, read_body);
    curl_easy_setopt(handle, CURLOPT_READDATA, &exchange);
    curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, seek_body);
    curl_easy_setopt(handle, CURLOPT_SEEKDATA, &exchange);
  }
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, exchange.request.method.c_str());
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, watch);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &exchange);
}

/// Mistakes of set-up stay what they are; all else may be the network's mood.
bool may_pass(CURLcode code) {
  return code != CURLE_PEER_FAILED_VERIFICATION && code != CURLE_URL_MALFORMAT && code != CURLE_SSL_CACERT_BADFILE &&
         code != CURLE_ABORTED_BY_CALLBACK && code != CURLE_UNSUPPORTED_PROTOCOL;
}

HttpResponse send(Handles& handles, const HttpLimits& limits, const HttpRequest& request, const HttpSink& sink) {
  Handle handle = handles.take();
  Exchange exchange{.request = request, .sink = sink, .limits = limits, .handle = handle.get()};
  if (!request.part.file.empty()) {
    exchange.file = ::open(request.part.file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (exchange.file < 0)
      return {.problem = "cannot open " + request.part.file.string() + ": " + std::strerror(errno), .may_pass = false};
  }
  char words[CURL_ERROR_SIZE] = "";
  const Headers headers = header_list(request);
  set_limits(handle.get(), request, limits);
  set_request(handle.get(), exchange);
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, words);
  const CURLcode code = curl_easy_perform(handle.get());
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, nullptr);
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, nullptr);
  if (exchange.file >= 0) ::close(exchange.file);
  handles.give_back(std::move(handle));
  if (exchange.thrown) std::rethrow_exception(exchange.thrown);
  if (code == CURLE_OK) {
    exchange.response.status = static_cast<int>(status);
  } else if (exchange.stalled_s > 0) {
    exchange.response.problem = "nothing moved for " + std::to_string(exchange.stalled_s) + " s";
  } else {
    exchange.response.problem = printable(words[0] != '\0' ? words : curl_easy_strerror(code), 300);
    exchange.response.may_pass = may_pass(code);
  }
  return std::move(exchange.response);
}

}  // namespace

HttpSend make_http(HttpLimits limits) {
  return [limits = std::move(limits), handles = std::make_shared<Handles>()](
             const HttpRequest& request, const HttpSink& sink) { return send(*handles, limits, request, sink); };
}

}  // namespace pbt::s3
