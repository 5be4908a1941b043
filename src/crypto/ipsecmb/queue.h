// The library's jobs: many packets at once in the lanes of wide registers, for what cannot be made
// faster for one.
//
//   run_all(jobs.size(), variant, [&](std::size_t i, IMB_JOB& job) { ...all fields it has use
//   for... });
//
// The library keeps what it is at work on, so each thread has a queue of its own: an SA may be made
// by one thread and used by another.
//
// Allocates: once in a thread.
#pragma once

#include "crypto/ipsecmb/manager.h"

#include <utility>

namespace esplanade::crypto::ipsecmb {

/// This thread's; a variant that the processor does not run is a bug.
[[nodiscard]] auto queue_of(Variant variant) noexcept -> IMB_MGR&;

template <class Fill>
void run_all(std::size_t count, Variant variant, const Fill& fill) noexcept {
  auto& queue = queue_of(variant);
  for (std::size_t i = 0; i < count; ++i) {
    fill(i, *IMB_GET_NEXT_JOB(&queue));
    (void)IMB_SUBMIT_JOB_NOCHECK(&queue);
  }
  while (IMB_FLUSH_JOB(&queue) != nullptr) {
  }
}

[[nodiscard]] inline auto octets(core::View view) noexcept -> const std::uint8_t* {
  return reinterpret_cast<const std::uint8_t*>(view.data());
}
[[nodiscard]] inline auto octets(core::MutableView view) noexcept -> std::uint8_t* {
  return reinterpret_cast<std::uint8_t*>(view.data());
}

}  // namespace esplanade::crypto::ipsecmb
