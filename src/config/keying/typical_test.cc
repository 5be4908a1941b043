// Whole files in the style in which swanctl.conf is written in the field.
#include "config/keying/keying_test_support.h"

namespace esplanade::config::keying::test {
namespace {

using policy::StartAction;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string site_to_site = R"(
connections {

   gw-gw {
      local_addrs  = 192.0.2.1
      remote_addrs = 198.51.100.2

      local {
         auth = psk
         id = moon.example.org
      }
      remote {
         auth = psk
         id = sun.example.org
      }
      children {
         net-net {
            local_ts  = 10.1.0.0/16
            remote_ts = 10.2.0.0/16

            start_action = trap
            rekey_time = 5400
            rekey_bytes = 500000000
            rekey_packets = 1000000
            esp_proposals = aes128gcm128-x25519
         }
      }
      version = 2
      mobike = no
      reauth_time = 10800
      proposals = aes128-sha256-x25519
   }
}

secrets {

   ike-1 {
      id-1 = moon.example.org
      secret = 0x45a30759df97dc26a15b88ff
   }
   ike-2 {
      id-2 = sun.example.org
      secret = "This is a strong password"
   }
   ike-3 {
      id-3a = moon.example.org
      id-3b = sun.example.org
      secret = 0sv+NkxY9LLZvwj4qCC2o/gGrWDF2d21jL
   }
}
)";

TEST(Typical, site_to_site_by_secret) {
  const auto loaded = load_text(site_to_site);
  const auto connection = connection_in(loaded);

  EXPECT_EQ(connection.rekey_time, std::nullopt);
  EXPECT_EQ(connection.reauth_time, seconds(10800));
  ASSERT_THAT(connection.children, SizeIs(1));
  const auto& child = connection.children.front();
  EXPECT_EQ(child.start_action, StartAction::trap);
  EXPECT_EQ(child.limits.life_time, seconds(5940));
  EXPECT_EQ(child.limits.life_octets, 550'000'000U);
  EXPECT_EQ(child.limits.life_packets, 1'100'000U);
  EXPECT_THAT(loaded->warnings, IsEmpty());
  const auto* secret = loaded->credentials->find_secret(connection.local.id, connection.remote.id);
  ASSERT_NE(secret, nullptr);
  EXPECT_EQ(secret->name, "ike-3");
}

const std::string road_warrior = R"(
connections {
   home {
      remote_addrs = moon.example.org
      local {
         auth = pubkey
         certs = carolCert.pem
         id = carol@example.org
      }
      remote {
         auth = pubkey
         id = moon.example.org
      }
      children {
         home {
            remote_ts = 10.1.0.0/16
            start_action = start
            dpd_action = restart
            close_action = start
            esp_proposals = aes128gcm128-x25519
         }
      }
      version = 2
      dpd_delay = 30s
      keyingtries = 0
      proposals = aes128-sha256-x25519
   }
}
)";

TEST(Typical, road_warrior_by_certificate) {
  const auto loaded =
      load_with({{"x509/carolCert.pem", to_pem(pki().carol.der, "CERTIFICATE")},
                 {"private/carolKey.pem", to_pem(pki().carol.private_key, "PRIVATE KEY")},
                 {"x509ca/ca.pem", to_pem(pki().ca.der(), "CERTIFICATE")}},
                road_warrior);
  const auto connection = connection_in(loaded);

  EXPECT_EQ(connection.theirs.front().range, std::nullopt);
  EXPECT_EQ(connection.local.id.to_string(), "carol@example.org");
  EXPECT_EQ(connection.children.front().dpd_action, policy::EndAction::start);
  EXPECT_EQ(connection.children.front().ours.front().addresses, std::nullopt);
}

