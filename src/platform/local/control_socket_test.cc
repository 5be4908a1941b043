#include "platform/local/control_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <thread>

#include "platform/port_test_support.h"
#include "platform/temporary_folder.h"

namespace esplanade::platform {
namespace {

struct ControlSocketTest : testing::Test {
  /// Answers one question with `answer`.
  void serve(const UniqueFd& listener, const std::string& answer) {
    ASSERT_TRUE(wait_until_readable(listener.number()));
    const UniqueFd peer{::accept(listener.number(), nullptr, nullptr)};
    std::array<char, 64> room{};
    const auto count = ::recv(peer.number(), room.data(), room.size(), 0);
    question.assign(room.data(), static_cast<std::size_t>(count));
    ASSERT_GE(::send(peer.number(), answer.data(), answer.size(), MSG_NOSIGNAL), 0);
  }
  TemporaryFolder folder;
  std::string path = folder / "run/control";
  std::string question;
};

TEST_F(ControlSocketTest, carries_a_line_there_and_one_back) {
  const auto listener = listen_at(path);
  ASSERT_TRUE(listener) << listener.error().to_string();
  std::string answer;
  std::thread client([&] { answer = ask_at(path, "status").value(); });

  serve(*listener, "fine\n");
  client.join();

  EXPECT_EQ(question, "status\n");
  EXPECT_EQ(answer, "fine");
}

TEST_F(ControlSocketTest, says_when_the_answer_was_cut_off) {
  const auto listener = listen_at(path).value().number();
  EXPECT_GE(listener, 0);
  const auto again = listen_at(path).value();
  std::string why;
  std::thread client([&] { why = ask_at(path, "status").error().to_string(); });

  serve(again, "fin");
  client.join();

  EXPECT_NE(why.find("cut off"), std::string::npos);
}

TEST_F(ControlSocketTest, is_for_its_owner_alone) {
  const auto listener = listen_at(path);
  ASSERT_TRUE(listener);

  EXPECT_EQ(TemporaryFolder::mode(path), 0600U);
  EXPECT_EQ(TemporaryFolder::mode(folder / "run"), 0700U);
}

TEST_F(ControlSocketTest, leaves_a_daemon_that_runs_alone_and_replaces_what_a_crash_left) {
  auto listener = listen_at(path).value();

  const auto second = listen_at(path);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().number, EADDRINUSE);

  listener = UniqueFd{};
  EXPECT_TRUE(listen_at(path));
}

TEST_F(ControlSocketTest, leaves_other_files_alone) {
  const auto file = folder.make("file", "theirs");

  EXPECT_FALSE(listen_at(file));
  EXPECT_EQ(TemporaryFolder::content(file), "theirs");
  EXPECT_FALSE(listen_at(std::string(200, 'x')));
  EXPECT_FALSE(ask_at(path, "status"));
}

}  // namespace
}  // namespace esplanade::platform
