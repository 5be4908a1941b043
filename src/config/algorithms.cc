#include "config/algorithms.h"

#include "config/syntax/nearest.h"
#include "crypto/registry.h"
#include "sa/proposal_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace esplanade::config {
namespace {

using iana::EncryptionId;
using iana::IntegrityId;
using iana::SecurityProtocol;
using iana::TransformType;

using Done = std::expected<void, std::string>;

auto refuse(std::string why) -> std::unexpected<std::string> {
  return std::unexpected(std::move(why));
}

auto iana_protocol(sa::Protocol protocol) -> SecurityProtocol {
  return protocol == sa::Protocol::esp ? SecurityProtocol::esp : SecurityProtocol::ah;
}

auto sentence_of(const sa::ProposalFault& fault, SecurityProtocol protocol, std::string_view text)
    -> std::string {
  if (!fault.is_unknown_word) {
    return fault.hint.empty() ? fault.why : fmt::format("{}; {}", fault.why, fault.hint);
  }
  const auto rest = text.substr(fault.offset);
  const auto word = rest.substr(0, rest.find('-'));
  const auto near = syntax::nearest(word, sa::proposal_words(protocol));
  return near ? fmt::format("{}; did you mean `{}`?", fault.why, *near) : fault.why;
}

auto kind_of(TransformType type) -> std::string_view {
  return type == TransformType::encryption ? "encryption" : "integrity";
}

/// Nobody negotiates, so there is nothing to choose from.
auto refuse_choice(const sa::Proposal& proposal) -> Done {
  for (const auto type : {TransformType::encryption, TransformType::integrity}) {
    const auto is_it = [type](const sa::Transform& one) { return one.type == type; };
    const auto first = std::ranges::find_if(proposal.transforms, is_it);
    if (first == proposal.transforms.end()) continue;
    const auto second = std::find_if(first + 1, proposal.transforms.end(), is_it);
    if (second == proposal.transforms.end()) continue;
    return refuse(fmt::format("`{}` is a second {} algorithm; an SA has one", sa::to_text(*second),
                              kind_of(type)));
  }
  return {};
}

auto refuse_negotiated(const sa::Proposal& proposal) -> Done {
  for (const auto& one : proposal.transforms) {
    if (one.type == TransformType::key_exchange_method) {
      return refuse(
          fmt::format("`{}` is a key exchange, and keys are set by hand here", sa::to_text(one)));
    }
    if (one.type == TransformType::sequence_numbers && one.id != 0) {
      return refuse("`esn` is a setting of its own, beside `replay_window`");
    }
  }
  return {};
}

auto add(const sa::Transform& transform, sa::EspAlgorithms& to) -> Done {
  if (transform.type == TransformType::integrity) {
    to.integrity = IntegrityId{transform.id};
    return {};
  }
  if (transform.type != TransformType::encryption) return {};
  const auto* const info = crypto::find_encryption(EncryptionId{transform.id});
  core::ensure(info != nullptr);  // there is no word for what is not provided
  if (info->has_implicit_iv()) {
    return refuse(fmt::format("`{}` has implicit IVs, which RFC 8750 forbids with keys set by hand",
                              sa::to_text(transform)));
  }
  const auto only = info->key_bits.empty() ? std::uint16_t{0} : info->key_bits.front();
  to.encryption = info->id;
  to.key_bits = transform.key_bits != 0 ? transform.key_bits : only;
  return {};
}

auto transform_of(const sa::EspAlgorithms& algorithms) -> sa::Transform {
  const auto* const info = crypto::find_encryption(algorithms.encryption);
  core::ensure(info != nullptr);
  const bool has_length_attribute = info->key_bits.size() > 1;
  return sa::transform(algorithms.encryption, has_length_attribute ? algorithms.key_bits : 0);
}

}  // namespace

auto parse_algorithms(sa::Protocol protocol, std::string_view text)
    -> std::expected<sa::EspAlgorithms, std::string> {
  if (text.find(',') != std::string_view::npos) {
    return refuse(
        "there is nobody to choose among several proposals with keys set by hand; "
        "write the one that both ends use");
  }
  const auto iana = iana_protocol(protocol);
  const auto proposal = sa::parse_proposal(iana, text);
  if (!proposal) return refuse(sentence_of(proposal.error(), iana, text));
  TRY(refuse_choice(*proposal));
  TRY(refuse_negotiated(*proposal));
  sa::EspAlgorithms algorithms{.encryption = EncryptionId::encr_null};
  for (const auto& transform : proposal->transforms) TRY(add(transform, algorithms));
  return algorithms;
}

auto to_string(sa::Protocol protocol, const sa::EspAlgorithms& algorithms) -> std::string {
  sa::Proposal proposal{.protocol = iana_protocol(protocol), .spi = {}, .transforms = {}};
  if (protocol == sa::Protocol::esp) proposal.transforms.push_back(transform_of(algorithms));
  proposal.transforms.push_back(sa::transform(algorithms.integrity));
  return sa::to_text(proposal);
}

auto needs_unique_numbers(const sa::EspAlgorithms& algorithms) -> bool {
  const auto* const info = crypto::find_encryption(algorithms.encryption);
  const auto* const mac = crypto::find_integrity(algorithms.integrity);
  return (info != nullptr && info->is_counter_mode) || (mac != nullptr && mac->is_gmac());
}

auto word_of(sa::Protocol protocol) -> std::string_view {
  return protocol == sa::Protocol::esp ? "esp" : "ah";
}

auto to_string(sa::Protocol protocol) -> std::string_view {
  return protocol == sa::Protocol::esp ? "ESP" : "AH";
}

}  // namespace esplanade::config
