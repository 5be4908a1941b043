// What the data road hands to the control thread: notices for the log, reports and IKE messages for
// keying. Each by a bounded ring of its own, so that a flood of one kind leaves room for the
// others; what finds its ring full is dropped, as by a socket's buffer.
//
// What cannot wait for the control thread's next look wakes it: IKE messages, and packets that want
// an SA.
//
// Threads: note() and report() the worker, the rest the control thread.   Allocates: when made.
#pragma once

#include "daemon/notice_ring.h"
#include "platform/wakeup.h"

#include <memory>

namespace esplanade::daemon {

class Inbox final : public NoticeRing {
 public:
  using SmallReport =
      std::variant<pipeline::Wanted, pipeline::PeerSeenAt, pipeline::Stray, pipeline::PathShrunk,
                   pipeline::IcmpErrorSeen, pipeline::SelectorMismatch>;

  explicit Inbox(platform::Wakeup wakeup);

  void report(const pipeline::Report& report) noexcept override;

  [[nodiscard]] auto take_report() noexcept -> std::optional<SmallReport>;
  /// Calls `use(path, message)` with the oldest IKE message; false if there is none.
  template <class Use>
  auto take_message(Use use) -> bool {
    auto* const next = messages_.next();
    if (next == nullptr) return false;
    use(next->path, core::View{next->octets.get(), next->size});
    messages_.take();
    return true;
  }
  /// Readable when there is something to be taken at once; cleared before one looks.
  [[nodiscard]] auto wakeup() noexcept -> platform::Wakeup& { return wakeup_; }

 private:
  static constexpr std::size_t longest_message = 65535;
  struct Message {
    net::Path path;
    std::size_t size = 0;
    std::unique_ptr<std::byte[]> octets =
        std::make_unique_for_overwrite<std::byte[]>(longest_message);
  };

  void keep(const pipeline::IkeMessage& message) noexcept;

  platform::Wakeup wakeup_;
  Ring<SmallReport, 256> reports_;
  Ring<Message, 64> messages_;
};

}  // namespace esplanade::daemon
