#include "store/postgres_address.h"

#include <libpq-fe.h>

#include <memory>
#include <string_view>

#include "core/printable.h"
#include "pbt/error.h"

namespace pbt::postgres {
namespace {

using Options = std::unique_ptr<PQconninfoOption, decltype([](PQconninfoOption* options) { PQconninfoFree(options); })>;

Options parse(const std::string& url) {
  char* problem = nullptr;
  Options options(PQconninfoParse(url.c_str(), &problem));
  const std::string text = problem == nullptr ? "" : printable(problem, 200);
  PQfreemem(problem);
  // libpq's own words may repeat the address, password and all.
  if (!options)
    throw UsageError(
        "the store's address is none that PostgreSQL understands: expected postgresql://USER@HOST:PORT/DATABASE (in "
        "it, "
        "signs other than letters and digits as %XX)");
  return options;
}

std::string value_of(const Options& options, std::string_view keyword) {
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option)
    if (option->keyword == keyword) return option->val == nullptr ? "" : option->val;
  return "";
}

}  // namespace

std::string without_password(const std::string& url) {
  const Options options = parse(url);
  const std::string host = value_of(options, "host"), port = value_of(options, "port");
  const std::string user = value_of(options, "user"), database = value_of(options, "dbname");
  const std::string service = value_of(options, "service");
  std::string text = "postgresql://" + (user.empty() ? "" : user + "@");
  text += host.starts_with('/') ? "" : host;
  text += (port.empty() || host.starts_with('/') ? "" : ":" + port) + "/" + database;
  if (host.starts_with('/')) text += "?host=" + host + (port.empty() ? "" : "&port=" + port);
  if (!service.empty()) text += "?service=" + service;
  return printable(text, 300);
}

bool has_password(const std::string& url) {
  const Options options = parse(url);
  return !value_of(options, "password").empty() || !value_of(options, "sslpassword").empty();
}

}  // namespace pbt::postgres
