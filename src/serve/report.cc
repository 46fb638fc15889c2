#include "serve/report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "pbt/error.h"
#include "serve/api.h"
#include "serve/turn_page.h"
#include "view/documents.h"

namespace pbt::serve {
namespace {

constexpr int kFailures = 1000;
constexpr std::size_t kPictureBytes = 1'000'000;  // of all pictures together
constexpr std::size_t kDetails = 400;
constexpr std::string_view kPlace = "<!--pbt-data-->";

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t k = 0; k < 3; ++k)
      three = three << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      text += i + k > bytes.size() ? '=' : digits[three >> (18U - 6U * static_cast<unsigned>(k)) & 63U];
  }
  return text;
}

/// Inside an element <script> no text may look like the end of it, or like a comment.
std::string for_script(std::string text) {
  for (std::size_t at = text.find('<'); at != text.npos; at = text.find('<', at)) text.replace(at, 1, "\\u003c");
  return text;
}

/// The details of the best turn's lineage, the latest first where not all fit.
std::string details(const FollowedRun& run) {
  const std::vector<int> rows = lineage(run.digest(), run.digest().best());
  std::size_t room = kPictureBytes;
  std::string text;
  std::size_t count = 0;
  for (auto row = rows.rbegin(); row != rows.rend() && count < kDetails; ++row, ++count) {
    const TurnKey key{run.digest().row(*row).member, run.digest().row(*row).index};
    const TurnPointer turn = run.reader().turn(key);
    if (!turn) continue;
    auto page = nlohmann::ordered_json::parse(turn_page(run, *turn));
    page["log_tail"] = nullptr;  // of the worker's latest turn, not of this one, once the run is over
    page["image_data"] = nlohmann::ordered_json::object();
    for (const auto& name : page["images"]) {
      const Reply image = turn_image(run, *turn, name.get<std::string>());
      if (image.status != 200 || image.body.size() > room) continue;
      room -= image.body.size();
      page["image_data"][name.get<std::string>()] = "data:image/png;base64," + base64(image.body);
    }
    text += fmt::format("{}\"{}\":{}", text.empty() ? "" : ",", to_string(key), page.dump());
  }
  return '{' + text + '}';
}

}  // namespace

std::string report_page(FollowedRun& run) {
  const std::string_view page = asset("/report.html").data;
  const std::size_t place = page.find(kPlace);
  if (place == page.npos)
    throw Error(
        "this pbt was built without the dashboard, so it has no page to report on: build it with "
        "-DPBT_DASHBOARD=ON, or see `pbt plot`");
  while (run.read_on(1000)) {
  }
  const std::string data =
      fmt::format(R"({{"experiment":{},"turns":{},"progress":{},"timeline":{},"details":{},"failures":{}}})",
                  run.experiment_json(), turns_document(run.experiment(), run.digest(), 0, rows_max), run.progress(),
                  timeline_document(run.digest(), whole_time(run.digest()), bars_max), details(run),
                  run.failures_json(0, kFailures));
  return fmt::format("{}<script type=\"application/json\" id=\"pbt-data\">{}</script>{}", page.substr(0, place),
                     for_script(data), page.substr(place + kPlace.size()));
}

}  // namespace pbt::serve
