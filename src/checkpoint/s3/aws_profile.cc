#include "checkpoint/s3/aws_profile.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace pbt::s3 {
namespace {

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::filesystem::path file_of(const Environment& environment, const char* variable, const char* name) {
  if (std::string file = environment(variable); !file.empty()) return file;
  const std::string home = environment("HOME");
  return home.empty() ? std::filesystem::path() : std::filesystem::path(home) / ".aws" / name;
}

std::map<std::string, std::string> section(const std::filesystem::path& file, const std::string& name) {
  Sections sections = parse_sections(read_trimmed(file));
  return std::move(sections[name]);
}

}  // namespace

Environment system_environment() {
  return [](const std::string& name) -> std::string {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? "" : value;
  };
}

Sections parse_sections(const std::string& text) {
  Sections sections;
  std::map<std::string, std::string>* current = nullptr;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    // What is indented belongs to a nested key, such as "s3 =".
    const bool nested = line.starts_with(' ') || line.starts_with('\t');
    line = trimmed(line);
    if (line.empty() || line.starts_with('#') || line.starts_with(';')) continue;
    if (line.starts_with('[')) {
      current = &sections[trimmed(line.substr(1, line.find(']') - 1))];
    } else if (const std::size_t equals = line.find('=');
               equals != std::string::npos && current != nullptr && !nested) {
      (*current)[trimmed(line.substr(0, equals))] = trimmed(line.substr(equals + 1));
    }
  }
  return sections;
}

std::string profile_name(const Environment& environment) {
  const std::string name = environment("AWS_PROFILE");
  return name.empty() ? "default" : name;
}

std::filesystem::path config_file(const Environment& environment) {
  return file_of(environment, "AWS_CONFIG_FILE", "config");
}

std::filesystem::path credentials_file(const Environment& environment) {
  return file_of(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
}

std::map<std::string, std::string> profile_in_config(const Environment& environment) {
  const std::string name = profile_name(environment);
  return section(config_file(environment), name == "default" ? name : "profile " + name);
}

std::map<std::string, std::string> profile_in_credentials(const Environment& environment) {
  return section(credentials_file(environment), profile_name(environment));
}

std::string read_trimmed(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return trimmed(text.str());
}

}  // namespace pbt::s3
