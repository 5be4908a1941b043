// Every IKE SA of an endpoint and the ways to find one: by our SPI, by what the operator or the
// data plane calls it, by identity, by time.
//
// A step works on a few; those it touched are looked at again when it ends.
#pragma once

#include "ike/door/deadlines.h"
#include "ike/door/half_open.h"
#include "ike/session/ike_sa.h"

#include <set>
#include <unordered_map>

namespace esplanade::ike::door {

class Sessions {
 public:
  auto add(std::unique_ptr<session::IkeSa> sa) -> session::IkeSa&;
  void erase(SessionId session);
  /// It is closed, but may be asked for its last answer again, or its children still take what is
  /// on its way. One that is too many, and has no children, goes at once.
  void linger(const session::IkeSa& sa, core::Time until);
  [[nodiscard]] auto lingering() const -> std::size_t { return lingering_.size(); }

  /// nullptr where there is none; else it counts as touched.
  [[nodiscard]] auto find(SessionId session) -> session::IkeSa*;
  /// As find(), but it does not count as touched.
  [[nodiscard]] auto peek(SessionId session) -> session::IkeSa* {
    const auto it = by_id_.find(session);
    return it == by_id_.end() ? nullptr : it->second.get();
  }
  [[nodiscard]] auto find_spi(IkeSpi ours) -> session::IkeSa*;
  [[nodiscard]] auto find_child(core::Spi inbound) -> session::IkeSa*;
  [[nodiscard]] auto has_spi(IkeSpi ours) const -> bool { return by_spi_.contains(ours); }
  [[nodiscard]] auto all_of(const std::string& connection) -> std::vector<session::IkeSa*>;
  /// The first of all_of(connection) that is as wanted; it alone counts as touched.
  template <class F>
  [[nodiscard]] auto first_of(const std::string& connection, const F& is_wanted)
      -> session::IkeSa* {
    const auto it = by_connection_.find(connection);
    if (it == by_connection_.end()) return nullptr;
    for (const auto session : it->second) {
      const auto* sa = peek(session);
      if (!sa->is_closed() && is_wanted(*sa)) return find(session);
    }
    return nullptr;
  }
  [[nodiscard]] auto all() -> std::vector<session::IkeSa*> {
    return all_where([](const session::IkeSa&) { return true; });
  }
  /// Those that are as wanted, the oldest first; they alone count as touched. Looks at every one.
  template <class F>
  [[nodiscard]] auto all_where(const F& is_wanted) -> std::vector<session::IkeSa*> {
    std::vector<SessionId> wanted;
    for (const auto& [id, sa] : by_id_) {
      if (!sa->is_closed() && is_wanted(*sa)) wanted.push_back(id);
    }
    return find_all(wanted);
  }
  /// Established ones of the same two identities, but not itself.
  [[nodiscard]] auto others_with(const session::IkeSa& sa) -> std::vector<session::IkeSa*>;

  /// Its identities and its connection are known.
  void index_identities(const session::IkeSa& sa);
  /// An inbound SPI has ended.
  void forget_child(core::Spi inbound) { by_child_.erase(inbound); }
  /// Notes children and deadline as they are now.
  void refresh(const session::IkeSa& sa, std::optional<core::Time> deadline);

  [[nodiscard]] auto take_touched() -> std::set<SessionId>;
  [[nodiscard]] auto deadlines() const -> const Deadlines& { return deadlines_; }
  [[nodiscard]] auto half_open() -> HalfOpen& { return half_open_; }
  [[nodiscard]] auto count() const -> std::size_t { return by_id_.size(); }
  [[nodiscard]] auto begin() const { return by_id_.begin(); }
  [[nodiscard]] auto end() const { return by_id_.end(); }

 private:
  static constexpr std::size_t most_lingering = 1000;

  [[nodiscard]] auto find_all(std::vector<SessionId>& sessions) -> std::vector<session::IkeSa*>;
  void touch(SessionId session) { touched_.insert(session); }
  void index_connection(const session::IkeSa& sa) {
    if (sa.connection) by_connection_[sa.connection->name].insert(sa.id);
  }
  void forget_connection(const session::IkeSa& sa);

  std::unordered_map<SessionId, std::unique_ptr<session::IkeSa>> by_id_;
  std::unordered_map<IkeSpi, SessionId> by_spi_;
  std::unordered_map<core::Spi, SessionId> by_child_;
  std::unordered_multimap<std::size_t, SessionId> by_identity_;
  std::unordered_map<std::string, std::set<SessionId>> by_connection_;  ///< in order of age
  Deadlines deadlines_;
  HalfOpen half_open_;
  std::set<SessionId> lingering_;
  std::set<SessionId> touched_;
};

}  // namespace esplanade::ike::door
