#pragma once

#include <string>

namespace pbt {

/// Workers as an Indexed Job of Kubernetes: one pod a worker. 0 and empty texts: not asked for.
struct KubernetesJob {
  std::string experiment;
  std::string image;
  std::string name_space;
  std::string secret = "pbt-store";  ///< its key `url` is the store's address, which workers get as PBT_STORE
  std::string claim;                 ///< a PersistentVolumeClaim that all pods share: where they run
  std::string mount = "/experiments";
  int workers = 1;
  int gpus_per_worker = 0;
  int cpus_per_worker = 0;
  std::string memory_per_worker;  ///< "16Gi"
  int grace_s = 120;              ///< in which a worker saves its turn and leaves
  bool exit_when_idle = false;
};

/// The name of its Job: the experiment's, as Kubernetes lets names be.
[[nodiscard]] std::string kubernetes_name(const std::string& experiment);

/// For `kubectl apply -f -`. Needs Kubernetes 1.29 (failures counted an index). Throws UsageError when the job cannot
/// be right.
[[nodiscard]] std::string kubernetes_yaml(const KubernetesJob& job);
[[nodiscard]] std::string kubernetes_json(const KubernetesJob& job);

}  // namespace pbt
