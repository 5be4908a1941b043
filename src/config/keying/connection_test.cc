#include "config/keying/keying_test_support.h"

namespace esplanade::config::keying::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Connection, has_defaults_for_all_but_the_ways_to_prove_itself) {
  const auto loaded = load_text(
      "connections { site { local { auth = psk } remote { auth = psk } } }\n"
      "secrets { ike { secret = x } }");
  const auto connection = connection_in(loaded);

  EXPECT_EQ(connection.name, "site");
  EXPECT_THAT(connection.ours, IsEmpty());
  EXPECT_THAT(connection.theirs, IsEmpty());
  EXPECT_EQ(connection.our_port, 500);
  EXPECT_EQ(connection.their_port, 500);
  EXPECT_THAT(connection.proposals, SizeIs(2));
  EXPECT_FALSE(connection.forces_encapsulation);
  EXPECT_EQ(connection.fragmentation, policy::Fragmentation::yes);
  EXPECT_EQ(connection.uniqueness, policy::Uniqueness::no);
  EXPECT_EQ(connection.send_certificate, policy::SendCertificate::if_asked);
  EXPECT_TRUE(connection.sends_certificate_request);
  EXPECT_EQ(connection.dpd_delay, std::nullopt);
  EXPECT_EQ(connection.keying_tries, 0U);
  EXPECT_EQ(connection.rekey_time, hours(4));
  EXPECT_EQ(connection.reauth_time, std::nullopt);
  EXPECT_EQ(connection.over_time, minutes(24));
  EXPECT_EQ(connection.rand_time, minutes(24));
  EXPECT_THAT(connection.children, IsEmpty());
  EXPECT_EQ(connection.line.to_string(), "gw.conf:1");
}

TEST(Connection, takes_every_setting) {
  const auto connection = connection_with(
      "version = 2\nlocal_addrs = 192.0.2.1\nlocal_port = 4500\nremote_port = 4500\n"
      "proposals = aes128-sha256-x25519\nencap = yes\nmobike = no\nfragmentation = accept\n"
      "dpd_delay = 30s\ndpd_timeout = 100\nchildless = never\nsend_certreq = no\nsend_cert = "
      "always\n"
      "keyingtries = 3\nunique = replace\nreauth_time = 10h\nrekey_time = 1h\nover_time = 5m\n"
      "rand_time = 2m");

  EXPECT_EQ(connection.ours.front().text, "192.0.2.1");
  EXPECT_EQ(connection.our_port, 4500);
  EXPECT_EQ(connection.their_port, 4500);
  EXPECT_THAT(connection.proposals, SizeIs(1));
  EXPECT_TRUE(connection.forces_encapsulation);
  EXPECT_EQ(connection.fragmentation, policy::Fragmentation::accept);
  EXPECT_EQ(connection.dpd_delay, seconds(30));
  EXPECT_FALSE(connection.sends_certificate_request);
  EXPECT_EQ(connection.send_certificate, policy::SendCertificate::always);
  EXPECT_EQ(connection.keying_tries, 3U);
  EXPECT_EQ(connection.uniqueness, policy::Uniqueness::replace);
  EXPECT_EQ(connection.reauth_time, hours(10));
  EXPECT_EQ(connection.rekey_time, hours(1));
  EXPECT_EQ(connection.over_time, minutes(5));
  EXPECT_EQ(connection.rand_time, minutes(2));
}

TEST(Connection, takes_every_word) {
  EXPECT_EQ(connection_with("fragmentation = no").fragmentation, policy::Fragmentation::no);
  EXPECT_EQ(connection_with("fragmentation = force").fragmentation, policy::Fragmentation::force);
  EXPECT_EQ(connection_with("unique = keep").uniqueness, policy::Uniqueness::keep);
  EXPECT_EQ(connection_with("unique = never").uniqueness, policy::Uniqueness::never);
  EXPECT_EQ(connection_with("send_cert = never").send_certificate, policy::SendCertificate::never);
  EXPECT_EQ(connection_with("version = 0\nchildless = allow").name, "site");
}

