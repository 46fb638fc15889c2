#pragma once

#include <string>
#include <vector>

#include "pbt/experiment.h"

namespace pbt {

/// Takes a strategy's settings by name and type. What nobody asked for is a mistake: finish() refuses it with the
/// nearest valid name, or with ours where it is one of Ray Tune's. Every error is a UsageError that begins with
/// `where`.
class SettingsReader {
 public:
  /// `settings` must outlive the reader. `where`: "[algorithm] exploit \"truncation\"".
  SettingsReader(const Settings& settings, std::string where) : settings_(settings), where_(std::move(where)) {}

  /// A number from `low` to `high`, both included; an integer is one too.
  [[nodiscard]] double real(const std::string& name, double otherwise, double low, double high);
  [[nodiscard]] std::int64_t integer(const std::string& name, std::int64_t otherwise, std::int64_t low,
                                     std::int64_t high);
  [[nodiscard]] std::vector<double> reals(const std::string& name, std::vector<double> otherwise);
  /// The position in `valid` of a text; `otherwise` is a position too.
  [[nodiscard]] std::size_t one_of(const std::string& name, const std::vector<std::string>& valid,
                                   std::size_t otherwise);
  [[nodiscard]] bool has(const std::string& name) const { return settings_.find(name) != settings_.end(); }
  void finish() const;
  [[noreturn]] void fail(const std::string& name, const std::string& message) const;

 private:
  const Setting* take(const std::string& name);

  const Settings& settings_;
  std::string where_;
  std::vector<std::string> asked_;
};

/// A setting as people write it: 0.2, "latest", [0.8, 1.25].
[[nodiscard]] std::string to_string(const Setting& setting);

}  // namespace pbt
