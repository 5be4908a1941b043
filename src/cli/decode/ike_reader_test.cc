// Messages sealed by ike::keys::seal(); whether that seals as the RFCs say, is judged by published
// captures and tshark elsewhere (tests/interop/decode).
#include "cli/decode/ike_reader.h"

#include "cli/decode/ike_output.h"
#include "crypto/openssl/provider.h"
#include "ike/keys/envelope.h"

#include <gtest/gtest.h>

namespace esplanade::cli::decode {
namespace {

using ike::wire::NotifyPayload;
using ike::wire::Payloads;
using ike::wire::SkfPayload;
using ike::wire::SkPayload;
using ike::wire::VendorIdPayload;

const auto row_text = "0102030405060708,1112131415161718," + std::string(40, '1') + "," +
                      std::string(40, '2') +
                      ",\"AES-GCM-128 with 16 octet ICV [RFC5282]\",,,\"NONE [RFC4306]\"\n";

const ike::wire::Header request{
    .spis = {ike::IkeSpi{0x0102030405060708}, ike::IkeSpi{0x1112131415161718}},
    .exchange = iana::ExchangeType::informational,
    .is_from_initiator = true,
    .message_id = 2};

const Payloads content = {NotifyPayload{.type = iana::NotifyType::initial_contact},
                          VendorIdPayload{.data = core::Bytes(100, std::byte{7})}};

class Zeroes : public core::Random {
 public:
  void fill(core::MutableView out) noexcept override { std::ranges::fill(out, std::byte{0}); }
};

class ReadingIke : public testing::Test {
 protected:
  auto seal(const ike::wire::Header& header) -> core::Bytes {
    return ike::keys::seal(header, content, protection(header), random_);
  }
  auto fragments(std::size_t largest) -> std::vector<core::Bytes> {
    return ike::keys::seal_in_fragments(request, content, protection(request), random_, largest);
  }

  IkeReader reader_{parse_ike_table(row_text).value(), crypto::openssl::provider()};

 private:
  auto protection(const ike::wire::Header& header) -> ike::keys::Protection {
    const auto& keys = std::get<IkeRowKeys>(table_.front().keys);
    return {.provider = crypto::openssl::provider(),
            .suite = keys.suite,
            .keys = header.is_from_initiator ? keys.i : keys.r,
            .counter = counter_};
  }

  IkeTable table_ = parse_ike_table(row_text).value();
  Zeroes random_;
  std::uint64_t counter_ = 0;
};

TEST_F(ReadingIke, opens_both_directions_with_their_own_keys) {
  auto response = request;
  response.is_from_initiator = false;
  response.is_response = true;

  for (const auto& header : {request, response}) {
    const auto seen = reader_.read(seal(header));
    EXPECT_EQ(seen.status, Status::opened);
    EXPECT_EQ(seen.reason, "");
    EXPECT_EQ(seen.inner, ike::wire::write_payloads(content));
    ASSERT_EQ(seen.message->payloads.size(), 3U);
    EXPECT_EQ(seen.message->payloads[1], content[0]);
    EXPECT_EQ(seen.message->payloads[2], content[1]);
  }
}

TEST_F(ReadingIke, puts_fragments_together_in_whatever_order_they_come) {
  const auto parts = fragments(100);
  ASSERT_EQ(parts.size(), 3U);

  const auto last = reader_.read(parts[2]);
  const auto first = reader_.read(parts[0]);
  const auto again = reader_.read(parts[0]);
  const auto middle = reader_.read(parts[1]);

  EXPECT_EQ(last.status, Status::opened);
  EXPECT_EQ(last.message->payloads.size(), 1U);
  EXPECT_EQ(first.message->payloads.size(), 1U);
  EXPECT_EQ(again.message->payloads.size(), 1U);
  ASSERT_EQ(middle.message->payloads.size(), 3U);
  EXPECT_EQ(middle.message->payloads[2], content[1]);
  auto whole = *first.inner;
  whole.insert(whole.end(), middle.inner->begin(), middle.inner->end());
  whole.insert(whole.end(), last.inner->begin(), last.inner->end());
  EXPECT_EQ(whole, ike::wire::write_payloads(content));
}

TEST_F(ReadingIke, tells_that_there_is_no_row) {
  auto other = request;
  other.spis.r = ike::IkeSpi{1};

  const auto seen = reader_.read(seal(other));

  EXPECT_EQ(seen.status, Status::no_key);
  EXPECT_EQ(seen.reason, "no row of the table has these SPIs");
  EXPECT_TRUE(std::holds_alternative<SkPayload>(seen.message->payloads.at(0)));
}

TEST_F(ReadingIke, shows_nothing_of_what_is_not_authentic) {
  auto message = seal(request);
  message.back() ^= std::byte{1};

  const auto seen = reader_.read(message);

  EXPECT_EQ(seen.status, Status::refused);
  EXPECT_EQ(seen.reason, "bad ICV: another key, or the message was changed");
  EXPECT_EQ(seen.inner, std::nullopt);
}

TEST_F(ReadingIke, shows_what_comes_before_a_fault) {
  auto message = ike::wire::write_message(request, content);
  message[28 + 8 + 3] = std::byte{200};  // the length of the second payload

  const auto seen = reader_.read(message);

  EXPECT_EQ(seen.status, Status::refused);
  EXPECT_EQ(seen.reason, "malformed IKE message: too short at octet 36");
  EXPECT_EQ(seen.message->payloads, Payloads{content[0]});
}

TEST_F(ReadingIke, reads_the_header_alone_of_IKEv1) {
  auto message = ike::wire::write_message(request, content);
  message[17] = std::byte{0x10};
  message[18] = std::byte{32};

  const auto seen = reader_.read(message);

  EXPECT_EQ(seen.status, Status::clear);
  EXPECT_TRUE(seen.message->payloads.empty());
  EXPECT_EQ(ike_summary(*seen.message),
            "IKEv1 Quick Mode message 2, 0102030405060708 1112131415161718");
}

TEST_F(ReadingIke, refuses_less_than_a_header) {
  const auto seen = reader_.read(core::Bytes(27));

  EXPECT_EQ(seen.status, Status::refused);
  EXPECT_FALSE(seen.message);
}

}  // namespace
}  // namespace esplanade::cli::decode
