#include "translation/search.h"

#include <ATen/ATen.h>

#include <cassert>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace pbt::translation {
namespace {

constexpr double impossible = -std::numeric_limits<double>::infinity();

at::Tensor tensor_of(const std::vector<std::int64_t>& values, const c10::Device& device) {
  return at::tensor(values, at::kLong).to(device);
}

/// Symbols that are never produced become impossible.
at::Tensor possible(at::Tensor logits) {
  logits.narrow(1, 0, end_token).fill_(impossible);
  return logits;
}

/// One sentence of a beam search.
struct Beam {
  std::size_t sentence;
  std::vector<Tokens> hypotheses;  ///< that have not ended
  std::vector<double> scores;      ///< their log-probabilities
  std::int64_t ended = 0;
  double best_score = impossible;  ///< normalised, of `best`
  Tokens best;

  void end(const Tokens& tokens, double score) {
    ++ended;
    if (!(score > best_score)) return;
    best_score = score;
    best = tokens;
  }
};

struct Candidates {
  const double* scores;        ///< falling
  const std::int64_t* places;  ///< hypothesis * vocabulary + symbol
  std::int64_t vocabulary;
};

double normaliser(std::size_t length, double exponent) {
  return std::pow((5 + static_cast<double>(length)) / 6, exponent);
}

/// Goes on with the best candidates; returns the row, among the sentence's own, that each of them continues.
std::vector<std::int64_t> advance(Beam& beam, const Candidates& candidates, const Search& search, std::int64_t limit) {
  const auto width = static_cast<std::size_t>(search.beam);
  std::vector<Tokens> hypotheses;
  std::vector<double> scores;
  std::vector<std::int64_t> rows;
  const std::size_t length = beam.hypotheses.front().size() + 1;
  for (std::size_t i = 0; i < 2 * width && hypotheses.size() < width; ++i) {
    const std::int64_t row = candidates.places[i] / candidates.vocabulary;
    const auto token = static_cast<Token>(candidates.places[i] % candidates.vocabulary);
    const Tokens& before = beam.hypotheses[static_cast<std::size_t>(row)];
    if (candidates.scores[i] == impossible) break;
    if (token == end_token) {
      if (i < width) beam.end(before, candidates.scores[i] / normaliser(length, search.length_exponent));
      continue;
    }
    hypotheses.push_back(before);
    hypotheses.back().push_back(token);
    scores.push_back(candidates.scores[i]);
    rows.push_back(row);
  }
  if (beam.ended == 0 && static_cast<std::int64_t>(length) >= limit)
    for (std::size_t i = 0; i < hypotheses.size(); ++i)
      beam.end(hypotheses[i], scores[i] / normaliser(length, search.length_exponent));
  hypotheses.resize(width, hypotheses.empty() ? Tokens{end_token} : hypotheses.front());
  scores.resize(width, impossible);
  rows.resize(width, 0);
  beam.hypotheses = std::move(hypotheses);
  beam.scores = std::move(scores);
  return rows;
}

/// The best 2 * beam continuations of each sentence's hypotheses: {scores, places}, on the CPU.
std::pair<at::Tensor, at::Tensor> best_candidates(const at::Tensor& logits, const std::vector<Beam>& beams,
                                                  std::int64_t width) {
  std::vector<double> scores;
  for (const Beam& beam : beams) scores.insert(scores.end(), beam.scores.begin(), beam.scores.end());
  const auto before = at::tensor(scores, at::kDouble).to(logits.options()).unsqueeze(1);
  const auto after = (logits.log_softmax(1) + before).view({static_cast<std::int64_t>(beams.size()), -1});
  const auto [best, places] = after.topk(2 * width, 1);
  return {best.to(at::kCPU, at::kDouble).contiguous(), places.to(at::kCPU).contiguous()};
}

}  // namespace

