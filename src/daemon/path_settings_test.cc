#include "daemon/path_settings.h"

#include "tests/support/sas.h"

#include <gtest/gtest.h>

namespace esplanade::daemon {
namespace {

using namespace esplanade::test;  // NOLINT(google-build-using-namespace)

// By hand: 1500 less 20 of IPv4, 8 of ESP, 8 of IV, 16 of ICV leaves 1448 for packet and trailer, a
// multiple of 4 with 2 octets of trailer.
TEST(PathSettings, make_the_largest_packet_from_the_exact_overhead) {
  EXPECT_EQ(largest_packet(*make_outbound({.path_mtu = 1500})), 1446U);
  EXPECT_EQ(
      largest_packet(*make_outbound({.encapsulation = sa::UdpEncapsulation{}, .path_mtu = 1500})),
      1438U);
  EXPECT_EQ(largest_packet(*make_outbound({.kind = Kind::encrypt_then_mac,
                                           .ours = "2001:db8::1",
                                           .theirs = "2001:db8::2",
                                           .path_mtu = 1500})),
            1406U);  // 1500 - 40 - 8 - 16 - 16 = 1420, of which 1408 are whole blocks
}

TEST(PathSettings, give_the_tun_the_least_that_fits_all) {
  EXPECT_EQ(tun_mtu(std::vector<std::size_t>{1446, 1438}, 1380), 1438);
  EXPECT_EQ(tun_mtu(std::vector<std::size_t>{1200}, 1380), 1280);
  EXPECT_EQ(tun_mtu(std::vector<std::size_t>{60000}, 1380), 9000);
  EXPECT_EQ(tun_mtu({}, 1380), 1380);
}

TEST(PathSettings, reach_the_parameters_of_an_sa) {
  config::Dataplane dataplane;
  dataplane.path_mtu = 1400;
  dataplane.path_mtu_age = std::chrono::minutes(7);
  dataplane.fragmenting = sa::Fragmenting::after;
  dataplane.tcp_mss = sa::TcpMss::keep;
  dataplane.icmp_error_check = sa::IcmpErrorCheck::quoted;

  const auto with = with_path(parameters({}), dataplane);

  EXPECT_EQ(with.path_mtu, 1400);
  EXPECT_EQ(with.path_mtu_age, std::chrono::minutes(7));
  EXPECT_EQ(with.fragmenting, sa::Fragmenting::after);
  EXPECT_EQ(with.tcp_mss, sa::TcpMss::keep);
  EXPECT_EQ(with.icmp_errors, sa::IcmpErrorCheck::quoted);
}

}  // namespace
}  // namespace esplanade::daemon
