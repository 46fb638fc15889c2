#include "translation/model.h"

#include <torch/nn/utils/clip_grad.h>
#include <torch/types.h>

#include <cmath>

namespace pbt::translation {
namespace {

constexpr std::int64_t hypotheses_at_once = 256;  // decoded side by side
constexpr std::size_t pairs_at_once = 32;         // whose losses are taken: all their logits stand in memory

torch::optim::AdamOptions& options_of(torch::optim::Adam& optimiser) {
  return static_cast<torch::optim::AdamOptions&>(optimiser.param_groups().front().options());
}

/// What the decoder makes of all target positions that are not padding.
at::Tensor states_of(Transformer& network, const Batch& batch, const Dropout& dropout) {
  const at::Tensor memory = network.encode(batch.source, dropout);
  const at::Tensor states = network.decode(batch.target, memory, batch.source, dropout);
  return states.size(0) == batch.positions.size(0) ? states : states.index_select(0, batch.positions);
}

}  // namespace

Model::Model(const Sizes& its_sizes, std::size_t vocabulary, std::uint64_t seed, const c10::Device& where)
    : sizes(its_sizes),
      device(where),
      network(sizes, vocabulary, trainers::Random(seed, trainers::Purpose::weights)),
      optimiser((network.to(device), network.parameters()), torch::optim::AdamOptions(1e-3).eps(1e-9)) {}

void Model::apply(const Config& config) {
  auto& options = options_of(optimiser);
  rate_factor_ = rate_factor(step + 1, config.warmup_steps);
  options.lr(config.learning_rate * rate_factor_);
  options.betas({config.adam_beta1, config.adam_beta2});
}

Config Model::in_effect(Config config) {
  const auto& options = options_of(optimiser);
  config.learning_rate = options.lr() / rate_factor_;
  config.adam_beta1 = std::get<0>(options.betas());
  config.adam_beta2 = std::get<1>(options.betas());
  return config;
}

bool Model::finite() const {
  for (const auto& tensor : network.parameters())
    if (!torch::isfinite(tensor).all().item<bool>()) return false;
  return true;
}

Losses take_step(Model& model, const Batch& batch, const Config& config, DropoutNoise& noise) {
  const Dropout dropout{config.attention_dropout, config.layer_dropout, config.relu_dropout, &noise};
  std::vector<at::Tensor> parameters = model.network.parameters();
  for (at::Tensor& parameter : parameters) parameter.mutable_grad() = at::Tensor();
  const auto states = states_of(model.network, batch, dropout);
  const Losses losses = model.network.loss(states, batch.expected, config.label_smoothing);
  losses.smoothed.backward();
  torch::nn::utils::clip_grad_norm_(parameters, config.gradient_norm_max);
  model.apply(config);
  model.optimiser.step();
  ++model.step;
  return {losses.smoothed.detach(), losses.likelihood.detach()};
}

double mean_loss(Model& model, const Pairs& pairs, const Between& between) {
  const torch::NoGradGuard no_grad;
  double sum = 0;
  double count = 0;
  for (const auto& rows : by_length(pairs.target, pairs_at_once)) {
    if (between) between();
    const Batch batch = make_batch(pairs, rows, model.device);
    const auto states = states_of(model.network, batch, {});
    const auto positions = static_cast<double>(batch.expected.size(0));
    sum += positions * model.network.loss(states, batch.expected, /*smoothing=*/0).likelihood.item<double>();
    count += positions;
  }
  return sum / count;
}

std::vector<Tokens> translate(Model& model, const Sentences& source, const Search& search, const Between& between) {
  const torch::NoGradGuard no_grad;
  std::vector<Tokens> translations(source.size());
  for (const auto& rows :
       by_length(source, static_cast<std::size_t>(std::max<std::int64_t>(1, hypotheses_at_once / search.beam)))) {
    if (between) between();
    std::vector<std::int64_t> limits;
    for (const std::uint32_t row : rows) limits.push_back(2 * static_cast<std::int64_t>(source.length(row)) + 10);
    DecoderState state = model.network.begin(make_source_batch(source, rows, model.device));
    const NextLogits next = [&](const at::Tensor& tokens, const at::Tensor& continued) {
      return model.network.step(state, tokens, continued);
    };
    auto found =
        search.beam == 1 ? greedy_search(next, limits, model.device) : beam_search(next, limits, search, model.device);
    for (std::size_t i = 0; i < rows.size(); ++i) translations[rows[i]] = std::move(found[i]);
  }
  return translations;
}

Lines decode_all(const Codes& codes, const std::vector<Tokens>& sentences) {
  Lines lines;
  for (const Tokens& sentence : sentences) lines.push_back(codes.decode(sentence));
  return lines;
}

}  // namespace pbt::translation
