#include "serve/server.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <csignal>
#include <utility>  // Boost.Asio 1.74 uses std::exchange without it

#include "pbt/error.h"
#include "serve/api.h"
#include "view/machine_views.h"

namespace pbt::serve {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

constexpr std::size_t kConnections = 512;
constexpr std::uint64_t kBodyBytes = 4096;  // a login form
constexpr std::uint32_t kHeaderBytes = 16 * 1024;
constexpr auto kPatience = std::chrono::seconds(30);
constexpr auto kTick = std::chrono::seconds(1);
constexpr int kTicksBetweenSigns = 15;

using Asked = http::request<http::string_body>;

Request request_of(const Asked& asked) {
  Request request = parse_target({asked.target().data(), asked.target().size()}).value_or(Request{.path = ""});
  request.method = std::string(asked.method_string());
  for (const auto& field : asked) {
    std::string name(field.name_string());
    for (char& letter : name) letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    request.headers.insert_or_assign(std::move(name), std::string(field.value()));
  }
  request.body = asked.body();
  return request;
}

Reply reply_to(const Access& access, Site& site, const Request& request) {
  if (request.path.empty()) return problem(400, "this address cannot be read");
  if (auto refused = refusal(access, request)) return *refused;
  if (request.path == "/login" && !access.token.empty()) return login(access, request);
  return answer(site, request);
}

template <typename Response>
void set_headers(Response& response, const Reply& reply) {
  response.set(http::field::content_type, reply.type);
  for (const auto& [name, value] : safety_headers()) response.set(name, value);
  for (const auto& [name, value] : reply.headers) response.set(name, value);
}

class Server {
 public:
  Server(const ServerOptions& options, Site& site) : options_(options), site_(site) {}

  void run(const std::function<void(unsigned short)>& listening) {
    const tcp::endpoint endpoint(asio::ip::make_address(options_.address), options_.port);
    tcp::acceptor acceptor(context_, endpoint);
    listening(acceptor.local_endpoint().port());
    asio::signal_set signals(context_, SIGINT, SIGTERM);
    signals.async_wait([this](auto, int) { context_.stop(); });
    asio::co_spawn(context_, accept(acceptor), asio::detached);
    asio::co_spawn(context_, read_records(), asio::detached);
    context_.run();
  }

 private:
  asio::awaitable<void> accept(tcp::acceptor& acceptor) {
    for (;;) {
      boost::system::error_code error;
      tcp::socket socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
      if (error) {  // out of descriptors: some will be given back
        asio::steady_timer timer(context_, kTick);
        co_await timer.async_wait(asio::use_awaitable);
      }
      if (error || connections_ >= kConnections) continue;
      asio::co_spawn(context_, talk(std::move(socket)), asio::detached);
    }
  }

  /// Reads what is left of long records, a page at a time, so that answers are never far off.
  asio::awaitable<void> read_records() {
    asio::steady_timer timer(context_);
    for (;;) {
      bool more = false;
      try {
        more = site_.read_on();
      } catch (const Error&) {
        // whoever asks for that experiment is told
      }
      timer.expires_after(more ? std::chrono::milliseconds(1) : std::chrono::milliseconds(kTick));
      co_await timer.async_wait(asio::use_awaitable);
    }
  }

  asio::awaitable<void> talk(tcp::socket socket) {
    ++connections_;
    try {
      beast::tcp_stream stream(std::move(socket));
      beast::flat_buffer buffer;
      bool more = true;
      while (more) {
        http::request_parser<http::string_body> parser;
        parser.body_limit(kBodyBytes);
        parser.header_limit(kHeaderBytes);
        stream.expires_after(kPatience);
        co_await http::async_read(stream, buffer, parser, asio::use_awaitable);
        more = co_await answer_one(stream, parser.get());
      }
      boost::system::error_code ignored;
      stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    } catch (const boost::system::system_error&) {
      // the other side has gone, was silent for too long, or speaks no HTTP
    }
    --connections_;
  }

  /// Whether the connection goes on.
  asio::awaitable<bool> answer_one(beast::tcp_stream& stream, const Asked& asked) {
    Reply reply = reply_to(options_.access, site_, request_of(asked));
    if (reply.events) {
      co_await stream_events(stream, reply);
      co_return false;
    }
    http::response<http::string_body> response(http::int_to_status(static_cast<unsigned>(reply.status)),
                                               asked.version());
    response.keep_alive(asked.keep_alive());
    set_headers(response, reply);
    response.body() = std::move(reply.body);
    response.prepare_payload();
    stream.expires_after(kPatience);
    if (asked.method() == http::verb::head) {
      http::response<http::empty_body> head(response.base());
      http::response_serializer<http::empty_body> serializer(head);
      co_await http::async_write_header(stream, serializer, asio::use_awaitable);
    } else {
      co_await http::async_write(stream, response, asio::use_awaitable);
    }
    co_return asked.keep_alive();
  }

  asio::awaitable<void> stream_events(beast::tcp_stream& stream, const Reply& reply) {
    http::response<http::empty_body> head(http::status::ok, 11);
    head.keep_alive(false);
    set_headers(head, reply);
    http::response_serializer<http::empty_body> serializer(head);
    stream.expires_after(kPatience);
    co_await http::async_write_header(stream, serializer, asio::use_awaitable);
    asio::steady_timer timer(context_);
    for (int tick = 0;; ++tick) {
      std::string text = tick % kTicksBetweenSigns == 0 ? ": still here\n\n" : "";
      for (const Event& event : events_of(reply)) text += to_wire(event);
      stream.expires_after(kPatience);
      if (!text.empty()) co_await asio::async_write(stream, asio::buffer(text), asio::use_awaitable);
      timer.expires_after(kTick);
      co_await timer.async_wait(asio::use_awaitable);
    }
  }

  static std::vector<Event> events_of(const Reply& reply) {
    try {
      return reply.events();
    } catch (const Error& error) {
      return {{"", "problem", error_json(error.what(), 500)}};
    }
  }

  const ServerOptions& options_;
  Site& site_;
  asio::io_context context_{1};
  std::size_t connections_ = 0;
};

}  // namespace

void serve(const ServerOptions& options, Site& site, const std::function<void(unsigned short port)>& listening) try {
  Server(options, site).run(listening);
} catch (const boost::system::system_error& error) {
  throw Error("cannot serve on " + options.address + " port " + std::to_string(options.port) + ": " +
              error.code().message() + "; name another by --address or --port");
}

}  // namespace pbt::serve
