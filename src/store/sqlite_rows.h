#pragma once

#include <optional>
#include <string>

#include "pbt/population.h"
#include "pbt/turn.h"
#include "store/rules.h"
#include "store/sqlite.h"

/// How values lie in rows. Each xxx_of reads the present row of a query that selects xxx_columns, and throws StoreError
/// when it is damaged.
namespace pbt::sqlite {

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
[[nodiscard]] MemberRow member_of(const Query& row);
[[nodiscard]] Turn turn_of(const Query& row);
[[nodiscard]] Decision decision_of(const Query& row);
[[nodiscard]] Failure failure_of(const Query& row);
[[nodiscard]] rules::CheckpointRow checkpoint_of(const Query& row);
[[nodiscard]] RunState run_state_of(const Query& row, int column);
[[nodiscard]] std::optional<TurnKey> key_of(const Query& row, int column);

void insert(Connection& connection, std::int64_t experiment, const Turn& turn);
void insert(Connection& connection, std::int64_t experiment, const Decision& decision, std::int64_t fence);
void insert(Connection& connection, std::int64_t experiment, const Failure& failure, bool broken);
void update(Connection& connection, std::int64_t experiment, const Member& member);
void replace(Connection& connection, std::int64_t experiment, const rules::CheckpointRow& row);

}  // namespace pbt::sqlite
