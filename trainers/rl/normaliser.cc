#include "rl/normaliser.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace pbt::rl {
namespace {

constexpr double clip = 10;

void normalise_rows(std::vector<float>& values, const Moments& moments) {
  const std::size_t size = moments.mean.size();
  for (std::size_t k = 0; k < size; ++k) {
    const double mean = moments.mean[k];
    const double scale = moments.scale(k);
    for (std::size_t i = k; i < values.size(); i += size)
      values[i] = static_cast<float>(std::clamp((values[i] - mean) * scale, -clip, clip));
  }
}

class Normalised final : public VectorEnvironment {
 public:
  Normalised(std::unique_ptr<VectorEnvironment> environments, Normaliser& normaliser, const NormaliseOptions& options)
      : environments_(std::move(environments)),
        normaliser_(normaliser),
        options_(options),
        running_returns_(environments_->size(), 0.0) {
    assert(normaliser_.leaves.size() == spaces().observation.size());
    see(environments_->observations());
  }

  [[nodiscard]] const Spaces& spaces() const override { return environments_->spaces(); }
  [[nodiscard]] std::size_t size() const override { return environments_->size(); }
  [[nodiscard]] const Observations& observations() const override {
    return options_.observations ? observations_ : environments_->observations();
  }
  [[nodiscard]] std::vector<double> take_returns() override { return environments_->take_returns(); }

  const Outcomes& step(const Actions& actions) override {
    outcomes_ = environments_->step(actions);
    see(environments_->observations());
    if (options_.observations) normalise_leaves(outcomes_.reached);
    if (options_.rewards) normalise_rewards();
    return outcomes_;
  }

 private:
  void see(const Observations& observations) {
    if (!options_.observations) return;
    if (options_.learn)
      for (std::size_t k = 0; k < observations.leaves.size(); ++k)
        normaliser_.leaves[k].add(observations.leaves[k].reals, size());
    observations_ = observations;
    normalise_leaves(observations_);
  }

  void normalise_leaves(Observations& observations) const {
    for (std::size_t k = 0; k < observations.leaves.size(); ++k)
      normalise_rows(observations.leaves[k].reals, normaliser_.leaves[k]);
  }

  void normalise_rewards() {
    for (std::size_t i = 0; i < size(); ++i)
      running_returns_[i] = running_returns_[i] * options_.discount + outcomes_.rewards[i];
    if (options_.learn) normaliser_.returns.add(running_returns_, size());
    const double scale = normaliser_.returns.scale(0);
    for (double& reward : outcomes_.rewards) reward = std::clamp(reward * scale, -clip, clip);
    for (std::size_t i = 0; i < size(); ++i)
      if (outcomes_.over(i)) running_returns_[i] = 0;
  }

  std::unique_ptr<VectorEnvironment> environments_;
  Normaliser& normaliser_;
  NormaliseOptions options_;
  Observations observations_;
  Outcomes outcomes_;
  std::vector<double> running_returns_;
};

}  // namespace

template <class Number>
void Moments::add(const std::vector<Number>& values, std::size_t rows) {
  const std::size_t size = mean.size();
  if (size == 0) return;
  assert(values.size() == rows * size && rows > 0);
  const auto added = static_cast<double>(rows);
  for (std::size_t k = 0; k < size; ++k) {
    double sum = 0, sum_of_squares = 0;
    for (std::size_t i = k; i < values.size(); i += size) sum += static_cast<double>(values[i]);
    const double own_mean = sum / added;
    for (std::size_t i = k; i < values.size(); i += size)
      sum_of_squares += (static_cast<double>(values[i]) - own_mean) * (static_cast<double>(values[i]) - own_mean);
    const double apart = own_mean - mean[k];
    mean[k] += apart * added / (count + added);
    squares[k] += sum_of_squares + apart * apart * count * added / (count + added);
  }
  count += added;
}
template void Moments::add(const std::vector<float>&, std::size_t);
template void Moments::add(const std::vector<double>&, std::size_t);

double Moments::scale(std::size_t element) const {
  return count == 0 ? 1 : 1 / std::sqrt(squares[element] / count + 1e-8);
}

Normaliser normaliser_for(const Spaces& spaces) {
  Normaliser normaliser;
  for (const Leaf& leaf : spaces.observation)
    normaliser.leaves.emplace_back(leaf.type == Leaf::Type::real ? static_cast<std::size_t>(leaf.size()) : 0);
  return normaliser;
}

std::unique_ptr<VectorEnvironment> normalise(std::unique_ptr<VectorEnvironment> environments, Normaliser& normaliser,
                                             const NormaliseOptions& options) {
  if (!options.observations && !options.rewards) return environments;
  return std::make_unique<Normalised>(std::move(environments), normaliser, options);
}

}  // namespace pbt::rl
