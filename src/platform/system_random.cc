#include "platform/system_random.h"

#include <sys/random.h>
#include <algorithm>
#include <cerrno>

#include "core/ensure.h"
#include "core/secret.h"

namespace esplanade::platform {
namespace {

void fill_from_kernel(core::MutableView out) noexcept {
  while (!out.empty()) {
    const auto got = ::getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    core::ensure(got > 0);
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace

SystemRandom::~SystemRandom() { core::wipe(pool_); }

void SystemRandom::fill(core::MutableView out) noexcept {
  if (out.size() > pool_.size()) return fill_from_kernel(out);
  if (out.size() > left_) {
    fill_from_kernel(pool_);
    left_ = pool_.size();
  }
  const auto taken = core::MutableView{pool_}.last(left_).first(out.size());
  core::copy(taken, out);
  core::wipe(taken);
  left_ -= out.size();
}

}  // namespace esplanade::platform
