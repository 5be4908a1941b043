// Proposals in strongSwan's words: "aes128gcm16-prfsha256-ecp256", "aes256-sha256-modp2048".
//
// One table of words serves both ways, so that what a log shows can be pasted into a
// configuration.
#pragma once

#include "core/result.h"
#include "sa/proposal.h"

#include <expected>
#include <string>
#include <string_view>

namespace esplanade::sa {

/// Why a text is no proposal: the word at fault, and where it begins in the text.
struct ProposalFault {
  std::size_t offset = 0;
  std::string why;   ///< "`aes512` is no algorithm", "an AEAD takes no integrity algorithm", ...
  std::string hint;  ///< what to write instead; may be empty
  bool is_unknown_word = false;  ///< one of proposal_words() may have been meant
};

/// Every word that a proposal of this protocol takes.
[[nodiscard]] auto proposal_words(iana::SecurityProtocol protocol) -> std::vector<std::string_view>;

/// `protocol` is ike, esp or ah. As strongSwan: integrity without a PRF in an IKE proposal also
/// stands for the PRF; an IKE proposal needs a key exchange; ESN is "esn", "noesn" or both, absent
/// it is "noesn". An IKE proposal of AEADs takes integrity for its PRF only. Algorithms that
/// RFC 8221 and RFC 8247 rule out are refused by name.
[[nodiscard]] auto parse_proposal(iana::SecurityProtocol protocol, std::string_view text)
    -> std::expected<Proposal, ProposalFault>;

/// The default set of a protocol, most preferred first: strong enough for RFC 8247 and RFC 8221,
/// and wide enough for real peers.
[[nodiscard]] auto default_proposals(iana::SecurityProtocol protocol) -> std::vector<Proposal>;

/// The word of the configuration for one transform: "aes128gcm16", "sha256", "x25519"; IANA's name
/// or "ENCR 1234" for what has no word.
[[nodiscard]] auto to_text(const Transform& transform) -> std::string;
/// All transforms of a proposal with hyphens, in the order of their types; integrity NONE is left
/// out.
[[nodiscard]] auto to_text(const Proposal& proposal) -> std::string;

}  // namespace esplanade::sa
