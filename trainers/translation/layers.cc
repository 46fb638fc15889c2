#include "translation/layers.h"

#include <torch/types.h>

#include <cmath>

namespace pbt::translation {
namespace {

/// Glorot and Bengio's (2010) uniform weights, biases 0. `parts` matrices that stand one above another in `layer` count
/// each by itself.
void initialise(torch::nn::Linear& layer, std::int64_t parts, trainers::Random& random) {
  const torch::NoGradGuard no_grad;
  const auto fans = static_cast<double>(layer->options.in_features() + layer->options.out_features() / parts);
  fill_uniform(layer->weight, std::sqrt(6 / fans), random);
  layer->bias.zero_();
}

torch::nn::LayerNorm norm_of(std::int64_t width) { return torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})); }

/// [sequences * length, width] -> [sequences * heads, length, width / heads]
at::Tensor apart(const at::Tensor& x, std::int64_t sequences, std::int64_t length, std::int64_t heads) {
  const std::int64_t part = x.size(1) / heads;
  return x.view({sequences, length, heads, part}).transpose(1, 2).reshape({sequences * heads, length, part});
}

}  // namespace

void fill_uniform(at::Tensor& weights, double bound, trainers::Random& random) {
  const torch::NoGradGuard no_grad;
  float* value = weights.data_ptr<float>();
  for (std::int64_t i = 0; i < weights.numel(); ++i) value[i] = static_cast<float>(random.uniform(-bound, bound));
}

at::Tensor attend(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values, const Shape& shape,
                  std::int64_t heads, const at::Tensor& mask, const Dropout& dropout) {
  const std::int64_t sequences = shape.sequences;
  const std::int64_t part = queries.size(1) / heads;
  const auto q = apart(queries, sequences, shape.length, heads);
  const auto k = apart(keys, sequences, shape.memory_length, heads);
  const auto v = apart(values, sequences, shape.memory_length, heads);
  auto scores = at::bmm(q * (1 / std::sqrt(static_cast<double>(part))), k.transpose(1, 2));
  if (mask.defined())
    scores = (scores.view({sequences, heads, shape.length, shape.memory_length}) + mask).view_as(scores);
  const auto weights = dropout.drop(scores.softmax(-1), dropout.attention);
  return at::bmm(weights, v)
      .view({sequences, heads, shape.length, part})
      .transpose(1, 2)
      .reshape({sequences * shape.length, heads * part});
}

at::Tensor attend_step(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values, std::int64_t heads,
                       const at::Tensor& mask) {
  const std::int64_t part = queries.size(2) / heads;
  const auto in_parts = [&](const at::Tensor& x) { return x.view({x.size(0), x.size(1), heads, part}); };
  // Products and sums, as matrix products of single rows cost their call.
  auto scores = (in_parts(queries).unsqueeze(2) * in_parts(keys).unsqueeze(1)).sum(-1);  // [s, length, memory, heads]
  scores = scores * (1 / std::sqrt(static_cast<double>(part)));
  if (mask.defined()) scores = scores + mask.view({mask.size(0), 1, -1, 1});
  const auto weights = scores.softmax(2).unsqueeze(-1);
  return (weights * in_parts(values).unsqueeze(1)).sum(2).flatten(2);
}

SelfAttention::SelfAttention(std::int64_t width, std::int64_t head_count, trainers::Random& random)
    : heads(head_count), norm(norm_of(width)), queries_keys_values(width, 3 * width), out(width, width) {
  register_module("norm", norm);
  register_module("queries_keys_values", queries_keys_values);
  register_module("out", out);
  initialise(queries_keys_values, 3, random);
  initialise(out, 1, random);
}

at::Tensor SelfAttention::forward(const at::Tensor& x, const Shape& shape, const at::Tensor& mask,
                                  const Dropout& dropout) {
  const auto parts = queries_keys_values(norm(x)).chunk(3, 1);
  return x + dropout.drop(out(attend(parts[0], parts[1], parts[2], shape, heads, mask, dropout)), dropout.layer);
}

at::Tensor SelfAttention::step(const at::Tensor& x, Cache& cache) {
  const auto parts = queries_keys_values(norm(x)).unsqueeze(1).chunk(3, 2);
  cache.keys = cache.keys.defined() ? at::cat({cache.keys, parts[1]}, 1) : parts[1].contiguous();
  cache.values = cache.values.defined() ? at::cat({cache.values, parts[2]}, 1) : parts[2].contiguous();
  return x + out(attend_step(parts[0], cache.keys, cache.values, heads, {}).squeeze(1));
}

CrossAttention::CrossAttention(std::int64_t width, std::int64_t head_count, trainers::Random& random)
    : heads(head_count), norm(norm_of(width)), queries(width, width), keys_values(width, 2 * width), out(width, width) {
  register_module("norm", norm);
  register_module("queries", queries);
  register_module("keys_values", keys_values);
  register_module("out", out);
  initialise(queries, 1, random);
  initialise(keys_values, 2, random);
  initialise(out, 1, random);
}

at::Tensor CrossAttention::forward(const at::Tensor& x, const at::Tensor& memory, const Shape& shape,
                                   const at::Tensor& mask, const Dropout& dropout) {
  const auto parts = keys_values(memory).chunk(2, 1);
  return x +
         dropout.drop(out(attend(queries(norm(x)), parts[0], parts[1], shape, heads, mask, dropout)), dropout.layer);
}

Cache CrossAttention::read(const at::Tensor& memory, std::int64_t sequences) {
  const auto parts = keys_values(memory).view({sequences, -1, 2 * memory.size(1)}).chunk(2, 2);
  return {parts[0].contiguous(), parts[1].contiguous()};
}

at::Tensor CrossAttention::step(const at::Tensor& x, const Cache& memory, const at::Tensor& mask) {
  const auto q = queries(norm(x)).view({memory.keys.size(0), -1, x.size(1)});
  return x + out(attend_step(q, memory.keys, memory.values, heads, mask).view_as(x));
}

FeedForward::FeedForward(std::int64_t width, std::int64_t inner, trainers::Random& random)
    : norm(norm_of(width)), first(width, inner), second(inner, width) {
  register_module("norm", norm);
  register_module("first", first);
  register_module("second", second);
  initialise(first, 1, random);
  initialise(second, 1, random);
}

at::Tensor FeedForward::forward(const at::Tensor& x, const Dropout& dropout) {
  const auto inner = dropout.drop(first(norm(x)).relu(), dropout.relu);
  return x + dropout.drop(second(inner), dropout.layer);
}

}  // namespace pbt::translation
