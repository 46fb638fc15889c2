// faulty_trainer MODE: a session trainer. MODE is a fault of toy.h, or one of these, which break the protocol itself:
//   crashes_at_once   ends with exit status 3 before it connects
//   never_hello       connects and says nothing
//   not_connecting    does not connect
//   wrong_protocol    speaks protocol 2
//   garbage           answers the first turns with a line that is no JSON
//   closes            closes its connection at the first turns, and stays
//   daemon            good, but first starts a process in a session of its own, which writes its id to daemon.pid (best
//   a FIFO) raw LINE...       answers the first turns with these lines (@ stands for the first turn's id), then says
//   nothing
// faulty_trainer MODE --once KEY=VALUE...: one turn, as a command trainer: load, save, steps, from_step, seed, result;
// all others are hyperparameters. SIGTERM asks it to save.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "pbt/client.h"
#include "tests/faulty_trainers/toy.h"

namespace {

std::atomic<bool> terminated = false;

[[noreturn]] void say_nothing_more() {
  while (true) ::pause();
}

class Once final : public pbt::TurnControl {
 public:
  void progress(const pbt::Assignment&, std::int64_t step, const pbt::Metrics&) override {
    std::cout << "step " << step << std::endl;
  }
  pbt::Stop stop_requested() override { return terminated ? pbt::Stop::save : pbt::Stop::no; }
};

void print_result(std::ostream& out, const pbt::Report& report) {
  out.precision(17);
  out << "{\"step\": " << report.step << ", \"hyperparameters\": {";
  const char* comma = "";
  for (const auto& [name, value] : report.in_effect) {
    out << comma << '"' << name << "\": " << pbt::to_string(value);
    comma = ", ";
  }
  out << '}';
  for (const auto& [name, value] : report.metrics) {
    out << ", \"" << name << "\": ";
    value == value ? out << value : out << "NaN";
  }
  out << "}\n";
}

int train_once(const std::string& mode, const std::vector<std::string>& arguments) {
  std::signal(SIGTERM, [](int) { terminated = true; });
  pbt::Assignment turn;
  std::string result;
  for (const std::string& argument : arguments) {
    const std::string key = argument.substr(0, argument.find('='));
    const std::string value = argument.substr(argument.find('=') + 1);
    if (key == "load" && !value.empty())
      turn.load = pbt::Folder(std::filesystem::path(value));
    else if (key == "save")
      turn.save = pbt::Folder(std::filesystem::path(value));
    else if (key == "steps")
      turn.steps = std::stoll(value);
    else if (key == "from_step")
      turn.from_step = std::stoll(value);
    else if (key == "seed")
      turn.seed = std::stoll(value);
    else if (key == "result")
      result = value;
    else if (key != "load")
      turn.hyperparameters.set(key, std::stod(value));
  }
  turn.weights = turn.load.exists() ? pbt::Weights::folder : pbt::Weights::none;
  try {
    Once control;
    const pbt::Report report = pbt::toy::make_toy(mode)(turn, control);
    if (result.empty()) {
      print_result(std::cout, report);
    } else {
      std::ofstream file(result);
      print_result(file, report);
    }
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}

// A bare connection, for what pbt::serve would never do.
FILE* connect_bare() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, std::getenv("PBT_SOCKET"), sizeof address.sun_path - 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) std::exit(9);
  return ::fdopen(fd, "r+");
}

std::string read_line(FILE* connection) {
  std::string line;
  for (int c = 0; (c = std::fgetc(connection)) != EOF && c != '\n';) line += static_cast<char>(c);
  return line;
}

void send_line(FILE* connection, const std::string& line) {
  std::fflush(connection);
  std::fputs((line + '\n').c_str(), connection);
  std::fflush(connection);
}

int answer_raw(const std::string& mode, std::vector<std::string> lines) {
  FILE* connection = connect_bare();
  if (mode == "never_hello") say_nothing_more();
  send_line(connection, mode == "wrong_protocol" ? R"({"type":"hello","protocol":2})"
                                                 : R"({"type":"hello","protocol":1,"resident_max":1,"batch_max":4})");
  read_line(connection);
  const std::string turns = read_line(connection);
  const std::size_t at = turns.find("\"id\":\"");
  const std::string id = at == std::string::npos ? "" : turns.substr(at + 6, turns.find('"', at + 6) - at - 6);
  if (mode == "closes") std::fclose(connection);
  if (mode == "garbage") lines = {"training went well :-)"};
  for (std::string& line : lines) {
    for (std::size_t i = 0; (i = line.find('@')) != std::string::npos;) line.replace(i, 1, id);
    send_line(connection, line);
  }
  say_nothing_more();
}

// As a launcher's ranks do, it leaves the process group and the session.
void start_daemon() {
  if (::fork() != 0) return;
  ::setsid();
  if (::fork() != 0) ::_exit(0);
  std::ofstream("daemon.pid") << ::getpid() << '\n';
  say_nothing_more();
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::cerr << "usage: faulty_trainer MODE [--once KEY=VALUE... | LINE...]\n";
    return 2;
  }
  const std::string mode = arguments[1];
  const std::vector<std::string> rest(arguments + 2, arguments + count);
  std::cout << "faulty_trainer " << mode << " begins" << std::endl;
  if (mode == "crashes_at_once") {
    std::cerr << "there is no such dataset" << std::endl;
    return 3;
  }
  if (!rest.empty() && rest.front() == "--once") return train_once(mode, {rest.begin() + 1, rest.end()});
  if (mode == "not_connecting") say_nothing_more();
  for (const char* raw : {"never_hello", "wrong_protocol", "garbage", "closes", "raw"}) {
    if (mode == raw) return answer_raw(mode, rest);
  }
  if (mode == "daemon") start_daemon();
  return pbt::serve(pbt::toy::make_toy(mode == "daemon" ? "good" : mode));
}
