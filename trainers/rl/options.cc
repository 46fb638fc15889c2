#include "rl/options.h"

#include <stdexcept>

#include "rl/frame_stack.h"

namespace pbt::rl {
namespace {

struct BodyName {
  Body body;
  const char* name;
  std::int64_t width;  ///< usual
};
constexpr BodyName bodies[] = {{Body::mlp, "mlp", 64},
                               {Body::conv, "conv", 512},
                               {Body::recurrent, "recurrent", 128},
                               {Body::feudal, "feudal", 128}};

const BodyName& entry_of(Body body) { return bodies[static_cast<std::size_t>(body)]; }

}  // namespace

Body body_from(const std::string& name) {
  for (const BodyName& body : bodies)
    if (name == body.name) return body.body;
  throw std::invalid_argument("body \"" + name + "\": expected mlp, conv, recurrent or feudal");
}

std::string to_string(Body body) { return entry_of(body).name; }

std::int64_t width_of(const Options& options) {
  if (options.width < 0)
    throw std::invalid_argument("a width of " + std::to_string(options.width) + ": expected 1 or more");
  return options.width > 0 ? options.width : entry_of(options.body).width;
}

std::unique_ptr<VectorEnvironment> environments_for(const Options& options, std::size_t count, std::uint64_t seed,
                                                    Purpose purpose) {
  if (!options.make) return make_environments(options.environment, count, seed, purpose);
  return stack_frames(options.make(count, seed, purpose), frames_of(options.environment));
}

}  // namespace pbt::rl
