// The routes and rules that lead protected traffic into the TUN, and nowhere when it is gone.
//
//   rule P: not fwmark M lookup T          our own packets carry M and pass
//   table T:  10.2.0.0/16  dev esp0        metric 100
//             10.2.0.0/16  unreachable     metric 200
//             10.2.7.0/24  throw                         (ours, inside theirs: as ever)
//
// The TUN's routes end with the TUN. After a crash the second line is what is left, and local
// senders get an error instead of clear text on the wire. A clean end removes everything.
//
// All routes carry a routing protocol number of our own (rt_protos), so that routes an operator
// has put into T are left alone. What a crashed predecessor left is adopted by install(): kept
// where it is still wanted, removed after the new is in place where not.
//
// A family without protected prefixes gets no rule, so a system without IPv6 is no error as long
// as nothing protected is IPv6.
//
// Errors: the prefix or rule, and the kernel's reason. After an error what was added so far
// stays and is removed by remove(), which errs on the side of blocking traffic.
// Threads: one owner.
#pragma once

#include "net/address.h"
#include "platform/netlink/netlink.h"

#include <optional>
#include <set>
#include <vector>

namespace esplanade::platform {

/// Whose routes and where; the keys of the `dataplane` section.
struct RoutingSettings {
  std::uint32_t table = 0;
  std::uint32_t fwmark = 0;
  std::uint32_t priority = 0;
  unsigned tun_index = 0;
};

enum class Way : std::uint8_t {
  tun,        ///< protected
  elsewhere,  ///< as the main table says, though a wider prefix is protected
};

struct RoutedPrefix {
  net::Prefix prefix;
  /// What local senders use as their address; must be one of the host's.
  std::optional<net::Address> preferred_source;
  Way way = Way::tun;
};
/// A prefix that stands here twice counts once, with its first preferred source.
using RoutePlan = std::vector<RoutedPrefix>;

class Routes {
 public:
  Routes(Netlink netlink, const RoutingSettings& settings)
      : netlink_(std::move(netlink)), settings_(settings) {}
  Routes(const Routes&) = delete;
  auto operator=(const Routes&) -> Routes& = delete;
  ~Routes() { (void)remove(); }

  /// Puts `plan` in force beside what a crashed predecessor may have left, which then is ours.
  /// Routes into another's TUN are no leftovers: the table belongs to a daemon that runs, and
  /// nothing is changed.
  [[nodiscard]] auto install(const RoutePlan& plan) -> SystemResult<void>;

  /// Undoes install() but for what was adopted: what a crash left blocked stays blocked.
  void abandon();

  /// Puts `plan` in force in place of the one before: first adds, then removes.
  [[nodiscard]] auto replace(const RoutePlan& plan) -> SystemResult<void>;

  /// Puts `more` in force beside what there is.
  [[nodiscard]] auto extend(const RoutePlan& more) -> SystemResult<void>;
  /// Takes the prefixes of `less` out again; the last thing to go is what blocks them.
  auto retract(const RoutePlan& less) -> SystemResult<void>;

  /// Removes what was installed or adopted, all of it even if something fails; the first error.
  auto remove() -> SystemResult<void>;

 private:
  /// In the order of adding; removed in the opposite order.
  enum class Kind : std::uint8_t { elsewhere, unreachable, into_tun };
  struct Route {
    Kind kind{};
    net::Prefix prefix;
    auto operator<=>(const Route&) const = default;
  };

  [[nodiscard]] static auto type_of(Kind kind) -> unsigned char;
  [[nodiscard]] static auto kind_of(unsigned char type) -> Kind;
  [[nodiscard]] auto message_for(const Route& route, std::uint16_t type, unsigned flags) const
      -> NetlinkMessage;
  [[nodiscard]] auto adopt(net::Family family) -> SystemResult<void>;
  [[nodiscard]] auto ours(const nlmsghdr* message) const -> std::optional<Route>;
  [[nodiscard]] auto add(const Route& route, const std::optional<net::Address>& source)
      -> SystemResult<void>;
  auto remove(const Route& route) -> SystemResult<void>;
  [[nodiscard]] auto add_rule(net::Family family) -> SystemResult<void>;
  auto remove_rule(net::Family family) -> SystemResult<void>;
  [[nodiscard]] auto add_all(const RoutePlan& plan) -> SystemResult<std::set<Route>>;
  auto remove_all_but(const std::set<Route>& wanted) -> SystemResult<void>;
  [[nodiscard]] auto rule_message(net::Family family, std::uint16_t type, unsigned flags) const
      -> NetlinkMessage;

  Netlink netlink_;
  RoutingSettings settings_;
  std::set<Route> installed_;  ///< adopted ones included
  std::set<net::Family> rules_;
  std::set<Route> adopted_;
  std::set<net::Family> adopted_rules_;
};

}  // namespace esplanade::platform
