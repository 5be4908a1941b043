#include "core/result.h"

namespace esplanade::core {

auto name_of(Code code) noexcept -> std::string_view {
  switch (code) {
    case Code::too_short:      return "too_short";
    case Code::too_long:       return "too_long";
    case Code::bad_version:    return "bad_version";
    case Code::bad_length:     return "bad_length";
    case Code::bad_value:      return "bad_value";
    case Code::bad_chain:      return "bad_chain";
    case Code::not_authentic:  return "not_authentic";
    case Code::bad_hex:        return "bad_hex";
    case Code::bad_address:    return "bad_address";
    case Code::bad_number:     return "bad_number";
    case Code::bad_key_length: return "bad_key_length";
    case Code::unknown_name:   return "unknown_name";
    case Code::unsupported:    return "unsupported";
    case Code::exhausted:      return "exhausted";
    case Code::system:         return "system";
  }
  bug();
}

}  // namespace esplanade::core
