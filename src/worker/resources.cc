#include "worker/resources.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <sstream>

#include "pbt/error.h"

namespace pbt {
namespace {

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> items;
  std::istringstream stream(list);
  for (std::string item; std::getline(stream, item, ',');)
    if (!item.empty()) items.push_back(item);
  return items;
}

std::vector<std::string> gpus_of_the_machine() {
  std::vector<std::string> gpus;
  while (std::filesystem::exists("/dev/nvidia" + std::to_string(gpus.size())))
    gpus.push_back(std::to_string(gpus.size()));
  return gpus;
}

/// The GPUs to hand out: those that the experiment names, or all that were granted.
std::vector<std::string> gpus_to_share(const WorkersSpec& spec, const Granted& granted) {
  if (spec.gpus.empty()) return granted.gpus;
  for (const std::string& gpu : spec.gpus)
    if (std::find(granted.gpus.begin(), granted.gpus.end(), gpu) == granted.gpus.end())
      throw UsageError("[workers] gpus names GPU " + gpu +
                       ", which this process was not granted (see CUDA_VISIBLE_DEVICES); leave it out or ask for it");
  return spec.gpus;
}

std::string gpus_of_worker(const WorkersSpec& spec, const Granted& granted, int index, int workers) {
  const std::vector<std::string> gpus = gpus_to_share(spec, granted);
  const int each = std::max(1, spec.gpus_per_member);
  const int fit = static_cast<int>(gpus.size()) / each * spec.workers_per_gpu;
  if (workers > fit)
    throw UsageError(std::to_string(workers) + " workers with " + std::to_string(each) + " GPU(s) each, " +
                     std::to_string(spec.workers_per_gpu) + " worker(s) a GPU, do not fit on " +
                     std::to_string(gpus.size()) + " GPU(s); use at most " + std::to_string(fit) +
                     " workers, or raise [workers] workers_per_gpu");
  const int slot = index % (static_cast<int>(gpus.size()) / each);  // spread before doubling up
  auto gpu = gpus.begin() + std::ptrdiff_t{slot} * each;
  std::string list = *gpu;
  for (int i = 1; i < each; ++i) list += "," + *++gpu;
  return list;
}

/// By NVIDIA's own program, which comes with the driver; 0 where it is not there.
std::uint64_t smallest_gpu_memory() {
  const std::unique_ptr<std::FILE, decltype([](std::FILE* pipe) { ::pclose(pipe); })> pipe(
      ::popen("nvidia-smi --query-gpu=memory.total --format=csv,noheader,nounits 2>/dev/null", "re"));
  std::uint64_t smallest = 0, mebibytes = 0;
  while (pipe && std::fscanf(pipe.get(), "%" SCNu64, &mebibytes) == 1)
    smallest = smallest == 0 ? mebibytes << 20 : std::min(smallest, mebibytes << 20);
  return smallest;
}

std::string in_gb(std::uint64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f GB", static_cast<double>(bytes) / 1e9);
  return text;
}

}  // namespace

std::optional<std::string> what_is_missing(const Needs& needs, const Granted& granted, int workers) {
  const auto count = static_cast<std::uint64_t>(workers);
  const std::string for_all = workers == 1 ? "a member" : std::to_string(workers) + " members at the same time";
  if (needs.cores * workers > granted.cores)
    return for_all + " need " + std::to_string(needs.cores * workers) + " cores, and " + std::to_string(granted.cores) +
           " are granted";
  if (granted.memory_bytes > 0 && needs.memory_bytes * count > granted.memory_bytes)
    return for_all + " need " + in_gb(needs.memory_bytes * count) + " of memory, and there are " +
           in_gb(granted.memory_bytes);
  if (needs.gpu_memory_bytes == 0) return std::nullopt;
  if (granted.gpus.empty()) return "a member needs a GPU with " + in_gb(needs.gpu_memory_bytes) + ", and there is none";
  if (granted.gpu_memory_bytes > 0 && needs.gpu_memory_bytes > granted.gpu_memory_bytes)
    return "a member needs a GPU with " + in_gb(needs.gpu_memory_bytes) + ", and the smallest has " +
           in_gb(granted.gpu_memory_bytes);
  return std::nullopt;
}

Granted granted() {
  Granted what;
  const auto page_bytes = ::sysconf(_SC_PAGESIZE), pages = ::sysconf(_SC_PHYS_PAGES);
  if (page_bytes > 0 && pages > 0)
    what.memory_bytes = static_cast<std::uint64_t>(page_bytes) * static_cast<std::uint64_t>(pages);
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) == 0) what.cores = std::max(1, CPU_COUNT(&set));
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) what.environment[text.substr(0, equals)] = text.substr(equals + 1);
  }
  const auto visible = what.environment.find("CUDA_VISIBLE_DEVICES");
  what.gpus = visible == what.environment.end() ? gpus_of_the_machine() : split(visible->second);
  if (!what.gpus.empty()) what.gpu_memory_bytes = smallest_gpu_memory();
  return what;
}

Environment worker_environment(const Experiment& experiment, const Granted& granted, int index, int workers) {
  const WorkersSpec& spec = experiment.workers;
  Environment environment;
  const int automatic = experiment.synchronous ? 1 : std::max(1, granted.cores / workers);
  const int threads = spec.threads_per_worker > 0 ? spec.threads_per_worker : automatic;
  for (const char* name : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"})
    if (!granted.environment.contains(name)) environment[name] = std::to_string(threads);
  if (!spec.gpus.empty() || spec.gpus_per_member > 0)
    environment["CUDA_VISIBLE_DEVICES"] = gpus_of_worker(spec, granted, index, workers);
  for (const auto& [name, value] : spec.environment) environment[name] = value;
  return environment;
}

}  // namespace pbt
