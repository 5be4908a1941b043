// The outbound road of one worker: from clear packets to ESP or AH (RFC 4301, 5.1).
//
//   read -> run(): classify by the SPD -> group by SA -> esp::seal, ah::seal -> write -> account()
//                        |--> BYPASS: stays as it is, without an SA -> write -> account()
//                        |--> hold, while keying makes an SA --> release() -> run() ...
//                        `--> larger than its SA's path: cut, or an answer to its source
//
// What an SA has sealed that is nested in others is classified once more (appendix E).
//
// account() comes after the writing, so that what the system refused is counted too.
//
// Batch: at most net::batch_max.   Threads: one worker; counters may be read by others.
// Allocates: when made, never after.
#pragma once

#include "ipsec/seal_env.h"
#include "net/fragment.h"
#include "pipeline/first_fragments.h"
#include "pipeline/hold_queue.h"
#include "pipeline/notice.h"
#include "pipeline/path/black_holes.h"
#include "pipeline/path/error_answers.h"
#include "pipeline/path/path_fit.h"
#include "pipeline/quick/flows.h"
#include "pipeline/tables.h"

namespace esplanade::pipeline {

/// Who counts down the hop limit of what goes into a tunnel (RFC 4301, 5.1.2.1): a system has done
/// so for what it forwards, and does not for what is its own; a gateway between two links does it
/// here.
enum class Hops : std::uint8_t { keep, lower };

class OutboundRoad {
 public:
  /// SAs inside each other that one packet may get.
  static constexpr unsigned deepest_nesting = 3;

  /// How long a policy waits before it asks for an SA once more.
  static constexpr core::Duration ask_again = std::chrono::seconds(1);
  /// The same in that time, where SAs are populated from packets and each may be another one's.
  static constexpr std::uint32_t most_asked = 64;

  /// Holds packets of at most `held_size` octets; 0: none.
  explicit OutboundRoad(NoticeSink& notices, std::size_t held_size = 0);

  /// What run() has taken off the front of a batch, and what it has become: `out` is to be written
  /// and accounted for. Those are the packets themselves, or the fragments of one.
  struct Taken {
    std::size_t count = 0;
    std::span<net::Packet> out;
  };

  /// Each packet becomes an outer datagram or, without an SA, stays as it is; or gets the verdict
  /// it was dropped with, or is held. Takes all up to the first that is larger than its path, or
  /// that one alone, so that order is kept: to be called again with what is left.
  auto run(Tables& tables, std::span<net::Packet> batch, ipsec::SealEnv env,
           Hops hops = Hops::keep) noexcept -> Taken;
  /// Counts what became of each packet, per SA and in all, and notes the drops.
  void account(Tables& tables, std::span<const net::Packet> batch) noexcept;

  /// Packets that were held for `policy` become the first of `into`, to be run; how many.
  [[nodiscard]] auto release(policy::PolicyId policy, std::span<net::Packet> into) noexcept
      -> std::size_t {
    return hold_.take(policy, into);
  }
  [[nodiscard]] auto held(policy::PolicyId policy) const noexcept -> std::size_t {
    return hold_.count(policy);
  }
  /// Drops and counts what is held for `policy`, or has been for too long.
  void drop_held(policy::PolicyId policy) noexcept;
  void drop_old(core::Time now) noexcept;

  /// Errors for the sources of packets that were too big or, if the tables say so, are not let
  /// through; to be written where those came from.
  [[nodiscard]] auto answers() noexcept -> std::span<net::Packet> { return answers_.take(); }

  [[nodiscard]] auto verdicts() const noexcept -> const ipsec::VerdictCounters& {
    return verdicts_;
  }

 private:
  /// As classify() says it, of a packet whose flow is known and that is nothing special.
  [[nodiscard]] auto is_known(std::size_t i, net::Packet& packet, core::Time now) noexcept -> bool;
  /// False for a packet that passes and is larger than its path.
  [[nodiscard]] auto classify(Tables& tables, net::Packet& packet, core::Time now,
                              Hops hops) noexcept -> bool;
  [[nodiscard]] auto decide_and_fit(Tables& tables, net::Packet& packet,
                                    const net::Datagram& datagram, core::Time now,
                                    Hops hops) noexcept -> bool;
  /// What the path of its SA asks of a packet, and its TCP of the SA's path.
  [[nodiscard]] auto fit(ipsec::OutboundSa& sa, const net::Packet& packet,
                         const net::Datagram& datagram, core::Time now) noexcept -> PathFit;
  /// What becomes of a packet that is larger than its path.
  [[nodiscard]] auto take_large(Tables& tables, std::span<net::Packet> one, ipsec::SealEnv env,
                                Hops hops) noexcept -> std::span<net::Packet>;
  /// `level` counts the SAs that the packets have by then.
  void seal_by_sa(Tables& tables, std::span<net::Packet> batch, ipsec::SealEnv env, Hops hops,
                  unsigned level = 1) noexcept;
  /// What a nested SA has sealed meets the SPD, and an SA around it.
  void nest(Tables& tables, net::Packet& packet, ipsec::SealEnv env, unsigned level) noexcept;
  /// The path of the SA around `inner` does not take what that one sends: its packets must shrink.
  void shrink(Tables& tables, core::SaIndex inner, const net::Packet& packet,
              core::Time now) noexcept;
  /// Fragments of `packet` as packets of their own, of the same SA; none if it cannot be cut.
  [[nodiscard]] auto cut(const net::Packet& packet, const net::CutAt& at) noexcept
      -> std::span<net::Packet>;
  /// What the SPD says; of a later fragment, what it said of the first, if its SA carries such.
  [[nodiscard]] auto decide(Tables& tables, const net::Datagram& datagram, core::Time now) noexcept
      -> policy::Decision;
  /// What becomes of a packet whose policy has no SA for it.
  [[nodiscard]] auto keep_back(policy::Keyed& keyed, core::View packet,
                               const net::Datagram& datagram, core::Time now) noexcept
      -> net::Verdict;
  void count_over(std::size_t count) noexcept;

  NoticeSink& notices_;
  HoldQueue hold_;
  Flows flows_;
  FirstFragments first_fragments_;
  BlackHoles black_holes_;
  ErrorAnswers answers_;
  net::Arena fragments_;
  ipsec::VerdictCounters verdicts_;
};

}  // namespace esplanade::pipeline