const std::string gateway_of_road_warriors = R"(
connections {
   rw {
      local_addrs = 192.0.2.1
      local {
         auth = pubkey
         certs = moonCert.pem
         id = moon.example.org
      }
      remote {
         auth = rsa-2048-sha256-sha384-sha512-ecdsa-256-sha256-sha384
         cacerts = caCert.pem
         revocation = ifuri
         id = *@example.org
      }
      children {
         net {
            local_ts = 10.1.0.0/16, 10.3.0.0/24[tcp/22]
            esp_proposals = aes128gcm128-x25519,aes128-sha256-x25519
         }
      }
      send_certreq = yes
      send_cert = always
      unique = replace
      proposals = aes128-sha256-x25519,default
   }
}
authorities {
   example-ca {
      cacert = caCert.pem
      crl_uris = http://crl.example.org/ca.crl
      ocsp_uris = http://ocsp.example.org:8880
   }
}
include conf.d/*.conf
)";

TEST(Typical, gateway_of_road_warriors) {
  const auto loaded = load_with(folders_of_moon(), gateway_of_road_warriors);
  const auto connection = connection_in(loaded);

  EXPECT_THAT(connection.theirs, IsEmpty());
  EXPECT_THAT(connection.proposals, SizeIs(3));
  EXPECT_EQ(connection.remote.chain.least_rsa_bits, 2048U);
  EXPECT_EQ(connection.remote.chain.least_ecdsa_bits, 256U);
  EXPECT_THAT(connection.children.front().ours, SizeIs(2));
  EXPECT_THAT(loaded->credentials->authorities, SizeIs(1));
}

const std::string host_to_host = R"(
connections {
    host-host {
        local_addrs  = 192.0.2.1
        remote_addrs = 192.0.2.2
        local  { auth = psk }
        remote { auth = psk }
        children {
            host-host {
                mode = transport
                start_action = trap|start
                esp_proposals = aes256gcm16-ecp256-esn-noesn
            }
        }
        version = 2
        dpd_delay = 10
        encap = yes
    }
}
secrets {
    ike-host {
        id-a = 192.0.2.1
        id-b = 192.0.2.2
        secret = 0sFpZAZqEN6Ti9sqt4ZP5EWcqx
    }
}
)";

TEST(Typical, host_to_host_in_transport_mode) {
  const auto connection = connection_in(load_text(host_to_host));

  EXPECT_TRUE(connection.forces_encapsulation);
  ASSERT_THAT(connection.children, SizeIs(1));
  EXPECT_EQ(connection.children.front().mode, sa::Mode::transport);
  EXPECT_EQ(connection.children.front().start_action, StartAction::trap_and_start);
}

const std::string several_children = R"(
child-defaults {
  esp_proposals = aes256gcm16-x25519, default
  start_action = trap
  rekey_time = 20m
}
connections {
  dc {
    remote_addrs = 2001:db8::2, dc.example.org
    local-1 {
      auth = psk
      id = @branch
    }
    remote-1 {
      auth = psk
      id = "keyid:dc"
    }
    children {
      lan4 : child-defaults {
        local_ts = 10.1.0.0/16
        remote_ts = 10.2.0.0/16, 10.4.0.0/16
      }
      lan6 : child-defaults {
        local_ts = fd01::/48
        remote_ts = fd02::/48
      }
      web : child-defaults {
        local_ts = 10.1.0.9/32
        remote_ts = 10.9.0.0/24[tcp/https]
        dpd_action = trap
      }
      ping : child-defaults {
        local_ts = 10.1.0.9/32[icmp]
        remote_ts = 10.9.0.0/24[icmp]
        start_action = none
      }
    }
  }
}
secrets {
  ike-dc {
    id = keyid:dc
    secret = "correct horse battery staple"
  }
}
ike { retransmit_timeout = 2 }
dataplane { mtu = 1400 }
)";

TEST(Typical, several_children_from_one_template) {
  const auto connection = connection_in(load_text(several_children));

  ASSERT_THAT(connection.children, SizeIs(4));
  EXPECT_EQ(connection.children[1].name, "lan6");
  EXPECT_EQ(connection.children[2].dpd_action, policy::EndAction::trap);
  EXPECT_EQ(connection.children[3].start_action, StartAction::none);
  for (const auto& child : connection.children) {
    EXPECT_THAT(child.proposals, SizeIs(3));
    EXPECT_EQ(child.limits.rekey_time, minutes(20));
  }
}

TEST(Typical, is_described_in_sentences) {
  const auto loaded = load_text(site_to_site);
  ASSERT_TRUE(loaded);

  EXPECT_THAT(
      describe(*loaded),
      HasSubstr("gw-gw\n"
                "  IKEv2 between 192.0.2.1 here and 198.51.100.2 there, by "
                "aes128-prfsha256-sha256-x25519.\n"
                "  We are moon.example.org, proven by a pre-shared key; they are sun.example.org, "
                "proven by a pre-shared key.\n"
                "  Authenticated anew after 10800 seconds.\n"
                "  net-net: protects traffic between 10.1.0.0/16 here and 10.2.0.0/16 there.\n"
                "    ESP in tunnel mode, by aes128gcm16-x25519-noesn.\n"
                "    Set up with the first packet that needs it.\n"
                "    New keys after 5400 seconds or 500000000 octets or 1000000 packets.\n"
                "    Ends after 5940 seconds or 550000000 octets or 1100000 packets.\n"));
}

TEST(Typical, secrets_are_not_described) {
  const auto loaded = load_text(site_to_site);
  ASSERT_TRUE(loaded);

  EXPECT_THAT(describe(*loaded), testing::Not(HasSubstr("password")));
}

}  // namespace
}  // namespace esplanade::config::keying::test
