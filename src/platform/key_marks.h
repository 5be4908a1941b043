// Key files that live once: keys of a counter-mode cipher must never meet the same sequence
// numbers again, so a start marks the file as used before its first packet.
//
//   FILE  --record_as_used-->  FILE.used            nothing here ever writes FILE over FILE.used
//
// When these return, the change is on disk.
#pragma once

#include "config/loader.h"
#include "platform/system_error.h"

namespace esplanade::platform {

/// The name of a key file that has been used.
[[nodiscard]] auto used_name_of(const std::string& path) -> std::string;
[[nodiscard]] auto is_used_name(const std::string& path) -> bool;

/// Renames FILE to FILE.used; refuses if FILE.used is there already, or is what `path` names.
[[nodiscard]] auto record_as_used(const std::string& path) -> SystemResult<void>;

/// Makes FILE, mode 0600; refuses if FILE or FILE.used is there, or a name that ends in .used. What
/// fails half-way is removed.
[[nodiscard]] auto write_new_key_file(const std::string& path, const config::KeyText& text)
    -> SystemResult<void>;

}  // namespace esplanade::platform
