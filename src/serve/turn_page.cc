#include "serve/turn_page.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "serve/png.h"
#include "trainer/log.h"
#include "view/machine_views.h"

namespace pbt::serve {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::uintmax_t kLogBytes = 8 * 1024;
constexpr std::uintmax_t kImageBytes = 8 * 1024 * 1024;
constexpr int kEntries = 1000;  // of a folder, looked at

/// A regular file right in `folder`, no link: what a trainer put there must not lead elsewhere.
bool is_own_file(const fs::path& folder, const fs::path& file) {
  std::error_code ignored;
  return file.parent_path() == folder && file.has_filename() && file.filename() != ".." &&
         fs::symlink_status(file, ignored).type() == fs::file_type::regular;
}

/// The last `limit` bytes; empty where it cannot be read.
std::string tail(const fs::path& path, std::uintmax_t limit) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return "";
  const auto size = static_cast<std::uintmax_t>(std::max<std::streamoff>(0, file.tellg()));
  std::string text(std::min(size, limit), '\0');
  file.seekg(static_cast<std::streamoff>(size - text.size()));
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
  return text;
}

std::string log_tail(const OpenedRun& run, const Turn& turn) {
  for (const fs::path& log : {worker_log(run.logs, turn.worker), member_log(run.logs, turn.key.member)}) {
    std::string end = is_own_file(run.logs, log) ? tail(log, kLogBytes) : "";
    if (!end.empty()) return end;
  }
  return "";
}

fs::path folder_of(const OpenedRun& run, const Turn& turn) {
  const fs::path folder = run.checkpoints / turn.checkpoint.name;
  return folder.parent_path() == run.checkpoints && folder.filename() != ".." ? folder : fs::path{};
}

std::vector<std::string> images(const OpenedRun& run, const Turn& turn) {
  std::vector<std::string> names;
  const fs::path folder = folder_of(run, turn);
  std::error_code ignored;  // a checkpoint that was collected has no folder
  int looked_at = 0;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (++looked_at > kEntries) break;
    if (entry.path().extension() == ".png" && is_own_file(folder, entry.path()))
      names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// What followed the turn: right behind it in the record, in a synchronous round within as many decisions as there are
/// members.
std::optional<Decision> decision_after(const FollowedRun& run, const Turn& turn) {
  for (const Decision& decision : run.reader().decisions(turn.sequence, run.experiment().population + 1)) {
    if (decision.member == turn.key.member && decision.turn == turn.key.index) return decision;
  }
  return std::nullopt;
}

}  // namespace

std::string turn_page(const FollowedRun& run, const Turn& turn) {
  const std::optional<Decision> decision = decision_after(run, turn);
  const std::string log = log_tail(run.opened(), turn);
  const Json json = {{"log_tail", log.empty() ? Json(nullptr) : Json(log)}, {"images", images(run.opened(), turn)}};
  const std::string rest = dump(json);
  return R"({"turn":)" + turn_json(run.experiment(), turn, decision ? &*decision : nullptr) + ',' + rest.substr(1);
}

Reply turn_image(const FollowedRun& run, const Turn& turn, const std::string& file) {
  const std::vector<std::string> names = images(run.opened(), turn);
  if (std::find(names.begin(), names.end(), file) == names.end()) return problem(404, "this turn has no such picture");
  const fs::path path = folder_of(run.opened(), turn) / file;
  std::error_code ignored;
  const auto bytes = fs::file_size(path, ignored);
  const std::optional<std::string> picture =
      ignored || bytes > kImageBytes ? std::nullopt : pixels_alone(tail(path, kImageBytes));
  if (!picture) return problem(404, "this picture is no PNG, is damaged, or is larger than 8 MiB");
  return {200, "image/png", *picture};
}

}  // namespace pbt::serve
