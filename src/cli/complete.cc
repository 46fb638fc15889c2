#include "cli/complete.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "cli/locate.h"
#include "cli/option_texts.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

/// Where the words before the last one have led.
struct Place {
  const CLI::App* app = nullptr;
  const CLI::Option* value_of = nullptr;  ///< the option whose value comes next
  std::size_t arguments = 0;              ///< of `app`, given so far
  std::string store;                      ///< as given
  bool trainer = false;                   ///< after `--`, where a trainer's own words stand
};

/// Of this subcommand or of those around it, whose options may stand here too.
const CLI::Option* find_option(const CLI::App* app, const std::string& name) {
  for (; app != nullptr; app = app->get_parent()) {
    if (const CLI::Option* option = app->get_option_no_throw(name)) return option;
  }
  return nullptr;
}

/// What the next word may be: the next argument, and the one after it where that may be left out. The last may stand
/// for several.
std::vector<const CLI::Option*> next_arguments(const Place& place) {
  std::vector<const CLI::Option*> all = arguments_of(*place.app);
  if (all.empty()) return {};
  const bool last_repeats = all.back()->get_items_expected_max() > 1;
  const std::size_t from = last_repeats ? std::min(place.arguments, all.size() - 1) : place.arguments;
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(from, all.size())));
  const auto needed = std::find_if(all.begin(), all.end(), [](const CLI::Option* one) { return one->get_required(); });
  if (needed != all.end()) all.erase(needed + 1, all.end());
  return all;
}

const CLI::App* find_subcommand(const CLI::App& app, const std::string& name) {
  for (const CLI::App* sub : subcommands_of(app)) {
    if (sub->get_name() == name) return sub;
  }
  return nullptr;
}

/// A store that may be left out is one only where it looks like it.
void note_value(Place& place, const CLI::Option& option, const std::string& value) {
  if (value_name(option) == "STORE" && value.find(':') != std::string::npos) place.store = value;
}

void take(Place& place, const std::string& word) {
  if (place.trainer) return;
  if (place.value_of != nullptr) {
    note_value(place, *place.value_of, word);
    place.value_of = nullptr;
  } else if (word == "--") {
    place.trainer = true;
  } else if (word.starts_with('-')) {
    const std::size_t equals = word.find('=');
    const CLI::Option* option = find_option(place.app, word.substr(0, equals));
    if (option == nullptr || !takes_value(*option)) return;
    if (equals == std::string::npos)
      place.value_of = option;
    else
      note_value(place, *option, word.substr(equals + 1));
  } else if (const CLI::App* sub = find_subcommand(*place.app, word)) {
    place.app = sub;
    place.arguments = 0;
  } else {
    for (const CLI::Option* argument : next_arguments(place)) note_value(place, *argument, word);
    ++place.arguments;
  }
}

/// Without a server: an answer at the press of a key must not wait for one.
std::vector<std::string> names_nearby(const std::string& given) {
  const char* environment = std::getenv("PBT_STORE");
  const std::string store = !given.empty() || environment == nullptr ? given : environment;
  if (!store.empty() && !store.starts_with("sqlite:")) return {};
  try {
    return names_in_sight(store);
  } catch (const std::exception&) {  // no store there yet, or none that can be read: the command itself will say so
    return {};
  }
}

std::vector<std::string> stores_nearby() {
  std::vector<std::string> stores;
  std::error_code ignored;  // no folder: no runs
  for (const auto& entry : fs::directory_iterator("runs", ignored)) {
    if (fs::is_regular_file(entry.path() / "pbt.db", ignored)) {
      stores.push_back("sqlite:" + (entry.path() / "pbt.db").string());
    }
  }
  return stores;
}

std::vector<std::string> values(const CLI::Option& option, const Place& place) {
  const std::string name = value_name(option);
  std::vector<std::string> found = choices_of(option);
  if (name == "EXPERIMENT") found = names_nearby(place.store);
  if (name == "STORE") found = stores_nearby();
  if (name == "EXPERIMENT") found.push_back(":files .toml");
  if (name == "LIBRARY") found.push_back(":files .so");
  if (name == "FILE") found.push_back(":files");
  if (name == "FOLDER") found.push_back(":folders");
  return found;
}

std::vector<std::string> options(const Place& place) {
  std::vector<std::string> found;
  for (const CLI::App* app = place.app; app != nullptr; app = app->get_parent()) {
    for (const CLI::Option* option : options_of(*app)) {
      const std::string word = option->get_lnames().empty() ? "-" + option->get_snames().front()  //
                                                            : "--" + option->get_lnames().front();
      const bool seen = std::any_of(found.begin(), found.end(),
                                    [&word](const std::string& line) { return line.starts_with(word + '\t'); });
      if (!seen && !(app != place.app && word == "--version")) found.push_back(word + '\t' + option->get_description());
    }
  }
  return found;
}

std::vector<std::string> candidates(const Place& place, const std::string& word) {
  if (place.trainer) return {":files"};
  if (place.value_of != nullptr) return values(*place.value_of, place);
  const std::size_t equals = word.find('=');
  if (word.starts_with("--") && equals != std::string::npos) {
    const CLI::Option* option = find_option(place.app, word.substr(0, equals));
    std::vector<std::string> found = option == nullptr ? std::vector<std::string>{} : values(*option, place);
    for (std::string& value : found) {
      if (!value.starts_with(':')) value.insert(0, word, 0, equals + 1);
    }
    return found;
  }
  if (word.starts_with('-')) return options(place);
  std::vector<std::string> found;
  if (place.arguments == 0) {
    for (const CLI::App* sub : subcommands_of(*place.app))
      found.push_back(sub->get_name() + '\t' + sub->get_description());
  }
  for (const CLI::Option* argument : next_arguments(place)) {
    const std::vector<std::string> more = values(*argument, place);
    found.insert(found.end(), more.begin(), more.end());
  }
  return found.empty() ? options(place) : found;
}

}  // namespace

std::vector<std::string> completions(const CLI::App& app, const std::vector<std::string>& words) {
  Place place;
  place.app = &app;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) take(place, words[i]);
  const std::string word = words.empty() ? "" : words.back();
  std::vector<std::string> found = candidates(place, word);
  std::erase_if(found, [&word](const std::string& line) { return !line.starts_with(':') && !line.starts_with(word); });
  return found;
}

}  // namespace pbt
