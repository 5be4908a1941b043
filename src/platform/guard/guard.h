// The guard: a table of nftables that holds packets to policy which never pass our program.
//
//   auto guard = TRY(Guard::open("esplanade"));
//   TRY(guard.replace(plan));      // one transaction: there is no moment without a guard
//   guard.drops()                  // since the table was first made
//   guard.remove();
//
// The table outlives the process: after a crash what policy protects stays blocked, and the next
// replace() takes the old table's place without a gap. An owner that ends in peace says remove().
//
// Errors: nftables' own words. After an error the table is as before.
// Threads: one owner.
#pragma once

#include "platform/guard/guard_plan.h"
#include "platform/system_error.h"

#include <optional>

namespace esplanade::platform {

class Guard {
 public:
  /// `table`: letters, digits, `-` and `_`. An error where the system has no nftables.
  [[nodiscard]] static auto open(std::string table) -> SystemResult<Guard>;

  [[nodiscard]] auto replace(const GuardPlan& plan) -> SystemResult<void>;

  /// Undoes all: what a predecessor had left is in force again.
  void abandon();

  /// No error where there is no table.
  auto remove() -> SystemResult<void>;

  /// nullopt where there is no table.
  [[nodiscard]] auto drops() const -> std::optional<GuardDrops>;

 private:
  explicit Guard(std::string table) : table_(std::move(table)) {}

  std::string table_;
  std::string found_;  ///< the predecessor's table, as text that would make it again
};

}  // namespace esplanade::platform
