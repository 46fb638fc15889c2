#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "pbt/clock.h"

namespace pbt {

/// A PostgreSQL server of the user's own, for a site without a database (--store auto). Its folder, on a file system
/// that all nodes share, holds
///   data/      the database
///   password   what clients show (scram), readable by the user alone
///   service    where the server is at the moment, for libpq (PGSERVICEFILE): whoever starts it writes this anew, and
///              clients that lost their connection find it there
///   owner.N/   who looks after it (ownership.h)
///   *.log      what went on

/// Keeps it alive until `leaving`: starts the server on this machine where nobody looks after it, stops it at the end,
/// and kills it at once when it may have gone over to another. Throws Error when PostgreSQL is not installed, or the
/// folder cannot be written.
void keep_private_postgres(const std::filesystem::path& folder, Clock& clock, const std::function<bool()>& leaving);

/// Makes this process and what it starts use the server of `folder`, and has a `pbt launch keep` beside this process
/// look after it for as long as this lives. Returns the store's address once it answers. Throws Error that repeats the
/// keeper's last lines when it does not within a minute and a half.
[[nodiscard]] std::string use_private_postgres(const std::filesystem::path& folder);

}  // namespace pbt
