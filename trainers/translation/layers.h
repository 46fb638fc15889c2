#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>

#include <cstdint>

#include "common/random.h"
#include "translation/dropout.h"

namespace pbt::translation {

// The sublayers of a Transformer (Vaswani et al., 2017), each normalising first: x + dropout(f(norm(x))), which learns
// without warm-up where normalising last does not (Xiong et al., 2020). Positions stand in rows: x is [sequences *
// length, width].

/// How rows are to be read as sequences.
struct Shape {
  std::int64_t sequences;
  std::int64_t length;         ///< of each, padding included
  std::int64_t memory_length;  ///< of the sequences that are attended to
};

/// softmax(Q K^T / sqrt(width / heads) + mask) V in each of `heads` parts of the width. Queries are [sequences *
/// length, width], keys and values [sequences * memory_length, width], the mask what can be added to [sequences, heads,
/// length, memory_length], or undefined.
[[nodiscard]] at::Tensor attend(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                                const Shape& shape, std::int64_t heads, const at::Tensor& mask, const Dropout& dropout);
/// The same without dropout for the few positions of a step of decoding: queries are [sequences, length, width], and
/// keys and values, of a cache, [sequences, memory_length, width].
[[nodiscard]] at::Tensor attend_step(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                                     std::int64_t heads, const at::Tensor& mask);

/// Keys and values of the positions that have been read, [sequences, length, width] each.
struct Cache {
  at::Tensor keys;
  at::Tensor values;
};

struct SelfAttention : torch::nn::Module {
  SelfAttention(std::int64_t width, std::int64_t heads, trainers::Random& random);
  [[nodiscard]] at::Tensor forward(const at::Tensor& x, const Shape& shape, const at::Tensor& mask,
                                   const Dropout& dropout);
  /// One more position of each sequence, [sequences, width], which the cache then holds too.
  [[nodiscard]] at::Tensor step(const at::Tensor& x, Cache& cache);

  std::int64_t heads;
  torch::nn::LayerNorm norm;
  torch::nn::Linear queries_keys_values, out;
};

struct CrossAttention : torch::nn::Module {
  CrossAttention(std::int64_t width, std::int64_t heads, trainers::Random& random);
  [[nodiscard]] at::Tensor forward(const at::Tensor& x, const at::Tensor& memory, const Shape& shape,
                                   const at::Tensor& mask, const Dropout& dropout);
  /// What step() attends to: of a memory of [sequences * length, width].
  [[nodiscard]] Cache read(const at::Tensor& memory, std::int64_t sequences);
  /// `x` is [sequences * hypotheses, width], sequence after sequence: all of a sequence's share its memory.
  [[nodiscard]] at::Tensor step(const at::Tensor& x, const Cache& memory, const at::Tensor& mask);

  std::int64_t heads;
  torch::nn::LayerNorm norm;
  torch::nn::Linear queries, keys_values, out;
};

struct FeedForward : torch::nn::Module {
  FeedForward(std::int64_t width, std::int64_t inner, trainers::Random& random);
  [[nodiscard]] at::Tensor forward(const at::Tensor& x, const Dropout& dropout);

  torch::nn::LayerNorm norm;
  torch::nn::Linear first, second;
};

/// Fills with numbers from a uniform distribution of mean 0 within `bound`.
void fill_uniform(at::Tensor& weights, double bound, trainers::Random& random);

}  // namespace pbt::translation
