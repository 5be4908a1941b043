// Every pair of algorithms that can be chosen for ESP, in every mode, with and without extended
// numbers: what is sealed is opened, and nothing that was changed on the way.
#include "esp/overhead.h"
#include "tests/support/esp.h"

#include <gtest/gtest.h>

namespace esplanade::esp {
namespace {

using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

auto name_of(const SaSpec& spec) -> std::string {
  return std::string(crypto::find_encryption(spec.algorithms->encryption)->name) + " " +
         std::to_string(spec.algorithms->key_bits) + " with integrity " +
         std::to_string(std::to_underlying(spec.algorithms->integrity));
}

template <class Act>
void for_every_sa(Act act) {
  for (const auto& algorithms : all_esp_algorithms()) {
    for (const auto mode : {sa::Mode::tunnel, sa::Mode::transport}) {
      for (const auto esn : {sa::Esn::no, sa::Esn::yes}) {
        act(SaSpec{.algorithms = algorithms, .mode = mode, .esn = esn});
      }
    }
  }
}

TEST(EveryAlgorithm, gives_back_what_it_sealed) {
  for_every_sa([](const SaSpec& spec) {
    auto out = make_outbound(spec);
    auto in = make_inbound(spec);
    for (const std::size_t size : {28U, 29U, 30U, 31U, 32U, 45U, 1400U}) {
      const auto clear = udp4_of_size(size);
      const auto outcome = opened(*in, sealed(*out, clear));
      EXPECT_EQ(outcome, (Outcome{net::Verdict::pass, clear})) << name_of(spec) << ", " << size;
    }
  });
}

/// Of a packet's octets that are authenticated, one of each field.
auto places_to_change(const Place& place, ipsec::EspSizes sizes) -> std::vector<std::size_t> {
  std::vector<std::size_t> places{place.offset + std::size_t{header_size}};
  if (sizes.iv != 0) places.push_back(place.offset + header_size + std::size_t{sizes.iv});
  places.push_back(place.offset + place.size - std::size_t{sizes.icv} - 1);
  places.push_back(place.offset + place.size - std::size_t{1});
  return places;
}

TEST(EveryAlgorithm, refuses_a_change_of_iv_contents_trailer_or_icv) {
  for_every_sa([](const SaSpec& spec) {
    auto in = make_inbound(spec);
    const auto genuine = sealed(*make_outbound(spec), udp4_of_size(100));
    for (const auto at : places_to_change(esp_place(genuine), in->suite.sizes)) {
      auto forged = genuine;
      forged[at] ^= std::byte{1};
      EXPECT_EQ(opened(*in, forged).verdict, net::Verdict::bad_icv) << name_of(spec) << ", " << at;
    }
    EXPECT_EQ(opened(*in, genuine).verdict, net::Verdict::pass) << name_of(spec);
  });
}

TEST(EveryAlgorithm, makes_packets_as_large_as_its_overhead_says) {
  for_every_sa([](const SaSpec& spec) {
    auto out = make_outbound(spec);
    const auto overhead = overhead_of(out->parameters, out->suite.sizes, 20);
    for (std::size_t size = 28; size < 28 + 33; ++size) {
      const auto outer = sealed(*out, udp4_of_size(size)).size();
      EXPECT_EQ(outer, overhead.outer_size(size)) << name_of(spec) << ", " << size;
      EXPECT_LE(outer, size + overhead.most_added()) << name_of(spec) << ", " << size;
    }
  });
}

TEST(EveryAlgorithm, fills_a_path_with_its_largest_packet) {
  for_every_sa([](const SaSpec& spec) {
    const auto out = make_outbound(spec);
    const auto overhead = overhead_of(out->parameters, out->suite.sizes, 20);
    for (std::size_t path = 576; path < 576 + 33; ++path) {
      const auto largest = overhead.largest_inner(path);
      EXPECT_LE(overhead.outer_size(largest), path) << name_of(spec);
      EXPECT_GT(overhead.outer_size(largest + 1), path) << name_of(spec);
    }
  });
}

// The high half of the number is authenticated though it is not sent (ESP-2.2.1-02).
TEST(EveryAlgorithm, authenticates_the_high_half_of_the_number) {
  for (const auto& algorithms : all_esp_algorithms()) {
    const SaSpec spec{.algorithms = algorithms, .esn = sa::Esn::yes};
    auto out = make_outbound(spec);
    out->continue_from(core::Seq64{std::uint64_t{1} << 32});
    EXPECT_EQ(opened(*make_inbound(spec), sealed(*out, udp4_of_size(50))).verdict,
              net::Verdict::bad_icv)
        << name_of(spec);
  }
}

TEST(EveryAlgorithm, shows_the_contents_only_where_it_does_not_encrypt) {
  for_every_sa([](const SaSpec& spec) {
    const auto clear = udp4_of_size(200);
    const auto outer = sealed(*make_outbound(spec), clear);
    const auto is_shown = !std::ranges::search(outer, View(clear).subspan(100, 16)).empty();
    EXPECT_EQ(is_shown, !crypto::find_encryption(spec.algorithms->encryption)->encrypts())
        << name_of(spec);
  });
}

}  // namespace
}  // namespace esplanade::esp
