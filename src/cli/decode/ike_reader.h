// Reads IKE messages, and opens those whose keys are in the table.
//
//   IkeReader reader{parse_ike_table(text).value(), provider};
//   const auto seen = reader.read(message);
//
// Messages are read in the order of the capture, for fragments (RFC 7383) are put together.
// Retransmitted messages open again: a capture is read, not let in.
#pragma once

#include "cli/decode/decoded_frame.h"
#include "cli/decode/ike_table.h"

#include <map>

namespace esplanade::cli::decode {

struct IkeSeen {
  Status status = Status::clear;
  std::string reason;
  std::optional<IkeMessage> message;  ///< absent where not even the header is there
  /// What the SK payload held, without padding: a chain of payloads, or a fragment's part of one.
  std::optional<core::Bytes> inner;
};

class IkeReader {
 public:
  /// `provider` outlives the reader.
  IkeReader(IkeTable table, crypto::Provider& provider)
      : table_(std::move(table)), provider_(provider) {}

  /// `octets` are a message without non-ESP marker.
  [[nodiscard]] auto read(core::View octets) -> IkeSeen;

 private:
  /// The fragments of one message.
  struct FragmentsId {
    ike::IkeSpis spis;
    bool is_from_initiator = false;
    bool is_response = false;
    std::uint32_t message_id = 0;
    std::uint16_t total = 0;
    auto operator<=>(const FragmentsId&) const = default;
  };
  struct Fragments {
    iana::PayloadType first_inner{};
    std::map<std::uint16_t, core::Bytes> parts;
  };
  /// A chain of payloads, whole.
  struct Chain {
    iana::PayloadType first{};
    core::Bytes octets;
  };

  void open(core::View octets, IkeSeen& seen);
  [[nodiscard]] auto open_with_rows(core::View octets, core::View body, IkeSeen& seen) const
      -> std::optional<core::Bytes>;
  [[nodiscard]] auto add(const ike::wire::Header& header, const ike::wire::SkfPayload& fragment,
                         core::Bytes part) -> std::optional<Chain>;

  IkeTable table_;
  crypto::Provider& provider_;
  std::map<FragmentsId, Fragments> fragments_;
};

}  // namespace esplanade::cli::decode
