// Which SAs of IKE's hold a packet: what `esplanade explain` asks a running daemon.
#pragma once

#include "daemon/keying/child_table.h"
#include "daemon/log.h"

namespace esplanade::daemon {

/// "ESP with SPI 0x00001001 and aes128-sha256, from 192.0.2.1 to 192.0.2.2".
[[nodiscard]] auto carrier_text(const sa::SaParameters& outbound) -> std::string;

/// `entry` ("CONNECTION.CHILD") and `carrier` of each outbound SA whose selectors hold the packet,
/// newest first.
[[nodiscard]] auto carrier_lines(const net::Datagram& packet,
                                 const std::vector<policy::ConnectionPtr>& connections,
                                 const ChildTable& children) -> std::vector<Fields>;

}  // namespace esplanade::daemon
