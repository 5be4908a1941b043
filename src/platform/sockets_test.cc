#include "platform/sockets.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace esplanade::platform {
namespace {

auto address(std::string_view text) -> net::Address { return *net::Address::parse(text); }

TEST(SocketAddress, holds_an_endpoint_of_either_family) {
  for (const auto text : {"192.0.2.1", "2001:db8::1"}) {
    const Endpoint endpoint{address(text), 4500};
    const auto system = to_socket_address(endpoint);
    EXPECT_EQ(to_endpoint(core::View{system.octets}.first(system.size)), endpoint);
  }
}

TEST(SocketAddress, is_no_endpoint_when_it_is_cut_or_of_another_family) {
  const auto system = to_socket_address({address("2001:db8::1"), 1});
  EXPECT_FALSE(to_endpoint(core::View{system.octets}.first(system.size - 1u)));
  EXPECT_FALSE(to_endpoint({}));
  const sa_family_t unix_family = AF_UNIX;
  core::Bytes octets(28);
  std::memcpy(octets.data(), &unix_family, sizeof unix_family);
  EXPECT_FALSE(to_endpoint(octets));
}

TEST(SocketAddress, is_link_local_from_fe80_to_febf) {
  EXPECT_TRUE(is_link_local(address("fe80::1")));
  EXPECT_TRUE(is_link_local(address("febf:ffff::1")));
  EXPECT_FALSE(is_link_local(address("fec0::1")));
  EXPECT_FALSE(is_link_local(address("2001:db8::1")));
  EXPECT_FALSE(is_link_local(address("254.128.0.1")));
}

TEST(Socket, carries_its_mark) {
  const auto socket = open_socket(net::Family::ipv4, SOCK_DGRAM, 0, 0x4303);
  ASSERT_TRUE(socket) << socket.error().to_string();
  int mark = 0;
  socklen_t size = sizeof mark;
  ASSERT_EQ(::getsockopt(socket->number(), SOL_SOCKET, SO_MARK, &mark, &size), 0);
  EXPECT_EQ(mark, 0x4303);
}

TEST(Socket, says_what_it_was_refused) {
  const auto socket = open_socket(net::Family::ipv4, SOCK_DGRAM, 0, 0);
  ASSERT_TRUE(socket);
  const auto done = set(*socket, {IPPROTO_IP, 9999, 1, "do the impossible"});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().to_string(), "cannot do the impossible: Protocol not available");
}

}  // namespace
}  // namespace esplanade::platform
