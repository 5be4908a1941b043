#include "core/endian.h"

#include <gtest/gtest.h>

#include <array>

namespace esplanade::core {
namespace {

TEST(Endian, loads_the_most_significant_octet_first) {
  const auto bytes = as_view("\x01\x02\x03\x04\x05\x06\x07\x08");

  EXPECT_EQ(load_be<std::uint8_t>(bytes, 0), 0x01);
  EXPECT_EQ(load_be<std::uint16_t>(bytes, 1), 0x0203);
  EXPECT_EQ(load_be<std::uint32_t>(bytes, 4), 0x05060708u);
  EXPECT_EQ(load_be<std::uint64_t>(bytes, 0), 0x0102030405060708u);
}

TEST(Endian, stores_the_most_significant_octet_first) {
  std::array<std::byte, 8> bytes{};

  store_be<std::uint32_t>(0x01020304, bytes, 0);
  store_be<std::uint16_t>(0x0506, bytes, 5);

  EXPECT_EQ(to_hex(bytes), "0102030400050600");
}

TEST(Endian, aborts_beyond_the_end) {
  std::array<std::byte, 4> bytes{};

  EXPECT_DEATH((void)load_be<std::uint32_t>(bytes, 1), "bug at");
  EXPECT_DEATH((void)load_be<std::uint16_t>(bytes, 5), "bug at");
  EXPECT_DEATH(store_be<std::uint64_t>(0, bytes, 0), "bug at");
}

}  // namespace
}  // namespace esplanade::core
