#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pbt::serve {

/// What a browser asks, as far as anybody here looks at it. Names of headers are in lower case.
struct Request {
  std::string method = "GET";
  std::string path = "/";                    ///< decoded, without the query
  std::map<std::string, std::string> query;  ///< decoded; of repeated names the last
  std::map<std::string, std::string> headers;
  std::string body;

  /// Empty when there is none.
  [[nodiscard]] std::string_view header(const std::string& name) const;
};

/// The path and query of a request's target, decoded. Nothing where an escape is malformed or a byte is 0.
[[nodiscard]] std::optional<Request> parse_target(std::string_view target);
/// "a=1&b=x%20y", as in queries and forms. Nothing where an escape is malformed.
[[nodiscard]] std::optional<std::map<std::string, std::string>> parse_form(std::string_view text);

/// An event of a stream: what the page has when it has taken it, its name, and its data (one line).
struct Event {
  std::string id;  ///< empty: none
  std::string name;
  std::string data;
};

/// What has happened since the last call; called once a second as long as somebody listens.
using Events = std::function<std::vector<Event>()>;

struct Reply {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers{};
  Events events{};  ///< set: a stream of events in place of a body
};

/// A problem as `{"error": "...", "status": n}`.
[[nodiscard]] Reply problem(int status, const std::string& message);

/// As the wire has it: "id: 12\nevent: turns\ndata: {...}\n\n".
[[nodiscard]] std::string to_wire(const Event& event);

}  // namespace pbt::serve
