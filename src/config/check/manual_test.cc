#include "config/check/manual.h"

#include "config/check/connection_test_support.h"

#include <gtest/gtest.h>

namespace esplanade::config::check {
namespace {

/// The connection that the settings make; fails the test if they are refused.
auto connection_with(const std::string& settings) -> ManualConnection {
  auto configuration = load_text(connection_text(settings));
  if (configuration) return std::move(configuration->manual.front());
  ADD_FAILURE() << configuration.error().front().to_string();
  return {};
}

TEST(Manual, has_defaults) {
  const auto connection = connection_with("");

  EXPECT_EQ(connection.mode, sa::Mode::tunnel);
  EXPECT_EQ(connection.encapsulation, std::nullopt);
  EXPECT_EQ(connection.esn, sa::Esn::yes);
  EXPECT_EQ(connection.replay_window, 64U);
  EXPECT_EQ(connection.df, sa::DfPolicy::copy);
  EXPECT_EQ(connection.lifetime, sa::Lifetime{});
  EXPECT_EQ(connection.selectors.ours.at(0).addresses.to_string(), "192.0.2.1/32");
  EXPECT_EQ(connection.selectors.theirs.at(0).addresses.to_string(), "192.0.2.2/32");
}

TEST(Manual, takes_udp_encapsulation_and_its_ports) {
  EXPECT_EQ(connection_with("encap = udp").encapsulation, sa::UdpEncapsulation{});
  EXPECT_EQ(connection_with("encap = yes remote_port = 1024").encapsulation,
            (sa::UdpEncapsulation{.ours = 4500, .theirs = 1024}));
  EXPECT_EQ(connection_with("encap = no").encapsulation, std::nullopt);
}

TEST(Manual, takes_words_for_sequence_numbers_and_df) {
  const auto connection = connection_with("esn = no replay_window = 0 copy_df = no");

  EXPECT_EQ(connection.esn, sa::Esn::no);
  EXPECT_EQ(connection.replay_window, 0U);
  EXPECT_EQ(connection.df, sa::DfPolicy::clear);
}

TEST(Manual, takes_beet_mode_between_the_two_addresses_of_the_selectors) {
  const auto connection = connection_with("mode = beet local_ts = 10.1.0.1 remote_ts = 10.2.0.1");

  EXPECT_EQ(connection.mode, sa::Mode::beet);
  ASSERT_TRUE(connection.inner);
  EXPECT_EQ(connection.inner->ours, net::Address::parse("10.1.0.1"));
  EXPECT_EQ(connection.inner->theirs, net::Address::parse("10.2.0.1"));
}

TEST(Manual, says_what_dscp_and_ecn_do) {
  const auto as_usual = connection_with("");
  const auto other = connection_with("copy_dscp = in copy_ecn = no");

  EXPECT_EQ(as_usual.dscp, sa::DscpMap{});
  EXPECT_EQ(as_usual.inner_dscp, sa::InnerDscp::keep);
  EXPECT_EQ(other.dscp.outer[46], 0);
  EXPECT_EQ(other.inner_dscp, sa::InnerDscp::from_outer);
  EXPECT_EQ(other.ecn, sa::Ecn::compatible);
}

TEST(Manual, hides_and_keeps_awake_what_is_asked_for) {
  const auto hidden = connection_with("tfc_padding = mtu dummy_rate = 10 encap = udp");
  const auto quiet = connection_with("tfc_padding = 1000 encap = udp keep_alive = 0");

  EXPECT_EQ(hidden.pad_to, 65535);
  EXPECT_EQ(hidden.dummy_interval, std::chrono::milliseconds(100));
  EXPECT_EQ(hidden.keep_alive, std::chrono::seconds(20));
  EXPECT_EQ(quiet.pad_to, 1000);
  EXPECT_EQ(quiet.keep_alive, core::Duration{});
}

TEST(Manual, nests_an_sa_in_others_when_it_is_told) {
  const auto nested = connection_with("nested = yes");

  EXPECT_EQ(connection_with("").nesting, sa::Nesting::none);
  EXPECT_EQ(nested.nesting, sa::Nesting::by_policy);
  EXPECT_EQ(nested.parameters(sa::Direction::outbound).nesting, sa::Nesting::by_policy);
}

const Ends ah_ends = {.out = "spi = 0x1001 ah = sha256 auth_key = " + auth_key,
                      .in = "spi = 0x1002 ah = sha256 auth_key = 0x" + std::string(64, '7')};

TEST(Manual, takes_ah_in_both_directions_and_what_its_length_is_a_multiple_of) {
  const auto usual = load_text(connection_text("mode = transport", ah_ends));
  const auto padded = load_text(connection_text("ah_align = 8", ah_ends));
  ASSERT_TRUE(usual) << usual.error().front().to_string();
  ASSERT_TRUE(padded) << padded.error().front().to_string();

  const auto outbound = usual->manual.front().parameters(sa::Direction::outbound);
  EXPECT_EQ(outbound.protocol, sa::Protocol::ah);
  EXPECT_TRUE(outbound.is_consistent());
  EXPECT_EQ("0x" + core::to_hex(outbound.keys.integrity.reveal()), auth_key);
  EXPECT_EQ(outbound.ah_alignment, sa::AhAlignment::four);
  EXPECT_EQ(padded->manual.front().parameters(sa::Direction::inbound).ah_alignment,
            sa::AhAlignment::eight);
}

TEST(Manual, refuses_with_ah_what_only_esp_has) {
  const auto complaint = [](const std::string& settings) {
    return complaint_about(connection_text(settings, ah_ends));
  };
  EXPECT_EQ(complaint("encap = udp"), "4:1: AH stands in no UDP (RFC 3948): use `esp`");
  EXPECT_EQ(complaint("mode = beet local_ts = 10.1.0.1 remote_ts = 10.2.0.1"),
            "4:1: AH knows no BEET mode: use `esp`");
  EXPECT_EQ(complaint("tfc_padding = 100"),
            "4:1: AH does not pad: `tfc_padding` is for `esp` only");
  EXPECT_EQ(complaint("dummy_rate = 5"),
            "4:1: AH has no dummy packets: `dummy_rate` is for `esp` only");
  EXPECT_EQ(complaint("ah_align = 16"), "4:12: `ah_align` must be 4 or 8, not `16`");
}

TEST(Manual, complains_of_two_protocols_only_where_both_are_known) {
  const auto complaints = [](const Ends& ends) {
    const auto configuration = load_text(connection_text("", ends));
    return configuration ? Complaints{} : configuration.error();
  };
  const auto mixed = complaints({.out = ah_ends.out});
  ASSERT_EQ(mixed.size(), 1U);
  EXPECT_EQ(mixed.front().what, "`x` sends by one protocol and receives by another");
  EXPECT_EQ(mixed.front().place.line, 6U);

  const auto misspelt =
      complaints({.out = ah_ends.out, .in = "spi = 300 ah = sha265 auth_key = " + auth_key});
  ASSERT_EQ(misspelt.size(), 1U);
  EXPECT_EQ(misspelt.front().what, "`sha265` is no algorithm; did you mean `sha256`?");
}

TEST(Manual, takes_lifetimes) {
  const auto lifetime =
      connection_with(
          "life_time = 1h rekey_time = 50m life_bytes = 2M rekey_bytes = 1M life_packets = 10 "
          "rekey_packets = 9")
          .lifetime;

  EXPECT_EQ(lifetime.hard_time, std::chrono::hours(1));
  EXPECT_EQ(lifetime.soft_time, std::chrono::minutes(50));
  EXPECT_EQ(lifetime.hard_octets, 2U << 20);
  EXPECT_EQ(lifetime.soft_octets, 1U << 20);
  EXPECT_EQ(lifetime.hard_packets, 10U);
  EXPECT_EQ(lifetime.soft_packets, 9U);
}

TEST(Manual, narrows_transport_mode_to_protocols_and_ports) {
  const auto connection =
      connection_with("mode = transport local_ts = dynamic[tcp] remote_ts = 192.0.2.2/32[tcp/443]");

  EXPECT_EQ(connection.mode, sa::Mode::transport);
  EXPECT_EQ(connection.selectors.theirs.at(0).ports, (sa::PortRange{443, 443}));
}

struct Refused {
  std::string settings;
  std::string complaint;
};

const auto refused = std::to_array<Refused>({
    {"mode = tunel",
     "4:8: `mode` must be `tunnel`, `transport`, `beet`, `pass` or `drop`, not `tunel`"},
    {"encap = tcp", "4:9: `encap` must be `udp`, `yes` or `no`, not `tcp`"},
    {"local_port = 4501", "4:1: `local_port` is for `encap = udp` only"},
    {"encap = udp local_port = 0", "4:26: `local_port` must be a number from 1 to 65535, not `0`"},
    {"local_ts = 10.0.0.0/8, 10.1/16",
     "4:24: `local_ts` must be a list of addresses, prefixes and ranges, with commas, not "
     "`10.1/16`"},
    {"mode = transport remote_ts = 10.0.0.0/8",
     "4:30: in transport mode `remote_ts` can only be 192.0.2.2"},
    {"local_ts = fd01::/48",
     "4:12: no packet matches fd01::/48 here: the other end has no address of its family"},
    {"mode = beet local_ts = 10.0.0.0/8 remote_ts = 10.2.0.1",
     "4:24: in BEET mode `local_ts` is one address"},
    {"ah_align = 8", "4:1: `ah_align` is for `ah` only"},
    {"tfc_padding = much", "4:15: `tfc_padding` must be a number of octets, or `mtu`, not `much`"},
    {"mode = transport tfc_padding = 100",
     "4:18: `tfc_padding` is for `mode = tunnel` only (RFC 4303, 2.7)"},
    {"dummy_rate = 1001", "4:14: `dummy_rate` must be a number from 0 to 1000, not `1001`"},
    {"nested = yes encap = udp", "4:1: `nested` and `encap` exclude each other"},
    {"nested = 2", "4:10: `nested` must be `yes` or `no`, not `2`"},
    {"keep_alive = 10s", "4:1: `keep_alive` is for `encap = udp` only"},
    {"copy_dscp = out_of", "4:13: `copy_dscp` must be `out`, `in`, `yes` or `no`, not `out_of`"},
    {"esn = 64", "4:7: `esn` must be `yes` or `no`, not `64`"},
    {"replay_window = 31",
     "4:17: `replay_window` must be 0, or a number from 32 to 65536, not `31`"},
    {"replay_window = 65537",
     "4:17: `replay_window` must be 0, or a number from 32 to 65536, not `65537`"},
    {"copy_df = set", "4:11: `copy_df` must be `yes` or `no`, not `set`"},
    {"life_time = 1 week",
     "4:13: `life_time` must be a time: seconds, or a number with s, m, h or d, not `1 week`"},
    {"life_time = 1h rekey_time = 1h", "4:29: `rekey_time` must be less than `life_time`"},
    {"rekey_bytes = 2k life_bytes = 1k", "4:15: `rekey_bytes` must be less than `life_bytes`"},
    {"local_addrs = %any", "4:15: `local_addrs` must be one IP address, not `%any`"},
    {"remote_addrs = 2001:db8::1",
     "4:16: `local_addrs` and `remote_addrs` must both be IPv4, or both IPv6"},
    {"remote_addrs = 192.0.2.1", "4:16: `remote_addrs` is our own address"},
    {"remote_addrs =", "1:10: `x` has no `remote_addrs`"},
    {"replay_widow = 64", "4:1: unknown setting `replay_widow`"},
    {"inn { }", "4:1: unknown section `inn`"},
    {"out = 5", "4:1: `out` is a section: `out { }`"},
});

TEST(Manual, complains_at_the_place_of_what_is_wrong) {
  for (const auto& row : refused) {
    EXPECT_EQ(complaint_about(connection_text(row.settings)), row.complaint) << row.settings;
  }
}

TEST(Manual, takes_two_directions) {
  EXPECT_EQ(complaint_about("manual { x { local_addrs = 192.0.2.1\nremote_addrs = 192.0.2.2\n"
                            "out { spi = 300 key_file = gcm.key }\n} }"),
            "1:10: `x` has no section `in`");
}

// ARCH-4.1-05
TEST(Manual, takes_a_group_for_its_far_end_and_one_source_of_it) {
  const std::string group =
      "remote_addrs = 239.1.1.1 local_ts = 10.1.0.0/16 remote_ts = 239.2.0.0/16";
  const auto from_any = connection_with(group);
  Ends ends;
  ends.in += " source = 192.0.2.7";
  const auto loaded = load_text(connection_text(group, ends));
  ASSERT_TRUE(loaded);
  const auto& from_one = loaded->manual.front();

  ASSERT_TRUE(from_any.group && from_one.group);
  EXPECT_EQ(from_any.group->destination, net::Address::parse("239.1.1.1"));
  EXPECT_EQ(from_any.group->source, std::nullopt);
  EXPECT_EQ(from_one.group->source, net::Address::parse("192.0.2.7"));
  EXPECT_EQ(from_one.parameters(sa::Direction::inbound).group, from_one.group);
  EXPECT_EQ(from_one.parameters(sa::Direction::outbound).group, std::nullopt);
}

TEST(Manual, receives_from_a_group_what_it_sends_to_it) {
  const auto connection =
      connection_with("remote_addrs = 239.1.1.1 local_ts = 10.1.0.0/16 remote_ts = 239.2.0.0/16");

  const auto inbound = connection.parameters(sa::Direction::inbound).selectors;

  EXPECT_EQ(inbound.ours, connection.selectors.theirs);
  EXPECT_EQ(inbound.theirs, connection.selectors.ours);
}

TEST(Manual, refuses_groups_where_they_cannot_be) {
  const auto complaint = [](const std::string& settings, const std::string& out,
                            const std::string& in) {
    Ends ends;
    ends.out += out;
    ends.in += in;
    const auto configuration = load_text(connection_text(settings, ends));
    return configuration ? "none" : configuration.error().front().what;
  };
  const std::string group =
      "remote_addrs = 239.1.1.1 local_ts = 10.1.0.0/16 remote_ts = 10.2.0.0/16 ";

  EXPECT_EQ(complaint(group + "encap = udp", "", ""),
            "a multicast address takes `mode = tunnel`, and no UDP around ESP");
  EXPECT_EQ(complaint(group, " source = 192.0.2.7", ""), "`source` is for `in` only");
  EXPECT_EQ(complaint(group, "", " source = 2001:db8::1"),
            "`source` is of another family than `remote_addrs`");
  EXPECT_EQ(complaint("", "", " source = 192.0.2.7"),
            "`source` is for a multicast address in `remote_addrs`");
  EXPECT_NE(complaint("local_addrs = 239.1.1.1", "", ""), "none");
}

}  // namespace
}  // namespace esplanade::config::check
