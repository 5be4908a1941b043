#include "crypto/ipsecmb/queue.h"

#include <array>

namespace esplanade::crypto::ipsecmb {

auto queue_of(Variant variant) noexcept -> IMB_MGR& {
  static thread_local std::array<Manager, 4> queues;
  auto& queue = queues.at(std::to_underlying(variant));
  if (!queue) queue = make_manager(variant);
  core::ensure(queue != nullptr);
  return *queue;
}

}  // namespace esplanade::crypto::ipsecmb
