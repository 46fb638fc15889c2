#include "trainer/protocol.h"

#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/printable.h"

namespace pbt::protocol {
namespace {

using nlohmann::json;

// The keys of one message; what is missing or of another type is an Error that names the key.
class Keys {
 public:
  explicit Keys(const json& object) : object_(object) {}

  [[nodiscard]] const json& at(const char* key) const {
    const json* value = find(key);
    if (value == nullptr) throw Error(std::string("the key \"") + key + "\" is missing");
    return *value;
  }
  [[nodiscard]] const json* find(const char* key) const {
    const auto found = object_.find(key);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }
  [[nodiscard]] std::string text(const char* key) const {
    const json& value = at(key);
    if (!value.is_string()) wrong(key, "a string");
    return value.get<std::string>();
  }
  [[nodiscard]] std::string text_or(const char* key, const std::string& otherwise) const {
    return find(key) != nullptr ? text(key) : otherwise;
  }
  [[nodiscard]] std::int64_t integer(const char* key) const {
    const json& value = at(key);
    // Languages without integers send 65000.0; what is whole is taken.
    const double number = value.is_number() ? value.get<double>() : 0.5;
    if (!(number >= -static_cast<double>(json_integer_max) && number <= static_cast<double>(json_integer_max)) ||
        number != static_cast<double>(static_cast<std::int64_t>(number))) {
      wrong(key, "an integer within 2^53");
    }
    return value.get<std::int64_t>();
  }
  [[nodiscard]] std::int64_t integer_or(const char* key, std::int64_t otherwise) const {
    return find(key) != nullptr ? integer(key) : otherwise;
  }
  [[nodiscard]] int count_or(const char* key, int least, int otherwise) const {
    const std::int64_t count = integer_or(key, otherwise);
    if (count < least || count > 1'000'000) wrong(key, "an integer from " + std::to_string(least) + " to 1000000");
    return static_cast<int>(count);
  }
  [[nodiscard]] bool flag_or(const char* key, bool otherwise) const {
    const json* value = find(key);
    if (value != nullptr && !value->is_boolean()) wrong(key, "true or false");
    return value != nullptr ? value->get<bool>() : otherwise;
  }
  [[nodiscard]] std::vector<std::string> texts(const char* key) const {
    std::vector<std::string> result;
    const json& list = at(key);
    if (!list.is_array()) wrong(key, "a list of strings");
    for (const json& value : list) {
      if (!value.is_string()) wrong(key, "a list of strings");
      result.push_back(value.get<std::string>());
    }
    return result;
  }

 private:
  [[noreturn]] static void wrong(const char* key, const std::string& expected) {
    throw Error(std::string("the key \"") + key + "\" must be " + expected);
  }

