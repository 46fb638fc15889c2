#include "translation/transformer.h"

#include <torch/types.h>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace pbt::translation {
namespace {

/// sin and cos of position / 10000^(2i / width), side by side in halves (Vaswani et al., 2017, 3.5).
at::Tensor make_positions(std::int64_t length, std::int64_t width, const at::TensorOptions& options) {
  const std::int64_t half = width / 2;
  const auto frequencies =
      torch::exp(torch::arange(half, torch::kDouble) * (-std::log(10'000.0) / static_cast<double>(half)));
  const auto angles = torch::arange(length, torch::kDouble).unsqueeze(1) * frequencies;
  return at::cat({angles.sin(), angles.cos()}, 1).to(options);
}

/// [length, length]: minus infinity where a position would look at a later one.
at::Tensor causal_mask(std::int64_t length, const at::TensorOptions& options) {
  return at::full({length, length}, -std::numeric_limits<float>::infinity(), options).triu(1);
}

}  // namespace

void require_possible(const Sizes& sizes) {
  const auto require = [](bool holds, const std::string& what) {
    if (!holds) throw std::invalid_argument(what);
  };
  for (const std::int64_t size : {sizes.width, sizes.layers, sizes.heads, sizes.feed_forward})
    require(size >= 1 && size <= 65'536, "--width, --layers, --heads and --feed-forward: expected 1 to 65536 of each");
  require(sizes.width % sizes.heads == 0 && sizes.width % 2 == 0,
          "--width " + std::to_string(sizes.width) + " with --heads " + std::to_string(sizes.heads) +
              ": expected an even width that is a multiple of the heads");
}

Transformer::Transformer(const Sizes& sizes, std::size_t vocabulary, trainers::Random random)
    : width_(sizes.width),
      encoder_norm_(torch::nn::LayerNormOptions({sizes.width})),
      decoder_norm_(torch::nn::LayerNormOptions({sizes.width})) {
  const auto matrix = [&](const char* name) {
    at::Tensor weights = torch::empty({static_cast<std::int64_t>(vocabulary), width_});
    fill_uniform(weights, std::sqrt(3.0 / static_cast<double>(width_)), random);  // variance 1 / width
    return register_parameter(name, weights);
  };
  target_embedding_ = matrix("target_embedding");
  source_embedding_ = sizes.embeddings == Embeddings::shared ? target_embedding_ : matrix("source_embedding");
  softmax_ = sizes.embeddings == Embeddings::separate ? matrix("softmax") : target_embedding_;
  for (std::int64_t i = 0; i < sizes.layers; ++i) {
    const std::string encoder = "encoder_" + std::to_string(i) + "_";
    const std::string decoder = "decoder_" + std::to_string(i) + "_";
    encoder_attention_.push_back(
        register_module(encoder + "attention", std::make_shared<SelfAttention>(width_, sizes.heads, random)));
    encoder_feed_forward_.push_back(
        register_module(encoder + "feed_forward", std::make_shared<FeedForward>(width_, sizes.feed_forward, random)));
    decoder_attention_.push_back(
        register_module(decoder + "attention", std::make_shared<SelfAttention>(width_, sizes.heads, random)));
    cross_attention_.push_back(
        register_module(decoder + "cross_attention", std::make_shared<CrossAttention>(width_, sizes.heads, random)));
    decoder_feed_forward_.push_back(
        register_module(decoder + "feed_forward", std::make_shared<FeedForward>(width_, sizes.feed_forward, random)));
  }
  register_module("encoder_norm", encoder_norm_);
  register_module("decoder_norm", decoder_norm_);
}

at::Tensor Transformer::embed(const at::Tensor& matrix, const at::Tensor& tokens, std::int64_t from) {
  const std::int64_t length = tokens.size(1);
  if (!positions_.defined() || positions_.size(0) < from + length || positions_.device() != matrix.device())
    positions_ = make_positions(2 * (from + length), width_, matrix.options().requires_grad(false));
  const auto vectors = at::embedding(matrix, tokens) * std::sqrt(static_cast<double>(width_));
  return (vectors + positions_.narrow(0, from, length)).view({-1, width_});
}

at::Tensor Transformer::encode(const SourceBatch& source, const Dropout& dropout) {
  const Shape shape{source.tokens.size(0), source.tokens.size(1), source.tokens.size(1)};
  auto x = dropout.drop(embed(source_embedding_, source.tokens, 0), dropout.layer);
  for (std::size_t i = 0; i < encoder_attention_.size(); ++i) {
    x = encoder_attention_[i]->forward(x, shape, source.mask, dropout);
    x = encoder_feed_forward_[i]->forward(x, dropout);
  }
  return encoder_norm_(x);
}

at::Tensor Transformer::decode(const at::Tensor& target, const at::Tensor& memory, const SourceBatch& source,
                               const Dropout& dropout) {
  const std::int64_t length = target.size(1);
  const Shape own{target.size(0), length, length};
  const Shape cross{target.size(0), length, source.tokens.size(1)};
  const auto mask = causal_mask(length, memory.options().requires_grad(false));
  auto x = dropout.drop(embed(target_embedding_, target, 0), dropout.layer);
  for (std::size_t i = 0; i < decoder_attention_.size(); ++i) {
    x = decoder_attention_[i]->forward(x, own, mask, dropout);
    x = cross_attention_[i]->forward(x, memory, cross, source.mask, dropout);
    x = decoder_feed_forward_[i]->forward(x, dropout);
  }
  return decoder_norm_(x);
}

at::Tensor Transformer::logits(const at::Tensor& states) { return at::matmul(states, softmax_.t()); }

Losses Transformer::loss(const at::Tensor& states, const at::Tensor& expected, double smoothing) {
  return softmax_loss(states, softmax_, expected, smoothing);
}

DecoderState Transformer::begin(const SourceBatch& source) {
  DecoderState state;
  state.mask = source.mask;
  state.sentences = source.tokens.size(0);
  const auto memory = encode(source, {});
  for (const auto& attention : cross_attention_) state.memory.push_back(attention->read(memory, state.sentences));
  state.past.resize(decoder_attention_.size());
  return state;
}

/// Keeps of each cache the rows that go on; of the memory, the sentences that are left.
void Transformer::select(DecoderState& state, const at::Tensor& rows, std::int64_t hypotheses) {
  for (Cache& cache : state.past)
    if (cache.keys.defined()) cache = {cache.keys.index_select(0, rows), cache.values.index_select(0, rows)};
  const std::int64_t left = rows.size(0) / hypotheses;
  if (left == state.sentences) return;
  const auto sentences = at::floor_divide(rows.view({left, hypotheses}).select(1, 0), hypotheses);
  for (Cache& cache : state.memory)
    cache = {cache.keys.index_select(0, sentences), cache.values.index_select(0, sentences)};
  if (state.mask.defined()) state.mask = state.mask.index_select(0, sentences);
  state.sentences = left;
}

at::Tensor Transformer::step(DecoderState& state, const at::Tensor& tokens, const at::Tensor& rows) {
  if (rows.defined() && state.length > 0) {
    const std::int64_t hypotheses = state.past.front().keys.size(0) / state.sentences;
    select(state, rows, hypotheses);
  }
  auto x = embed(target_embedding_, tokens.unsqueeze(1), state.length++);
  for (std::size_t i = 0; i < decoder_attention_.size(); ++i) {
    x = decoder_attention_[i]->step(x, state.past[i]);
    x = cross_attention_[i]->step(x, state.memory[i], state.mask);
    x = decoder_feed_forward_[i]->forward(x, {});
  }
  return logits(decoder_norm_(x));
}

}  // namespace pbt::translation
