// The connections of a configuration and the ways to find one: by name, by the policy of a child,
// by the addresses of a packet. With a hundred thousand of them none is looked for one by one.
//
// Threads: its endpoint's.
#pragma once

#include "ike/door/addresses.h"

#include <unordered_map>

namespace esplanade::ike::door {

class Connections {
 public:
  struct Meant {
    policy::ConnectionPtr connection;
    const policy::ChildPolicy* child = nullptr;
  };

  Connections() = default;
  explicit Connections(std::vector<policy::ConnectionPtr> connections);

  [[nodiscard]] auto begin() const { return all_.begin(); }
  [[nodiscard]] auto end() const { return all_.end(); }

  /// nullptr where there is none.
  [[nodiscard]] auto find(const std::string& name) const -> policy::ConnectionPtr;
  /// The child whose policy it is; a null child where there is none.
  [[nodiscard]] auto find_policy(policy::PolicyId policy) const -> Meant;
  /// See door::candidates().
  [[nodiscard]] auto candidates(const net::Path& path, const KnownNames& names) const
      -> std::vector<policy::ConnectionPtr>;

 private:
  /// In all_, ascending.
  using Places = std::vector<std::size_t>;

  std::vector<policy::ConnectionPtr> all_;
  std::unordered_map<std::string, std::size_t> by_name_;
  std::unordered_map<policy::PolicyId, std::size_t> by_policy_;
  std::map<net::Address, Places> by_peer_;  ///< those with single addresses and nothing else
  Places of_many_;                          ///< those with names, ranges or any peer
};

}  // namespace esplanade::ike::door
