#include "daemon/keying/inbox.h"

#include <gtest/gtest.h>

namespace esplanade::daemon {
namespace {

auto numbered(std::uint32_t spi) -> pipeline::Stray { return {{}, core::Spi{spi}}; }

auto text_of(core::View octets) -> std::string {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

struct InboxTest : testing::Test {
  Inbox inbox{platform::Wakeup::make().value()};
};

TEST_F(InboxTest, gives_reports_and_messages_back_in_order) {
  const net::Path path{{net::Address::parse("192.0.2.1").value(), 4500}, {}};
  inbox.report(numbered(1));
  inbox.report(pipeline::IkeMessage{path, core::as_view("first")});
  inbox.report(numbered(2));

  EXPECT_EQ(std::get<pipeline::Stray>(*inbox.take_report()).spi, core::Spi{1});
  EXPECT_EQ(std::get<pipeline::Stray>(*inbox.take_report()).spi, core::Spi{2});
  EXPECT_FALSE(inbox.take_report());
  EXPECT_TRUE(inbox.take_message([&](const net::Path& from, core::View message) {
    EXPECT_EQ(from, path);
    EXPECT_EQ(text_of(message), "first");
  }));
  EXPECT_FALSE(inbox.take_message([](const net::Path&, core::View) {}));
}

TEST_F(InboxTest, keeps_the_oldest_when_it_is_full_and_leaves_room_for_other_kinds) {
  for (std::uint32_t i = 0; i < 1000; ++i) inbox.report(numbered(i));
  inbox.report(pipeline::IkeMessage{{}, core::as_view("message")});

  std::uint32_t taken = 0;
  while (const auto report = inbox.take_report()) {
    EXPECT_EQ(std::get<pipeline::Stray>(*report).spi, core::Spi{taken++});
  }
  EXPECT_EQ(taken, 256U);
  EXPECT_TRUE(inbox.take_message([](const net::Path&, core::View) {}));
}

TEST_F(InboxTest, takes_the_longest_message_there_is) {
  const core::Bytes longest(65535, std::byte{7});
  inbox.report(pipeline::IkeMessage{{}, longest});

  inbox.take_message([&](const net::Path&, core::View message) {
    EXPECT_TRUE(std::ranges::equal(message, longest));
  });
}

}  // namespace
}  // namespace esplanade::daemon
