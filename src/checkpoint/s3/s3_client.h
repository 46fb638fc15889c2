#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "checkpoint/s3/aws_credentials.h"
#include "checkpoint/s3/http.h"
#include "checkpoint/s3/s3_address.h"
#include "pbt/clock.h"

namespace pbt::s3 {

struct Request {
  std::string method;
  std::string key{};  ///< of an object; "" for the bucket itself
  std::map<std::string, std::string> query{};
  std::map<std::string, std::string> headers{};  ///< lower-case names
  std::string body{};
  FilePart part{};       ///< sent instead of `body` when it names a file
  std::string sha256{};  ///< of the part, 32 raw bytes; a body's is computed
  std::set<int>
      takes{};  ///< statuses besides 2xx that are no errors; 404 only when it is the object or upload that is absent
};

/// Where an object's bytes go.
struct Receiver {
  std::function<void()> begin;                       ///< called before each try
  std::function<void(std::string_view bytes)> take;  ///< then with the bytes in order
  std::function<std::string()> problem;  ///< then what is wrong with them, which leads to another try; or ""
};

struct Retries {
  int tries_max = 6;
  std::chrono::milliseconds first_wait{
      200};  ///< doubled at each try, cut to `wait_max`, and between half and whole of it
  std::chrono::milliseconds wait_max{20'000};
  std::uint64_t seed = 0;  ///< of the waits; another one in each process, so that not all come back at once
};

/// Requests to one bucket: signed, and tried again while that may help. Thread-safe. `clock` must outlive it.
class Client {
 public:
  Client(Address address, CredentialSource source, Clock& clock, Retries retries, HttpSend http);

  /// The answer, of status 2xx or one of those that the request takes. Throws StorageError that says what to do, and
  /// CheckpointLost when the receiver was not content with any try.
  HttpResponse send(const Request& request) { return send(request, {}); }
  HttpResponse send(const Request& request, const Receiver& receiver);

  [[nodiscard]] const Address& address() const { return address_; }

 private:
  HttpRequest signed_request(const Request& request, const Credentials& credentials) const;
  Credentials credentials();
  bool renew(const Credentials& expired);
  std::chrono::milliseconds pause(int tries, std::uint64_t number, const HttpResponse& response) const;

  Address address_;
  CredentialSource source_;
  Clock& clock_;
  Retries retries_;
  HttpSend http_;
  std::atomic<std::uint64_t> sent_ = 0;
  std::mutex mutex_;
  Credentials credentials_;
};

}  // namespace pbt::s3
