// IKE SAs that strangers have begun: how many, from where, and which message began them
// (RFC 7296, 2.1 and 2.6).
#pragma once

#include "ike/event.h"

#include <map>
#include <optional>
#include <unordered_map>

namespace esplanade::ike::door {

class HalfOpen {
 public:
  /// Not by the SPI alone: another message under it is another beginning (RFC 7296, 2.1).
  struct Key {
    IkeSpi spi_i{};
    net::Endpoint theirs;
    std::size_t content = 0;  ///< a hash of the message
    auto operator<=>(const Key&) const = default;
  };

  void add(const Key& key, SessionId session) {
    if (!sessions_.emplace(key, session).second) return;
    keys_.emplace(session, key);
    ++by_address_[key.theirs.address];
  }
  /// It is established or closed.
  void remove(SessionId session) {
    const auto it = keys_.find(session);
    if (it == keys_.end()) return;
    const auto count = by_address_.find(it->second.theirs.address);
    if (--count->second == 0) by_address_.erase(count);
    sessions_.erase(it->second);
    keys_.erase(it);
  }
  [[nodiscard]] auto find(const Key& key) const -> std::optional<SessionId> {
    const auto it = sessions_.find(key);
    return it == sessions_.end() ? std::nullopt : std::optional(it->second);
  }
  [[nodiscard]] auto count() const -> std::size_t { return sessions_.size(); }
  [[nodiscard]] auto count_from(const net::Address& theirs) const -> std::size_t {
    const auto it = by_address_.find(theirs);
    return it == by_address_.end() ? 0 : it->second;
  }

 private:
  std::map<Key, SessionId> sessions_;
  std::unordered_map<SessionId, Key> keys_;
  std::map<net::Address, std::size_t> by_address_;
};

}  // namespace esplanade::ike::door
