#include "core/ray_names.h"

#include <algorithm>
#include <array>
#include <utility>

namespace pbt {
namespace {

/// Names of PopulationBasedTraining, PB2, TuneConfig and their kin, with what answers them here.
constexpr std::array<std::pair<std::string_view, std::string_view>, 29> kNames{{
    {"perturbation_interval", "is interval here: the steps of a turn, at the top of the file"},
    {"quantile_fraction", "is fraction here: [algorithm] exploit = { strategy = \"truncation\", fraction = 0.25 }"},
    {"perturbation_factors",
     "is factors here: [algorithm] explore = { strategy = \"perturb\", factors = [0.8, 1.25] }"},
    {"resample_probability",
     "goes into explore here: [algorithm] explore = { strategy = \"perturb\", resample_probability = 0.25 }"},
    {"hyperparam_mutations",
     "is the table [hyperparameters] here: learning_rate = { low = 1e-5, high = 1e-2, scale = \"log\" }"},
    {"hyperparam_bounds",
     "is the table [hyperparameters] here: learning_rate = { low = 1e-5, high = 1e-2, scale = \"log\" }"},
    {"param_space", "is the table [hyperparameters] here"},
    {"config", "is the table [hyperparameters] here"},
    {"custom_explore_fn", "is a strategy here: [algorithm] explore = { strategy = \"...\" }, from a plug-in"},
    {"burn_in_period", "is burn_in here: [algorithm] burn_in, in steps"},
    {"time_attr", "is not needed here: time is counted in the trainer's own steps"},
    {"time_total_s", "is not needed here: time is counted in the trainer's own steps"},
    {"training_iteration", "is not needed here: time is counted in the trainer's own steps"},
    {"metric", "goes into [objective] here: metric = \"accuracy\""},
    {"mode", "goes into [objective] here: mode = \"max\" or \"min\""},
    {"synch", "is synchronous here, at the top of the file"},
    {"log_config", "is not needed here: every turn is recorded; see pbt schedule"},
    {"require_attrs", "is not needed here: a result without the metric fails the turn"},
    {"num_samples", "is population here"},
    {"max_concurrent_trials", "is [workers] count here"},
    {"resources_per_trial", "is [workers] here: count, gpus, workers_per_gpu, gpus_per_member"},
    {"stop", "is steps (each member's budget) or target (of the metric) here"},
    {"grace_period", "is least_steps here: [algorithm] type = \"halving\", least_steps = 20_000"},
    {"reduction_factor", "is eta here: [algorithm] type = \"halving\", eta = 3"},
    {"max_t", "is steps here: each member's budget"},
    {"time_budget_s", "is wall_clock here"},
    {"checkpoint_frequency", "is not needed here: every turn ends with a checkpoint; see interval"},
    {"num_to_keep", "is [checkpoints] keep_last here"},
    {"storage_path", "is --store here: where runs/<experiment> otherwise stands"},
}};

}  // namespace

std::string ray_tune_name(std::string_view name) {
  const auto* it = std::find_if(kNames.begin(), kNames.end(), [&](const auto& entry) { return entry.first == name; });
  if (it == kNames.end()) return "";
  return "; Ray Tune's \"" + std::string(name) + "\" " + std::string(it->second);
}

}  // namespace pbt
