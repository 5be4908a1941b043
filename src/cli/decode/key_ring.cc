#include "cli/decode/key_ring.h"

#include "ah/judge.h"
#include "ah/transform.h"
#include "cli/decode/reason.h"
#include "core/endian.h"
#include "esp/trailer.h"
#include "esp/transform.h"
#include "net/ipv4.h"
#include "net/ipv6.h"

#include <fmt/format.h>

#include <utility>

namespace esplanade::cli::decode {
namespace {

using net::Verdict;

/// A row whose keys the provider does not take becomes one that is not supported.
auto make_suite(EspTableRow& row, crypto::Provider& provider) -> std::optional<ipsec::EspSuite> {
  const auto* const keys = std::get_if<RowKeys>(&row.keys);
  if (keys == nullptr) return std::nullopt;
  auto suite = ipsec::EspSuite::make(row.protocol, keys->algorithms, keys->keys, provider);
  row.keys = Unsupported{.why = "the row's algorithms are not provided"};
  if (!suite) return std::nullopt;
  return *std::move(suite);
}

auto no_row(const ProtectedPacket& packet) -> NotOpened {
  return {Status::no_key,
          fmt::format("no row for SPI 0x{:08x} from {} to {}", std::to_underlying(packet.spi),
                      packet.src.to_string(), packet.dst.to_string())};
}

/// unprotect() takes octets it may change and leaves them alone, so the frame is of a copy.
auto ah_frame(core::MutableView datagram, std::size_t at, core::Seq64 seq) -> ah::Frame {
  return {.datagram = datagram, .ah_at = at, .seq = seq};
}

auto check_ah(const ProtectedPacket& packet, const ipsec::EspSizes& sizes)
    -> std::optional<Verdict> {
  core::Bytes copy(packet.octets.begin(), packet.octets.end());
  const auto verdict = ah::judge(ah_frame(copy, packet.ah_at, {}), sizes);
  return verdict == Verdict::pass ? std::nullopt : std::optional(verdict);
}

auto check_esp(core::View octets, const ipsec::EspSizes& sizes) -> std::optional<Verdict> {
  if (octets.size() < esp::min_frame(sizes)) return Verdict::too_short;
  const auto ciphertext = octets.size() - esp::header_size - sizes.iv - sizes.icv;
  if (ciphertext % sizes.align != 0) return Verdict::bad_alignment;
  return std::nullopt;
}

auto check_lengths(const ProtectedPacket& packet, const ipsec::EspSizes& sizes)
    -> std::optional<Verdict> {
  const bool is_ah = packet.protocol == sa::Protocol::ah;
  return is_ah ? check_ah(packet, sizes) : check_esp(packet.octets, sizes);
}

/// The low half of the number, as on the wire.
auto number_of(const ProtectedPacket& packet) -> std::uint32_t {
  const bool is_ah = packet.protocol == sa::Protocol::ah;
  return core::load_be<std::uint32_t>(packet.octets, is_ah ? packet.ah_at + 8 : 4);
}

/// What `octets`, those of an authentic packet, carry.
auto payload_of(const ProtectedPacket& packet, core::MutableView octets,
                const ipsec::EspSizes& sizes) -> std::expected<esp::Payload, Verdict> {
  if (packet.protocol == sa::Protocol::esp) {
    return esp::strip_trailer(esp::Frame{.octets = octets, .seq = {}}.ciphertext(sizes));
  }
  const auto ah = octets.subspan(packet.ah_at);
  return esp::Payload{ah.subspan(ah::length_of(ah)), static_cast<iana::IpProtocol>(ah[0])};
}

/// Without what stands behind a tunnelled packet's own length: traffic flow confidentiality padding
/// (RFC 4303, 2.7).
auto inner_of(const esp::Payload& payload) -> std::expected<core::Bytes, Verdict> {
  auto octets = core::View(payload.octets);
  if (payload.next_header == iana::IpProtocol::no_next_header) return core::Bytes{};
  if (payload.next_header == iana::IpProtocol::ipv4) {
    const auto ip = net::Ipv4::parse(octets);
    if (!ip) return std::unexpected(Verdict::bad_inner);
    octets = octets.first(ip->total_length());
  }
  if (payload.next_header == iana::IpProtocol::ipv6) {
    const auto ip = net::Ipv6::parse(octets);
    if (!ip) return std::unexpected(Verdict::bad_inner);
    octets = octets.first(ip->total_length());
  }
  return core::Bytes(octets.begin(), octets.end());
}

}  // namespace

KeyRing::KeyRing(EspTable table, crypto::Provider& provider) {
  keys_.reserve(table.size());
  for (auto& row : table) {
    auto suite = make_suite(row, provider);
    keys_.push_back({.row = std::move(row), .suite = std::move(suite)});
  }
}

auto KeyRing::open(const ProtectedPacket& packet) -> std::expected<Opened, NotOpened> {
  auto failure = no_row(packet);
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const auto& [row, suite] = keys_[i];
    if (row.protocol != packet.protocol) continue;
    if (!row.matches(packet.src, packet.dst, packet.spi)) continue;
    if (!suite) {
      const auto is_first = failure.status == Status::no_key;
      if (is_first) failure.reason = std::get<Unsupported>(row.keys).why;
      continue;
    }
    auto opened = open_with(i, packet);
    if (opened) return *std::move(opened);
    failure = {Status::refused, reason_for(opened.error())};
    const auto is_authentic =
        opened.error() == Verdict::bad_padding || opened.error() == Verdict::bad_inner;
    if (is_authentic) break;
  }
  return std::unexpected(std::move(failure));
}

