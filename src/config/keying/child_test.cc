#include "config/keying/keying_test_support.h"

namespace esplanade::config::keying::test {
namespace {

using policy::EndAction;
using policy::StartAction;
using testing::ElementsAre;
using testing::SizeIs;

auto texts_of(const std::vector<policy::SelectorTemplate>& end) -> std::vector<std::string> {
  std::vector<std::string> texts;
  for (const auto& [addresses, protocol, ports] : end) {
    auto text = addresses ? addresses->to_string() : "dynamic";
    if (protocol) text += fmt::format(" {}", std::to_underlying(*protocol));
    if (!ports.is_any()) text += fmt::format(" {}-{}", ports.first, ports.last);
    texts.push_back(text);
  }
  return texts;
}

TEST(Child, has_a_default_for_everything) {
  const auto child = child_with("");

  EXPECT_EQ(child.name, "net");
  EXPECT_THAT(child.proposals, SizeIs(2));
  EXPECT_THAT(texts_of(child.ours), ElementsAre("dynamic"));
  EXPECT_THAT(texts_of(child.theirs), ElementsAre("dynamic"));
  EXPECT_EQ(child.mode, sa::Mode::tunnel);
  EXPECT_EQ(child.start_action, StartAction::none);
  EXPECT_EQ(child.close_action, EndAction::none);
  EXPECT_EQ(child.dpd_action, EndAction::none);
  EXPECT_EQ(child.replay_window, 64U);
  EXPECT_EQ(child.df, sa::DfPolicy::copy);
}

TEST(Child, takes_every_setting) {
  const auto child = child_with(
      "esp_proposals = aes256gcm16-ecp384-esn\nmode = transport\nstart_action = trap\n"
      "close_action = trap\ndpd_action = restart\nreplay_window = 0\ncopy_df = no\n"
      "hostaccess = yes");

  EXPECT_THAT(child.proposals, SizeIs(1));
  EXPECT_EQ(child.mode, sa::Mode::transport);
  EXPECT_EQ(child.start_action, StartAction::trap);
  EXPECT_EQ(child.close_action, EndAction::trap);
  EXPECT_EQ(child.dpd_action, EndAction::start);
  EXPECT_EQ(child.replay_window, 0U);
  EXPECT_EQ(child.df, sa::DfPolicy::clear);
}

TEST(Child, takes_every_word_of_its_actions) {
  EXPECT_EQ(child_with("start_action = start").start_action, StartAction::start);
  EXPECT_EQ(child_with("start_action = none").start_action, StartAction::none);
  EXPECT_EQ(child_with("start_action = route").start_action, StartAction::trap);
  EXPECT_EQ(child_with("start_action = trap|start").start_action, StartAction::trap_and_start);
  EXPECT_EQ(child_with("start_action = start|trap").start_action, StartAction::trap_and_start);
  EXPECT_EQ(child_with("close_action = start").close_action, EndAction::start);
  EXPECT_EQ(child_with("close_action = none").close_action, EndAction::none);
  EXPECT_EQ(child_with("dpd_action = clear").dpd_action, EndAction::none);
  EXPECT_EQ(child_with("dpd_action = trap").dpd_action, EndAction::trap);
}

TEST(Child, reads_selectors_with_protocols_and_ports) {
  const auto child = child_with(
      "local_ts = 10.1.0.0/16, fd01::/48, dynamic[tcp/http], 10.9.0.1-10.9.0.5[udp/5000-5999]\n"
      "remote_ts = 0.0.0.0/0[icmp/8], ::/0[icmpv6/128(0)], dynamic[gre], 10.2.0.0/16[17/53], "
      "dynamic[tcp]");

  EXPECT_THAT(texts_of(child.ours), ElementsAre("10.1.0.0/16", "fd01::/48", "dynamic 6 80-80",
                                                "10.9.0.1-10.9.0.5 17 5000-5999"));
  EXPECT_THAT(texts_of(child.theirs),
              ElementsAre("0.0.0.0/0 1 2048-2303", "::/0 58 32768-32768", "dynamic 47",
                          "10.2.0.0/16 17 53-53", "dynamic 6"));
  EXPECT_EQ(child.ours_line.to_string(), "gw.conf:2");
  EXPECT_EQ(child.theirs_line.to_string(), "gw.conf:3");
}

const auto refused = std::to_array<Row>({
    {"esp_proposals = aes256gcm16-sha256",
     "2:17: `aes256gcm16-sha256` has integrity twice: an AEAD brings its own"},
    {"mode = beet",
     "2:8: `mode` must be `tunnel`, `transport`, `pass` or `drop`, not `beet`; this version does "
     "not have the other modes"},
    {"mode = tunel", "2:8: `mode` must be `tunnel`, `transport`, `pass` or `drop`, not `tunel`"},
    {"start_action = add",
     "2:16: `start_action` must be `none`, `trap`, `start` or `trap|start`, not `add`"},
    {"close_action = x", "2:16: `close_action` must be `none`, `trap` or `start`, not `x`"},
    {"dpd_action = x", "2:14: `dpd_action` must be `clear`, `trap` or `restart`, not `x`"},
    {"replay_window = 31",
     "2:17: `replay_window` must be 0, or a number from 32 to 65536, not `31`; packets; 0 turns "
     "the check for replays off"},
    {"copy_df = x", "2:11: `copy_df` must be `yes` or `no`, not `x`"},
    {"hostaccess = x", "2:14: `hostaccess` must be `yes` or `no`, not `x`"},
    {"local_ts = 10.1.0.0/33",
     "2:12: `local_ts` must be a list of addresses, prefixes and ranges, with commas, not "
     "`10.1.0.0/33`; as 10.1.0.0/16, 10.1.0.5-10.1.0.9[tcp/80], fd01::/48, or `dynamic` for the "
     "outer address"},
    {"local_ts = dynamic[tcp/opaque]",
     "2:12: `local_ts` must be without `opaque`, not `tcp/opaque`; fragments that show no port go "
     "through children that take any port"},
    {"local_ts = dynamic[tcp/gopher]",
     "2:12: `local_ts` must be a protocol with a port, or a range of ports, not `tcp/gopher`; by "
     "number, or by a common name as http"},
    {"local_ts = 10.1.0.0/16\nremote_ts = fd02::/48",
     "2:12: no packet matches 10.1.0.0/16 here: the other end has no address of its family"},
    {"lokal_ts = x", "2:1: unknown setting `lokal_ts`; did you mean `local_ts`?"},
    {"in { }", "2:1: unknown section `in`"},
});

TEST(Child, complains_at_the_place_of_what_is_wrong) {
  for (const auto& row : refused) {
    EXPECT_EQ(complaint_about(child_text(row.settings)), row.complaint) << row.settings;
  }
}

TEST(Child, has_no_more_selectors_and_proposals_than_a_payload_can_count) {
  const auto repeated = [](const std::string& word, int times) {
    std::string list = word;
    for (auto i = 1; i < times; ++i) list += ", " + word;
    return list;
  };
  EXPECT_EQ(child_with("local_ts = " + repeated("dynamic", 254)).ours.size(), 254U);
  EXPECT_EQ(complaint_about(child_text("local_ts = " + repeated("dynamic", 255))),
            "2:12: `local_ts` has 255 selectors, and IKE can carry 254; take larger prefixes, or "
            "several children");
  EXPECT_EQ(complaint_about(child_text("esp_proposals = " + repeated("aes128gcm16", 256))),
            "2:17: `esp_proposals` has 256 proposals, and IKE can carry 255");
}

const std::string by_selectors =
    "which this version does not have; leave it out: traffic is told by `local_ts` and `remote_ts` "
    "alone";
const std::string not_here = "which this version does not have; leave it out";

const auto unbuilt = std::to_array<Row>({
    {"sha256_96 = yes",
     "`sha256_96` needs SHA-256 cut to 96 bits, which this version does not have; have the peer "
     "cut it to 128 bits (RFC 4868)"},
    {"updown = /usr/lib/ipsec/_updown",
     "`updown` needs scripts, which this version does not have; leave it out: the daemon sets "
     "routes, and its log says what goes up and down"},
    {"policies = no", "`policies` needs SAs without policies, " + not_here + ", or set it to yes"},
    {"policies_fwd_out = yes",
     "`policies_fwd_out` needs policies for forwarded packets, " + by_selectors},
    {"ipcomp = yes", "`ipcomp` needs IPComp, " + not_here + ", or set it to no"},
    {"reqid = 1", "`reqid` needs numbers of the kernel's policies, " + by_selectors},
    {"priority = 1",
     "`priority` needs fixed priorities of policies, which this version does not have; leave it "
     "out: of children that fit a packet the first in the file takes it"},
    {"interface = eth0", "`interface` needs policies for one interface, " + by_selectors},
    {"mark_in = 1", "`mark_in` needs marks on packets, " + by_selectors},
    {"mark_in_sa = yes", "`mark_in_sa` needs marks on packets, " + by_selectors},
    {"mark_out = %unique", "`mark_out` needs marks on packets, " + by_selectors},
    {"set_mark_in = 1", "`set_mark_in` needs marks on packets, " + by_selectors},
    {"set_mark_out = 1", "`set_mark_out` needs marks on packets, " + by_selectors},
    {"if_id_in = 1", "`if_id_in` needs XFRM interfaces, " + by_selectors},
    {"if_id_out = 1", "`if_id_out` needs XFRM interfaces, " + by_selectors},
    {"label = x", "`label` needs security labels (RFC 9478), " + not_here},
    {"label_mode = simple",
     "`label_mode` needs security labels (RFC 9478), " + not_here + ", or set it to system"},
    {"hw_offload = yes", "`hw_offload` needs hardware offload, " + not_here + ", or set it to no"},
    {"inactivity = 5m",
     "`inactivity` needs closing of idle children, " + not_here + ", or set it to 0"},
    {"per_cpu_sas = yes",
     "`per_cpu_sas` needs SAs for each CPU (RFC 9611), " + not_here + ", or set it to no"},
});

TEST(Child, names_what_this_version_does_not_have_and_what_to_do) {
  for (const auto& row : unbuilt) {
    EXPECT_EQ(complaint_about(child_text(row.settings)), "2:1: " + row.complaint);
  }
}

TEST(Child, does_not_mind_defaults_of_what_it_does_not_have) {
  EXPECT_EQ(
      complaint_about(child_text(
          "sha256_96 = no\npolicies = yes\npolicies_fwd_out = no\nipcomp = no\nreqid = 0\n"
          "priority = 0\nmark_in = 0/0x00000000\nmark_in_sa = no\nmark_out = 0\nset_mark_in = 0\n"
          "set_mark_out = 0x0\nif_id_in = 0\nif_id_out = 0\nlabel_mode = system\ntfc_padding = 0\n"
          "hw_offload = auto\ncopy_ecn = yes\ncopy_dscp = out\ninactivity = 0s\nper_cpu_sas = no")),
      "none");
}

TEST(Child, takes_populate_from_packet_flags) {
  EXPECT_FALSE(child_with("").populate.any());
  EXPECT_FALSE(child_with("populate_from_packet = none").populate.any());
  EXPECT_EQ(child_with("populate_from_packet = local_address, remote_address").populate,
            (policy::PopulateFromPacket{.our_address = true, .their_address = true}));
  EXPECT_EQ(child_with("populate_from_packet = protocol,local_port,remote_port").populate,
            (policy::PopulateFromPacket{.protocol = true, .our_port = true, .their_port = true}));
}

// ARCH-4.4.2.2-03
TEST(Child, complains_of_populate_from_packet_flags_that_no_packet_can_serve) {
  EXPECT_THAT(complaint_about(child_text("populate_from_packet = ports")),
              testing::HasSubstr("`populate_from_packet` must be `none`, or some of "));
  EXPECT_EQ(complaint_about(child_text("start_action = start\n"
                                       "populate_from_packet = local_address")),
            "3:1: a child that starts by itself has no packet to take selectors from; set "
            "`start_action`, `close_action` and `dpd_action` to `trap`");
  EXPECT_THAT(complaint_about(child_text("remote_ts = 10.2.0.0/16[udp/opaque]\n"
                                         "populate_from_packet = remote_port")),
              testing::HasSubstr("2:13: `remote_ts` must be without `opaque`"));
  EXPECT_EQ(complaint_about(child_text("populate_from_packet = remote_port")),
            "2:1: ports are of a protocol (RFC 4301, 7.2); add `protocol`, or name one in "
            "`local_ts` and `remote_ts`");
}

TEST(Child, is_described_with_its_populate_from_packet_flags) {
  const auto loaded =
      load_text(child_text("start_action = trap\npopulate_from_packet = local_address, protocol"));
  ASSERT_TRUE(loaded) << loaded.error().front().to_string();

  EXPECT_THAT(describe(*loaded),
              testing::HasSubstr("    Each SA is for one local address and one protocol.\n"));
}

TEST(Child, takes_ah_in_place_of_esp) {
  const auto child = child_with("ah_proposals = sha256-esn, aes128gmac");

  ASSERT_EQ(child.proposals.size(), 2U);
  EXPECT_EQ(child.proposals[0].protocol, iana::SecurityProtocol::ah);
  EXPECT_EQ(complaint_about(child_text("ah_proposals = sha256\nesp_proposals = aes128-sha256")),
            "2:1: `ah_proposals` and `esp_proposals` exclude each other; an SA is of one protocol; "
            "ESP authenticates as well");
}

TEST(Child, of_ah_is_described_as_such) {
  const auto loaded = load_text(child_text("ah_proposals = sha256\nmode = transport"));
  ASSERT_TRUE(loaded) << loaded.error().front().to_string();

  EXPECT_THAT(describe(*loaded),
              testing::HasSubstr("    AH in transport mode, by sha256-noesn.\n"));
}

// `encap` makes the peer see a NAT, and AH passes none.
TEST(Child, of_ah_is_refused_in_a_connection_that_encapsulates) {
  const auto text = connection_text(
      "encap = yes\nchildren { one { esp_proposals = aes128gcm16 }\n"
      "two { ah_proposals = sha256 } }");
  EXPECT_EQ(
      complaint_about(text),
      "2:1: `encap` is for ESP, and `two` has `ah_proposals`; AH stands in no UDP (RFC 3948): "
      "use `esp_proposals`");
}

TEST(Child, pads_in_a_tunnel_of_esp_when_it_is_told) {
  EXPECT_EQ(child_with("").pad_to, 0);
  EXPECT_EQ(child_with("tfc_padding = 1000").pad_to, 1000);
  EXPECT_EQ(child_with("tfc_padding = mtu").pad_to, 65535);

  EXPECT_EQ(complaint_about(child_text("tfc_padding = much")),
            "2:15: `tfc_padding` must be a number of octets, or `mtu`, not `much`");
  EXPECT_EQ(complaint_about(child_text("tfc_padding = mtu\nmode = transport")),
            "2:1: `tfc_padding` is for `mode = tunnel` only (RFC 4303, 2.7)");
  EXPECT_EQ(complaint_about(child_text("tfc_padding = mtu\nah_proposals = sha256")),
            "2:1: AH does not pad: `tfc_padding` is for ESP only");
}

TEST(Child, says_what_dscp_and_ecn_do) {
  const auto as_usual = child_with("");
  const auto inwards = child_with("copy_dscp = in\ncopy_ecn = no");

  EXPECT_EQ(as_usual.dscp, sa::DscpMap{});
  EXPECT_EQ(as_usual.inner_dscp, sa::InnerDscp::keep);
  EXPECT_EQ(as_usual.ecn, sa::Ecn::normal);
  EXPECT_EQ(inwards.dscp.outer.at(46), 0);
  EXPECT_EQ(inwards.inner_dscp, sa::InnerDscp::from_outer);
  EXPECT_EQ(inwards.ecn, sa::Ecn::compatible);
}

TEST(Child, warns_of_what_rfc_8221_advises_against) {
  EXPECT_EQ(warning_about(child_text("esp_proposals = aes256gcm16, 3des-sha1")),
            "2:30: `3des` should not be used for ESP (RFC 8221): its blocks of 64 bits tell about "
            "the contents after some gigabytes; use aes256gcm16, or aes256-sha256 for old peers");
  EXPECT_EQ(warning_about(child_text("esp_proposals = aes256-sha1")), "none");
}

}  // namespace
}  // namespace esplanade::config::keying::test
