#include "launch/kubernetes.h"

#include <cctype>
#include <nlohmann/json.hpp>

#include "pbt/error.h"

namespace pbt {
namespace {

using Json = nlohmann::ordered_json;

// A pod's name is the Job's with "-", an index and "-" and five letters behind it, in 63 letters.
constexpr std::size_t name_letters_max = 50;

Json resources(const KubernetesJob& job) {
  Json limits = Json::object(), requests = Json::object();
  if (job.cpus_per_worker > 0) requests["cpu"] = std::to_string(job.cpus_per_worker);
  if (!job.memory_per_worker.empty()) limits["memory"] = requests["memory"] = job.memory_per_worker;
  if (job.gpus_per_worker > 0) limits["nvidia.com/gpu"] = std::to_string(job.gpus_per_worker);
  Json all = Json::object();
  if (!requests.empty()) all["requests"] = requests;
  if (!limits.empty()) all["limits"] = limits;
  return all;
}

Json container(const KubernetesJob& job) {
  Json arguments = {"worker", job.experiment};
  if (job.exit_when_idle) arguments.push_back("--exit-when-idle");
  Json text = {{"name", "worker"}, {"image", job.image}, {"args", arguments}};
  text["env"] = {{{"name", "PBT_STORE"}, {"valueFrom", {{"secretKeyRef", {{"name", job.secret}, {"key", "url"}}}}}}};
  if (const Json wanted = resources(job); !wanted.empty()) text["resources"] = wanted;
  if (!job.claim.empty()) {
    text["workingDir"] = job.mount;
    text["volumeMounts"] = {{{"name", "experiments"}, {"mountPath", job.mount}}};
  }
  text["securityContext"] = {{"allowPrivilegeEscalation", false}, {"capabilities", {{"drop", {"ALL"}}}}};
  return text;
}

/// A pod that was moved or told to leave is started again however often that happens; one whose command line or file is
/// wrong is not.
Json failure_policy() {
  const Json moved = {{"action", "Ignore"}, {"onPodConditions", {{{"type", "DisruptionTarget"}, {"status", "True"}}}}};
  const auto exits = [](const char* action, const Json& values) {
    return Json{{"action", action},
                {"onExitCodes", {{"containerName", "worker"}, {"operator", "In"}, {"values", values}}}};
  };
  return {{"rules", {moved, exits("Ignore", {130, 143}), exits("FailIndex", Json::array({2}))}}};
}

Json manifest(const KubernetesJob& job) {
  if (job.image.empty()) throw UsageError("--image: which image has pbt and the trainer in it?");
  if (!job.mount.starts_with('/')) throw UsageError("--mount " + job.mount + ": expected an absolute path");
  const Json labels = {{"app.kubernetes.io/name", "pbt"},
                       {"app.kubernetes.io/instance", kubernetes_name(job.experiment)}};
  Json metadata = {{"name", kubernetes_name(job.experiment)}, {"labels", labels}};
  if (!job.name_space.empty()) metadata["namespace"] = job.name_space;
  Json pod = {{"restartPolicy", "Never"}, {"terminationGracePeriodSeconds", job.grace_s}};
  pod["securityContext"] = {{"runAsNonRoot", true}, {"fsGroup", 1000}};
  pod["containers"] = Json::array({container(job)});
  if (!job.claim.empty())
    pod["volumes"] = {{{"name", "experiments"}, {"persistentVolumeClaim", {{"claimName", job.claim}}}}};
  return {{"apiVersion", "batch/v1"},
          {"kind", "Job"},
          {"metadata", metadata},
          {"spec",
           {{"completionMode", "Indexed"},
            {"completions", job.workers},
            {"parallelism", job.workers},
            {"backoffLimitPerIndex", 3},
            {"podFailurePolicy", failure_policy()},
            {"template", {{"metadata", {{"labels", labels}}}, {"spec", pod}}}}}};
}

/// Block style, with scalars as JSON has them, which YAML reads alike.
void write_yaml(const Json& value, const std::string& indent, std::string& text) {
  if (!value.is_structured() || value.empty()) {
    text += " " + value.dump() + "\n";
    return;
  }
  text += "\n";
  for (const auto& [key, item] : value.items()) {
    if (value.is_object()) {
      text += indent + key + ":";
      write_yaml(item, indent + "  ", text);
      continue;
    }
    std::string inner;
    write_yaml(item, indent + "  ", inner);
    // "-" stands where the first line of the item has its indent.
    text += indent + "-" + (item.is_structured() && !item.empty() ? inner.substr(indent.size() + 2) : inner);
  }
}

}  // namespace

std::string kubernetes_name(const std::string& experiment) {
  std::string name = "pbt-";
  for (const char letter : experiment.substr(0, name_letters_max - name.size())) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool fits = std::isalnum(byte) != 0 && byte < 128;
    name += fits ? static_cast<char>(std::tolower(byte)) : '-';
  }
  while (name.ends_with('-')) name.pop_back();
  return name;
}

std::string kubernetes_yaml(const KubernetesJob& job) {
  std::string text;
  write_yaml(manifest(job), "", text);
  return text.substr(1);
}

std::string kubernetes_json(const KubernetesJob& job) { return manifest(job).dump(2) + "\n"; }

}  // namespace pbt
