#pragma once

#include <string>
#include <string_view>

namespace pbt {

/// For the end of an error message about an unknown key that Ray Tune knows: what it is called here, e.g.
/// "; Ray Tune's \"perturbation_interval\" is interval here". Empty when it is none of Ray Tune's names.
[[nodiscard]] std::string ray_tune_name(std::string_view name);

}  // namespace pbt
