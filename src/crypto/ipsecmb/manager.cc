#include "crypto/ipsecmb/manager.h"

namespace esplanade::crypto::ipsecmb {
namespace {

auto name_of(std::uint32_t architecture) -> const char* {
  switch (architecture) {
    case IMB_ARCH_AVX512: return "AVX512";
    case IMB_ARCH_AVX2:   return "AVX2";
    case IMB_ARCH_AVX:    return "AVX";
    default:              return "SSE";
  }
}

/// Leaves an error behind where the processor lacks an instruction.
void start(IMB_MGR& manager, Variant variant) {
  switch (variant) {
    case Variant::best:   return ::init_mb_mgr_auto(&manager, nullptr);
    case Variant::avx:    return ::init_mb_mgr_avx(&manager);
    case Variant::avx2:   return ::init_mb_mgr_avx2(&manager);
    case Variant::avx512: return ::init_mb_mgr_avx512(&manager);
  }
}

}  // namespace

auto make_manager(Variant variant) -> Manager {
  Manager manager(::alloc_mb_mgr(0));
  if (!manager) return nullptr;
  start(*manager, variant);
  const bool is_ready = ::imb_get_errno(manager.get()) == 0 && manager->used_arch >= IMB_ARCH_AVX;
  return is_ready ? std::move(manager) : nullptr;
}

auto description_of(const IMB_MGR& manager) -> std::string {
  const bool has_vaes = (manager.features & IMB_FEATURE_VAES) != 0;
  const auto* const architecture = name_of(manager.used_arch);
  return std::string("ipsec-mb ") + ::imb_get_version_str() + ", " + architecture +
         (has_vaes ? " with VAES" : "");
}

}  // namespace esplanade::crypto::ipsecmb
