// Training and translating, one thread, CPU time: a line of JSON for each. The twin in PyTorch, with the same network,
// batches and optimiser, is bench/trainers/translation.py. Usage: translation_bench [seconds for each, default 10]

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>

#include "common/one_thread.h"
#include "translation/model.h"

namespace {

using namespace pbt::translation;

constexpr std::size_t vocabulary = 5000;

/// Pairs as bucketing yields them: 64 of 12 to 16 symbols, from a congruential generator that Python has too.
Batch made_batch() {
  std::uint64_t state = 1;
  const auto draw = [&state](std::uint64_t count) {
    state = (state * 6364136223846793005U + 1442695040888963407U) & 0xFFFFFFFFFFFFFFFFU;
    return static_cast<std::int64_t>((state >> 33U) % count);
  };
  Batch batch;
  batch.source.tokens = at::zeros({64, 16}, at::kLong);
  batch.source.mask = at::zeros({64, 1, 1, 16});
  batch.target = at::zeros({64, 16}, at::kLong);
  std::vector<std::int64_t> positions, expected;
  for (std::int64_t pair = 0; pair < 64; ++pair) {
    const std::int64_t source = 12 + draw(5);
    const std::int64_t target = 12 + draw(5);
    for (std::int64_t i = 0; i < source; ++i) batch.source.tokens[pair][i] = 4 + draw(vocabulary - 4);
    batch.source.mask[pair].slice(2, source).fill_(-INFINITY);
    for (std::int64_t i = 0; i < target; ++i) {
      batch.target[pair][i] = 4 + draw(vocabulary - 4);
      positions.push_back(pair * 16 + i);
      expected.push_back(4 + draw(vocabulary - 4));
    }
  }
  batch.positions = at::tensor(positions, at::kLong);
  batch.expected = at::tensor(expected, at::kLong);
  return batch;
}

/// Repeats `work`, which returns the tokens that it did, and prints tokens a second.
void measure(const char* name, double seconds, const std::function<std::int64_t()>& work) {
  work();  // warms up caches and the allocator
  std::int64_t tokens = 0;
  const std::clock_t start = std::clock();
  double passed = 0;
  while (passed < seconds) {
    tokens += work();
    passed = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  }
  std::printf("{\"what\": \"%s\", \"unit\": \"tokens\", \"per_second\": %.1f}\n", name,
              static_cast<double>(tokens) / passed);
  std::fflush(stdout);
}

void measure_network(const char* name, const Sizes& sizes, double seconds) {
  Model model(sizes, vocabulary, /*seed=*/1, c10::kCPU);
  DropoutNoise noise(c10::kCPU, 1);
  const Batch batch = made_batch();
  measure((std::string("translation: training, ") + name).c_str(), seconds, [&] {
    take_step(model, batch, Config{}, noise);
    return batch.expected.size(0);
  });
  const c10::NoGradGuard no_grad;
  measure((std::string("translation: greedy decoding, ") + name).c_str(), seconds, [&] {
    DecoderState state = model.network.begin(batch.source);
    at::Tensor tokens = at::ones({64}, at::kLong);
    for (int i = 0; i < 16; ++i) tokens = model.network.step(state, tokens, {}).argmax(1);
    return std::int64_t{64 * 16};
  });
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 10;
  pbt::use_one_thread();
  measure_network("width 128, 2 layers", {128, 2, 4, 512, Embeddings::shared}, seconds);
  measure_network("width 256, 3 layers", {256, 3, 4, 1024, Embeddings::shared}, seconds);
  return 0;
}
