#include <nlohmann/json.hpp>

#include "core/json.h"
#include "view/machine_views.h"

namespace pbt {
namespace {

using Json = nlohmann::ordered_json;

/// Ray's configurations are nested where our names are dotted. A name whose beginning is itself a value stays flat.
Json config(const Hyperparameters& values) {
  Json root = Json::object();
  for (const auto& [name, value] : values) {
    Json* table = &root;
    std::size_t begin = 0;
    for (auto dot = name.find('.'); dot != std::string::npos; dot = name.find('.', begin)) {
      Json& inner = (*table)[name.substr(begin, dot - begin)];
      if (inner.is_null()) inner = Json::object();
      if (!inner.is_object()) break;
      table = &inner;
      begin = dot + 1;
    }
    const bool flat = name.find('.', begin) != std::string::npos;
    (flat ? root[name] : (*table)[name.substr(begin)]) = to_json(value);
  }
  return root;
}

std::string tag(TurnKey key) { return "member_" + std::to_string(key.member); }

}  // namespace

std::string ray_policy(const std::vector<ScheduleRow>& rows) {
  // Ray walks the lines from the last to the first and ends where a line's target is not the clone of the line after
  // it, so a change of hyperparameters without a copy has one member as both. A schedule of one row still needs a line,
  // for its values.
  std::string text;
  for (std::size_t i = rows.size() > 1 ? 1 : 0; i < rows.size(); ++i) {
    const ScheduleRow& before = rows[i == 0 ? 0 : i - 1];
    const Json line{tag(rows[i].last),
                    tag(before.last),
                    rows[i].first_iteration,
                    rows[i].first_iteration,
                    config(before.hyperparameters),
                    config(rows[i].hyperparameters)};
    text += dump(line) + '\n';
  }
  return text;
}

}  // namespace pbt
