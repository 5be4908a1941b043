// The guard as a table of nftables, in its language (nft(8)): one transaction that puts it in
// place of the table of the same name, if there is one.
//
//   input         opened packets, loopback, ESP, IKE and errors about them pass; what claims to be
//                 protected and was not is dropped
//   forward       the same for packets of others; what goes into the TUN is the SPD's
//   postrouting   what is to be protected and leaves elsewhere, without our mark, is dropped
//
// Of a gateway nothing that comes in by the inside reaches the system, and nothing of the system's
// leaves by it, marked or not: so it forwards nothing between the devices, whether we live or not.
//
// Consecutive rules of one action become elements of sets, so a packet costs a look-up for each
// change of action and not for each rule. Both directions share a set, whose elements are `ours .
// theirs`.
//
// Threads: pure functions.
#pragma once

#include "platform/guard/guard_plan.h"

namespace esplanade::platform {

/// `before`: what the counters begin with.
[[nodiscard]] auto ruleset(const std::string& table, const GuardPlan& plan,
                           const GuardDrops& before) -> std::string;

/// One transaction in which `text` takes the table's place; empty: it is removed. No error where
/// there is none.
[[nodiscard]] auto replacement(const std::string& table, const std::string& text) -> std::string;

}  // namespace esplanade::platform
