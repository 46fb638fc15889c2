#pragma once

#include <filesystem>
#include <string>

namespace pbt {

/// The path of a program of PostgreSQL's server: on PATH, or where Debian and Red Hat keep it. Throws Error that says
/// what to install.
[[nodiscard]] std::string postgres_program(const std::string& name);

/// Makes the database below `folder` unless it is there: whole or not at all. Only the owner of the folder may.
void make_private_cluster(const std::filesystem::path& folder);

/// Tells clients where the server is.
void write_private_service(const std::filesystem::path& folder, const std::string& host, int port);

/// Removes the mark of a server on another machine, which cannot live any more. That of this machine stays: PostgreSQL
/// itself sees whether its process still runs.
void remove_foreign_mark(const std::filesystem::path& folder, const std::string& host);

}  // namespace pbt
