#include "checkpoint/s3/s3_client.h"

#include <algorithm>
#include <charconv>

#include "checkpoint/s3/s3_error.h"
#include "checkpoint/s3/sha256.h"
#include "checkpoint/s3/signature_v4.h"
#include "core/hexadecimal.h"
#include "core/printable.h"
#include "pbt/error.h"
#include "pbt/random.h"

namespace pbt::s3 {
namespace {

/// A missing bucket and a web server that knows no such page say 404 too.
bool is_absence(const Request& request, const ServerError& error) {
  return error.code == "NoSuchKey" || error.code == "NoSuchUpload" || request.method == "HEAD";
}

}  // namespace

Client::Client(Address address, CredentialSource source, Clock& clock, Retries retries, HttpSend http)
    : address_(std::move(address)),
      source_(std::move(source)),
      clock_(clock),
      retries_(retries),
      http_(std::move(http)) {}

HttpResponse Client::send(const Request& request, const Receiver& receiver) {
  const std::uint64_t number = sent_++;
  for (int tries = 1;; ++tries) {
    const Credentials used = credentials();
    if (receiver.begin) receiver.begin();
    HttpResponse response = http_(signed_request(request, used), receiver.take);
    const ServerError error = error_of(response);
    const bool done = response.status / 100 == 2 && error.code.empty();
    const std::string problem = done && receiver.problem ? receiver.problem() : "";
    if (done && problem.empty()) return response;
    if (!done && request.takes.contains(response.status) && (response.status != 404 || is_absence(request, error)))
      return response;

    const bool renewed = is_expired(error) && renew(used);
    if (tries < retries_.tries_max && (renewed || !problem.empty() || may_pass(response, error))) {
      if (!renewed) clock_.wait(pause(tries, number, response));
      continue;
    }
    const std::string where =
        request.key.empty() ? "s3://" + address_.bucket : printable("s3://" + address_.bucket + "/" + request.key, 300);
    const std::string what = "cannot " + request.method + " " + where + ": ";
    const std::string times = tries == 1 ? "" : " (tried " + std::to_string(tries) + " times)";
    if (!problem.empty()) throw CheckpointLost(what + problem + times);
    throw StorageError(what + explain(response, error, address_) + times);
  }
}

HttpRequest Client::signed_request(const Request& request, const Credentials& credentials) const {
  Signed what{.method = request.method,
              .path = address_.path + encode_path(request.key),
              .query = request.query,
              .headers = request.headers,
              .payload_sha256 = hexadecimal(request.sha256.empty() ? sha256(request.body) : request.sha256)};
  if (request.key.empty() && what.path.size() > 1) what.path.pop_back();  // "/bucket/" is "/bucket"
  const std::string time = signature_time(clock_.now_ms());
  what.headers["host"] = address_.host;
  what.headers["x-amz-content-sha256"] = what.payload_sha256;  // which the server holds the body against
  what.headers["x-amz-date"] = time;
  if (!credentials.token.empty()) what.headers["x-amz-security-token"] = credentials.token;

  HttpRequest http{.method = request.method, .url = address_.origin + what.path, .headers = what.headers};
  if (!request.query.empty()) http.url += "?" + query_text(request.query);
  http.headers["authorization"] = authorization(what, credentials, address_.region, time);
  http.headers["user-agent"] = "pbt";
  http.body = request.body;
  http.part = request.part;
  return http;
}

Credentials Client::credentials() {
  const std::lock_guard lock(mutex_);
  if (credentials_.key_id.empty()) credentials_ = source_();
  return credentials_;
}

bool Client::renew(const Credentials& expired) {
  const std::lock_guard lock(mutex_);
  if (credentials_ == expired) credentials_ = source_();
  return !(credentials_ == expired);
}

std::chrono::milliseconds Client::pause(int tries, std::uint64_t number, const HttpResponse& response) const {
  using std::chrono::milliseconds;
  const milliseconds whole =
      std::min(retries_.first_wait * (std::int64_t{1} << std::min(tries - 1, 20)), retries_.wait_max);
  Random random{retries_.seed, number, static_cast<std::uint64_t>(tries)};
  milliseconds wait(static_cast<std::int64_t>(static_cast<double>(whole.count()) * random.uniform(0.5, 1.0)));
  if (const auto header = response.headers.find("retry-after"); header != response.headers.end()) {
    constexpr std::int64_t asked_max_s = 60;  // who asks for more is answered too early
    std::int64_t asked_s = 0;
    const std::string& text = header->second;
    std::from_chars(text.data(), text.data() + text.size(), asked_s);
    wait = std::max(wait, milliseconds(1000 * std::clamp<std::int64_t>(asked_s, 0, asked_max_s)));
  }
  return wait;
}

}  // namespace pbt::s3
