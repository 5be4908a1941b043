#include "config/check/key_hex.h"

#include "crypto/registry.h"

#include <fmt/format.h>

namespace esplanade::config::check {

auto encryption_key_size(const sa::EspAlgorithms& algorithms) -> std::size_t {
  const auto* info = crypto::find_encryption(algorithms.encryption);
  core::ensure(info != nullptr);
  return algorithms.key_bits / 8U + info->salt_size;
}

auto integrity_key_size(const sa::EspAlgorithms& algorithms) -> std::size_t {
  const auto* info = crypto::find_integrity(algorithms.integrity);
  return info == nullptr ? 0 : info->material_size();
}

auto parse_key_hex(std::string_view text, std::size_t wanted)
    -> std::expected<sa::IntegrityKey, std::string> {
  if (!text.starts_with("0x") && !text.starts_with("0X")) {
    return std::unexpected<std::string>("does not begin with 0x");
  }
  auto octets = core::from_hex(text);
  if (!octets && octets.error().where.offset == text.size()) {
    return std::unexpected<std::string>("has an odd number of hexadecimal digits");
  }
  if (!octets) {
    return std::unexpected(fmt::format("has a character at {} that is no hexadecimal digit",
                                       octets.error().where.offset + 1));
  }
  std::expected<sa::IntegrityKey, std::string> key;
  if (octets->size() == wanted) {
    key = sa::IntegrityKey(*octets);
  } else {
    key = std::unexpected(fmt::format("has {} octets where {} are wanted", octets->size(), wanted));
  }
  core::wipe(*octets);
  return key;
}

}  // namespace esplanade::config::check
