#include "core/writer.h"

#include "core/reader.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>

namespace esplanade::core {
namespace {

TEST(Writer, writes_numbers_in_network_order) {
  std::array<std::byte, 15> out{};

  Writer w{out};
  w.u8(0x01).u16(0x0203).u32(0x04050607).u64(0x08090a0b0c0d0e0f);

  EXPECT_TRUE(w.finished());
  EXPECT_EQ(to_hex(out), "0102030405060708090a0b0c0d0e0f");
}

TEST(Writer, writes_octets_as_they_are) {
  std::array<std::byte, 4> out{};

  Writer w{out};
  w.octets(as_view("ab")).octets({}).octets(as_view("cd"));

  EXPECT_TRUE(w.finished());
  EXPECT_EQ(to_hex(out), "61626364");
}

TEST(Writer, writes_nothing_after_a_field_that_did_not_fit) {
  std::array<std::byte, 3> out{};

  Writer w{out};
  w.u16(0x0102).u16(0x0304).u8(0x05).octets(as_view("x"));

  EXPECT_TRUE(w.failed());
  EXPECT_FALSE(w.finished());
  EXPECT_EQ(w.offset(), 2u);
  EXPECT_EQ(to_hex(out), "010200");
}

TEST(Writer, is_not_finished_while_room_is_left) {
  std::array<std::byte, 3> out{};
  Writer w{out};
  w.u16(1);
  EXPECT_FALSE(w.finished());
  EXPECT_FALSE(w.failed());
}

TEST(Writer, writes_what_a_reader_reads) {
  ASSERT_TRUE(rc::check("fields survive",
                        [](std::uint8_t a, std::uint16_t b, std::uint32_t c, std::uint64_t d) {
                          std::array<std::byte, 15> out{};
                          Writer{out}.u8(a).u16(b).u32(c).u64(d);

                          Reader r{out};
                          RC_ASSERT(r.u8() == a);
                          RC_ASSERT(r.u16() == b);
                          RC_ASSERT(r.u32() == c);
                          RC_ASSERT(r.u64() == d);
                        }));
}

}  // namespace
}  // namespace esplanade::core
