// Link-layer addresses of the hosts on a link, as they show them: by ARP and neighbour discovery,
// and by being the source of datagrams, which the hosts behind a router are by the router's.
//
//   neighbours.learn({address, mac}, Shown::said, now);
//   if (const auto mac = neighbours.find(address, now)) ...
//   if (neighbours.asks(address, now)) ...            // one question a second for an address
//
// What was said is believed before what was only used. A place belongs to a few hashes; where there
// is no room, the oldest goes.
//
// Allocates: when made.   Threads: one worker.
#pragma once

#include "core/time.h"
#include "net/neighbour.h"

#include <optional>
#include <vector>

namespace esplanade::pipeline {

enum class Shown : std::uint8_t { said, used };

class Neighbours {
 public:
  static constexpr std::size_t rows = 1024;
  static constexpr std::size_t places_in_row = 4;
  /// Who has shown nothing for so long is asked again, and still believed.
  static constexpr core::Duration fresh_for = std::chrono::seconds(30);
  static constexpr core::Duration believed_for = std::chrono::minutes(10);
  static constexpr core::Duration ask_again = std::chrono::seconds(1);

  Neighbours() : places_(rows * places_in_row), asked_(rows) {}

  /// Groups and addresses of nobody are left out.
  void learn(const net::Neighbour& neighbour, Shown shown, core::Time now) noexcept;
  [[nodiscard]] auto find(const net::Address& address, core::Time now) const noexcept
      -> std::optional<net::MacAddress>;
  /// True if `address` has to be asked for now; noted as asked then.
  [[nodiscard]] auto asks(const net::Address& address, core::Time now) noexcept -> bool;

 private:
  struct Place {
    net::Neighbour neighbour;
    Shown shown{};
    std::optional<core::Time> at;  ///< absent: free
  };

  [[nodiscard]] static auto row_of(const net::Address& address) noexcept -> std::size_t;
  [[nodiscard]] auto place_of(const net::Address& address) const noexcept -> const Place*;

  std::vector<Place> places_;
  std::vector<std::optional<core::Time>> asked_;  ///< by row
};

}  // namespace esplanade::pipeline
