#include "net/verdict.h"

#include "core/ensure.h"

namespace esplanade::net {

auto name_of(Verdict verdict) noexcept -> std::string_view {
  switch (verdict) {
    case Verdict::pass:                  return "pass";
    case Verdict::malformed:             return "malformed";
    case Verdict::no_room:               return "no_room";
    case Verdict::send_failed:           return "send_failed";
    case Verdict::too_big:               return "too_big";
    case Verdict::lifetime_over:         return "lifetime_over";
    case Verdict::other_frame:           return "other_frame";
    case Verdict::super_frame:           return "super_frame";
    case Verdict::no_policy:             return "no_policy";
    case Verdict::discarded:             return "discarded";
    case Verdict::no_sa:                 return "no_sa";
    case Verdict::held:                  return "held";
    case Verdict::hold_full:             return "hold_full";
    case Verdict::hold_over:             return "hold_over";
    case Verdict::sequence_exhausted:    return "sequence_exhausted";
    case Verdict::uncovered_headers:     return "uncovered_headers";
    case Verdict::fragment_in_transport: return "fragment_in_transport";
    case Verdict::unprotected:           return "unprotected";
    case Verdict::not_for_us:            return "not_for_us";
    case Verdict::keep_alive:            return "keep_alive";
    case Verdict::ike:                   return "ike";
    case Verdict::is_fragment:           return "is_fragment";
    case Verdict::fragment_kept:         return "fragment_kept";
    case Verdict::bad_fragment:          return "bad_fragment";
    case Verdict::too_short:             return "too_short";
    case Verdict::bad_alignment:         return "bad_alignment";
    case Verdict::bad_ah_length:         return "bad_ah_length";
    case Verdict::unknown_spi:           return "unknown_spi";
    case Verdict::wrong_endpoint:        return "wrong_endpoint";
    case Verdict::replay_duplicate:      return "replay_duplicate";
    case Verdict::replay_too_old:        return "replay_too_old";
    case Verdict::bad_icv:               return "bad_icv";
    case Verdict::bad_padding:           return "bad_padding";
    case Verdict::dummy:                 return "dummy";
    case Verdict::bad_next_header:       return "bad_next_header";
    case Verdict::bad_inner:             return "bad_inner";
    case Verdict::bad_ecn:               return "bad_ecn";
    case Verdict::nested_too_deep:       return "nested_too_deep";
    case Verdict::selector_mismatch:     return "selector_mismatch";
    case Verdict::hop_limit_over:        return "hop_limit_over";
    case Verdict::no_neighbour:          return "no_neighbour";
    case Verdict::count_:                break;
  }
  core::bug();
}

auto is_harmless(Verdict verdict) noexcept -> bool {
  return verdict == Verdict::pass || verdict == Verdict::held || verdict == Verdict::keep_alive ||
         verdict == Verdict::ike || verdict == Verdict::dummy || verdict == Verdict::fragment_kept;
}

}  // namespace esplanade::net
