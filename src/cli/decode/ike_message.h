// An IKE message as `esplanade decode` shows it.
#pragma once

#include "ike/wire/message.h"

namespace esplanade::cli::decode {

struct IkeMessage {
  ike::wire::Header header;
  /// Those of the message and, if it was opened, those that its SK payload held behind it. Those of
  /// a fragmented message come with the frame that completes it.
  ike::wire::Payloads payloads;

  /// Of other versions (RFC 2408 is IKEv1) only the header is read; its flags are others.
  [[nodiscard]] auto is_ikev2() const noexcept -> bool { return header.major_version == 2; }
};

}  // namespace esplanade::cli::decode
