#include "serve/api.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "pbt/error.h"
#include "serve/turn_page.h"
#include "view/documents.h"
#include "view/machine_views.h"

namespace pbt::serve {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kRoot = "/api/v1/";

std::vector<std::string> words_of(std::string_view path) {
  std::vector<std::string> words;
  while (!path.empty()) {
    words.emplace_back(path.substr(0, path.find('/')));
    path.remove_prefix(std::min(path.size(), words.back().size() + 1));
  }
  return words;
}

/// A whole number, or UsageError.
std::int64_t whole(const std::string& name, const std::string& text, std::int64_t low, std::int64_t high) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < low || value > high)
    throw UsageError(fmt::format("{}: expected a whole number from {} to {}", name, low, high));
  return value;
}

std::int64_t asked(const Request& request, const std::string& name, std::int64_t otherwise, std::int64_t low,
                   std::int64_t high) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? otherwise : whole(name, found->second, low, high);
}

Json row_of(Site& site, const std::string& name) {
  Json row = {{"name", name}};
  for (const char* key : {"state", "algorithm", "metric", "mode", "score", "population", "turns", "steps_done",
                          "steps_planned", "created_ms", "error"})
    row[key] = nullptr;
  try {
    FollowedRun* run = site.find(name);
    if (run == nullptr) return row;
    const Overview& look = run->overview();
    const Objective& objective = run->experiment().objective;
    row["state"] = to_string(look.status.state);
    row["algorithm"] = run->experiment().algorithm.type;
    row["metric"] = objective.metric;
    row["mode"] = objective.mode == Mode::maximize ? "max" : "min";
    if (look.best) row["score"] = objective.metric_value(look.best->score);
    row["population"] = run->experiment().population;
    row["turns"] = look.turns;
    row["steps_done"] = look.progress.steps_done;
    row["steps_planned"] = look.progress.steps_planned;
    row["created_ms"] = look.status.created_ms;
  } catch (const Error& error) {
    row["error"] = error.what();
  }
  return row;
}

Reply list_experiments(Site& site) {
  Json list = Json::array();
  for (const std::string& name : site.names()) list.push_back(row_of(site, name));
  return {200, "application/json", dump(Json{{"experiments", std::move(list)}})};
}

/// The status without its members, which a thousand of them would fill a megabyte with.
std::string brief_status(FollowedRun& run) {
  Overview look = run.overview();
  look.members.clear();
  return status_json(run.experiment(), look);
}

/// What a page that has `rows` rows is told, once a second.
struct Teller {
  Site& site;
  std::string name;
  int rows;
  std::string status{};

  std::vector<Event> operator()() {
    FollowedRun& run = *site.find(name);
    run.catch_up();
    std::vector<Event> events;
    if (run.digest().size() > rows) {
      const bool whole = run.digest().size() <= rows_max;
      const int first = whole ? rows : run.digest().size();
      events.push_back({std::to_string(run.digest().size()), "turns",
                        turns_document(run.experiment(), run.digest(), first, rows_max)});
      rows = run.digest().size();
    }
    std::string now = brief_status(run);
    if (now != status) events.push_back({"", "status", now});
    status = std::move(now);
    return events;
  }
};

Reply follow(Site& site, FollowedRun& run, const Request& request) {
  const std::string last(request.header("last-event-id"));
  const auto most = run.digest().size();
  const std::int64_t rows =
      last.empty() ? asked(request, "first", 0, 0, INT32_MAX) : whole("Last-Event-ID", last, 0, INT32_MAX);
  Reply reply{200, "text/event-stream", ""};
  reply.events = Teller{site, run.experiment().name, static_cast<int>(std::min<std::int64_t>(rows, most))};
  return reply;
}

std::string failures(const FollowedRun& run, const Request& request) {
  const auto after = asked(request, "after", 0, 0, INT64_MAX);
  const auto limit = static_cast<int>(asked(request, "limit", 200, 1, 1000));
  return R"({"failures":)" + run.failures_json(after, limit) + '}';
}

std::string timeline(const FollowedRun& run, const Request& request) {
  const TimeWindow whole = whole_time(run.digest());
  const TimeWindow window{asked(request, "from_ms", whole.from_ms, 0, INT64_MAX / 2),
                          asked(request, "to_ms", whole.to_ms, 0, INT64_MAX / 2)};
  if (window.to_ms < window.from_ms) throw UsageError("to_ms: expected no less than from_ms");
  return timeline_document(run.digest(), window, bars_max);
}

Reply of_experiment(Site& site, FollowedRun& run, const std::vector<std::string>& words, const Request& request) {
  const auto json = [](std::string text) { return Reply{200, "application/json", std::move(text)}; };
  run.catch_up();
  if (words.size() == 2) return json(run.experiment_json());
  const std::string& what = words[2];
  if (words.size() == 3 && what == "turns") {
    const auto first = static_cast<int>(asked(request, "first", 0, 0, INT32_MAX));
    const auto limit = static_cast<int>(asked(request, "limit", rows_max, 1, rows_max));
    return json(turns_document(run.experiment(), run.digest(), first, limit));
  }
  if (words.size() == 3 && what == "progress") return json(run.progress());
  if (words.size() == 3 && what == "timeline") return json(timeline(run, request));
  if (words.size() == 3 && what == "failures") return json(failures(run, request));
  if (words.size() == 3 && what == "events") return follow(site, run, request);
  if (what == "members" && (words.size() == 6 || words.size() == 8) && words[4] == "turns") {
    const TurnKey key{static_cast<int>(whole("member", words[3], 0, INT32_MAX)),
                      static_cast<int>(whole("turn", words[5], 1, INT32_MAX))};
    const TurnPointer turn = run.reader().turn(key);
    if (!turn) return problem(404, "there is no turn " + to_string(key));
    if (words.size() == 6) return json(turn_page(run, *turn));
    if (words[6] == "images") return turn_image(run, *turn, words[7]);
  }
  return problem(404, "there is nothing of that name; /api/v1/openapi.json says what there is");
}

Reply api(Site& site, const Request& request) {
  const std::vector<std::string> words = words_of(std::string_view(request.path).substr(kRoot.size()));
  if (words == std::vector<std::string>{"openapi.json"}) {
    const Asset file = asset("/openapi.json");
    return {200, "application/json", std::string(file.data)};
  }
  if (words == std::vector<std::string>{"experiments"}) return list_experiments(site);
  if (words.size() < 2 || words[0] != "experiments")
    return problem(404, "there is nothing of that name; /api/v1/openapi.json says what there is");
  FollowedRun* run = site.find(words[1]);
  if (run == nullptr) return problem(404, fmt::format("there is no experiment \"{}\"", words[1]));
  return of_experiment(site, *run, words, request);
}

}  // namespace

Reply answer(Site& site, const Request& request) try {
  if (request.path.starts_with(kRoot)) return api(site, request);
  if (request.path == "/metrics") return {200, "text/plain; version=0.0.4; charset=utf-8", prometheus_text(site)};
  const Asset file = asset(request.path == "/" ? "/index.html" : request.path);
  if (file.data.data() == nullptr) return problem(404, "there is no such page");
  return {200, std::string(file.type), std::string(file.data)};
} catch (const UsageError& error) {
  return problem(400, error.what());
} catch (const Error& error) {
  return problem(500, error.what());
}

}  // namespace pbt::serve
