#include "translation/batches.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cassert>
#include <limits>
#include <numeric>

namespace pbt::translation {
namespace {

constexpr std::size_t batches_in_pool = 100;

template <class Item>
void shuffle(std::vector<Item>& items, trainers::Random& random) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random.index(i)]);
}

at::Tensor to_device(const at::Tensor& tensor, const c10::Device& device) { return tensor.to(device); }

}  // namespace

BatchOrder::BatchOrder(const Pairs& pairs, std::int64_t tokens, trainers::Random random)
    : pairs_(pairs), tokens_(static_cast<std::size_t>(tokens)), random_(random), order_(pairs.size()) {
  assert(pairs.size() > 0 && pairs.size() <= std::numeric_limits<std::uint32_t>::max());
  std::iota(order_.begin(), order_.end(), 0U);
  used_ = order_.size();
}

const std::vector<std::uint32_t>& BatchOrder::next() {
  if (pool_.empty()) fill_pool();
  current_ = std::move(pool_.back());
  pool_.pop_back();
  return current_;
}

void BatchOrder::fill_pool() {
  if (used_ == order_.size()) {
    shuffle(order_, random_);
    used_ = 0;
  }
  std::vector<std::uint32_t> chosen;
  for (std::size_t sum = 0; used_ < order_.size() && sum < batches_in_pool * tokens_; ++used_) {
    chosen.push_back(order_[used_]);
    sum += pairs_.length(order_[used_]);
  }
  // Among pairs whose longer side is equal, those whose sides are alike stand together.
  const auto key = [this](std::uint32_t i) {
    return std::pair(pairs_.length(i), std::pair(pairs_.target.length(i), pairs_.source.length(i)));
  };
  std::sort(chosen.begin(), chosen.end(), [&key](std::uint32_t a, std::uint32_t b) {
    const auto x = key(a), y = key(b);
    return x != y ? x < y : a < b;
  });
  std::vector<std::uint32_t> batch;
  for (const std::uint32_t pair : chosen) {
    if (!batch.empty() && (batch.size() + 1) * pairs_.length(pair) > tokens_) {
      pool_.push_back(std::move(batch));
      batch.clear();
    }
    batch.push_back(pair);
  }
  pool_.push_back(std::move(batch));
  shuffle(pool_, random_);
}

SourceBatch make_source_batch(const Sentences& source, const std::vector<std::uint32_t>& rows,
                              const c10::Device& device) {
  std::size_t length = 0;
  bool padded = false;
  for (const std::uint32_t row : rows) length = std::max(length, source.length(row) + 1);
  const auto width = static_cast<std::int64_t>(length);
  const auto count = static_cast<std::int64_t>(rows.size());
  at::Tensor tokens = at::full({count, width}, pad_token, at::kLong);
  at::Tensor mask = at::zeros({count, 1, 1, width}, at::kFloat);
  auto* token = tokens.data_ptr<std::int64_t>();
  auto* hidden = mask.data_ptr<float>();
  for (const std::uint32_t row : rows) {
    const std::size_t size = source.length(row);
    std::copy(source.begin(row), source.end(row), token);
    token[size] = end_token;
    std::fill(hidden + size + 1, hidden + length, -std::numeric_limits<float>::infinity());
    padded = padded || size + 1 < length;
    token += length;
    hidden += length;
  }
  return {to_device(tokens, device), padded ? to_device(mask, device) : at::Tensor()};
}

Batch make_batch(const Pairs& pairs, const std::vector<std::uint32_t>& rows, const c10::Device& device) {
  std::size_t length = 0;
  std::size_t all = 0;
  for (const std::uint32_t row : rows) {
    length = std::max(length, pairs.target.length(row) + 1);
    all += pairs.target.length(row) + 1;
  }
  const auto count = static_cast<std::int64_t>(rows.size());
  at::Tensor target = at::full({count, static_cast<std::int64_t>(length)}, pad_token, at::kLong);
  at::Tensor positions = at::empty({static_cast<std::int64_t>(all)}, at::kLong);
  at::Tensor expected = at::empty({static_cast<std::int64_t>(all)}, at::kLong);
  auto* read = target.data_ptr<std::int64_t>();
  auto* position = positions.data_ptr<std::int64_t>();
  auto* next = expected.data_ptr<std::int64_t>();
  std::int64_t begin = 0;
  for (const std::uint32_t row : rows) {
    const std::size_t size = pairs.target.length(row);
    read[0] = begin_token;
    std::copy(pairs.target.begin(row), pairs.target.end(row), read + 1);
    next = std::copy(pairs.target.begin(row), pairs.target.end(row), next);
    *next++ = end_token;
    std::iota(position, position + size + 1, begin);
    position += size + 1;
    read += length;
    begin += static_cast<std::int64_t>(length);
  }
  return {make_source_batch(pairs.source, rows, device), to_device(target, device), to_device(positions, device),
          to_device(expected, device)};
}

std::vector<std::vector<std::uint32_t>> by_length(const Sentences& sentences, std::size_t count) {
  std::vector<std::uint32_t> order(sentences.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&sentences](std::uint32_t a, std::uint32_t b) {
    return sentences.length(a) > sentences.length(b);
  });
  std::vector<std::vector<std::uint32_t>> batches;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i % count == 0) batches.emplace_back();
    batches.back().push_back(order[i]);
  }
  return batches;
}

}  // namespace pbt::translation
