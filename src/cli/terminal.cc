#include "cli/terminal.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "pbt/error.h"

namespace pbt {
namespace {

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

volatile std::sig_atomic_t interrupted = 0;
termios saved_terminal{};
struct sigaction saved_interrupt{}, saved_resize{};

void on_interrupt(int) { interrupted = 1; }
void on_resize(int) {}  // ends a wait, so that the view is drawn anew

/// mpirun gives each of its processes a terminal, and prints what they write there into its own.
bool is_one_of_many() { return is_set("OMPI_COMM_WORLD_SIZE") || is_set("PMI_SIZE"); }

}  // namespace

bool output_is_terminal() { return isatty(STDOUT_FILENO) == 1 && !is_one_of_many(); }

TextStyle output_style() {
  TextStyle style{0, false};
  if (output_is_terminal()) {
    winsize size{};
    const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    style.width = known ? size.ws_col : 80;
    const char* term = std::getenv("TERM");
    style.colour = !is_set("NO_COLOR") && term != nullptr && std::strcmp(term, "dumb") != 0;
  }
  if (const char* text = std::getenv("COLUMNS")) {
    const long columns = std::strtol(text, nullptr, 10);
    if (columns > 0 && columns < 100'000) style.width = static_cast<int>(columns);
  }
  return style;
}

int terminal_lines() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

void print(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!written) throw Error(std::string("cannot write to standard output: ") + std::strerror(errno));
}

FullScreen::FullScreen() {
  interrupted = 0;
  tcgetattr(STDIN_FILENO, &saved_terminal);
  termios raw = saved_terminal;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  struct sigaction action{};
  action.sa_handler = on_interrupt;  // without SA_RESTART, so that poll() ends
  sigaction(SIGINT, &action, &saved_interrupt);
  action.sa_handler = on_resize;
  sigaction(SIGWINCH, &action, &saved_resize);
  std::fputs("\x1b[?1049h\x1b[?25l\x1b[?7l", stdout);  // a screen of its own, no cursor, long lines cut
}

FullScreen::~FullScreen() {
  std::fputs("\x1b[?7h\x1b[?25h\x1b[?1049l", stdout);
  std::fflush(stdout);
  tcsetattr(STDIN_FILENO, TCSANOW, &saved_terminal);
  sigaction(SIGINT, &saved_interrupt, nullptr);
  sigaction(SIGWINCH, &saved_resize, nullptr);
}

void FullScreen::show(std::string_view text) {
  std::string screen = "\x1b[H";
  const int lines = terminal_lines();
  for (int line = 1; line < lines && !text.empty(); ++line) {
    const auto end = text.find('\n');
    screen += std::string(text.substr(0, end)) + "\x1b[K\n";
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  print(screen + (text.empty() ? "\x1b[J" : "(more below: a taller window shows it)\x1b[J"));
}

FullScreen::Key FullScreen::wait(double seconds) {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  if (interrupted != 0) return Key::quit;
  const int ready = poll(&input, 1, static_cast<int>(seconds * 1000));
  if (interrupted != 0) return Key::quit;
  if (ready <= 0) return Key::none;
  char key = 0;
  const ssize_t count = read(STDIN_FILENO, &key, 1);
  return count <= 0 || key == 'q' || key == 'Q' ? Key::quit : Key::none;
}

}  // namespace pbt
