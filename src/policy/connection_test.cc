#include "policy/connection.h"

#include <gtest/gtest.h>

namespace esplanade::policy {
namespace {

TEST(Connection, finds_a_child_by_its_name) {
  Connection connection;
  connection.children.push_back({.name = "net"});
  connection.children.push_back({.name = "host"});

  EXPECT_EQ(connection.find_child("host"), &connection.children[1]);
  EXPECT_EQ(connection.find_child("hos"), nullptr);
}

TEST(Line, is_written_with_its_file_if_it_is_known) {
  EXPECT_EQ((Line{.file = "gw.conf", .line = 7}).to_string(), "gw.conf:7");
  EXPECT_EQ(Line{}.to_string(), "");
}

}  // namespace
}  // namespace esplanade::policy
