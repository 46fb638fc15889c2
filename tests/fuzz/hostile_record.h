#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/recorder.h"
#include "store/sql_tables.h"
#include "store/sqlite.h"
#include "store/sqlite_schema_files.h"
#include "tests/contract/store_story.h"
#include "tests/fuzz/fuzz.h"

namespace pbt::fuzz {

/// A database in memory whose columns hold whatever the input says: the schema without its types and its NOT NULLs, as
/// a damaged or a malicious file may have it, and a small record in it. Each spoil() starts from that record again.
class HostileRecord {
 public:
  HostileRecord() : connection_(":memory:", sqlite::Open::create) {
    std::string schema;
    for (const char* text : sqlite::schema_files) schema += text;
    for (const std::string word : {") STRICT, WITHOUT", " NOT NULL", ") STRICT"})
      for (auto at = schema.find(word); at != std::string::npos; at = schema.find(word))
        schema.replace(at, word.size(), word == ") STRICT, WITHOUT" ? ") WITHOUT" : word == ") STRICT" ? ")" : "");
    connection_.script(schema);
    connection_.script(
        "INSERT INTO experiments (id, name, specification, population, created_ms) VALUES (1, 'x', 'text', 3, 1000);"
        "INSERT INTO progress (experiment) VALUES (1);");
    for (int id = 0; id < members; ++id)
      connection_.execute("INSERT INTO members VALUES (1, ?, 0,0,0,0,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,0,'',0,0)",
                          id);
    sql::Tables<sqlite::Connection> tables(connection_, "x");
    tell(tables);
    for (const char* table : {"experiments", "progress", "members", "turns", "decisions", "failures", "checkpoints"}) {
      const std::string columns = std::string("SELECT name, type FROM pragma_table_info('") + table + "')";
      const std::string key = std::string(table) == "experiments" ? "id" : "experiment";
      for (auto query = connection_.query(columns); query.next();) {
        if (query.text(0) == key) continue;  // else the row is simply not found
        const std::string identity = std::string(table) == "members"       ? "id = ?"
                                     : std::string(table) == "checkpoints" ? "name = (SELECT name FROM checkpoints "
                                                                             "ORDER BY name LIMIT 1 OFFSET ?)"
                                                                           : "rowid = ?";
        const std::string sql =
            std::string("UPDATE OR IGNORE ") + table + " SET " + query.text(0) + " = ? WHERE " + identity;
        updates_.push_back({sql, query.text(1)});
      }
    }
  }

  /// Begins anew and writes what `bytes` say into some columns.
  sql::Tables<sqlite::Connection>& spoil(Bytes& bytes) {
    begin_anew();
    for (int i = 0; i < 6 && !bytes.empty(); ++i) {
      const auto& [update, type] = updates_[bytes.byte() % updates_.size()];
      const std::int64_t row = static_cast<std::int64_t>(bytes.below(8));
      const std::size_t kind = bytes.below(16);  // from 4 on, of the column's own type: all others are soon refused
      if (kind == 0)
        connection_.execute(update, std::nullopt, row);
      else if (kind == 1 || (kind > 3 && type == "INTEGER"))
        connection_.execute(update, bytes.integer(), row);
      else if (kind == 2 || (kind > 3 && type == "REAL"))
        connection_.execute(update, bytes.real(), row);
      else
        connection_.execute(update, bytes.text_until_mark(), row);
    }
    tables_.emplace(connection_, "x");
    return *tables_;
  }

  static constexpr int members = 3;

 private:
  void begin_anew() {
    try {
      if (begun_) connection_.execute("ROLLBACK");
      connection_.execute("BEGIN");
      begun_ = true;
    } catch (const StoreError& error) {
      broken("each input begins with the same record", error.what());  // else nothing would be looked at any more
    }
  }

  static void tell(sql::Tables<sqlite::Connection>& tables) {
    using namespace contract;
    const auto lease = [&] {
      return rules::acquire(tables, {.worker = "w", .count = members, .duration = minute}, 2000);
    };
    const std::vector<Lease> unborn = lease();
    for (const Lease& each : unborn)
      (void)rules::commit(tables, StartMember{each, started(each), each.member.id}, 3000);
    (void)rules::commit(tables, Release{unborn}, 3000);
    for (int round = 0; round < 2; ++round)
      for (const Lease& each : lease()) {
        const Turn turn = trained(each, each.member.id + 0.5 * round);
        const bool copies = each.member.id == 0 && round == 1;
        const Decision next = copies ? after(turn, DecisionKind::copy, TurnKey{2, 1}) : after(turn);
        (void)rules::commit(tables, FinishTurns{{{each, turn, next}}}, 4000);
      }
    for (const Lease& each : lease()) (void)rules::commit(tables, failed(each), 5000);
    rules::control(tables, Pin{"m1.t1.f2"});
    rules::control(tables, Import{{"initial-1", 10, std::string(32, 'b')}});
  }

  sqlite::Connection connection_;
  struct Update {
    std::string sql, type;  ///< the declared type of its column
  };

  std::vector<Update> updates_;
  std::optional<sql::Tables<sqlite::Connection>> tables_;
  bool begun_ = false;
};

}  // namespace pbt::fuzz
