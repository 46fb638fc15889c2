#pragma once

#include <optional>
#include <string>

#include "pbt/population.h"
#include "pbt/turn.h"
#include "store/rules.h"

/// How values lie in rows, of every database alike. Each xxx_of reads the present row of a query that selects
/// xxx_columns, and throws StoreError when it is damaged. `Query` and `Connection`: those of sqlite.h or postgres.h.
namespace pbt::sql {

extern const std::string member_columns;
extern const std::string turn_columns;
extern const std::string decision_columns;
extern const std::string failure_columns;
extern const std::string checkpoint_columns;

/// A member's row; `turn` and `decision` find what it refers to.
struct MemberRow {
  Member member;  ///< without last, standing, next
  std::optional<TurnKey> standing;
  std::optional<std::pair<int, int>> next;  ///< turn and revision of its latest decision
};
template <class Query>
[[nodiscard]] MemberRow member_of(const Query& row);
template <class Query>
[[nodiscard]] Turn turn_of(const Query& row);
template <class Query>
[[nodiscard]] Decision decision_of(const Query& row);
template <class Query>
[[nodiscard]] Failure failure_of(const Query& row);
template <class Query>
[[nodiscard]] rules::CheckpointRow checkpoint_of(const Query& row);
template <class Query>
[[nodiscard]] RunState run_state_of(const Query& row, int column);
template <class Query>
[[nodiscard]] std::optional<TurnKey> key_of(const Query& row, int column);

template <class Connection>
void insert(Connection& connection, std::int64_t experiment, const Turn& turn);
template <class Connection>
void insert(Connection& connection, std::int64_t experiment, const Decision& decision, std::int64_t fence);
template <class Connection>
void insert(Connection& connection, std::int64_t experiment, const Failure& failure, bool broken);
template <class Connection>
void update(Connection& connection, std::int64_t experiment, const Member& member);
template <class Connection>
void replace(Connection& connection, std::int64_t experiment, const rules::CheckpointRow& row);

}  // namespace pbt::sql
