#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/locate.h"
#include "cli/terminal.h"
#include "pbt/clock.h"
#include "pbt/error.h"
#include "serve/server.h"

namespace pbt {
namespace {

constexpr std::size_t kTokenMin = 16;

/// 128 bits that nobody can guess.
std::string new_token() {
  std::array<unsigned char, 16> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw Error("this machine gives no random bytes: name a token by --token-file");
  std::string text;
  for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

std::string given_token(const ServeOptions& options) {
  std::string token;
  if (!options.token_file.empty()) {
    std::ifstream file(options.token_file);
    if (!std::getline(file, token))
      throw UsageError("--token-file " + options.token_file + ": cannot be read, or is empty");
  } else if (const char* environment = std::getenv("PBT_TOKEN")) {
    token = environment;
  }
  const auto plain = [](char letter) {
    return letter > ' ' && letter < '\x7f' && letter != ';' && letter != '"' && letter != ',';
  };
  if (!token.empty() && (token.size() < kTokenMin || !std::all_of(token.begin(), token.end(), plain)))
    throw UsageError(
        fmt::format("the token must have {} characters or more: letters, digits and signs but , ; and \"", kTokenMin));
  return token;
}

serve::Sources sources(const std::string& store) {
  return {[store] { return names_in_sight(store); },
          [store](const std::string& name) {
            OpenRun run = open_run({name, store});
            return serve::OpenedRun{std::move(run.clock), std::move(run.reader), std::move(run.experiment),
                                    run.location.checkpoints(), run.location.logs()};
          }};
}

std::string host_of(const std::string& address) {
  return address.find(':') == address.npos ? address : '[' + address + ']';
}

}  // namespace

int command_serve(const ServeOptions& options) {
  serve::ServerOptions server{options.address, static_cast<unsigned short>(options.port), {}};
  server.access.token = given_token(options);
  const bool open_to_others = !serve::is_loopback(options.address);
  const bool new_one = open_to_others && server.access.token.empty();
  if (new_one) server.access.token = new_token();
  server.access.hosts.push_back(host_of(options.address));
  for (const std::string& host : options.allowed_hosts) server.access.hosts.push_back(host);
  SystemClock clock;
  serve::Site site(sources(options.store), clock);
  const std::size_t count = site.names().size();     // a store that is not there is told now
  [[maybe_unused]] const int niceness = ::nice(10);  // training comes first
  serve::serve(server, site, [&](unsigned short port) {
    const std::string url = fmt::format("http://{}:{}/", host_of(options.address), port);
    if (options.json) {
      print(nlohmann::ordered_json{{"url", url}, {"experiments", count}}.dump() + '\n');
      return;
    }
    print(fmt::format("{} (experiments: {}; Ctrl-C ends this view, the experiments go on)\n", url, count));
    if (new_one) print(fmt::format("token, asked for by the page: {}\n", server.access.token));
  });
  return 0;
}

}  // namespace pbt
