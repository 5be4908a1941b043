#include "net/ipv6.h"

#include "core/reader.h"

#include <utility>

namespace esplanade::net {
namespace {

using iana::IpProtocol;

/// Longer chains serve nobody but those who look for a slow path.
constexpr int max_extension_headers = 8;

constexpr std::uint32_t version_bits = 6u << 28;

/// The chain as far as `bytes`, a whole datagram, have been walked.
class Walk {
 public:
  Walk(core::View bytes, IpProtocol first) noexcept : reader_(bytes.subspan(ipv6_header_size)) {
    chain_.protocol = chain_.protect_protocol = first;
  }

  [[nodiscard]] auto chain() const noexcept -> const Ipv6Chain& { return chain_; }
  [[nodiscard]] auto goes_on() const noexcept -> bool {
    return is_walked(chain_.protocol) && !(chain_.fragment && chain_.fragment->offset > 0);
  }

  /// Steps over one extension header.
  auto step() noexcept -> core::Result<void> {
    const auto kind = chain_.protocol;
    if (++headers_ > max_extension_headers) return failed(core::Code::bad_chain);
    if (kind == IpProtocol::hop_by_hop && headers_ > 1) return failed(core::Code::bad_chain);
    if (kind == IpProtocol::fragment && chain_.fragment) return failed(core::Code::bad_chain);

    const auto named_at = std::exchange(chain_.next_header_at, chain_.upper_offset);
    chain_.protocol = IpProtocol{reader_.u8()};
    if (kind == IpProtocol::fragment) {
      read_fragment(named_at);
    } else {
      reader_.skip(reader_.u8() * std::size_t{8} + 6);
    }
    if (reader_.failed()) return failed(core::Code::too_short);
    chain_.upper_offset = ipv6_header_size + reader_.offset();
    // Options that no other extension header follows are for the destination alone, so they
    // stand behind ESP (RFC 4303, 3.1.1).
    if (kind != IpProtocol::destination_options) protect_from_here();
    return {};
  }

 private:
  void read_fragment(std::size_t named_at) noexcept {
    reader_.skip(1);
    const auto offset_and_more = reader_.u16();
    chain_.fragment = {.offset = static_cast<std::uint16_t>(offset_and_more & 0xfff8),
                       .more = (offset_and_more & 1) != 0,
                       .id = reader_.u32(),
                       .at = chain_.upper_offset,
                       .named_at = named_at};
  }
  void protect_from_here() noexcept {
    chain_.protect_offset = chain_.upper_offset;
    chain_.protect_protocol = chain_.protocol;
    chain_.protect_next_header_at = chain_.next_header_at;
  }
  [[nodiscard]] auto failed(core::Code code) const noexcept -> std::unexpected<core::Error> {
    return core::failure(code, chain_.upper_offset);
  }

  core::Reader reader_;
  Ipv6Chain chain_;
  int headers_ = 0;
};

auto walked(core::View bytes, IpProtocol first) noexcept -> core::Result<Ipv6Chain> {
  Walk walk{bytes, first};
  while (walk.goes_on()) TRY(walk.step());
  return walk.chain();
}

/// The chain of nearly every packet.
auto without_headers(IpProtocol protocol) noexcept -> core::Result<Ipv6Chain> {
  core::Result<Ipv6Chain> chain;
  chain->protocol = chain->protect_protocol = protocol;
  return chain;
}

}  // namespace

auto is_walked(IpProtocol protocol) noexcept -> bool {
  using enum IpProtocol;
  return protocol == hop_by_hop || protocol == routing || protocol == fragment ||
         protocol == destination_options;
}

auto Ipv6::chain() const noexcept -> core::Result<Ipv6Chain> {
  return is_walked(next_header()) ? walked(bytes_, next_header()) : without_headers(next_header());
}

void write_ipv6(std::span<std::byte, ipv6_header_size> out, const Ipv6Fields& fields) noexcept {
  core::ensure(fields.src.family() == Family::ipv6 && fields.dst.family() == Family::ipv6);
  core::ensure(fields.flow_label <= 0xfffff);

  core::store_be(version_bits | std::uint32_t{fields.traffic_class} << 20 | fields.flow_label,
                 out.subspan<0, 4>());
  core::store_be(fields.payload_length, out.subspan<4, 2>());
  out[6] = static_cast<std::byte>(fields.next_header);
  out[7] = std::byte{fields.hop_limit};
  core::copy(fields.src.bytes(), out.subspan<8, 16>());
  core::copy(fields.dst.bytes(), out.subspan<24, 16>());
}

void set_ipv6_traffic_class(core::MutableView header, std::uint8_t traffic_class) noexcept {
  const auto word = core::load_be<std::uint32_t>(header, 0);
  core::store_be((word & ~(0xffu << 20)) | std::uint32_t{traffic_class} << 20, header, 0);
}

void set_ipv6_payload_length(core::MutableView header, std::uint16_t length) noexcept {
  core::store_be(length, header, 4);
}

}  // namespace esplanade::net
