#include "translation/transformer.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <stdexcept>

#include "translation/made_up.h"
#include "translation/softmax_rows.h"

namespace pbt::translation {
namespace {

constexpr std::size_t vocabulary = 40;

Transformer network_of(const Sizes& sizes) {
  return {sizes, vocabulary, trainers::Random(1, trainers::Purpose::weights)};
}

/// Three sentences of 5, 3 and 4 symbols.
SourceBatch padded_source() {
  SourceBatch source;
  source.tokens = torch::tensor({{7, 8, 9, 10, 3}, {11, 12, 3, 0, 0}, {13, 14, 15, 3, 0}}, torch::kLong);
  source.mask = torch::zeros({3, 1, 1, 5});
  source.mask[1].slice(2, 3).fill_(-INFINITY);
  source.mask[2].slice(2, 4).fill_(-INFINITY);
  return source;
}

const at::Tensor& target() {
  static const at::Tensor tokens =
      torch::tensor({{1, 20, 21, 22, 23, 24}, {1, 25, 26, 27, 28, 29}, {1, 30, 31, 32, 33, 34}}, torch::kLong);
  return tokens;
}

at::Tensor all_logits(Transformer& network, const SourceBatch& source, const at::Tensor& tokens) {
  return network.logits(network.decode(tokens, network.encode(source, {}), source, {}))
      .view({tokens.size(0), tokens.size(1), -1});
}

TEST(Transformer, DecodesStepByStepAsAtOnce) {
  const torch::NoGradGuard no_grad;
  for (const Sizes& sizes : {Sizes{32, 2, 4, 64, Embeddings::shared}, Sizes{16, 1, 1, 8, Embeddings::separate}}) {
    Transformer network = network_of(sizes);
    const auto expected = all_logits(network, padded_source(), target());
    DecoderState state = network.begin(padded_source());
    for (std::int64_t i = 0; i < target().size(1); ++i)
      EXPECT_TRUE(torch::allclose(network.step(state, target().select(1, i), {}), expected.select(1, i), 1e-4, 1e-5))
          << i;
  }
}

// Two hypotheses a sentence; after two steps the first sentence ends, and the others' second hypotheses stay, twice.
TEST(Transformer, GoesOnWithTheHypothesesThatAreChosen) {
  const torch::NoGradGuard no_grad;
  Transformer network = network_of({32, 2, 4, 64, Embeddings::shared});
  DecoderState state = network.begin(padded_source());
  (void)network.step(state, torch::tensor({1, 1, 1, 1, 1, 1}, torch::kLong), {});
  (void)network.step(state, torch::tensor({20, 35, 36, 25, 37, 30}, torch::kLong), {});
  const auto rows = torch::tensor({3, 3, 5, 5}, torch::kLong);
  const auto logits = network.step(state, torch::tensor({26, 38, 31, 39}, torch::kLong), rows);
  const auto expected = all_logits(network, padded_source(), target().slice(1, 0, 3)).select(1, 2);
  EXPECT_TRUE(torch::allclose(logits[0], expected[1], 1e-4, 1e-5));
  EXPECT_TRUE(torch::allclose(logits[2], expected[2], 1e-4, 1e-5));
  EXPECT_FALSE(torch::allclose(logits[1], expected[1], 1e-4, 1e-5)) << "this hypothesis read another symbol";
}

TEST(Transformer, ReadsNoPadding) {
  const torch::NoGradGuard no_grad;
  Transformer network = network_of(small_sizes());
  const auto together = all_logits(network, padded_source(), target());
  SourceBatch alone;
  alone.tokens = torch::tensor({{11, 12, 3}}, torch::kLong);
  EXPECT_TRUE(torch::allclose(all_logits(network, alone, target().slice(0, 1, 2))[0], together[1], 1e-4, 1e-5));
}

TEST(Transformer, DoesNotLookAhead) {
  const torch::NoGradGuard no_grad;
  Transformer network = network_of(small_sizes());
  auto changed = target().clone();
  changed.select(1, 4).fill_(39);
  const auto before = all_logits(network, padded_source(), target());
  const auto after = all_logits(network, padded_source(), changed);
  EXPECT_TRUE(torch::equal(before.slice(1, 0, 4), after.slice(1, 0, 4)));
  EXPECT_FALSE(torch::equal(before.select(1, 4), after.select(1, 4)));
}

TEST(Transformer, TellsPositionsApart) {
  const torch::NoGradGuard no_grad;
  Transformer network = network_of(small_sizes());
  SourceBatch one, other;
  one.tokens = torch::tensor({{11, 12, 3}}, torch::kLong);
  other.tokens = torch::tensor({{12, 11, 3}}, torch::kLong);
  const auto memory = network.encode(one, {});
  EXPECT_FALSE(torch::allclose(memory[0], network.encode(other, {})[1], 1e-3, 1e-3));
}

TEST(Transformer, HasAsManyEmbeddingsAsItIsToldTo) {
  const auto matrices = [](Embeddings embeddings) {
    int count = 0;
    for (const auto& parameter : network_of({16, 1, 1, 8, embeddings}).parameters())
      count += parameter.size(0) == static_cast<std::int64_t>(vocabulary) ? 1 : 0;
    return count;
  };
  EXPECT_EQ(matrices(Embeddings::shared), 1);
  EXPECT_EQ(matrices(Embeddings::target), 2);
  EXPECT_EQ(matrices(Embeddings::separate), 3);
}

TEST(Transformer, RefusesSizesThatDoNotFit) {
  EXPECT_THROW(require_possible(Sizes{30, 1, 4, 64}), std::invalid_argument);
  EXPECT_THROW(require_possible(Sizes{5, 1, 5, 64}), std::invalid_argument);
  EXPECT_THROW(require_possible(Sizes{32, 0, 4, 64}), std::invalid_argument);
  EXPECT_NO_THROW(require_possible(Sizes{}));
}

// Of floats by our own generator, of doubles by libtorch's, as on a GPU.
TEST(Dropout, KeepsTheMeanAndDrawsFromItsOwnSeed) {
  for (const auto type : {torch::kFloat, torch::kDouble}) {
    const auto ones = torch::ones({1001, 37}, type);
    DropoutNoise noise(c10::kCPU, 1), same(c10::kCPU, 1), other(c10::kCPU, 2);
    const auto dropped = noise.drop(ones, 0.25);
    EXPECT_NEAR(dropped.mean().item<double>(), 1, 0.01);
    EXPECT_NEAR((dropped == 0).to(torch::kDouble).mean().item<double>(), 0.25, 0.01);
    EXPECT_TRUE(torch::equal(dropped, same.drop(ones, 0.25)));
    EXPECT_FALSE(torch::equal(dropped, other.drop(ones, 0.25)));
  }
}

TEST(Dropout, OfNothingLeavesEverythingAsItIs) {
  const auto ones = torch::ones({7});
  EXPECT_TRUE(Dropout{}.drop(ones, 0.5).is_same(ones));
}

/// Label smoothing written out in libtorch's own operations.
at::Tensor plain_loss(const at::Tensor& logits, const at::Tensor& expected, double smoothing) {
  const auto logs = logits.log_softmax(1);
  return -((1 - smoothing) * logs.gather(1, expected.unsqueeze(1)).mean() + smoothing * logs.mean());
}

void expect_formula(double smoothing, torch::ScalarType type) {
  const auto states = torch::linspace(-2, 2, 5 * 6, type).view({5, 6}).sin().set_requires_grad(true);
  const auto matrix = torch::linspace(-9, 9, 83 * 6, type).view({83, 6}).cos().mul(3).set_requires_grad(true);
  const auto expected = torch::tensor({0, 82, 16, 15, 7}, torch::kLong);
  const Losses losses = softmax_loss(states, matrix, expected, smoothing);
  (losses.smoothed * 2).backward();
  const auto plain_states = states.detach().clone().set_requires_grad(true);
  const auto plain_matrix = matrix.detach().clone().set_requires_grad(true);
  const auto plain = plain_loss(plain_states.matmul(plain_matrix.t()), expected, smoothing);
  (plain * 2).backward();
  EXPECT_NEAR(losses.smoothed.item<double>(), plain.item<double>(), 1e-5);
  EXPECT_NEAR(losses.likelihood.item<double>(),
              plain_loss(plain_states.matmul(plain_matrix.t()), expected, 0).item<double>(), 1e-5);
  EXPECT_TRUE(torch::allclose(states.grad(), plain_states.grad(), 1e-4, 1e-6));
  EXPECT_TRUE(torch::allclose(matrix.grad(), plain_matrix.grad(), 1e-4, 1e-6));
}

// Of floats in loops of our own, of doubles in libtorch's operations, as on a GPU.
TEST(SoftmaxLoss, AndItsGradientAreThoseOfTheFormula) {
  for (const auto type : {torch::kFloat, torch::kDouble})
    for (const double smoothing : {0.0, 0.1}) expect_formula(smoothing, type);
}

TEST(SoftmaxLoss, HoldsForLogitsOfAnySize) {
  std::vector<float> logits = {1000, -1000, 0, 999, 1000, 1000};
  const std::int64_t expected[] = {0, 1};
  const RowLosses losses = losses_to_gradients(logits.data(), 2, 3, expected, 0, 1);
  EXPECT_NEAR(losses.likelihood, std::log(1.0) + std::log(2 + std::exp(-1.0)), 1e-4);
  EXPECT_NEAR(logits[0], 0, 1e-6);
  EXPECT_NEAR(logits[4], 1 / (2 + std::exp(-1.0)) - 1, 1e-6);
}

TEST(SoftmaxLoss, IsNaNWhereALogitIs) {
  std::vector<float> logits(40, 1.0F);
  logits[20] = std::nanf("");
  const std::int64_t expected = 3;
  EXPECT_TRUE(std::isnan(losses_to_gradients(logits.data(), 1, 40, &expected, 0.1, 1).likelihood));
}

}  // namespace
}  // namespace pbt::translation
