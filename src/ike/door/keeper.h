// What the operator wants up, and when the next try is (swanctl.conf's start_action, close_action,
// dpd_action, keyingtries). It decides nothing about how: the endpoint asks it what is due.
#pragma once

#include "ike/event.h"

#include <map>
#include <set>

namespace esplanade::ike::door {

class Keeper {
 public:
  /// A child of a connection.
  struct Key {
    std::string connection, child;
    auto operator<=>(const Key&) const = default;
  };

  /// From now on it shall be up; tried at `at` first.
  void want(const Key& key, std::uint32_t most_tries, core::Time at);
  void forget(const Key& key);
  /// All but those.
  void keep_only(const std::vector<Key>& keys);

  void succeeded(const Key& key, core::Time now);
  /// The next try, later each time; none when they are used up.
  void failed(const Key& key, core::Time now, core::Random& random);
  /// It was up and is down: tried again soon, unless it has never been up for long.
  void lost(const Key& key, core::Time now, core::Random& random);

  [[nodiscard]] auto tries(const Key& key) const -> std::uint32_t;
  [[nodiscard]] auto count() const -> std::size_t { return wants_.size(); }
  /// When the next try of any child of this connection is.
  [[nodiscard]] auto next_try(const std::string& connection) const -> std::optional<core::Time>;
  [[nodiscard]] auto next_deadline() const -> std::optional<core::Time>;
  /// Takes what is due out of the waiting; it counts as being tried.
  [[nodiscard]] auto take_due(core::Time now) -> std::vector<Key>;

 private:
  struct Want {
    std::uint32_t most_tries = 0;  ///< 0: for ever
    std::uint32_t tries = 0;
    std::uint32_t falls = 0;  ///< soon after it was up, in a row
    core::Time up_at{};
    std::optional<core::Time> at;
  };

  void plan(const Key& key, Want& want, std::optional<core::Time> at);

  std::map<Key, Want> wants_;
  std::set<std::pair<core::Time, Key>> order_;
};

}  // namespace esplanade::ike::door
