#pragma once

#include <memory>
#include <string>
#include <vector>

#include "translation/codes.h"
#include "translation/text.h"

namespace pbt::translation {

/// Sentences of a source and a target language, line by line translations of each other.
struct ParallelText {
  Lines source;
  Lines target;
};

/// The two languages, as the endings of file names: "en" and "de".
struct Languages {
  std::string source;
  std::string target;
};

/// Reads PREFIX.<source> and PREFIX.<target>. Throws std::runtime_error where a file is missing, empty or no UTF-8, or
/// where they have unequal numbers of lines (saying both).
[[nodiscard]] ParallelText read_parallel(const std::string& prefix, const Languages& languages);

/// Encoded sentences, one after another: a few bytes a token, for corpora of millions.
class Sentences {
 public:
  Sentences() = default;
  Sentences(const Codes& codes, const Lines& lines);

  [[nodiscard]] std::size_t size() const { return begins_.size() - 1; }
  /// Tokens of sentence i, without begin or end.
  [[nodiscard]] std::size_t length(std::size_t i) const { return begins_[i + 1] - begins_[i]; }
  [[nodiscard]] const Token* begin(std::size_t i) const { return tokens_.data() + begins_[i]; }
  [[nodiscard]] const Token* end(std::size_t i) const { return tokens_.data() + begins_[i + 1]; }

 private:
  std::vector<Token> tokens_;
  std::vector<std::size_t> begins_{0};
};

/// Encoded sentence pairs.
struct Pairs {
  Sentences source;
  Sentences target;
  [[nodiscard]] std::size_t size() const { return source.size(); }
  /// Positions that the longer side of pair i takes, its end included.
  [[nodiscard]] std::size_t length(std::size_t i) const;
};

/// What members are trained and measured on; shared by all of one process.
struct Task {
  Languages languages;
  std::shared_ptr<const Codes> codes;
  Pairs training;
  Pairs validation;
  Lines references;  ///< the validation's target sentences
};

/// Reads both parallel texts. The codes come from the file `codes`, or are learnt from the training text where it is
/// empty: `vocabulary` symbols at most. Throws what read_parallel, Codes::from_text and Codes::learn throw.
[[nodiscard]] std::shared_ptr<const Task> load_task(const std::string& training, const std::string& validation,
                                                    const Languages& languages, const std::string& codes,
                                                    std::size_t vocabulary);
/// The same of texts in memory.
[[nodiscard]] std::shared_ptr<const Task> make_task(const ParallelText& training, const ParallelText& validation,
                                                    const Languages& languages, std::shared_ptr<const Codes> codes);

}  // namespace pbt::translation
