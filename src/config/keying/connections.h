// The sections that swanctl.conf has for IKE: `connections`, `secrets` and `authorities`, with the
// folders of credentials.
#pragma once

#include "config/keying/context.h"
#include "policy/credentials.h"
#include "policy/spd.h"

namespace esplanade::config::keying {

struct Keying {
  std::vector<policy::ClearEntry> shunts;
  std::vector<policy::ConnectionPtr> connections;
  std::shared_ptr<const policy::Credentials> credentials;
};

/// Folders are read only where there are connections.
[[nodiscard]] auto read_keying(const syntax::Section& root, const Context& context) -> Keying;

}  // namespace esplanade::config::keying
