#include "platform/udp/ike_socket.h"

#include <gtest/gtest.h>

#include "platform/network_namespace.h"
#include "platform/port_test_support.h"
#include "platform/udp/source_address.h"

namespace esplanade::platform {
namespace {

auto open(std::uint16_t port) -> std::unique_ptr<IkeSocket> {
  auto socket = IkeSocket::open(port, 0x4303);
  if (!socket) throw std::runtime_error(socket.error().to_string());
  return *std::move(socket);
}

struct IkeSocketTest : testing::Test {
  NetworkNamespace network;
  std::unique_ptr<IkeSocket> ours = open(500);
  std::unique_ptr<IkeSocket> theirs = open(501);
};

auto mirrored(const net::Path& path) -> net::Path { return {path.theirs, path.ours}; }

TEST_F(IkeSocketTest, tells_the_address_that_was_asked_and_answers_from_it) {
  const net::Path path{{address("127.0.0.2"), 500}, {address("127.0.0.3"), 501}};
  ASSERT_EQ(ours->send(path, core::as_view("question")), net::Verdict::pass);
  ASSERT_TRUE(wait_until_readable(theirs->descriptors()[0]));

  const auto question = theirs->receive();
  ASSERT_TRUE(question);
  EXPECT_EQ(question->path, mirrored(path));
  EXPECT_TRUE(std::ranges::equal(question->message, core::as_view("question")));

  ASSERT_EQ(theirs->send(question->path, core::as_view("answer")), net::Verdict::pass);
  ASSERT_TRUE(wait_until_readable(ours->descriptors()[0]));
  EXPECT_EQ(ours->receive()->path, path);
  EXPECT_FALSE(ours->receive());
}

TEST_F(IkeSocketTest, carries_ipv6) {
  network.add_ipv6("fd00::2/64", "lo");
  network.add_ipv6("fd00::3/64", "lo");
  const net::Path path{{address("fd00::2"), 500}, {address("fd00::3"), 501}};

  ASSERT_EQ(ours->send(path, core::as_view("question")), net::Verdict::pass);

  ASSERT_TRUE(wait_until_readable(theirs->descriptors()[1]));
  EXPECT_EQ(theirs->receive()->path, mirrored(path));
}

TEST_F(IkeSocketTest, carries_messages_that_the_system_fragments) {
  network.run("ip link set lo mtu 1500");
  const core::Bytes message(65'000, std::byte{7});
  const net::Path path{{address("127.0.0.2"), 500}, {address("127.0.0.3"), 501}};

  ASSERT_EQ(ours->send(path, message), net::Verdict::pass);

  ASSERT_TRUE(wait_until_readable(theirs->descriptors()[0]));
  EXPECT_TRUE(std::ranges::equal(theirs->receive()->message, message));
}

TEST_F(IkeSocketTest, refuses_to_send_between_families) {
  const net::Path path{{address("127.0.0.2"), 500}, {address("fd00::3"), 501}};
  EXPECT_EQ(ours->send(path, core::as_view("x")), net::Verdict::send_failed);
}

TEST_F(IkeSocketTest, says_which_port_is_taken) {
  const auto again = IkeSocket::open(500, 0x4303);
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().to_string().find("UDP port 500"), std::string::npos);
}

TEST_F(IkeSocketTest, leaves_from_the_address_the_routes_of_its_mark_say) {
  network.run(
      "ip link add test0 type veth peer name test1 && ip link set test1 up && ip link set test0 "
      "up");
  network.run("ip addr add 192.0.2.1/24 dev test0");
  network.run("ip route add unreachable 203.0.113.0/24 table 4303");
  network.run("ip route add 203.0.113.0/24 dev test0");
  network.run("ip rule add not fwmark 0x4303 lookup 4303 priority 100");

  EXPECT_EQ(source_address_for(address("203.0.113.7"), 0x4303), address("192.0.2.1"));
  EXPECT_EQ(source_address_for(address("203.0.113.7"), 0), std::nullopt);
  EXPECT_EQ(source_address_for(address("198.51.100.1"), 0x4303), std::nullopt);
}

}  // namespace
}  // namespace esplanade::platform
