#pragma once

#include <filesystem>
#include <string>

namespace CLI {
class App;
}

namespace pbt {

/// The manual page, in section 1, of the program or one of its subcommands: what `--help` says, in the language of
/// man(7). `date`: of the page, as YYYY-MM-DD.
[[nodiscard]] std::string manual_page(const CLI::App& app, const std::string& date);

/// One file for the program and each subcommand: pbt.1, pbt-run.1, pbt-export-mlflow.1 and so on. The build calls it by
/// `pbt manual FOLDER DATE`.
void write_manual(const CLI::App& app, const std::filesystem::path& folder, const std::string& date);

}  // namespace pbt
