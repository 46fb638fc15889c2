#include "store/sql_create.h"

#include "store/postgres.h"
#include "store/sqlite.h"

namespace pbt::sql {

template <class Connection>
bool create(Connection& connection, const std::string& experiment, const std::string& specification, int population,
            std::int64_t now_ms) {
  std::int64_t made = 0;
  {
    auto row = connection.query(
        "INSERT INTO experiments (name, specification, population, created_ms) VALUES (?, ?, ?, ?) ON CONFLICT (name) "
        "DO NOTHING RETURNING id",
        experiment, specification, population, now_ms);
    if (!row.next()) return false;
    made = row.integer(0);
  }
  connection.execute("INSERT INTO progress (experiment) VALUES (?)", made);
  for (int id = 0; id < population; ++id)
    connection.execute(
        "INSERT INTO members (experiment, id, state, turns, steps_done, steps_lost, failures, setbacks, broken, "
        "fence, worker, lease_until_ms, not_before_ms) VALUES (?, ?, 0, 0, 0, 0, 0, 0, 0, 0, '', 0, 0)",
        made, id);
  return true;
}

template <class Connection>
std::vector<std::string> names(Connection& connection) {
  std::vector<std::string> names;
  for (auto query = connection.query("SELECT name FROM experiments ORDER BY name"); query.next();)
    names.push_back(query.text(0));
  return names;
}

template bool create(sqlite::Connection&, const std::string&, const std::string&, int, std::int64_t);
template bool create(postgres::Connection&, const std::string&, const std::string&, int, std::int64_t);
template std::vector<std::string> names(sqlite::Connection&);
template std::vector<std::string> names(postgres::Connection&);

}  // namespace pbt::sql
