#include "core/bytes.h"

namespace esplanade::core {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

auto digit_value(char c) noexcept -> int {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

auto to_hex(View bytes) -> std::string {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const auto b : bytes) {
    const auto value = std::to_integer<unsigned>(b);
    text += digits[value >> 4];
    text += digits[value & 15];
  }
  return text;
}

auto from_hex(std::string_view text) -> Result<Bytes> {
  const std::size_t start = text.starts_with("0x") || text.starts_with("0X") ? 2 : 0;
  Bytes bytes;
  bytes.reserve((text.size() - start) / 2);
  for (auto at = start; at < text.size(); at += 2) {
    const auto high = digit_value(text[at]);
    if (high < 0) return failure(Code::bad_hex, at);
    if (at + 1 == text.size()) return failure(Code::bad_hex, text.size());
    const auto low = digit_value(text[at + 1]);
    if (low < 0) return failure(Code::bad_hex, at + 1);
    bytes.push_back(static_cast<std::byte>(high << 4 | low));
  }
  return bytes;
}

}  // namespace esplanade::core
