#include "net/packet.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <vector>

namespace esplanade::net {
namespace {

/// A slot with a packet of `size` octets in it.
struct Fixture {
  explicit Fixture(std::uint16_t size) {
    packet.reset();
    packet.size = size;
  }
  std::array<std::byte, 512> octets{};
  Packet packet{.slot = octets};
};

TEST(Packet, grows_to_the_front_and_to_the_back) {
  Fixture f{2};
  core::copy(core::as_view("cd"), f.packet.bytes());

  core::copy(core::as_view("ab"), f.packet.push_front(2));
  core::copy(core::as_view("ef"), f.packet.push_back(2));

  EXPECT_EQ(core::to_hex(f.packet.bytes()), core::to_hex(core::as_view("abcdef")));
}

TEST(Packet, shrinks_from_both_ends) {
  Fixture f{6};
  core::copy(core::as_view("abcdef"), f.packet.bytes());

  f.packet.pop_front(1);
  f.packet.pop_back(3);

  EXPECT_EQ(core::to_hex(f.packet.bytes()), core::to_hex(core::as_view("bc")));
}

TEST(Packet, fills_its_slot_to_the_last_octet) {
  Fixture f{10};

  f.packet.push_front(f.packet.room_in_front());
  f.packet.push_back(f.packet.room_behind());

  EXPECT_EQ(f.packet.bytes().data(), f.octets.data());
  EXPECT_EQ(f.packet.bytes().size(), f.octets.size());
}

TEST(Packet, aborts_beyond_its_room) {
  Fixture f{10};
  EXPECT_DEATH(f.packet.push_front(headroom + 1), "bug at");
  EXPECT_DEATH(f.packet.push_back(f.packet.room_behind() + 1), "bug at");
  EXPECT_DEATH(f.packet.pop_front(11), "bug at");
  EXPECT_DEATH(f.packet.pop_back(11), "bug at");
}

TEST(Packet, is_new_after_a_reset) {
  Fixture f{10};
  f.packet.push_front(3);
  f.packet.sa = core::SaIndex{5};
  f.packet.drop(Verdict::bad_icv);

  const auto room = f.packet.reset();

  EXPECT_EQ(room.size(), f.octets.size() - headroom);
  EXPECT_EQ(room.data(), f.octets.data() + headroom);
  EXPECT_TRUE(f.packet.bytes().empty());
  EXPECT_EQ(f.packet.sa, core::SaIndex::none);
  EXPECT_TRUE(f.packet.passes());
}

TEST(Packet, passes_until_it_is_dropped) {
  Packet packet;
  EXPECT_TRUE(packet.passes());
  packet.drop(Verdict::no_policy);
  EXPECT_FALSE(packet.passes());
  EXPECT_EQ(packet.verdict, Verdict::no_policy);
}

/// One random change, where there is room for it, of a packet and of its model alike.
void change(Packet& packet, core::Bytes& model, unsigned instruction) {
  const auto count = std::size_t{instruction / 4 % 40};
  const core::Bytes filling(count, static_cast<std::byte>(instruction));
  const auto n = static_cast<std::ptrdiff_t>(count);
  const auto is_front = instruction % 4 < 2;
  if (instruction % 2 == 0) {
    if (count > (is_front ? packet.room_in_front() : packet.room_behind())) return;
    core::copy(filling, is_front ? packet.push_front(count) : packet.push_back(count));
    model.insert(is_front ? model.begin() : model.end(), filling.begin(), filling.end());
  } else if (count <= model.size()) {
    is_front ? packet.pop_front(count) : packet.pop_back(count);
    model.erase(is_front ? model.begin() : model.end() - n,
                is_front ? model.begin() + n : model.end());
  }
}

TEST(Packet, agrees_with_a_vector_whatever_is_pushed_and_popped) {
  ASSERT_TRUE(rc::check("same octets", [](const std::vector<unsigned>& program) {
    Fixture f{0};
    core::Bytes model;
    for (const auto instruction : program) {
      change(f.packet, model, instruction);
      RC_ASSERT(std::ranges::equal(f.packet.bytes(), model));
    }
  }));
}

TEST(Arena, gives_each_packet_a_slot_of_its_own_on_a_cache_line) {
  Arena arena{2000, 3};
  const auto packets = arena.packets();

  ASSERT_EQ(packets.size(), 3u);
  for (const auto& packet : packets) {
    EXPECT_EQ(packet.slot.size(), 2000u);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(packet.slot.data()) % Arena::alignment, 0u);
    std::ranges::fill(packet.slot, static_cast<std::byte>(&packet - packets.data() + 1));
  }
  for (std::size_t i = 0; i < packets.size(); ++i) {
    EXPECT_EQ(std::ranges::count(packets[i].slot, static_cast<std::byte>(i + 1)), 2000);
  }
}

TEST(Arena, takes_slots_from_the_headroom_to_what_a_packet_can_count) {
  Arena largest{65535, 1};
  EXPECT_EQ(largest.packets()[0].reset().size(), 65535 - headroom);
  EXPECT_TRUE((Arena{2048, 0}.packets().empty()));
  EXPECT_DEATH((Arena{headroom - 1, 1}), "bug at");
  EXPECT_DEATH((Arena{65536, 1}), "bug at");
}

}  // namespace
}  // namespace esplanade::net
