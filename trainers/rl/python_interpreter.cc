#include "rl/python_interpreter.h"

#include <pybind11/embed.h>

#include <cstdlib>
#include <map>
#include <mutex>
#include <stdexcept>

#include "rl/generated/python_modules.h"
#include "rl/program_output.h"

namespace pbt::rl {
namespace {

namespace py = pybind11;

const std::string built_in_version = std::to_string(PY_MAJOR_VERSION) + "." + std::to_string(PY_MINOR_VERSION);

struct Interpreter {
  std::string version;     ///< "3.11"
  std::string executable;  ///< as it names itself
};

/// What `python` says of itself. Throws std::invalid_argument where it says nothing.
Interpreter ask(const std::string& python, const std::string& source) {
  const ProgramOutput said =
      output_of({python, "-c", R"(import sys; print("%d.%d" % sys.version_info[:2]); print(sys.executable))"});
  const std::string text = said.text.substr(0, said.text.find_last_not_of('\n') + 1);
  // The last two lines: an interpreter's start may print lines of its own.
  const std::size_t executable = text.rfind('\n');
  if (said.status != 0 || executable == std::string::npos || executable == 0)
    throw std::invalid_argument(source + ": \"" + python + "\" does not run as a Python interpreter (" + text +
                                "); expected one of Python " + built_in_version +
                                ", such as ENVIRONMENT/bin/python of a virtual environment made by `" +
                                PBT_PYTHON_EXECUTABLE + " -m venv ENVIRONMENT`");
  const std::size_t version = text.rfind('\n', executable - 1) + 1;
  return {text.substr(version, executable - version), text.substr(executable + 1)};
}

/// The interpreter whose packages are meant.
Interpreter find(const std::string& python) {
  const char* environment = std::getenv("VIRTUAL_ENV");
  Interpreter found;
  std::string source = "python";
  if (!python.empty()) {
    found = ask(python, source);
  } else if (environment != nullptr && *environment != '\0') {
    source = "$VIRTUAL_ENV";
    found = ask(std::string(environment) + "/bin/python", source);
  } else {
    source = "the system's Python";
    found = ask(PBT_PYTHON_EXECUTABLE, source);
  }
  if (found.version != built_in_version)
    throw std::invalid_argument(source + ": \"" + found.executable + "\" is Python " + found.version +
                                ", and this program has Python " + built_in_version +
                                " built in, which cannot use its packages; make a virtual environment with `" +
                                PBT_PYTHON_EXECUTABLE + " -m venv ENVIRONMENT` and name ENVIRONMENT/bin/python");
  return found;
}

PyStatus initialise(const std::string& executable) {
  PyPreConfig before;
  PyPreConfig_InitPythonConfig(&before);
  before.utf8_mode = 1;
  before.configure_locale = 0;  // the process's locale is not Python's to change
  before.coerce_c_locale = 0;
  PyStatus status = Py_PreInitialize(&before);
  if (PyStatus_Exception(status) != 0) return status;
  PyConfig config;
  PyConfig_InitPythonConfig(&config);
  config.parse_argv = 0;
  config.install_signal_handlers = 0;
  config.buffered_stdio = 0;  // nobody flushes when the process ends
  // From where it lies Python finds the rest, pyvenv.cfg of a virtual environment included.
  status = PyConfig_SetBytesString(&config, &config.executable, executable.c_str());
  if (PyStatus_Exception(status) == 0) status = Py_InitializeFromConfig(&config);
  PyConfig_Clear(&config);
  return status;
}

/// Makes the modules that are built into this program importable.
void add_modules() {
  py::dict sources;
  for (const PythonModule& module : python_modules) sources[module.name] = module.source;
  py::dict scope;
  scope["SOURCES"] = sources;
  scope["__builtins__"] = py::module_::import("builtins");
  py::exec(built_in_importer, scope);
}

/// Empty, or why Python did not start.
std::string start(const std::string& executable) {
  const PyStatus status = initialise(executable);
  if (PyStatus_Exception(status) != 0)
    return "Python does not start with the packages of \"" + executable +
           "\": " + (status.err_msg != nullptr ? status.err_msg : "it gives no reason");
  std::string failure;
  try {
    add_modules();
  } catch (const py::error_already_set& error) {
    failure = "Python starts with the packages of \"" + executable +
              "\", but its standard library does not fit (one made by " + PBT_PYTHON_EXECUTABLE +
              " does): " + error.what();
  }
  PyEval_SaveThread();
  return failure;
}

}  // namespace

void start_python(const std::string& python) {
  static std::mutex mutex;
  static std::string running;  // the executable; empty before the start
  static std::string failure;  // a Python that has failed to start cannot be started again
  static std::map<std::string, std::string> known;
  const std::lock_guard lock(mutex);
  if (known.count(python) == 0) known[python] = find(python).executable;
  const std::string& executable = known[python];
  if (running.empty()) {
    failure = start(executable);
    running = executable;
  }
  if (!failure.empty()) throw std::runtime_error(failure);
  if (running != executable)
    throw std::invalid_argument("this process runs \"" + running + "\" already and cannot run \"" + executable +
                                "\" too; use one Python interpreter a process");
}

}  // namespace pbt::rl
