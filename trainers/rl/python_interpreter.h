#pragma once

#include <string>

namespace pbt::rl {

/// Starts the process's one Python interpreter, with the packages of `python`: the path of an interpreter, such as that
/// of a virtual environment; empty: that of $VIRTUAL_ENV, or else the system's. Does nothing where it runs already. Any
/// thread may call; the interpreter is left without an owner (each call into Python takes the interpreter's lock
/// itself), its signals alone, and it lives as long as the process does.
/// Throws std::invalid_argument where `python` does not run, is of another version than the one built in, or another
/// interpreter runs in this process already; std::runtime_error where Python does not start.
void start_python(const std::string& python);

}  // namespace pbt::rl
