#include "launch/private_postgres.h"

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>

#include "launch/ownership.h"
#include "launch/private_cluster.h"
#include "pbt/error.h"
#include "trainer/guard.h"
#include "trainer/log.h"
#include "trainer/process.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto silence = 30s;  // of an owner, until another takes over
constexpr auto look_every = 1s;
constexpr auto end_limit = 20s;
constexpr auto start_limit = 90s;  // a silent owner's time, and the start of a server that had crashed
constexpr const char* address = "postgresql:///?service=pbt";

std::string this_host() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

/// One that is free at the moment; should another take it, the server ends, and is started on another one.
int free_port() {
  const Descriptor probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in any{};
  any.sin_family = AF_INET;
  socklen_t size = sizeof any;
  if (probe.get() < 0 || ::bind(probe.get(), reinterpret_cast<const sockaddr*>(&any), size) != 0 ||
      ::getsockname(probe.get(), reinterpret_cast<sockaddr*>(&any), &size) != 0)
    throw Error("this machine gave no free port for PostgreSQL");
  return ntohs(any.sin_port);
}

Process start_server(const fs::path& folder) {
  make_private_cluster(folder);
  const std::string host = this_host();
  remove_foreign_mark(folder, host);
  const int port = free_port();
  // Each worker holds a few connections.
  const Command command{{postgres_program("postgres"), "-D", (folder / "data").string(), "-p", std::to_string(port),
                         "-c", "listen_addresses=*", "-c", "unix_socket_directories=", "-c", "max_connections=1000"},
                        {},
                        "",
                        "PostgreSQL's",
                        "PATH"};
  const Descriptor log = open_log(folder / "server.log");
  Process server = Process::start(command, log.get(), log.get());
  write_private_service(folder, host, port);
  return server;
}

/// A fast shutdown: clients are cut off, what they committed stays. Killed where that takes too long, which loses
/// nothing either.
void stop_server(const fs::path& folder, Process& server) {
  std::ifstream mark(folder / "data" / "postmaster.pid");
  if (pid_t process = 0; mark >> process && process > 0) ::kill(process, SIGINT);
  if (!server.wait(end_limit)) server.kill_whole();
}

/// The keeper beside this process, which ends with it.
class Keeper {
 public:
  explicit Keeper(const fs::path& folder) : log_(folder / "keeper.log"), from_(log_end(log_)) {
    const Descriptor log = open_log(log_);
    process_ = std::make_unique<Process>(Process::start(
        {{find_guard_program(), "launch", "keep", folder.string()}, {}, "", "the keeper's", "PBT_PROGRAM"}, log.get(),
        log.get()));
  }
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;
  ~Keeper() {
    process_->terminate();
    (void)process_->wait(end_limit + 5s);
  }

  void wait_until_it_answers(Clock& clock) {
    const auto deadline = clock.monotonic() + start_limit;
    while (::PQping(address) != PQPING_OK) {
      if (!process_->wait(200ms) && clock.monotonic() < deadline) continue;
      throw Error("--store auto: no PostgreSQL answers; " + log_.string() + ":\n" + log_tail(log_, from_) + "\n" +
                  (log_.parent_path() / "server.log").string() + ":\n" +
                  log_tail(log_.parent_path() / "server.log", 0));
    }
  }

 private:
  fs::path log_;
  std::uint64_t from_;
  std::unique_ptr<Process> process_;
};

}  // namespace

void keep_private_postgres(const fs::path& folder, Clock& clock, const std::function<bool()>& leaving) {
  fs::create_directories(folder);
  Ownership ownership(folder, silence, clock);
  std::optional<Process> server;
  for (; !leaving(); clock.wait(look_every)) {
    const bool owner = ownership.tick();
    if (!owner || (server && server->wait(0ms))) server.reset();  // kills what still runs
    if (owner && !server) server.emplace(start_server(folder));
  }
  if (server) stop_server(folder, *server);
  server.reset();
  ownership.release();
}

std::string use_private_postgres(const fs::path& folder) {
  static std::optional<Keeper> keeper;
  if (keeper) return address;
  const fs::path place = fs::absolute(folder).lexically_normal();
  fs::create_directories(place);
  ::setenv("PGSERVICEFILE", (place / "service").c_str(), /*replace=*/1);
  SystemClock clock;
  keeper.emplace(place);
  keeper->wait_until_it_answers(clock);
  return address;
}

}  // namespace pbt
