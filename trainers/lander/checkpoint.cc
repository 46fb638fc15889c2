#include "lander/checkpoint.h"

#include <torch/types.h>

#include <cstring>
#include <sstream>
#include <stdexcept>
#include <type_traits>

#include "lander/model.h"

namespace pbt::lander {
namespace {

// The file: Header, then of each parameter in the order of Networks::parameters() its values and Adam's two moments, as
// the machine holds them. An archive of libtorch orders Adam's state by address, and so is not the same bytes twice.
constexpr const char* file_name = "model.bin";

struct Header {
  char magic[8] = {'l', 'a', 'n', 'd', 'e', 'r', '0', '1'};
  std::int64_t step = 0;
  std::int64_t updates = 0;  ///< that Adam has made; 0: it has no moments yet, and zeros stand for them
  double learning_rate = 0;
};

using torch::optim::AdamParamState;
using State = std::decay_t<decltype(std::declval<torch::optim::Adam&>().state())>;

/// Adam's state is keyed by a text up to libtorch 2.0, by a pointer afterwards.
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

void append(std::string& bytes, const torch::Tensor& tensor) {
  bytes.append(static_cast<const char*>(tensor.data_ptr()), tensor.nbytes());
}

void append_zeros(std::string& bytes, const torch::Tensor& like) { bytes.append(like.nbytes(), '\0'); }

/// Reads tensors one after another; the caller has checked that there are bytes enough.
struct Reader {
  const char* at;
  torch::Tensor next(const torch::Tensor& like) {
    auto tensor = torch::empty_like(like).detach();
    std::memcpy(tensor.data_ptr(), at, tensor.nbytes());
    at += tensor.nbytes();
    return tensor;
  }
};

std::size_t size_of_file(const Model& model) {
  std::size_t size = sizeof(Header);
  for (const auto& parameter : model.networks.parameters()) size += 3 * parameter.nbytes();
  return size;
}

}  // namespace

void save(Model& model, const Folder& folder) {
  Header header;
  header.step = model.step;
  header.learning_rate = model.learning_rate();
  std::string tensors;
  for (const auto& parameter : model.networks.parameters()) {
    append(tensors, parameter);
    if (model.optimiser.state().empty()) {
      append_zeros(tensors, parameter);
      append_zeros(tensors, parameter);
      continue;
    }
    const auto& state =
        static_cast<const AdamParamState&>(*model.optimiser.state().at(key_of<State::key_type>(parameter)));
    header.updates = state.step();
    append(tensors, state.exp_avg());
    append(tensors, state.exp_avg_sq());
  }
  std::string bytes(sizeof(header), '\0');
  std::memcpy(bytes.data(), &header, sizeof(header));
  folder.write(file_name, bytes + tensors);
}

std::unique_ptr<Model> load(const Folder& folder) {
  const torch::NoGradGuard no_grad;
  const std::string bytes = folder.read(file_name);
  auto model = std::make_unique<Model>(0);
  Header header;
  if (bytes.size() != size_of_file(*model) || std::memcmp(bytes.data(), header.magic, sizeof(header.magic)) != 0)
    throw std::runtime_error(std::string("lander: ") + file_name + " is no checkpoint of this trainer: " +
                             std::to_string(bytes.size()) + " bytes, expected " + std::to_string(size_of_file(*model)) +
                             " that begin with \"lander01\"; give the folder of a turn that the lander saved");
  std::memcpy(&header, bytes.data(), sizeof(header));
  model->step = header.step;
  model->set_learning_rate(header.learning_rate);
  Reader reader{bytes.data() + sizeof(header)};
  for (auto& parameter : model->networks.parameters()) {
    parameter.copy_(reader.next(parameter));
    auto state = std::make_unique<AdamParamState>();
    state->step(header.updates);
    state->exp_avg(reader.next(parameter));
    state->exp_avg_sq(reader.next(parameter));
    if (header.updates > 0) model->optimiser.state()[key_of<State::key_type>(parameter)] = std::move(state);
  }
  return model;
}

}  // namespace pbt::lander