void require_possible(const Search& search) {
  if (search.beam < 1 || search.beam > 64)
    throw std::invalid_argument("--beam " + std::to_string(search.beam) + ": expected 1 to 64");
  if (!(search.length_exponent >= 0 && search.length_exponent <= 10))
    throw std::invalid_argument("--length-exponent " + std::to_string(search.length_exponent) + ": expected 0 to 10");
}

std::vector<Tokens> greedy_search(const NextLogits& next, const std::vector<std::int64_t>& limits,
                                  const c10::Device& device) {
  std::vector<Tokens> found(limits.size());
  std::vector<std::size_t> sentences(limits.size());  // that have not ended, a row each
  for (std::size_t i = 0; i < sentences.size(); ++i) sentences[i] = i;
  at::Tensor tokens = at::full({static_cast<std::int64_t>(limits.size())}, begin_token, at::kLong).to(device);
  at::Tensor rows;
  while (!sentences.empty()) {
    const at::Tensor chosen = possible(next(tokens, rows)).argmax(1);
    const at::Tensor here = chosen.to(at::kCPU);
    const auto* token = here.data_ptr<std::int64_t>();
    std::vector<std::size_t> left;
    std::vector<std::int64_t> left_rows;
    for (std::size_t row = 0; row < sentences.size(); ++row) {
      Tokens& sentence = found[sentences[row]];
      if (token[row] == end_token) continue;
      sentence.push_back(static_cast<Token>(token[row]));
      if (static_cast<std::int64_t>(sentence.size()) >= limits[sentences[row]]) continue;
      left.push_back(sentences[row]);
      left_rows.push_back(static_cast<std::int64_t>(row));
    }
    rows = left.size() == sentences.size() ? at::Tensor() : tensor_of(left_rows, device);
    tokens = rows.defined() ? chosen.index_select(0, rows) : chosen;
    sentences = std::move(left);
  }
  return found;
}

std::vector<Tokens> beam_search(const NextLogits& next, const std::vector<std::int64_t>& limits, const Search& search,
                                const c10::Device& device) {
  const auto width = static_cast<std::size_t>(search.beam);
  std::vector<Tokens> found(limits.size());
  std::vector<Beam> beams;
  for (std::size_t i = 0; i < limits.size(); ++i) {
    beams.push_back({i, std::vector<Tokens>(width), std::vector<double>(width, impossible)});
    beams.back().scores.front() = 0;  // one hypothesis, as yet
  }
  std::vector<std::int64_t> tokens(limits.size() * width, begin_token);
  at::Tensor rows;
  while (!beams.empty()) {
    const at::Tensor logits = possible(next(tensor_of(tokens, device), rows));
    assert(logits.size(0) == static_cast<std::int64_t>(tokens.size()));
    const auto [scores, places] = best_candidates(logits, beams, search.beam);
    tokens.clear();
    std::vector<std::int64_t> continued;
    std::vector<Beam> left;
    for (std::size_t i = 0; i < beams.size(); ++i) {
      Beam& beam = beams[i];
      const auto at = static_cast<std::int64_t>(i) * scores.size(1);
      const Candidates candidates{scores.data_ptr<double>() + at, places.data_ptr<std::int64_t>() + at, logits.size(1)};
      const std::int64_t limit = limits[beam.sentence];
      const auto own = advance(beam, candidates, search, limit);
      const bool at_limit = static_cast<std::int64_t>(beam.hypotheses.front().size()) >= limit;
      if (at_limit || beam.ended >= search.beam || beam.scores.front() == impossible) {
        found[beam.sentence] = std::move(beam.best);
        continue;
      }
      for (const std::int64_t row : own) continued.push_back(static_cast<std::int64_t>(i * width) + row);
      for (const Tokens& hypothesis : beam.hypotheses) tokens.push_back(hypothesis.back());
      left.push_back(std::move(beam));
    }
    rows = continued.empty() ? at::Tensor() : tensor_of(continued, device);
    beams = std::move(left);
  }
  return found;
}

}  // namespace pbt::translation
