#include "ipsec/path_mtu.h"

#include <gtest/gtest.h>

namespace esplanade::ipsec {
namespace {

constexpr core::Time start{std::chrono::hours(1)};
constexpr core::Duration believed_for = std::chrono::minutes(7);

TEST(PathMtu, is_that_of_the_link_until_less_is_learnt) {
  PathMtu path(1500, PathMtu::least_ipv4, believed_for);

  EXPECT_EQ(path.current(), 1500);
  EXPECT_TRUE(path.learn(1400, start));
  EXPECT_EQ(path.current(), 1400);
  EXPECT_FALSE(path.learn(1450, start));
  EXPECT_EQ(path.current(), 1400);
}

// ARCH-6.1.1-02: a forged error must not make it useless.
TEST(PathMtu, is_never_less_than_every_path_carries) {
  PathMtu four(1500, PathMtu::least_ipv4, believed_for);
  PathMtu six(1500, PathMtu::least_ipv6, believed_for);

  EXPECT_TRUE(four.learn(68, start));
  EXPECT_TRUE(six.learn(68, start));
  EXPECT_EQ(four.current(), 576);
  EXPECT_EQ(six.current(), 1280);
}

// ARCH-8.2.2-01
TEST(PathMtu, grows_again_when_what_was_learnt_is_old) {
  PathMtu path(1500, PathMtu::least_ipv4, believed_for);
  path.learn(1400, start);

  path.age(start + (believed_for - std::chrono::seconds(1)));
  EXPECT_EQ(path.current(), 1400);
  path.age(start + believed_for);
  EXPECT_EQ(path.current(), 1500);
}

TEST(PathMtu, is_believed_for_ever_where_nothing_is_to_grow_old) {
  PathMtu path(1500, PathMtu::least_ipv4, core::Duration::max());
  path.learn(1400, start);

  path.age(start + std::chrono::years(10));
  EXPECT_EQ(path.current(), 1400);
}

TEST(PathMtu, is_handed_on_with_its_age) {
  PathMtu before(1500, PathMtu::least_ipv4, believed_for);
  PathMtu after(1500, PathMtu::least_ipv4, believed_for);
  before.learn(1400, start);

  after.continue_from(before);

  EXPECT_EQ(after.current(), 1400);
  after.age(start + believed_for);
  EXPECT_EQ(after.current(), 1500);
}

}  // namespace
}  // namespace esplanade::ipsec
