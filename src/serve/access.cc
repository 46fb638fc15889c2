#include "serve/access.h"

#include <algorithm>

namespace pbt::serve {
namespace {

constexpr std::string_view kCookie = "pbt_token=";

/// "127.0.0.1:8080" as "127.0.0.1", "[::1]:8080" as "[::1]".
std::string_view without_port(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  const std::size_t bracket = host.rfind(']');
  return colon == host.npos || (bracket != host.npos && colon < bracket) ? host : host.substr(0, colon);
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter; });
  return result;
}

std::string_view cookie(const Request& request) {
  std::string_view cookies = request.header("cookie");
  while (!cookies.empty()) {
    std::string_view one = cookies.substr(0, cookies.find(';'));
    cookies.remove_prefix(std::min(cookies.size(), one.size() + 1));
    while (one.starts_with(' ')) one.remove_prefix(1);
    if (one.starts_with(kCookie)) return one.substr(kCookie.size());
  }
  return {};
}

bool has_token(const Access& access, const Request& request) {
  constexpr std::string_view bearer = "Bearer ";
  const std::string_view authorization = request.header("authorization");
  if (authorization.starts_with(bearer) && same_secret(authorization.substr(bearer.size()), access.token)) return true;
  return same_secret(cookie(request), access.token);
}

std::string page(const std::string& message) {
  return "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>pbt</title>"
         "<meta name=\"viewport\" content=\"width=device-width\"><link rel=\"stylesheet\" href=\"/app.css\">"
         "<main class=\"login\"><h1>pbt</h1><form method=\"post\"><p>" +
         message +
         "</p><label>Token <input type=\"password\" name=\"token\" autocomplete=\"current-password\" "
         "autofocus></label> "
         "<button>Show</button></form></main></html>\n";
}

}  // namespace

bool same_secret(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0U : 1U;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const char other = b.empty() ? '\0' : b[i % b.size()];
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(other);
  }
  return difference == 0;
}

std::optional<Reply> refusal(const Access& access, const Request& request) {
  const std::string host = lower(without_port(request.header("host")));
  if (std::find(access.hosts.begin(), access.hosts.end(), host) == access.hosts.end())
    return problem(421, "this server does not answer to that name: start it with --allow-host NAME if it should");
  if (request.path == "/login" && !access.token.empty()) return std::nullopt;
  if (request.method != "GET" && request.method != "HEAD") {
    Reply reply = problem(405, "nothing can be changed here: GET and HEAD are all there is");
    reply.headers.emplace_back("Allow", "GET, HEAD");
    return reply;
  }
  const bool is_open = request.path == "/app.css";  // the login page's own looks
  if (access.token.empty() || is_open || has_token(access, request)) return std::nullopt;
  if (request.path == "/") return Reply{303, "text/plain", "", {{"Location", "/login"}}};
  Reply reply = problem(401, "a token is needed: send it as \"Authorization: Bearer TOKEN\", or log in at /login");
  reply.headers.emplace_back("WWW-Authenticate", "Bearer");
  return reply;
}

Reply login(const Access& access, const Request& request) {
  const std::string type = "text/html; charset=utf-8";
  if (request.method == "GET" || request.method == "HEAD")
    return {200, type, page("This dashboard asks for its token.")};
  if (request.method != "POST") return problem(405, "expected GET or POST");
  const auto form = parse_form(request.body);
  const auto token = form ? form->find("token") : decltype(form->end()){};
  if (!form || token == form->end() || !same_secret(token->second, access.token))
    return {401, type, page("That is not the token. It was printed where the server was started.")};
  const std::string cookie = std::string(kCookie) + access.token + "; HttpOnly; SameSite=Strict; Path=/";
  return {303, "text/plain", "", {{"Location", "/"}, {"Set-Cookie", cookie}}};
}

bool is_loopback(std::string_view address) { return address == "::1" || address.starts_with("127."); }

std::vector<std::pair<std::string, std::string>> safety_headers() {
  return {{"Content-Security-Policy",
           "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
           "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
          {"X-Content-Type-Options", "nosniff"},
          {"Referrer-Policy", "no-referrer"},
          {"Cross-Origin-Resource-Policy", "same-origin"},
          {"Cross-Origin-Opener-Policy", "same-origin"},
          {"X-Frame-Options", "DENY"},
          {"Cache-Control", "no-store"}};
}

}  // namespace pbt::serve
