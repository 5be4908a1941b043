// The SAs that carry the packets of one policy: those of its active children. The newest that fits
// a packet takes it.
//
// Children whose other end is single addresses, as those of remote users are, are found by a hash
// of it, however many there are; the others one after the other.
//
// Threads: one owner.
#pragma once

#include "core/ids.h"
#include "net/address_hash.h"
#include "net/datagram.h"
#include "sa/selector.h"

#include <unordered_map>
#include <vector>

namespace esplanade::policy {

class Carriers {
 public:
  /// `selectors` are the SA's own and live as long as it is here.
  void add(core::SaIndex sa, const sa::Selectors& selectors);
  /// Nothing if it is not here.
  void remove(core::SaIndex sa, const sa::Selectors& selectors);

  /// SaIndex::none where none fits.
  [[nodiscard]] auto find(const net::Datagram& packet) const noexcept -> core::SaIndex;
  [[nodiscard]] auto empty() const noexcept -> bool { return wide_.empty() && by_host_.empty(); }

 private:
  struct Carrier {
    std::uint64_t age = 0;  ///< counts up
    core::SaIndex sa = core::SaIndex::none;
    const sa::Selectors* selectors = nullptr;
  };
  using List = std::vector<Carrier>;  ///< newest last

  [[nodiscard]] static auto newest(const List& list, const net::Datagram& packet) noexcept
      -> Carrier;

  std::uint64_t count_ = 0;
  List wide_;
  std::unordered_map<net::Address, List, net::AddressHash> by_host_;
};

}  // namespace esplanade::policy
