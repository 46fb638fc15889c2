#include <torch/nn/module.h>
#include <torch/optim/adam.h>

#include <sstream>
#include <stdexcept>
#include <type_traits>

#include "common/tensor_file.h"

namespace pbt::trainers {
namespace {

using torch::optim::AdamParamState;
using State = std::decay_t<decltype(std::declval<torch::optim::Adam&>().state())>;

/// An optimiser's state is keyed by a text up to libtorch 2.0, by a pointer afterwards.
template <typename Key>
Key key_of(const torch::Tensor& parameter) {
  if constexpr (std::is_same_v<Key, std::string>) {
    std::ostringstream text;
    text << static_cast<const void*>(parameter.unsafeGetTensorImpl());
    return text.str();
  } else {
    return parameter.unsafeGetTensorImpl();
  }
}

/// The tensor of that name, where it has the shape of `like`.
const torch::Tensor& fitting(const TensorFile& file, const std::string& name, const torch::Tensor& like) {
  const torch::Tensor& found = file.tensor(name);
  if (found.sizes() != like.sizes() || found.scalar_type() != like.scalar_type()) {
    std::ostringstream text;
    text << "the checkpoint's tensor \"" << name << "\" has shape " << found.sizes() << ", and this network's has "
         << like.sizes() << ": it was saved by a network of other sizes";
    throw std::runtime_error(text.str());
  }
  return found;
}

}  // namespace

void put_module(TensorFile& file, const std::string& prefix, const torch::nn::Module& module) {
  for (const auto& item : module.named_parameters()) file.tensors[prefix + "." + item.key()] = item.value().detach();
  for (const auto& item : module.named_buffers()) file.tensors[prefix + "." + item.key()] = item.value();
}

void get_module(const TensorFile& file, const std::string& prefix, torch::nn::Module& module) {
  const torch::NoGradGuard no_grad;
  for (auto& item : module.named_parameters())
    item.value().copy_(fitting(file, prefix + "." + item.key(), item.value()));
  for (auto& item : module.named_buffers()) item.value().copy_(fitting(file, prefix + "." + item.key(), item.value()));
}

void put_adam(TensorFile& file, const std::string& prefix, const torch::nn::Module& module,
              torch::optim::Adam& optimiser) {
  for (const auto& item : module.named_parameters()) {
    const std::string name = prefix + "." + item.key();
    const auto found = optimiser.state().find(key_of<State::key_type>(item.value()));
    const bool is_new = found == optimiser.state().end();
    const auto* state = is_new ? nullptr : static_cast<const AdamParamState*>(found->second.get());
    file.tensors[name + ".mean"] = is_new ? torch::zeros_like(item.value()).detach() : state->exp_avg();
    file.tensors[name + ".square"] = is_new ? torch::zeros_like(item.value()).detach() : state->exp_avg_sq();
    file.tensors[name + ".updates"] = torch::full({1}, is_new ? 0 : state->step(), torch::kLong);
  }
}

void get_adam(const TensorFile& file, const std::string& prefix, const torch::nn::Module& module,
              torch::optim::Adam& optimiser) {
  optimiser.state().clear();
  for (const auto& item : module.named_parameters()) {
    const std::string name = prefix + "." + item.key();
    const auto updates = file.tensor(name + ".updates").item<std::int64_t>();
    if (updates == 0) continue;
    auto state = std::make_unique<AdamParamState>();
    state->step(updates);
    // Laid out in memory as the parameter is, and as Adam would: other strides can mean other kernels, and other bits.
    const torch::Tensor like = item.value().detach();
    state->exp_avg(torch::empty_like(like).copy_(fitting(file, name + ".mean", like)));
    state->exp_avg_sq(torch::empty_like(like).copy_(fitting(file, name + ".square", like)));
    optimiser.state()[key_of<State::key_type>(item.value())] = std::move(state);
  }
}

}  // namespace pbt::trainers
