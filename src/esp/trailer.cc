#include "esp/trailer.h"

#include "esp/frame.h"

namespace esplanade::esp {
namespace {

constexpr auto default_padding = [] {
  std::array<std::byte, 255> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<std::byte>(i + 1);
  return octets;
}();

}  // namespace

auto trailer_size_for(std::size_t payload, std::size_t align) noexcept -> std::size_t {
  const auto unpadded = payload + trailer_size;
  return trailer_size + (align - unpadded % align) % align;
}

void write_trailer(core::MutableView trailer, iana::IpProtocol next) noexcept {
  const auto padding = trailer.size() - trailer_size;
  core::copy(core::View(default_padding).first(padding), trailer);
  trailer[padding] = static_cast<std::byte>(padding);
  trailer[padding + 1] = static_cast<std::byte>(next);
}

auto strip_trailer(core::MutableView plaintext) noexcept -> std::expected<Payload, net::Verdict> {
  if (plaintext.size() < trailer_size) return std::unexpected(net::Verdict::too_short);
  const auto trailer = plaintext.last(trailer_size);
  const auto padding = std::to_integer<std::size_t>(trailer[0]);
  const auto padded = plaintext.first(plaintext.size() - trailer_size);
  if (padding > padded.size()) return std::unexpected(net::Verdict::bad_padding);
  const auto tail = padded.last(padding);
  if (padding != 0 && std::memcmp(tail.data(), default_padding.data(), padding) != 0) {
    return std::unexpected(net::Verdict::bad_padding);
  }
  return Payload{padded.first(padded.size() - padding),
                 static_cast<iana::IpProtocol>(std::to_integer<std::uint8_t>(trailer[1]))};
}

}  // namespace esplanade::esp
