#include "translation/corpus.h"

#include <algorithm>
#include <stdexcept>

namespace pbt::translation {

ParallelText read_parallel(const std::string& prefix, const Languages& languages) {
  if (languages.source.empty() || languages.target.empty() || languages.source == languages.target)
    throw std::invalid_argument("--source \"" + languages.source + "\" and --target \"" + languages.target +
                                "\": expected the endings of two files, such as en and de");
  const std::string source = prefix + "." + languages.source;
  const std::string target = prefix + "." + languages.target;
  ParallelText text{read_lines(source), read_lines(target)};
  if (text.source.size() != text.target.size())
    throw std::runtime_error(source + " has " + std::to_string(text.source.size()) + " lines and " + target + " has " +
                             std::to_string(text.target.size()) +
                             ": line i of one must be the translation of line i of the other");
  return text;
}

Sentences::Sentences(const Codes& codes, const Lines& lines) {
  std::unordered_map<std::string, std::vector<Token>> known;  // most words are seen again and again
  begins_.reserve(lines.size() + 1);
  for (const std::string& line : lines) {
    for (const std::string& word : words_of(line)) {
      auto found = known.find(word);
      if (found == known.end()) found = known.emplace(word, codes.encode_word(word)).first;
      tokens_.insert(tokens_.end(), found->second.begin(), found->second.end());
    }
    begins_.push_back(tokens_.size());
  }
}

std::size_t Pairs::length(std::size_t i) const { return std::max(source.length(i), target.length(i)) + 1; }

std::shared_ptr<const Task> make_task(const ParallelText& training, const ParallelText& validation,
                                      const Languages& languages, std::shared_ptr<const Codes> codes) {
  auto task = std::make_shared<Task>();
  task->languages = languages;
  task->training = {Sentences(*codes, training.source), Sentences(*codes, training.target)};
  task->validation = {Sentences(*codes, validation.source), Sentences(*codes, validation.target)};
  task->references = validation.target;
  task->codes = std::move(codes);
  return task;
}

std::shared_ptr<const Task> load_task(const std::string& training, const std::string& validation,
                                      const Languages& languages, const std::string& codes, std::size_t vocabulary) {
  const ParallelText train = read_parallel(training, languages);
  const ParallelText check = read_parallel(validation, languages);
  const auto read = [&codes] {
    std::string text;
    for (const std::string& line : read_lines(codes)) text += line + '\n';
    return Codes::from_text(text, codes);
  };
  return make_task(
      train, check, languages,
      std::make_shared<const Codes>(codes.empty() ? Codes::learn({&train.source, &train.target}, vocabulary) : read()));
}

}  // namespace pbt::translation