  const json& object_;
};

json to_json(const Assignment& turn) {
  const char* weights = turn.weights == Weights::none     ? "none"
                        : turn.weights == Weights::folder ? "folder"
                                                          : "resident";
  json message{{"id", turn.id},
               {"member", turn.member},
               {"index", turn.index},
               {"seed", turn.seed},
               {"hyperparameters", pbt::to_json(turn.hyperparameters)},
               {"from_step", turn.from_step},
               {"steps", turn.steps},
               {"weights", weights},
               {"parent", nullptr},
               {"load", nullptr},
               {"save", turn.save.path()->string()}};
  if (!turn.parent.empty()) message["parent"] = turn.parent;
  if (turn.load.path() != nullptr) message["load"] = turn.load.path()->string();
  return message;
}

Assignment assignment_from_json(const json& object) {
  const Keys keys(object);
  Assignment turn;
  turn.id = keys.text("id");
  turn.member = keys.count_or("member", 0, 0);
  turn.index = keys.count_or("index", 1, 1);
  turn.seed = keys.integer("seed");
  turn.hyperparameters = hyperparameters_from_json(keys.at("hyperparameters"));
  turn.from_step = keys.integer("from_step");
  turn.steps = keys.integer("steps");
  const std::string weights = keys.text("weights");
  if (weights != "none" && weights != "folder" && weights != "resident") {
    throw Error("the key \"weights\" must be \"none\", \"folder\" or \"resident\"");
  }
  turn.weights = weights == "none" ? Weights::none : weights == "folder" ? Weights::folder : Weights::resident;
  turn.parent = keys.text_or("parent", "");
  if (keys.find("load") != nullptr) turn.load = Folder(std::filesystem::path(keys.text("load")));
  if (turn.weights != Weights::none && !turn.load.exists()) throw Error("the key \"load\" is missing");
  turn.save = Folder(std::filesystem::path(keys.text("save")));
  return turn;
}

json to_json(const TrainerHello& hello) {
  return {{"type", "hello"},
          {"protocol", hello.protocol},
          {"client", hello.client},
          {"resident_max", hello.resident_max},
          {"batch_max", hello.batch_max}};
}

json to_json(const Progress& progress) {
  return {
      {"type", "progress"}, {"id", progress.id}, {"step", progress.step}, {"metrics", pbt::to_json(progress.metrics)}};
}

json to_json(const Result& result) {
  const Report& report = result.report;
  return {{"type", "result"},
          {"id", result.id},
          {"step", report.step},
          {"metrics", pbt::to_json(report.metrics)},
          {"samples", pbt::to_json(report.samples)},
          {"hyperparameters", pbt::to_json(report.in_effect)},
          {"unread", report.unread},
          {"partial", report.partial}};
}

json to_json(const Failed& failed) {
  json message{{"type", "failure"}, {"id", failed.id}, {"message", failed.message}};
  if (failed.step != 0) message["step"] = failed.step;
  return message;
}

json to_json(const WorkerHello& hello) {
  return {{"type", "hello"},        {"protocol", hello.protocol}, {"experiment", hello.experiment},
          {"worker", hello.worker}, {"metric", hello.metric},     {"mode", hello.mode}};
}

json to_json(const Turns& turns) {
  json list = json::array();
  for (const Assignment& turn : turns.turns) list.push_back(to_json(turn));
  return {{"type", "turns"}, {"turns", std::move(list)}};
}

json to_json(const Cancel& cancel) {
  return {{"type", "cancel"}, {"mode", cancel.mode == Stop::save ? "save" : "abandon"}};
}

json to_json(const Drop& drop) { return {{"type", "drop"}, {"ids", drop.ids}}; }

json to_json(const Goodbye&) { return {{"type", "goodbye"}}; }

FromTrainer from_trainer(const std::string& type, const Keys& keys) {
  if (type == "hello") {
    return TrainerHello{keys.integer("protocol"), keys.text_or("client", ""), keys.count_or("resident_max", 0, 0),
                        keys.count_or("batch_max", 1, 1)};
  }
  if (type == "progress") {
    const json* metrics = keys.find("metrics");
    return Progress{keys.text("id"), keys.integer("step"),
                    metrics != nullptr ? metrics_from_json(*metrics) : Metrics{}};
  }
  if (type == "result") {
    Result result{keys.text("id"), {}};
    result.report.step = keys.integer("step");
    result.report.metrics = metrics_from_json(keys.at("metrics"));
    if (const json* samples = keys.find("samples")) result.report.samples = samples_from_json(*samples);
    if (const json* values = keys.find("hyperparameters")) result.report.in_effect = hyperparameters_from_json(*values);
    if (keys.find("unread") != nullptr) result.report.unread = keys.texts("unread");
    result.report.partial = keys.flag_or("partial", false);
    return result;
  }
  if (type == "failure") return Failed{keys.text("id"), keys.text("message"), keys.integer_or("step", 0)};
  throw Error("a trainer sends hello, progress, result or failure, not \"" + printable(type, 50) + "\"");
}

FromWorker from_worker(const std::string& type, const Keys& keys) {
  if (type == "hello") {
    return WorkerHello{keys.integer("protocol"), keys.text("experiment"), keys.text("worker"), keys.text("metric"),
                       keys.text("mode")};
  }
  if (type == "turns") {
    Turns turns;
    const json& list = keys.at("turns");
    if (!list.is_array() || list.empty()) throw Error("the key \"turns\" must be a list of turns");
    for (const json& turn : list) {
      if (!turn.is_object()) throw Error("a turn must be an object");
      turns.turns.push_back(assignment_from_json(turn));
    }
    return turns;
  }
  if (type == "cancel") {
    const std::string mode = keys.text("mode");
    if (mode != "save" && mode != "abandon") throw Error("the key \"mode\" must be \"save\" or \"abandon\"");
    return Cancel{mode == "save" ? Stop::save : Stop::abandon};
  }
  if (type == "drop") return Drop{keys.texts("ids")};
  if (type == "goodbye") return Goodbye{};
  throw Error("a worker sends hello, turns, cancel, drop or goodbye, not \"" + printable(type, 50) + "\"");
}

template <class Message, class Decode>
Message decode(std::string_view line, const Decode& by_type) {
  try {
    const json object = try_parse_json(line);
    if (!object.is_object()) {
      throw Error(
          "it is no JSON object (numbers that are not finite are sent as \"NaN\", \"Infinity\", \"-Infinity\")");
    }
    const Keys keys(object);
    return by_type(keys.text("type"), keys);
  } catch (const ProtocolError&) {
    throw;
  } catch (const Error& error) {
    throw ProtocolError("not a message of protocol 1 (docs/protocol.md): " + printable(error.what(), 300) +
                        "; the line was: " + printable(line, 200));
  }
}

template <class Messages>
std::string encode_line(const Messages& message) {
  return std::visit([](const auto& m) { return dump(to_json(m)) + '\n'; }, message);
}

}  // namespace

std::string encode(const FromTrainer& message) { return encode_line(message); }
std::string encode(const FromWorker& message) { return encode_line(message); }
FromTrainer decode_from_trainer(std::string_view line) { return decode<FromTrainer>(line, from_trainer); }
FromWorker decode_from_worker(std::string_view line) { return decode<FromWorker>(line, from_worker); }

}  // namespace pbt::protocol
