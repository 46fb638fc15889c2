#pragma once

#include <torch/nn/module.h>

#include <memory>
#include <string>
#include <vector>

#include "translation/batches.h"
#include "translation/layers.h"
#include "translation/loss.h"

namespace pbt::translation {

/// Which of the three matrices between symbols and vectors are one and the same (Press and Wolf, 2017).
enum class Embeddings {
  shared,   ///< source, target and softmax: for languages that share much of the vocabulary
  target,   ///< target and softmax
  separate  ///< none
};

/// What a network's weights depend on; never tuned, as members copy weights from each other.
struct Sizes {
  std::int64_t width = 128;  ///< a multiple of twice the heads
  std::int64_t layers = 2;   ///< of the encoder, and as many of the decoder
  std::int64_t heads = 4;
  std::int64_t feed_forward = 512;
  Embeddings embeddings = Embeddings::shared;
};

/// Throws std::invalid_argument where no network has such sizes.
void require_possible(const Sizes& sizes);

/// What the decoder knows of translations that are under way: of each sentence the same number of hypotheses.
struct DecoderState {
  at::Tensor mask;            ///< SourceBatch::mask, of the sentences that are left
  std::vector<Cache> memory;  ///< a layer: the source sentences
  std::vector<Cache> past;    ///< a layer: what each hypothesis has produced; undefined before the first step
  std::int64_t sentences = 0;
  std::int64_t length = 0;  ///< symbols read so far
};

/// Encoder and decoder of attention alone (Vaswani et al., 2017), normalising first, with sinusoidal positions: any
/// length can be read, and there is nothing to learn.
struct Transformer : torch::nn::Module {
  /// Weights from `random`, on the CPU.
  Transformer(const Sizes& sizes, std::size_t vocabulary, trainers::Random random);

  /// [sentences * length, width]
  [[nodiscard]] at::Tensor encode(const SourceBatch& source, const Dropout& dropout);
  /// What the decoder makes of each position of `target` ([sentences, length], from begin on): [sentences * length,
  /// width].
  [[nodiscard]] at::Tensor decode(const at::Tensor& target, const at::Tensor& memory, const SourceBatch& source,
                                  const Dropout& dropout);
  /// [n, width] -> [n, vocabulary]: logits of the next symbol.
  [[nodiscard]] at::Tensor logits(const at::Tensor& states);
  /// softmax_loss() of them.
  [[nodiscard]] Losses loss(const at::Tensor& states, const at::Tensor& expected, double smoothing);

  /// Translations of all of `source`, before their first symbol.
  [[nodiscard]] DecoderState begin(const SourceBatch& source);
  /// Reads one more symbol of each hypothesis: `tokens` [n], of which row i continues row `rows[i]` ([n], ascending by
  /// sentence, as many for each sentence that is left; undefined: each continues itself). Returns the logits of the
  /// next symbol, [n, vocabulary]: those of decode(), at the cost of one position.
  [[nodiscard]] at::Tensor step(DecoderState& state, const at::Tensor& tokens, const at::Tensor& rows);

 private:
  [[nodiscard]] at::Tensor embed(const at::Tensor& matrix, const at::Tensor& tokens, std::int64_t from);
  void select(DecoderState& state, const at::Tensor& rows, std::int64_t hypotheses);

  std::int64_t width_;
  at::Tensor source_embedding_, target_embedding_, softmax_;  // those that are shared are one
  std::vector<std::shared_ptr<SelfAttention>> encoder_attention_, decoder_attention_;
  std::vector<std::shared_ptr<CrossAttention>> cross_attention_;
  std::vector<std::shared_ptr<FeedForward>> encoder_feed_forward_, decoder_feed_forward_;
  torch::nn::LayerNorm encoder_norm_, decoder_norm_;
  at::Tensor positions_;  // [length, width], made as long as was needed
};

}  // namespace pbt::translation
