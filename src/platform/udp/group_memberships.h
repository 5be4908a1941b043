// Multicast groups that this host is to hear of (RFC 1112, 7.2; RFC 3810): the system hands what is
// sent to them to our raw sockets while any socket of the host is a member.
//
//   TRY(memberships.follow({group}));   // those of before and not named are left
//
// Errors: the system's, as where no route says by which interface a group is reached; what was
// followed before stays then.   Threads: one owner.
#pragma once

#include "net/address.h"
#include "platform/system_error.h"
#include "platform/unique_fd.h"

#include <map>
#include <span>

namespace esplanade::platform {

class GroupMemberships {
 public:
  [[nodiscard]] auto follow(std::span<const net::Address> groups) -> SystemResult<void>;
  [[nodiscard]] auto count() const noexcept -> std::size_t { return members_.size(); }

 private:
  std::map<net::Address, UniqueFd> members_;  ///< a socket for each
};

}  // namespace esplanade::platform
