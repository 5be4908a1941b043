// Intel's ipsec-mb, which finds the fastest code for the processor it runs on.
#pragma once

#include "crypto/ipsecmb/provider.h"

#include <intel-ipsec-mb.h>
#include <memory>
#include <string>

namespace esplanade::crypto::ipsecmb {

struct FreeManager {
  void operator()(IMB_MGR* manager) const noexcept { ::free_mb_mgr(manager); }
};
using Manager = std::unique_ptr<IMB_MGR, FreeManager>;

/// nullptr where the processor has not what the variant wants.
[[nodiscard]] auto make_manager(Variant variant) -> Manager;

/// "ipsec-mb 1.3.0, AVX512 with VAES"
[[nodiscard]] auto description_of(const IMB_MGR& manager) -> std::string;

}  // namespace esplanade::crypto::ipsecmb
