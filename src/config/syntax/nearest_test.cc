#include "config/syntax/nearest.h"

#include <gtest/gtest.h>

#include <array>

namespace esplanade::config::syntax {
namespace {

constexpr auto words = std::to_array<std::string_view>({"mode", "key", "replay_window"});

TEST(Nearest, sees_through_a_slip_or_two) {
  EXPECT_EQ(nearest("moed", words), "mode");
  EXPECT_EQ(nearest("mod", words), "mode");
  EXPECT_EQ(nearest("kye", words), "key");
  EXPECT_EQ(nearest("replaywidow", words), "replay_window");
}

TEST(Nearest, guesses_nothing_for_other_words) {
  for (const auto* word : {"", "k", "tun", "local_addrs"}) {
    EXPECT_EQ(nearest(word, words), std::nullopt) << word;
  }
  EXPECT_EQ(nearest(std::string(10'000, 'x'), words), std::nullopt);
  EXPECT_EQ(did_you_mean("tun", words), "");
  EXPECT_EQ(did_you_mean("mod", words), "did you mean `mode`?");
}

}  // namespace
}  // namespace esplanade::config::syntax
