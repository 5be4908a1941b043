#include "config/keying/proposals.h"

#include "config/syntax/nearest.h"
#include "sa/proposal_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::config::keying {
namespace {

using iana::TransformType;

/// RFC 8221, 5: ENCR_3DES SHOULD NOT be used for ESP; RFC 8247, 2.1 leaves it to IKE as MAY. All
/// others that these say so of are refused by sa/proposal_text.
void warn_of_weak(const syntax::Setting& setting, const check::Item& item,
                  const sa::Proposal& proposal, check::Checker& check) {
  const auto is_3des = [](const sa::Transform& one) {
    return one.type == TransformType::encryption &&
           iana::EncryptionId{one.id} == iana::EncryptionId::encr_3des;
  };
  const auto is_weak = proposal.protocol == iana::SecurityProtocol::esp &&
                       std::ranges::any_of(proposal.transforms, is_3des);
  if (!is_weak) return;
  check.warn(setting.place_at(item.offset),
             "`3des` should not be used for ESP (RFC 8221): its blocks of 64 bits tell about the "
             "contents after some gigabytes",
             "use aes256gcm16, or aes256-sha256 for old peers");
}

void complain_fault(const syntax::Setting& setting, const check::Item& item,
                    iana::SecurityProtocol protocol, const sa::ProposalFault& fault,
                    check::Checker& check) {
  auto hint = fault.hint;
  if (fault.is_unknown_word) {
    const auto rest = item.text.substr(fault.offset);
    hint = syntax::did_you_mean(rest.substr(0, rest.find('-')), sa::proposal_words(protocol));
  }
  check.complain(setting.place_at(item.offset + fault.offset), fault.why, std::move(hint));
}

}  // namespace

auto read_proposals(const syntax::Section& section, std::string_view key,
                    iana::SecurityProtocol protocol, check::Checker& check)
    -> std::vector<sa::Proposal> {
  const auto* setting = section.find(key);
  if (setting == nullptr) return sa::default_proposals(protocol);
  std::vector<sa::Proposal> proposals;
  for (const auto& item : check::split_list(*setting->value)) {
    if (item.text == "default") {
      for (auto& one : sa::default_proposals(protocol)) proposals.push_back(std::move(one));
      continue;
    }
    auto proposal = sa::parse_proposal(protocol, item.text);
    if (!proposal) {
      complain_fault(*setting, item, protocol, proposal.error(), check);
    } else {
      warn_of_weak(*setting, item, *proposal, check);
      proposals.push_back(*std::move(proposal));
    }
  }
  constexpr std::size_t most_proposals = 255;  // their number is an octet (RFC 7296, 3.3.1)
  if (proposals.size() > most_proposals) {
    check.complain(setting->value_place, fmt::format("`{}` has {} proposals, and IKE can carry {}",
                                                     key, proposals.size(), most_proposals));
  }
  return proposals;
}

}  // namespace esplanade::config::keying