auto KeyRing::attempts(const SaId& id, std::uint32_t low) const -> std::vector<Attempt> {
  const auto seen = seen_.find(id);
  const auto is_esn = seen != seen_.end() && seen->second.esn == sa::Esn::yes;
  std::vector<Attempt> attempts;
  if (!is_esn) attempts.push_back({sa::Esn::no, {low}});
  const auto inferred = seen == seen_.end() ? std::nullopt : seen->second.window.infer(low);
  if (inferred && inferred->high() != 0) attempts.push_back({sa::Esn::yes, *inferred});
  attempts.push_back({sa::Esn::yes, {low}});
  if (is_esn) attempts.push_back({sa::Esn::no, {low}});
  return attempts;
}

auto KeyRing::authentic(ipsec::EspSuite& suite, const ProtectedPacket& packet, Attempt attempt)
    -> std::optional<core::Bytes> {
  // unprotect() works in place and leaves nothing of a packet that is not authentic.
  core::Bytes copy(packet.octets.begin(), packet.octets.end());
  bool is_authentic = false;
  if (packet.protocol == sa::Protocol::ah) {
    auto frame = ah_frame(copy, packet.ah_at, attempt.seq);
    ah::unprotect(suite, attempt.esn, std::span(&frame, 1));
    is_authentic = frame.is_authentic;
  } else {
    esp::Frame frame{.octets = copy, .seq = attempt.seq};
    esp::unprotect(suite, attempt.esn, std::span(&frame, 1));
    is_authentic = frame.is_authentic;
  }
  return is_authentic ? std::optional(std::move(copy)) : std::nullopt;
}

auto KeyRing::open_with(std::size_t key, const ProtectedPacket& packet)
    -> std::expected<Opened, Verdict> {
  auto& suite = *keys_[key].suite;
  if (const auto wrong = check_lengths(packet, suite.sizes)) return std::unexpected(*wrong);
  const auto id = SaId{.key = key, .dst = packet.dst, .spi = packet.spi};
  for (const auto& attempt : attempts(id, number_of(packet))) {
    auto octets = authentic(suite, packet, attempt);
    if (!octets) continue;

    auto& seen = seen_[id];
    (void)seen.window.commit(attempt.seq);  // a replay changes nothing
    seen.esn = attempt.esn;
    const auto payload = TRY(payload_of(packet, *octets, suite.sizes));
    return Opened{attempt.seq, payload.next_header, TRY(inner_of(payload))};
  }
  return std::unexpected(Verdict::bad_icv);
}

}  // namespace esplanade::cli::decode
