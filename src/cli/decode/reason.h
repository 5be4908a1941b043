// Why a frame was refused, in words.
#pragma once

#include "net/verdict.h"

#include <string>

namespace esplanade::cli::decode {

[[nodiscard]] auto reason_for(net::Verdict verdict) -> std::string;

}  // namespace esplanade::cli::decode
