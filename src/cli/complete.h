#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace pbt {

/// What may stand in place of the last of `words`, which is being typed and may be empty; the others come before it,
/// without the program's name. Each is a word, and after a tab what it means. ":files", ":files .toml" and ":folders"
/// are for the shell to fill in: any file, files with that ending, folders. The scripts in packaging/completions ask
/// for it by `pbt complete WORDS...`, so that what is completed is what this program takes.
[[nodiscard]] std::vector<std::string> completions(const CLI::App& app, const std::vector<std::string>& words);

}  // namespace pbt
