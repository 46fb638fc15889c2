#include "rl/python_environments.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstring>
#include <stdexcept>
#include <utility>

#include "core/nearest.h"
#include "rl/python_interpreter.h"

namespace pbt::rl {
namespace {

namespace py = pybind11;

/// Runs `call` under the interpreter's lock. Exceptions of Python come out as ours: what a user can mend, being refused
/// before anything runs, as std::invalid_argument, all else as std::runtime_error, after `subject`.
template <class Call>
auto in_python(const std::string& subject, const Call& call) {
  const py::gil_scoped_acquire lock;
  try {
    return call();
  } catch (const py::error_already_set& error) {
    // The exception is an object of Python, so it goes no further than the lock.
    const py::module_ refusals = py::module_::import("pbt_environments.refusals");
    if (!error.matches(refusals.attr("Refused"))) throw std::runtime_error(subject + ": " + error.what());
    const auto valid = error.value().attr("valid").cast<std::vector<std::string>>();
    const auto wanted = error.value().attr("wanted").cast<std::string>();
    throw std::invalid_argument(subject + ": " + error.value().attr("what").cast<std::string>() +
                                did_you_mean(wanted, valid) + error.value().attr("remedy").cast<std::string>());
  }
}

/// An array whose place Python never changes, read and written without its help. By the buffer protocol, which NumPy 1
/// and 2 have in common.
struct Shared {
  py::object array;
  void* data = nullptr;
  std::size_t bytes = 0;

  explicit Shared(const py::handle& object) : array(py::reinterpret_borrow<py::object>(object)) {
    Py_buffer view;
    if (PyObject_GetBuffer(array.ptr(), &view, PyBUF_C_CONTIGUOUS | PyBUF_WRITABLE) != 0) throw py::error_already_set();
    data = view.buf;
    bytes = static_cast<std::size_t>(view.len);
    PyBuffer_Release(&view);
  }

  template <class T>
  void copy_to(std::vector<T>& values) const {
    values.resize(bytes / sizeof(T));
    if (bytes > 0) std::memcpy(values.data(), data, bytes);
  }
  template <class T>
  void copy_from(const std::vector<T>& values, const char* what) {
    if (values.size() * sizeof(T) != bytes)
      throw std::invalid_argument(std::to_string(values.size()) + " " + what + " are given, expected " +
                                  std::to_string(bytes / sizeof(T)));
    if (bytes > 0) std::memcpy(data, values.data(), bytes);
  }
};

/// What several environments see, as Python keeps it.
struct SharedObservations {
  std::vector<Shared> leaves;
  Shared allowed;

  SharedObservations(const py::handle& arrays, const py::handle& mask) : allowed(mask) {
    for (const py::handle array : arrays) leaves.emplace_back(array);
  }

  void copy_to(Observations& observations, const std::vector<Leaf>& kinds) const {
    observations.leaves.resize(leaves.size());
    for (std::size_t k = 0; k < leaves.size(); ++k) {
      if (kinds[k].type == Leaf::Type::byte)
        leaves[k].copy_to(observations.leaves[k].bytes);
      else
        leaves[k].copy_to(observations.leaves[k].reals);
    }
    allowed.copy_to(observations.allowed);
  }
};

/// The `Vector` of pbt_environments/vector.py, or what looks like it.
struct PythonSide {
  py::object vector;
  py::object step;
  SharedObservations seen;
  SharedObservations reached;
  Shared rewards, terminated, truncated;
  Shared choices, reals;

  explicit PythonSide(py::object made)
      : vector(std::move(made)),
        step(vector.attr("step")),
        seen(vector.attr("observations"), vector.attr("allowed")),
        reached(vector.attr("reached"), vector.attr("reached_allowed")),
        rewards(vector.attr("rewards")),
        terminated(vector.attr("terminated")),
        truncated(vector.attr("truncated")),
        choices(vector.attr("choices")),
        reals(vector.attr("reals")) {}
};

Spaces spaces_of(const py::object& vector) {
  Spaces spaces;
  for (const py::handle leaf : vector.attr("leaves"))
    spaces.observation.push_back({leaf.attr("name").cast<std::string>(),
                                  leaf.attr("shape").cast<std::vector<std::int64_t>>(),
                                  leaf.attr("byte").cast<bool>() ? Leaf::Type::byte : Leaf::Type::real,
                                  leaf.attr("low").cast<float>(), leaf.attr("high").cast<float>()});
  const py::object action = vector.attr("action");
  spaces.action.choices = action.attr("choices").cast<std::vector<std::int64_t>>();
  spaces.action.low = action.attr("low").cast<std::vector<float>>();
  spaces.action.high = action.attr("high").cast<std::vector<float>>();
  spaces.action.masked = action.attr("masked").cast<bool>();
  return spaces;
}

class PythonEnvironments final : public VectorEnvironment {
 public:
  PythonEnvironments(std::string name, const py::object& vector)
      : name_(std::move(name)), spaces_(spaces_of(vector)), python_(std::make_unique<PythonSide>(vector)) {
    python_->seen.copy_to(observations_, spaces_.observation);
    size_ = python_->rewards.bytes / sizeof(double);
  }

  PythonEnvironments(const PythonEnvironments&) = delete;
  PythonEnvironments& operator=(const PythonEnvironments&) = delete;

  ~PythonEnvironments() override {
    const py::gil_scoped_acquire lock;
    try {
      python_->vector.attr("close")();
    } catch (py::error_already_set& error) {
      error.discard_as_unraisable(name_.c_str());
    }
    python_.reset();
  }

  [[nodiscard]] const Spaces& spaces() const override { return spaces_; }
  [[nodiscard]] std::size_t size() const override { return size_; }
  [[nodiscard]] const Observations& observations() const override { return observations_; }

  const Outcomes& step(const Actions& actions) override {
    in_python(name_, [&] {
      python_->choices.copy_from(actions.choices, "choices");
      python_->reals.copy_from(actions.reals, "real actions");
      const auto finished = python_->step().cast<std::vector<double>>();
      finished_returns_.insert(finished_returns_.end(), finished.begin(), finished.end());
      python_->seen.copy_to(observations_, spaces_.observation);
      python_->reached.copy_to(outcomes_.reached, spaces_.observation);
      python_->rewards.copy_to(outcomes_.rewards);
      python_->terminated.copy_to(outcomes_.terminated);
      python_->truncated.copy_to(outcomes_.truncated);
    });
    return outcomes_;
  }

  [[nodiscard]] std::vector<double> take_returns() override { return std::exchange(finished_returns_, {}); }

 private:
  std::string name_;
  Spaces spaces_;
  std::unique_ptr<PythonSide> python_;
  std::size_t size_ = 0;
  Observations observations_;
  Outcomes outcomes_;
  std::vector<double> finished_returns_;
};

}  // namespace

std::unique_ptr<VectorEnvironment> make_python_environments(const EnvironmentOptions& options, std::size_t count,
                                                            std::uint64_t seed, Purpose purpose) {
  start_python(options.python);
  std::vector<std::int64_t> seeds;
  for (std::size_t i = 0; i < count; ++i)
    seeds.push_back(static_cast<std::int64_t>(trainers::Random(seed, purpose, i).next() >> 33));  // within 31 bits
  return in_python(options.name, [&]() -> std::unique_ptr<VectorEnvironment> {
    const py::object vector =
        py::module_::import("pbt_environments.make").attr("make")(options.name, seeds, purpose == Purpose::training);
    return std::make_unique<PythonEnvironments>(options.name, vector);
  });
}

}  // namespace pbt::rl
