#include "platform/netlink/netlink.h"

#include <linux/netlink.h>
#include <sys/socket.h>

namespace esplanade::platform {
namespace {

struct Answer {
  const Netlink::Visit& visit;
  std::string reason;  ///< the kernel's words, where it has some
};

auto visit_message(const nlmsghdr* message, void* data) -> int {
  static_cast<Answer*>(data)->visit(message);
  return MNL_CB_OK;
}

/// The text in the attributes behind an error (netlink(7), NETLINK_EXT_ACK).
auto reason_of(const nlmsghdr* message, const nlmsgerr& error) -> std::string {
  if ((message->nlmsg_flags & NLM_F_ACK_TLVS) == 0) return {};
  auto skipped = sizeof error;
  if ((message->nlmsg_flags & NLM_F_CAPPED) == 0) {
    skipped += error.msg.nlmsg_len - sizeof error.msg;
  }
  std::string reason;
  for_each_attribute(message, skipped, [&](const nlattr* attribute) {
    if (mnl_attr_get_type(attribute) == NLMSGERR_ATTR_MSG &&
        mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) >= 0) {
      reason = mnl_attr_get_str(attribute);
    }
  });
  return reason;
}

/// Acknowledgements are errors with number 0.
auto take_acknowledgement(const nlmsghdr* message, void* data) -> int {
  if (mnl_nlmsg_get_payload_len(message) < sizeof(nlmsgerr)) {
    errno = EBADMSG;
    return MNL_CB_ERROR;
  }
  const auto& error = *static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message));
  if (error.error == 0) return MNL_CB_STOP;
  static_cast<Answer*>(data)->reason = reason_of(message, error);
  errno = -error.error;
  return MNL_CB_ERROR;
}

}  // namespace

NetlinkMessage::NetlinkMessage(std::uint16_t type, unsigned flags) noexcept {
  auto* header = mnl_nlmsg_put_header(octets_.data());
  header->nlmsg_type = type;
  header->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
}

auto NetlinkMessage::put(std::uint16_t attribute, std::uint8_t value) noexcept -> NetlinkMessage& {
  core::ensure(mnl_attr_put_u8_check(message(), octets_.size(), attribute, value));
  return *this;
}

auto NetlinkMessage::put(std::uint16_t attribute, std::uint32_t value) noexcept -> NetlinkMessage& {
  core::ensure(mnl_attr_put_u32_check(message(), octets_.size(), attribute, value));
  return *this;
}

auto NetlinkMessage::put(std::uint16_t attribute, core::View value) noexcept -> NetlinkMessage& {
  core::ensure(
      mnl_attr_put_check(message(), octets_.size(), attribute, value.size(), value.data()));
  return *this;
}

auto NetlinkMessage::begin_nest(std::uint16_t attribute) noexcept -> nlattr* {
  auto* nest = mnl_attr_nest_start_check(message(), octets_.size(), attribute);
  core::ensure(nest != nullptr);
  return nest;
}

void for_each_attribute(const nlmsghdr* message, std::size_t skipped,
                        const std::function<void(const nlattr*)>& visit) {
  const auto* end = static_cast<const char*>(mnl_nlmsg_get_payload_tail(message));
  const auto* attribute =
      static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(message, skipped));
  while (mnl_attr_ok(attribute, static_cast<int>(end - reinterpret_cast<const char*>(attribute)))) {
    visit(attribute);
    attribute = mnl_attr_next(attribute);
  }
}

auto Netlink::open() -> SystemResult<Netlink> {
  Socket socket{mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC)};
  if (!socket || mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0) {
    return system_failure("open a netlink socket");
  }
  int on = 1;  // older kernels do without: then errors have no words
  (void)mnl_socket_setsockopt(socket.get(), NETLINK_EXT_ACK, &on, sizeof on);
  return Netlink{std::move(socket)};
}

auto Netlink::perform(NetlinkMessage& message, const std::string& what) -> SystemResult<void> {
  message.message()->nlmsg_flags |= NLM_F_ACK;
  return converse(message, what, [](const nlmsghdr*) {});
}

auto Netlink::dump(NetlinkMessage& message, const std::string& what, const Visit& visit)
    -> SystemResult<void> {
  constexpr auto tries = 5;
  auto done = converse(message, what, visit);
  for (int i = 1; i < tries && !done && done.error().number == EINTR; ++i) {
    *this = TRY(open());  // the rest of the old answer goes with the old socket
    done = converse(message, what, visit);
  }
  return done;
}

auto Netlink::converse(NetlinkMessage& message, const std::string& what, const Visit& visit)
    -> SystemResult<void> {
  auto* request = message.message();
  request->nlmsg_seq = ++sequence_;
  if (mnl_socket_sendto(socket_.get(), request, request->nlmsg_len) < 0) {
    return system_failure(what);
  }
  std::array<mnl_cb_t, NLMSG_ERROR + 1> control{};  // libmnl knows what to do with those above
  control[NLMSG_ERROR] = take_acknowledgement;
  Answer answer{visit, {}};
  alignas(nlmsghdr) std::array<char, 32768> octets{};
  for (int more = MNL_CB_OK; more == MNL_CB_OK;) {
    const auto got = mnl_socket_recvfrom(socket_.get(), octets.data(), octets.size());
    if (got < 0) return system_failure(what);
    more = mnl_cb_run2(octets.data(), static_cast<std::size_t>(got), sequence_,
                       mnl_socket_get_portid(socket_.get()), visit_message, &answer, control.data(),
                       control.size());
    if (more < 0) {
      const auto number = errno;
      return system_failure(answer.reason.empty() ? what : what + " (" + answer.reason + ")",
                            number);
    }
  }
  return {};
}

}  // namespace esplanade::platform
