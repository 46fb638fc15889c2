#include "check/findings.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/json.h"

namespace pbt {
namespace {

constexpr std::array<Verdict, 4> verdicts{Verdict::passed, Verdict::warned, Verdict::failed, Verdict::skipped};

std::string word(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "passed";
    case Verdict::warned:
      return "warned";
    case Verdict::failed:
      return "failed";
    case Verdict::skipped:
      return "skipped";
  }
  return "";
}

constexpr std::size_t indent = 8, width_max = 110;

/// A line, indented, broken between words where it is too long.
std::string wrapped(const std::string& line) {
  std::string text;
  std::size_t width = width_max;  // so that the first word begins a line
  std::istringstream words(line);
  for (std::string word; words >> word;) {
    const bool fits = width + 1 + word.size() <= width_max;
    text += fits ? " " : (text.empty() ? "" : "\n") + std::string(indent, ' ');
    width = (fits ? width + 1 : indent) + word.size();
    text += word;
  }
  return text + '\n';
}

}  // namespace

std::string mark(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "ok";
    case Verdict::warned:
      return "warn";
    case Verdict::failed:
      return "FAIL";
    case Verdict::skipped:
      return "skip";
  }
  return "";
}

std::string text_of(const Finding& finding) {
  std::string text = mark(finding.verdict);
  text.resize(6, ' ');
  text += finding.name + '\n';
  std::istringstream lines(finding.explanation);
  for (std::string line; std::getline(lines, line);) text += wrapped(line);
  return text;
}

std::string summary_of(const std::vector<Finding>& findings) {
  std::string counts;
  for (const Verdict verdict : verdicts) {
    const auto count = std::count_if(findings.begin(), findings.end(),
                                     [&](const Finding& finding) { return finding.verdict == verdict; });
    if (count > 0) counts += (counts.empty() ? "" : ", ") + std::to_string(count) + " " + word(verdict);
  }
  return counts + (any_failed(findings) ? ": the trainer breaks its contract; mend it before a run"
                                        : ": the trainer keeps its contract as far as this could see");
}

std::string json_of(const std::vector<Finding>& findings) {
  nlohmann::json list = nlohmann::json::array();
  for (const Finding& finding : findings)
    list.push_back({{"name", finding.name}, {"verdict", word(finding.verdict)}, {"explanation", finding.explanation}});
  return dump(list);
}

bool any_failed(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.verdict == Verdict::failed; });
}

}  // namespace pbt
