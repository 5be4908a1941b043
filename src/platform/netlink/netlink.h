// Requests to the kernel's routing netlink (rtnetlink(7)), over libmnl.
//
//   NetlinkMessage message{RTM_NEWLINK, 0};
//   message.header<ifinfomsg>().ifi_index = index;
//   message.put(IFLA_MTU, 1380u);
//   TRY(netlink.perform(message, "set the MTU of esp0"));
//
// Errors: the kernel's errno, and its own words where it sends some (extended acknowledgement).
// Threads: none; one owner.
#pragma once

#include "core/bytes.h"
#include "platform/system_error.h"

#include <libmnl/libmnl.h>

#include <array>
#include <functional>
#include <memory>

namespace esplanade::platform {

class NetlinkMessage {
 public:
  /// NLM_F_REQUEST is understood.
  NetlinkMessage(std::uint16_t type, unsigned flags) noexcept;

  /// The fixed header behind the netlink header, zeroed; asked for once, before any attribute.
  template <class Header>
  auto header() noexcept -> Header& {
    return *static_cast<Header*>(mnl_nlmsg_put_extra_header(message(), sizeof(Header)));
  }
  /// A message too long for its fixed room is a bug: ours hold a few attributes.
  auto put(std::uint16_t attribute, std::uint8_t value) noexcept -> NetlinkMessage&;
  auto put(std::uint16_t attribute, std::uint32_t value) noexcept -> NetlinkMessage&;
  auto put(std::uint16_t attribute, core::View value) noexcept -> NetlinkMessage&;
  auto begin_nest(std::uint16_t attribute) noexcept -> nlattr*;
  void end_nest(nlattr* nest) noexcept { mnl_attr_nest_end(message(), nest); }

  [[nodiscard]] auto message() noexcept -> nlmsghdr* {
    return reinterpret_cast<nlmsghdr*>(octets_.data());
  }

 private:
  alignas(nlmsghdr) std::array<char, 512> octets_{};
};

/// Visits the attributes behind the first `skipped` octets of a message's payload.
void for_each_attribute(const nlmsghdr* message, std::size_t skipped,
                        const std::function<void(const nlattr*)>& visit);

class Netlink {
 public:
  [[nodiscard]] static auto open() -> SystemResult<Netlink>;

  /// Sends and waits for the acknowledgement; `what` is for the error.
  [[nodiscard]] auto perform(NetlinkMessage& message, const std::string& what)
      -> SystemResult<void>;

  using Visit = std::function<void(const nlmsghdr*)>;
  /// Sends and visits each message of the answer; the request has NLM_F_DUMP. An answer that was
  /// overtaken by a change is asked for again, so `visit` may see things twice.
  [[nodiscard]] auto dump(NetlinkMessage& message, const std::string& what, const Visit& visit)
      -> SystemResult<void>;

 private:
  struct Close {
    void operator()(mnl_socket* socket) const noexcept { mnl_socket_close(socket); }
  };
  using Socket = std::unique_ptr<mnl_socket, Close>;
  explicit Netlink(Socket socket) noexcept : socket_(std::move(socket)) {}
  auto converse(NetlinkMessage& message, const std::string& what, const Visit& visit)
      -> SystemResult<void>;

  Socket socket_;
  std::uint32_t sequence_ = 0;
};

}  // namespace esplanade::platform
