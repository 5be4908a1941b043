#include "config/load.h"
#include "config/memory_loader_test_support.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

namespace esplanade::config {
namespace {

const std::string valid = R"(base { replay_window = 128 local_addrs = 192.0.2.1 }
manual {
  a : base {
    remote_addrs = 192.0.2.2
    local_ts = 10.1.0.0/16[tcp/80], fd01::/48
    remote_ts = "10.2.0.0/16, fd02::/48"
    out { spi = 0x1001   esp = aes128gcm16   key_file = a.key }
    in { spi = 0x1002 esp = aes128-sha256
      key = 0x000102030405060708090a0b0c0d0e0f
      auth_key = 0x000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f }
  }
}
dataplane { mtu = 1400 } # end
include more.conf
)";

/// Removes, doubles or overwrites a piece of `text`.
auto mutated(std::string text) -> std::string {
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  const auto count = *rc::gen::inRange<std::size_t>(1, 12);
  switch (*rc::gen::inRange(0, 3)) {
    case 0:  return text.erase(at, count);
    case 1:  return text.insert(at, text.substr(at, count));
    default: return text.replace(at, 1, 1, *rc::gen::elementOf(std::string("{}=#\":,.\\ \n\tax0")));
  }
}

auto load_text(const std::string& text) -> Checked<Configuration> {
  MemoryLoader files;
  files.texts = {{"gw.conf", text}, {"more.conf", "dataplane { table = 4000 }\n"}};
  files.key_files["a.key"] =
      "# esplanade key file, version 1\nesp = aes128gcm16\nkey = 0x" + std::string(40, '7') + "\n";
  return load("gw.conf", files);
}

auto longest_hex(std::string_view text) -> std::size_t {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const auto c : text) {
    run = std::string_view("0123456789abcdef").contains(c) ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

void check_complaint(const Complaint& complaint, const std::string& text) {
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  RC_ASSERT(complaint.place.file == "gw.conf" || complaint.place.file == "more.conf");
  RC_ASSERT(complaint.place.line >= 1);
  RC_ASSERT(complaint.place.line <= lines);
  RC_ASSERT(complaint.place.column >= 1);
  RC_ASSERT(!complaint.what.empty());
  RC_LOG() << complaint.to_string();
  RC_ASSERT(longest_hex(complaint.to_string()) < 16U);
}

TEST(LoadProperty, the_text_that_is_changed_below_is_valid) {
  const auto configuration = load_text(valid);
  ASSERT_TRUE(configuration) << configuration.error().front().to_string();
  EXPECT_EQ(configuration->dataplane.table, 4000U);
}

TEST(LoadProperty, any_change_of_a_valid_text_is_taken_or_complained_about_at_a_place_in_it) {
  EXPECT_TRUE(rc::check("configuration, or complaints that show no key", [] {
    auto text = mutated(valid);
    if (*rc::gen::arbitrary<bool>()) text = mutated(std::move(text));

    const auto configuration = load_text(text);

    if (configuration) {
      RC_ASSERT(!describe(*configuration).empty());
    } else {
      RC_ASSERT(!configuration.error().empty());
      for (const auto& complaint : configuration.error()) check_complaint(complaint, text);
    }
  }));
}

}  // namespace
}  // namespace esplanade::config
