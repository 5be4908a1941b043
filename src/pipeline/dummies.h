// Dummy packets of SAs that are to be seen sending when there is nothing to send (RFC 4303, 2.6):
// as many as make up a rate, of sizes as packets have them.
//
//   dummies.follow(tables);                               // when the tables are others
//   const auto count = dummies.make(tables, room, env);   // now and then, before next_due()
//   port.write(room.first(count));
//
// Allocates: follow() alone.   Threads: one worker.
#pragma once

#include "ipsec/seal_env.h"
#include "net/packet.h"
#include "pipeline/tables.h"

namespace esplanade::pipeline {

class Dummies {
 public:
  /// SAs made by hand whose parameters ask for dummies.
  void follow(const Tables& tables);

  /// One of each SA that has been silent for its interval, as many as there is room for.
  auto make(Tables& tables, std::span<net::Packet> room, ipsec::SealEnv env) noexcept
      -> std::size_t;

  [[nodiscard]] auto next_due() const noexcept -> std::optional<core::Time>;

 private:
  struct Sender {
    core::SaIndex sa{};
    core::Duration interval{};
    std::uint64_t packets = 0;  ///< it had sent when it was last looked at
    core::Time due;
  };
  std::vector<Sender> senders_;
};

}  // namespace esplanade::pipeline
