#include "platform/capture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/temporary_folder.h"

namespace esplanade::platform {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

auto le16(unsigned value) -> std::string {
  return {static_cast<char>(value), static_cast<char>(value >> 8)};
}
auto le32(std::uint32_t value) -> std::string { return le16(value) + le16(value >> 16); }

/// A pcapng block (draft-ietf-opsawg-pcapng, 3.1); `body` is a multiple of 4 octets.
auto block(std::uint32_t type, const std::string& body) -> std::string {
  const auto length = le32(static_cast<std::uint32_t>(body.size() + 12));
  return le32(type) + length + body + length;
}
auto section() -> std::string {
  return block(0x0a0d0d0a, le32(0x1a2b3c4d) + le16(1) + le16(0) + le32(~0u) + le32(~0u));
}
/// Timestamps in nanoseconds: if_tsresol (9) of 1 octet with value 9, end of options.
auto interface(unsigned link_type) -> std::string {
  return block(1, le16(link_type) + le16(0) + le32(0) + le16(9) + le16(1) + le32(9) + le32(0));
}
auto packet(std::uint64_t nanoseconds, const std::string& octets, std::uint32_t of = 0)
    -> std::string {
  const auto size = le32(static_cast<std::uint32_t>(octets.size()));
  return block(6, le32(of) + le32(static_cast<std::uint32_t>(nanoseconds >> 32)) +
                      le32(static_cast<std::uint32_t>(nanoseconds)) + size + le32(1500) + octets);
}

auto text_of(const Frame& frame) -> std::string {
  return {reinterpret_cast<const char*>(frame.bytes.data()), frame.bytes.size()};
}

TEST(Capture, gives_back_what_was_written) {
  const TemporaryFolder folder;
  {
    auto writer = CaptureWriter::create(folder / "a.pcap", CaptureLink::raw_ip);
    ASSERT_TRUE(writer);
    writer->write({1'700'000'000s + 123'456'789ns}, core::as_view("first"));
    writer->write({1'700'000'001s}, core::as_view("second"));
    ASSERT_TRUE(writer->flush());
  }
  auto reader = CaptureReader::open(folder / "a.pcap");
  ASSERT_TRUE(reader);
  const auto first = **reader->next();
  EXPECT_EQ(first.number, 1u);
  EXPECT_EQ(first.captured_at.since_epoch, 1'700'000'000s + 123'456'789ns);
  EXPECT_EQ(first.link_type, 12);
  EXPECT_EQ(text_of(first), "first");
  EXPECT_EQ(first.original_length, 5u);
  EXPECT_EQ(text_of(**reader->next()), "second");
  EXPECT_FALSE(*reader->next());
}

TEST(Capture, of_ethernet_frames_says_so) {
  const TemporaryFolder folder;
  CaptureWriter::create(folder / "a.pcap", CaptureLink::ethernet)
      ->write({}, core::as_view("fourteen octets and more"));
  EXPECT_EQ((*CaptureReader::open(folder / "a.pcap")->next())->link_type, 1);
}

TEST(Capture, is_readable_by_its_owner_only) {
  const TemporaryFolder folder;
  ASSERT_TRUE(CaptureWriter::create(folder / "a.pcap", CaptureLink::raw_ip));
  EXPECT_EQ(folder.mode(folder / "a.pcap"), 0600u);
}

TEST(Capture, that_cannot_be_written_is_an_error) {
  EXPECT_EQ(
      CaptureWriter::create("/no/such/folder/a.pcap", CaptureLink::raw_ip).error().to_string(),
      "cannot write /no/such/folder/a.pcap: No such file or directory");
  auto full = CaptureWriter::create("/dev/full", CaptureLink::raw_ip);
  ASSERT_TRUE(full);
  full->write({}, core::as_view("frame"));
  EXPECT_EQ(full->flush().error().to_string(), "cannot write /dev/full: No space left on device");
}

TEST(CaptureReader, reads_pcapng_with_nanoseconds) {
  const TemporaryFolder folder;
  auto reader = CaptureReader::open(folder.make(
      "a.pcapng", section() + interface(101) + packet(1'700'000'000'123'456'789, "ESP.")));
  ASSERT_TRUE(reader) << reader.error().to_string();
  const auto frame = reader->next();
  ASSERT_TRUE(frame) << frame.error().to_string();
  EXPECT_EQ((*frame)->captured_at.since_epoch, 1'700'000'000'123'456'789ns);
  EXPECT_EQ((*frame)->link_type, 12);
  EXPECT_EQ(text_of(**frame), "ESP.");
  EXPECT_EQ((*frame)->original_length, 1500u);
}

TEST(CaptureReader, explains_that_it_reads_one_link_type_a_file) {
  const TemporaryFolder folder;
  auto reader =
      CaptureReader::open(folder.make("a.pcapng", section() + interface(101) + interface(1) +
                                                      packet(0, "ESP.") + packet(0, "ESP.", 1)));
  const auto error = reader ? reader->next().error() : reader.error();
  EXPECT_THAT(error.to_string(), HasSubstr("a.pcapng"));
  EXPECT_THAT(error.to_string(), HasSubstr("one link type only"));
}

TEST(CaptureReader, names_the_frame_that_is_cut) {
  const TemporaryFolder folder;
  const auto whole = section() + interface(101) + packet(0, "ESP.") + packet(0, "ESP.");
  auto reader = CaptureReader::open(folder.make("a.pcapng", whole.substr(0, whole.size() - 8)));
  ASSERT_TRUE(reader);
  ASSERT_TRUE(reader->next());
  const auto cut = reader->next();
  ASSERT_FALSE(cut);
  EXPECT_THAT(cut.error().to_string(), HasSubstr("a.pcapng, frame 2: "));
}

TEST(CaptureReader, says_what_is_no_capture) {
  const TemporaryFolder folder;
  EXPECT_EQ(CaptureReader::open(folder / "none").error().number, ENOENT);
  const auto text = folder.make("text", std::string(64, 'x'));
  EXPECT_THAT(CaptureReader::open(text).error().to_string(), HasSubstr("unknown file format"));
  EXPECT_FALSE(CaptureReader::open(folder.make("empty", "")));
}

TEST(CaptureReader, survives_a_time_beyond_all_measure) {
  const TemporaryFolder folder;
  const auto seconds = block(1, le16(101) + le16(0) + le32(0) + le16(9) + le16(1) + le32(0) +
                                    le32(0));  // if_tsresol 0: whole seconds
  auto reader = CaptureReader::open(
      folder.make("a.pcapng", section() + seconds + packet(~0ull >> 1, "ESP.")));
  ASSERT_TRUE(reader);
  const auto frame = reader->next();
  ASSERT_TRUE(frame);
  EXPECT_GT((*frame)->captured_at.since_epoch, std::chrono::years(290));
}

}  // namespace
}  // namespace esplanade::platform
