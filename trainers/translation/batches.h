#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "common/random.h"
#include "translation/corpus.h"

namespace pbt::translation {

/// Which pairs make up each batch: pairs of like length together, so that little is padded. Every pass over the data
/// is shuffled anew, cut into pools of some hundred batches' worth, and each pool sorted by length and cut into
/// batches, which come in shuffled order.
class BatchOrder {
 public:
  /// A batch holds as many pairs as fit into `tokens` when each takes the positions of the longest (Pairs::length()),
  /// but one at least. `pairs` outlives this object.
  BatchOrder(const Pairs& pairs, std::int64_t tokens, trainers::Random random);
  /// The pairs of the next batch.
  [[nodiscard]] const std::vector<std::uint32_t>& next();

 private:
  void fill_pool();

  const Pairs& pairs_;
  std::size_t tokens_;
  trainers::Random random_;
  std::vector<std::uint32_t> order_;
  std::size_t used_ = 0;                          ///< of order_
  std::vector<std::vector<std::uint32_t>> pool_;  ///< batches not yet taken, the next one last
  std::vector<std::uint32_t> current_;
};

/// Source sentences as a network reads them: each with its end, padded to the longest.
struct SourceBatch {
  at::Tensor tokens;  ///< [sentences, length], int64
  at::Tensor mask;  ///< [sentences, 1, 1, length]: 0, and minus infinity where it is padded; undefined where nothing is
};

/// Sentence pairs as a network learns from them.
struct Batch {
  SourceBatch source;
  at::Tensor target;     ///< [pairs, length], int64: what the decoder reads, from begin on
  at::Tensor positions;  ///< [n]: those of `target`, flattened, that are not padding
  at::Tensor expected;   ///< [n]: what follows at each of them, up to end
};

[[nodiscard]] SourceBatch make_source_batch(const Sentences& source, const std::vector<std::uint32_t>& rows,
                                            const c10::Device& device);
[[nodiscard]] Batch make_batch(const Pairs& pairs, const std::vector<std::uint32_t>& rows, const c10::Device& device);

/// All sentences in batches of at most `count`, those of like length together: by falling length.
[[nodiscard]] std::vector<std::vector<std::uint32_t>> by_length(const Sentences& sentences, std::size_t count);

}  // namespace pbt::translation
