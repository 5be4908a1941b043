#include "net/endpoint.h"

#include <gtest/gtest.h>

namespace esplanade::net {
namespace {

TEST(Endpoint, shows_where_the_address_ends) {
  EXPECT_EQ((Endpoint{*Address::parse("192.0.2.1"), 500}.to_string()), "192.0.2.1:500");
  EXPECT_EQ((Endpoint{*Address::parse("2001:db8::1"), 4500}.to_string()), "[2001:db8::1]:4500");
}

}  // namespace
}  // namespace esplanade::net
