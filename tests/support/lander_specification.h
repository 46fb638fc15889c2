#pragma once

namespace pbt {

/// An experiment's specification for tests in which nothing is trained.
inline constexpr const char* lander_specification = R"(name = "lander"
population = 2
steps = 400
interval = 100
[objective]
metric = "loss"
mode = "min"
[trainer]
command = ["./train"]
[hyperparameters]
lr = { low = 1e-4, high = 1e-1, scale = "log" }
)";

}  // namespace pbt