TEST(Connection, listens_at_the_ports_of_all) {
  const auto connection =
      connection_in(load_text("ike { port = 1500 port_nat_t = 1600 }\n" + connection_text("")));
  EXPECT_EQ(connection.our_port, 1500);

  EXPECT_EQ(complaint_about(connection_text("local_port = 1500")),
            "2:14: `local_port` must be 500 or 4500, not 1500; all connections share the ports of "
            "`ike { port = .. port_nat_t = .. }`");
}

const auto refused = std::to_array<Row>({
    {"version = 1",
     "2:11: `version` must be 0 or 2, not `1`; 1 is IKEv1, which this version does not have"},
    {"local_port = 0", "2:14: `local_port` must be a number from 1 to 65535, not `0`"},
    {"remote_port = 65536", "2:15: `remote_port` must be a number from 1 to 65535, not `65536`"},
    {"encap = maybe", "2:9: `encap` must be `yes` or `no`, not `maybe`"},
    {"mobike = x", "2:10: `mobike` must be `yes` or `no`, not `x`"},
    {"dpd_delay = 5x",
     "2:13: `dpd_delay` must be a time: seconds, or a number with s, m, h or d, not `5x`"},
    {"dpd_timeout = x",
     "2:15: `dpd_timeout` must be a time: seconds, or a number with s, m, h or d, not `x`"},
    {"fragmentation = some",
     "2:17: `fragmentation` must be `yes`, `no`, `accept` or `force`, not `some`"},
    {"childless = force",
     "2:13: `childless` must be `allow` or `never`, not `force`; to begin without a child (RFC "
     "6023) is not in this version"},
    {"send_certreq = x", "2:16: `send_certreq` must be `yes` or `no`, not `x`"},
    {"send_cert = x", "2:13: `send_cert` must be `ifasked`, `always` or `never`, not `x`"},
    {"keyingtries = %forever",
     "2:15: `keyingtries` must be a number from 0 to 1000000, not `%forever`"},
    {"unique = yes", "2:10: `unique` must be `no`, `replace`, `keep` or `never`, not `yes`"},
    {"proposals = aes128-sha256-x2551", "2:27: `x2551` is no algorithm; did you mean `x25519`?"},
    {"reauth_time = x",
     "2:15: `reauth_time` must be a time: seconds, or a number with s, m, h or d, not `x`"},
    {"rekey_time = x",
     "2:14: `rekey_time` must be a time: seconds, or a number with s, m, h or d, not `x`"},
    {"over_time = x",
     "2:13: `over_time` must be a time: seconds, or a number with s, m, h or d, not `x`"},
    {"rand_time = x",
     "2:13: `rand_time` must be a time: seconds, or a number with s, m, h or d, not `x`"},
    {"local_addrs = fe80::1, 10.0.0.256",
     "2:24: `local_addrs` must be a list of addresses, prefixes, ranges and names, or %any, not "
     "`10.0.0.256`"},
    {"dpd_dely = 5", "2:1: unknown setting `dpd_dely`; did you mean `dpd_delay`?"},
    {"remot { }", "2:1: unknown section `remot`; did you mean `remote*`?"},
    {"local = x", "2:1: `local` is a section: `local { }`"},
});

TEST(Connection, complains_at_the_place_of_what_is_wrong) {
  for (const auto& row : refused) {
    EXPECT_EQ(complaint_about(connection_text(row.settings)), row.complaint) << row.settings;
  }
}

const std::string own_address =
    "which this version does not have; give the end its inner address by hand, and name it in "
    "`local_ts` and `remote_ts`";
const std::string not_here = "which this version does not have; leave it out";

