// SA payloads: proposals, transforms and attributes (RFC 7296, 3.3).
#include "core/reader.h"
#include "ike/wire/families.h"

namespace esplanade::ike::wire {
namespace {

using core::Code;
using core::failure;
using iana::SecurityProtocol;

constexpr std::uint8_t last = 0;
constexpr std::uint8_t more_proposals = 2;
constexpr std::uint8_t more_transforms = 3;
constexpr std::size_t proposal_header_size = 8;
constexpr std::size_t transform_header_size = 8;

constexpr std::uint16_t attribute_format = 0x8000;  // AF: the value stands in the header
constexpr std::uint16_t key_length = 14;            // ikev2-parameters, Transform Attribute Types

// Ours: choosing compares every proposal of ours with every transform of theirs, so what a
// stranger may send is bounded. strongSwan with every plugin sends about 60 transforms.
constexpr std::size_t max_proposals = 64;
constexpr std::size_t max_transforms = 128;

/// IKE2-3.3.1-02. An IKE SA has an SPI of 8 octets when it is rekeyed, none before.
auto is_spi_size(SecurityProtocol protocol, std::size_t size) -> bool {
  if (protocol == SecurityProtocol::ike) return size == 0 || size == 8;
  if (protocol == SecurityProtocol::ah || protocol == SecurityProtocol::esp) return size == 4;
  return true;
}

/// One attribute, and what it says about the transform.
auto parse_attribute(core::Reader& r, sa::Transform& transform) -> core::Result<void> {
  const auto type = r.u16();
  const auto value = r.u16();  // of a TV; of a TLV it is the length
  const bool is_tv = (type & attribute_format) != 0;
  if (!is_tv) r.skip(value);
  if (r.failed()) return failure(Code::too_short, r.offset());
  if ((type & ~attribute_format) != key_length) {
    transform.has_unknown_attribute = true;
    return {};
  }
  if (!is_tv) return failure(Code::bad_value, r.offset());                   // IKE2-3.3.5-02
  if (transform.key_bits != 0) return failure(Code::bad_value, r.offset());  // IKE2-3.3-03
  transform.key_bits = value;
  // No key has no bits: 0 must not read as if the attribute were absent.
  transform.has_unknown_attribute = transform.has_unknown_attribute || value == 0;
  return {};
}

/// `octets` are one transform substructure, attributes included (3.3.2).
auto parse_transform(core::View octets) -> core::Result<sa::Transform> {
  core::Reader r{octets};
  r.skip(4);
  sa::Transform transform{.type = iana::TransformType{r.u8()}};
  r.skip(1);
  transform.id = r.u16();
  while (r.more()) {
    if (const auto ok = parse_attribute(r, transform); !ok) return std::unexpected(ok.error());
  }
  if (!r.finished()) return failure(Code::too_short, r.offset());
  return transform;
}

struct Substructure {
  core::View octets;  ///< header included
  bool is_last = false;
};

/// The next proposal or transform: its first octet says whether another follows.
auto take_substructure(core::View from, std::size_t header, std::uint8_t more)
    -> core::Result<Substructure> {
  core::Reader r{from};
  const auto mark = r.u8();
  r.skip(1);
  const auto length = r.u16();
  if (from.size() < header) return failure(Code::too_short);
  if (mark != last && mark != more) return failure(Code::bad_value);
  if (length < header || length > from.size()) return failure(Code::bad_length, 2);
  return Substructure{.octets = from.first(length), .is_last = mark == last};
}

auto shifted(core::Error error, std::size_t by) {
  return failure(error.code, error.where.offset + by);
}

/// Exactly `count` transforms fill `octets`.
auto parse_transforms(core::View octets, std::size_t count)
    -> core::Result<std::vector<sa::Transform>> {
  if (count == 0) return failure(Code::bad_value);  // one or more (RFC 7296, 3.3)
  if (count > max_transforms) return failure(Code::too_long);
  std::vector<sa::Transform> transforms;
  for (std::size_t at = 0; transforms.size() < count;) {
    const auto next = take_substructure(octets.subspan(at), transform_header_size, more_transforms);
    if (!next) return shifted(next.error(), at);
    auto transform = parse_transform(next->octets);
    if (!transform) return shifted(transform.error(), at);
    transforms.push_back(*transform);
    // The mark, the count and the length say the same thing thrice (IKE2-3.3-01).
    if (next->is_last != (transforms.size() == count)) return failure(Code::bad_value, at);
    at += next->octets.size();
    if (next->is_last && at != octets.size()) return failure(Code::bad_length, at);
  }
  return transforms;
}

/// `octets` are one proposal substructure (3.3.1).
auto parse_proposal(core::View octets) -> core::Result<sa::Proposal> {
  core::Reader r{octets};
  r.skip(4);
  sa::Proposal proposal{.number = r.u8(), .protocol = SecurityProtocol{r.u8()}};
  const std::size_t spi_size = r.u8();
  const std::size_t count = r.u8();
  if (!is_spi_size(proposal.protocol, spi_size)) return failure(Code::bad_length, 6);
  proposal.spi = owned(r.take(spi_size));
  if (r.failed()) return failure(Code::too_short, r.offset());
  auto transforms = parse_transforms(octets.subspan(r.offset()), count);
  if (!transforms) return shifted(transforms.error(), r.offset());
  proposal.transforms = *std::move(transforms);
  return proposal;
}

/// Several are numbered 1, 2, 3 (IKE2-3.3-01); one alone may be an answer, which keeps the number
/// of what it answers (IKE2-3.3.1-03).
auto are_numbered(const std::vector<sa::Proposal>& proposals) -> bool {
  if (proposals.size() == 1) return proposals.front().number != 0;
  for (std::size_t i = 0; i < proposals.size(); ++i) {
    if (proposals[i].number != i + 1) return false;
  }
  return true;
}

void write_transform(const sa::Transform& transform, std::uint8_t mark, Append& out) {
  const auto begin = out.size();
  out.u8(mark).u8(0);
  const auto length = out.gap16();
  out.u8(std::to_underlying(transform.type)).u8(0).u16(transform.id);
  if (transform.key_bits != 0) out.u16(attribute_format | key_length).u16(transform.key_bits);
  out.fill16(length, out.size() - begin);
}

void write_proposal(const sa::Proposal& proposal, std::uint8_t mark, Append& out) {
  const auto& transforms = proposal.transforms;
  const auto begin = out.size();
  out.u8(mark).u8(0);
  const auto length = out.gap16();
  out.u8(proposal.number).u8(std::to_underlying(proposal.protocol));
  out.u8(octet_count(proposal.spi.size())).u8(octet_count(transforms.size()));
  out.octets(proposal.spi);
  for (std::size_t i = 0; i < transforms.size(); ++i) {
    write_transform(transforms[i], i + 1 < transforms.size() ? more_transforms : last, out);
  }
  out.fill16(length, out.size() - begin);
}

}  // namespace

auto parse_sa(const RawPayload& raw) -> core::Result<Payload> {
  SaPayload payload;
  for (std::size_t at = 0;;) {
    if (payload.proposals.size() == max_proposals) return failure(Code::too_long, at);
    const auto next = take_substructure(raw.body.subspan(at), proposal_header_size, more_proposals);
    if (!next) return shifted(next.error(), at);
    auto proposal = parse_proposal(next->octets);
    if (!proposal) return shifted(proposal.error(), at);
    payload.proposals.push_back(*std::move(proposal));
    at += next->octets.size();
    if (!next->is_last) continue;
    if (at != raw.body.size()) return failure(Code::bad_length, at);
    break;
  }
  if (!are_numbered(payload.proposals)) return failure(Code::bad_value);
  return payload;
}

void write_body(const SaPayload& payload, Append& out) {
  const auto& proposals = payload.proposals;
  for (std::size_t i = 0; i < proposals.size(); ++i) {
    write_proposal(proposals[i], i + 1 < proposals.size() ? more_proposals : last, out);
  }
}

}  // namespace esplanade::ike::wire
