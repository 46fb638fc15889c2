#include "serve/message.h"

#include "view/machine_views.h"

namespace pbt::serve {
namespace {

int hexadecimal(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

enum class Plus { plain, space };

std::optional<std::string> decoded(std::string_view text, Plus plus) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char letter = text[i];
    if (letter == '+' && plus == Plus::space) letter = ' ';
    if (letter == '%') {
      const int high = i + 2 < text.size() ? hexadecimal(text[i + 1]) : -1;
      const int low = high < 0 ? -1 : hexadecimal(text[i + 2]);
      if (low < 0) return std::nullopt;
      letter = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (letter == '\0') return std::nullopt;
    result += letter;
  }
  return result;
}

}  // namespace

std::string_view Request::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

std::optional<std::map<std::string, std::string>> parse_form(std::string_view text) {
  std::map<std::string, std::string> values;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    const auto name = decoded(pair.substr(0, pair.find('=')), Plus::space);
    const auto value = decoded(pair.find('=') == pair.npos ? "" : pair.substr(pair.find('=') + 1), Plus::space);
    if (!name || !value) return std::nullopt;
    if (!name->empty()) values.insert_or_assign(*name, *value);
  }
  return values;
}

std::optional<Request> parse_target(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  const auto decoded_path = decoded(path, Plus::plain);
  auto query = parse_form(path.size() == target.size() ? "" : target.substr(path.size() + 1));
  if (!decoded_path || !decoded_path->starts_with('/') || !query) return std::nullopt;
  Request request;
  request.path = *decoded_path;
  request.query = std::move(*query);
  return request;
}

Reply problem(int status, const std::string& message) {
  return {status, "application/json", error_json(message, status) + '\n'};
}

std::string to_wire(const Event& event) {
  std::string text;
  if (!event.id.empty()) text += "id: " + event.id + '\n';
  return text + "event: " + event.name + "\ndata: " + event.data + "\n\n";
}

}  // namespace pbt::serve