const auto unbuilt = std::to_array<Row>({
    {"vips = 0.0.0.0", "`vips` needs virtual addresses, " + own_address},
    {"pools = rw", "`pools` needs virtual addresses, " + own_address},
    {"aggressive = yes",
     "`aggressive` needs IKEv1, which this version does not have; IKEv2 hides identities in any "
     "case"},
    {"pull = no", "`pull` needs virtual addresses of IKEv1, " + not_here + ", or set it to yes"},
    {"dscp = 101110",
     "`dscp` needs a DSCP of its own for IKE, " + not_here + ", or set it to 000000"},
    {"ppk_id = x", "`ppk_id` needs postquantum preshared keys (RFC 8784), " + not_here},
    {"ppk_required = yes", "`ppk_required` needs postquantum preshared keys (RFC 8784), " +
                               not_here + ", or set it to no"},
    {"mediation = yes", "`mediation` needs mediation, " + not_here + ", or set it to no"},
    {"mediated_by = x",
     "`mediated_by` needs mediation, which this version does not have; give the peer's address in "
     "`remote_addrs`"},
    {"mediation_peer = x",
     "`mediation_peer` needs mediation, which this version does not have; give the peer's address "
     "in `remote_addrs`"},
    {"if_id_in = 1", "`if_id_in` needs XFRM interfaces, " + not_here + ", or set it to 0"},
    {"if_id_out = 1", "`if_id_out` needs XFRM interfaces, " + not_here + ", or set it to 0"},
    {"ocsp = both",
     "`ocsp` needs OCSP responses in IKE (RFC 4806), " + not_here + ", or set it to never"},
});

TEST(Connection, names_what_this_version_does_not_have_and_what_to_do) {
  for (const auto& row : unbuilt) {
    EXPECT_EQ(complaint_about(connection_text(row.settings)), "2:1: " + row.complaint);
  }
}

TEST(Connection, does_not_mind_defaults_of_what_it_does_not_have) {
  EXPECT_EQ(complaint_about(connection_text(
                "aggressive = no\npull = yes\ndscp = 000000\nppk_required = no\nmediation = no\n"
                "if_id_in = 0\nif_id_out = 0\nocsp = never")),
            "none");
}

TEST(Connection, warns_who_counts_on_mobike) {
  EXPECT_EQ(warning_about(connection_text("mobike = yes")),
            "2:1: `mobike` has no effect: this version does not have MOBIKE (RFC 4555); an address "
            "that a NAT changes is followed; after a change of our own address the connection has "
            "to be made anew");
  EXPECT_EQ(warning_about(connection_text("mobike = no")), "none");
  EXPECT_EQ(warning_about(connection_text("")), "none");
}

TEST(Connection, wants_a_family_that_both_ends_have) {
  EXPECT_EQ(complaint_about(connection_text("local_addrs = 2001:db8::1")),
            "3:16: `local_addrs` and `remote_addrs` have no family in common");
  EXPECT_EQ(complaint_about(connection_text("local_addrs = 2001:db8::1, 192.0.2.1")), "none");
  EXPECT_EQ(complaint_about(connection_text("local_addrs = moon.example.org")), "none");
}

TEST(Connections, hold_sections_only) {
  EXPECT_EQ(complaint_about("connections { x = 1 }"),
            "1:15: `connections` holds sections, one a connection");
  EXPECT_EQ(complaint_about("connections { x { children { y = 1 } local { auth = psk } } }\n"
                            "secrets { ike { secret = x } }"),
            "1:30: `children` holds sections, one a child");
}

TEST(Connections, may_inherit_and_be_included) {
  MemoryLoader files;
  files.texts["gw.conf"] =
      "defaults { remote_addrs = 192.0.2.9\ndpd_delay = 10\nlocal { auth = psk } remote { auth = "
      "psk "
      "} }\ninclude conf.d/*.conf\nsecrets { ike { secret = x } }";
  files.texts["conf.d/a.conf"] = "connections { a : defaults { dpd_delay = 20 } }";
  files.texts["conf.d/b.conf"] = "connections { b : defaults { } }";

  const auto loaded = load("gw.conf", files);

  ASSERT_TRUE(loaded) << loaded.error().front().to_string();
  ASSERT_THAT(loaded->connections, SizeIs(2));
  EXPECT_EQ(loaded->connections[0]->dpd_delay, seconds(20));
  EXPECT_EQ(loaded->connections[1]->dpd_delay, seconds(10));
  EXPECT_EQ(loaded->connections[1]->theirs.front().text, "192.0.2.9");
  EXPECT_EQ(loaded->connections[1]->line.to_string(), "conf.d/b.conf:1");
}

}  // namespace
}  // namespace esplanade::config::keying::test
