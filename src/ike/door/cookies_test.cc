#include "ike/door/cookies.h"

#include "crypto/openssl/provider.h"
#include "tests/support/random.h"

#include <gtest/gtest.h>

namespace esplanade::ike::door {
namespace {

using namespace std::chrono_literals;

constexpr core::Time now{1h};

class CookiesTest : public testing::Test {
 protected:
  [[nodiscard]] auto make(core::Time at = now) -> core::Bytes {
    return cookies_.make(input_, at, random_, crypto::openssl::provider());
  }
  [[nodiscard]] auto is_taken(const core::Bytes& cookie, core::Time at = now) const -> bool {
    return cookies_.check(cookie, input_, at, crypto::openssl::provider());
  }

  core::Bytes ni_ = core::Bytes(32, std::byte{1});
  CookieInput input_{.ni = ni_,
                     .theirs = {.address = *net::Address::parse("192.0.2.1"), .port = 500},
                     .spi_i = IkeSpi{7}};

 private:
  Cookies cookies_;
  test::SeededRandom random_{1};
};

TEST_F(CookiesTest, are_taken_back_from_whom_they_were_given) {
  const auto cookie = make();
  EXPECT_GE(cookie.size(), 1U);
  EXPECT_LE(cookie.size(), 64U);  // RFC 7296, 2.6
  EXPECT_TRUE(is_taken(cookie));
  EXPECT_EQ(make(), cookie);
}

TEST_F(CookiesTest, are_of_one_nonce_address_port_and_spi) {
  const auto cookie = make();
  const auto before = input_;

  const core::Bytes other(32, std::byte{2});
  input_.ni = other;
  EXPECT_FALSE(is_taken(cookie));
  input_ = before;
  input_.theirs.address = *net::Address::parse("192.0.2.2");
  EXPECT_FALSE(is_taken(cookie));
  input_ = before;
  input_.theirs.port = 501;
  EXPECT_FALSE(is_taken(cookie));
  input_ = before;
  input_.spi_i = IkeSpi{8};
  EXPECT_FALSE(is_taken(cookie));
}

TEST_F(CookiesTest, are_refused_with_any_bit_flipped_or_cut) {
  const auto cookie = make();
  for (std::size_t i = 0; i < cookie.size() * 8; ++i) {
    auto flipped = cookie;
    flipped[i / 8] ^= static_cast<std::byte>(1U << i % 8);
    EXPECT_FALSE(is_taken(flipped)) << i;
  }
  for (std::size_t size = 0; size < cookie.size(); ++size) {
    EXPECT_FALSE(is_taken(core::Bytes(cookie.begin(), cookie.begin() + static_cast<long>(size))));
  }
}

TEST_F(CookiesTest, outlive_one_change_of_the_secret_and_no_more) {
  const auto cookie = make();
  const auto next = make(now + 61s);
  EXPECT_NE(next, cookie);
  EXPECT_TRUE(is_taken(cookie, now + 61s));
  EXPECT_TRUE(is_taken(next, now + 61s));

  (void)make(now + 122s);
  EXPECT_FALSE(is_taken(cookie, now + 122s));
}

TEST_F(CookiesTest, grow_old_though_nobody_asks_for_others) {
  const auto cookie = make();
  EXPECT_TRUE(is_taken(cookie, now + 119s));
  EXPECT_FALSE(is_taken(cookie, now + 120s));
}

TEST_F(CookiesTest, are_none_before_the_first_was_made) {
  EXPECT_FALSE(is_taken({}));
  EXPECT_FALSE(is_taken(core::Bytes(33, std::byte{0})));
}

}  // namespace
}  // namespace esplanade::ike::door
