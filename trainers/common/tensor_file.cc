#include "common/tensor_file.h"

#include <ATen/ATen.h>
#include <torch/types.h>

#include <cstring>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace pbt::trainers {
namespace {

struct ElementName {
  at::ScalarType type;
  const char* name;
};
constexpr ElementName element_names[] = {
    {at::kFloat, "F32"}, {at::kDouble, "F64"}, {at::kLong, "I64"}, {at::kInt, "I32"}, {at::kByte, "U8"}};
constexpr const char* texts_key = "__metadata__";

[[noreturn]] void refuse(std::string_view file, const std::string& why) {
  throw std::runtime_error(std::string(file) + " is no checkpoint of this trainer: " + why +
                           "; give the folder of a turn that it saved");
}

std::string name_of(at::ScalarType type) {
  for (const ElementName& element : element_names)
    if (element.type == type) return element.name;
  throw std::invalid_argument(std::string("a tensor of type ") + at::toString(type) + " cannot be saved");
}

at::ScalarType type_of(const std::string& name, std::string_view file) {
  for (const ElementName& element : element_names)
    if (name == element.name) return element.type;
  refuse(file, "it holds a tensor of type " + name);
}

/// One tensor out of the part of the file that follows the header.
at::Tensor read_tensor(const nlohmann::json& entry, std::string_view data, std::string_view file) {
  const auto shape = entry.at("shape").get<std::vector<std::int64_t>>();
  const auto begin = entry.at("data_offsets").at(0).get<std::size_t>();
  const auto end = entry.at("data_offsets").at(1).get<std::size_t>();
  if (begin > end || end > data.size()) refuse(file, "it is cut short");
  const at::ScalarType type = type_of(entry.at("dtype").get<std::string>(), file);
  std::size_t bytes = at::elementSize(type);
  for (const std::int64_t size : shape) {
    if (size < 0 || (size > 0 && bytes > data.size() / static_cast<std::size_t>(size) + 1))
      refuse(file, "a shape in it does not fit its bytes");
    bytes *= static_cast<std::size_t>(size);
  }
  if (bytes != end - begin) refuse(file, "a shape in it does not fit its bytes");
  at::Tensor tensor = at::empty(shape, at::TensorOptions().dtype(type));
  if (bytes > 0) std::memcpy(tensor.data_ptr(), data.data() + begin, bytes);
  return tensor;
}

}  // namespace

const at::Tensor& TensorFile::tensor(const std::string& name) const {
  const auto found = tensors.find(name);
  if (found == tensors.end()) refuse("the file", "there is no tensor \"" + name + "\" in it");
  return found->second;
}

const std::string& TensorFile::text(const std::string& name) const {
  const auto found = texts.find(name);
  if (found == texts.end()) refuse("the file", "there is no text \"" + name + "\" in it");
  return found->second;
}

std::int64_t TensorFile::integer(const std::string& name) const {
  const std::string& value = text(name);
  char* end = nullptr;
  errno = 0;
  const long long number = std::strtoll(value.c_str(), &end, 10);
  if (value.empty() || *end != '\0' || errno != 0) refuse("the file", name + " in it is \"" + value + "\", no number");
  return number;
}

void write_tensors(const Folder& folder, std::string_view file, const TensorFile& contents) {
  nlohmann::json header = nlohmann::json::object();
  header[texts_key] = contents.texts;
  std::string data;
  for (const auto& [name, tensor] : contents.tensors) {
    const at::Tensor here = tensor.detach().to(at::kCPU).contiguous();
    const std::size_t begin = data.size();
    data.append(static_cast<const char*>(here.data_ptr()), here.nbytes());
    header[name] = {{"dtype", name_of(here.scalar_type())}, {"shape", here.sizes().vec()}};
    header[name]["data_offsets"] = {begin, data.size()};
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');  // tensors then begin at a multiple of eight
  const std::uint64_t length = text.size();
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  folder.write(file, bytes + text + data);
}

TensorFile read_tensors(const Folder& folder, std::string_view file) {
  const std::string bytes = folder.read(file);
  std::uint64_t length = 0;
  if (bytes.size() < sizeof length) refuse(file, "it is cut short");
  std::memcpy(&length, bytes.data(), sizeof length);
  if (length > bytes.size() - sizeof length) refuse(file, "it is cut short, or in another format");
  const std::string_view all(bytes);
  const std::string_view data = all.substr(sizeof length + length);
  TensorFile contents;
  try {
    const auto header = nlohmann::json::parse(all.substr(sizeof length, length));
    for (const auto& [name, entry] : header.items()) {
      if (name == texts_key) {
        contents.texts = entry.get<std::map<std::string, std::string>>();
      } else {
        contents.tensors[name] = read_tensor(entry, data, file);
      }
    }
  } catch (const nlohmann::json::exception& error) {
    refuse(file, std::string("its header cannot be read (") + error.what() + ")");
  }
  return contents;
}

}  // namespace pbt::trainers
