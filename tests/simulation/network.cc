#include "tests/simulation/network.h"

#include <bit>
#include <cstring>

namespace pbt::simulation {
namespace {

std::uint64_t digest(std::uint64_t seed, std::string_view text) {
  for (const char c : text) seed = simulation::digest(seed, std::uint64_t{static_cast<unsigned char>(c)});
  return seed;
}

struct DigestOf {
  std::uint64_t operator()(bool value) const { return value ? 1 : 2; }
  std::uint64_t operator()(std::int64_t value) const { return static_cast<std::uint64_t>(value); }
  std::uint64_t operator()(double value) const { return std::bit_cast<std::uint64_t>(value); }
  std::uint64_t operator()(const std::string& value) const { return digest(0, std::string_view(value)); }
};

}  // namespace

/// The finaliser of SplitMix64 (Steele et al., 2014) over both.
std::uint64_t digest(std::uint64_t a, std::uint64_t b) {
  std::uint64_t z = a * 0x9e3779b97f4a7c15ULL + b + 0x632be59bd9b4e019ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

std::uint64_t digest(const Hyperparameters& values) {
  std::uint64_t all = 0;
  for (const auto& [name, value] : values)
    all = digest(digest(all, std::string_view(name)), std::visit(DigestOf{}, value));
  return all;
}

Network descend(const Network* parent, const Hyperparameters& values, std::int64_t seed, std::int64_t from_step,
                std::int64_t to_step) {
  Network weights;
  weights.parent = parent == nullptr ? 0 : parent->chain;
  weights.hyperparameters = digest(values);
  weights.seed = seed;
  weights.from_step = from_step;
  weights.to_step = to_step;
  weights.skill = parent == nullptr ? 0 : parent->skill;
  weights.chain = digest(digest(weights.parent, weights.hyperparameters), static_cast<std::uint64_t>(seed));
  weights.chain =
      digest(digest(weights.chain, static_cast<std::uint64_t>(from_step)), static_cast<std::uint64_t>(to_step));
  return weights;
}

void save(const Network& weights, const Folder& folder) {
  static_assert(std::is_trivially_copyable_v<Network>);
  folder.write("weights", std::string_view(reinterpret_cast<const char*>(&weights), sizeof weights));
  folder.write("optimizer", std::string_view(reinterpret_cast<const char*>(&weights.chain), sizeof weights.chain));
}

std::optional<Network> load(const Folder& folder) {
  if (!folder.contains("weights") || !folder.contains("optimizer")) return {};
  const std::string bytes = folder.read("weights");
  const std::string optimizer = folder.read("optimizer");
  Network weights;
  if (bytes.size() != sizeof weights || optimizer.size() != sizeof weights.chain) return {};
  std::memcpy(&weights, bytes.data(), sizeof weights);
  if (std::memcmp(&weights.chain, optimizer.data(), sizeof weights.chain) != 0) return {};
  return weights;
}

}  // namespace pbt::simulation
