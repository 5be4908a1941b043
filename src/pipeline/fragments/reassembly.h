// Puts fragments of ESP and AH together again (RFC 791, 3.2; RFC 8200, 4.5), for ports that hand on
// what was on the wire; raw sockets have done it already.
//
//   const auto whole = reassembly.put(packet.bytes(), *datagram, now);
//   if (whole) core::copy(*whole, packet.reset());      // good until the next put()
//
// Bounds: as many datagrams at once as `datagrams`, each for as long as `longest_wait`; the oldest
// makes room for a newer one. Fragments that overlap take their whole datagram with them (RFC
// 5722), exact copies are passed over; so do ECN codepoints that contradict each other (RFC 3168,
// 5.3).
//
// Allocates: when made.   Threads: one worker.
#pragma once

#include "core/time.h"
#include "net/packet.h"
#include "pipeline/fragments/fragment_key.h"

#include <expected>
#include <vector>

namespace esplanade::pipeline {

class Reassembly {
 public:
  static constexpr std::size_t datagrams = 32;
  static constexpr core::Duration longest_wait = std::chrono::seconds(30);  // as Linux has it
  static constexpr std::size_t most_fragments = 64;                         ///< of one datagram

  Reassembly();

  /// `octets` hold `fragment`; answers the whole datagram. Errors: fragment_kept while others are
  /// missing, bad_fragment.
  [[nodiscard]] auto put(core::View octets, const net::Datagram& fragment, core::Time now) noexcept
      -> std::expected<core::View, net::Verdict>;

 private:
  /// One fragment, taken apart.
  struct Piece {
    core::View header;  ///< that stands in front of every fragment
    std::size_t next_header_at = 0;
    std::byte next_header{};  ///< of IPv6: what the Fragment header names
    std::size_t from = 0, to = 0;
    bool is_last = false;
    std::uint8_t ecn = 0;
    core::View data;
  };
  struct Range {
    std::size_t from = 0, to = 0;
    auto operator==(const Range&) const -> bool = default;
  };
  struct Partial {
    std::optional<FragmentKey> key;  ///< absent: free
    core::Time since;
    std::vector<Range> ranges;  ///< has room for all it may hold
    std::size_t have = 0;
    std::size_t total = 0;      ///< 0 while the last one is missing
    std::size_t header = 0;     ///< 0 while the first one is missing
    std::uint8_t ecn_seen = 0;  ///< bit n: codepoint n

    void begin(const FragmentKey& of, core::Time now) noexcept;
  };

  [[nodiscard]] static auto take_apart(core::View octets) noexcept -> std::optional<Piece>;
  [[nodiscard]] auto place_for(const FragmentKey& key, core::Time now) noexcept -> std::size_t;
  [[nodiscard]] static auto admits(const Partial& partial, const Piece& piece) noexcept -> bool;
  void keep(std::size_t place, const Piece& piece) noexcept;
  [[nodiscard]] static auto ecn_of_all(const Partial& partial) noexcept
      -> std::optional<std::uint8_t>;
  /// Mends the header. False where ECN codepoints contradict each other.
  [[nodiscard]] auto finish(std::size_t place) noexcept -> bool;

  net::Arena arena_;
  std::vector<Partial> partials_;
};

}  // namespace esplanade::pipeline
