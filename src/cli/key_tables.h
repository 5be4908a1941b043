// Wireshark's key tables as files: what `decode` and `diagnose` share.
#pragma once

#include "cli/console.h"
#include "cli/decode/esp_table.h"
#include "cli/decode/ike_table.h"
#include "core/bytes.h"
#include "platform/files.h"

#include <fmt/format.h>

#include <expected>

namespace esplanade::cli {

template <class T>
using Complained = std::expected<T, std::string>;

/// No path, no rows.
template <class Table>
auto read_table(const std::string& path, decode::TableResult<Table> (*parse)(std::string_view))
    -> Complained<Table> {
  if (path.empty()) return Table{};
  platform::Files files;
  auto text = files.read(path);
  if (!text) return std::unexpected(fmt::format("cannot read {}: {}", path, text.error().why));
  auto table = parse(*text);
  core::wipe(std::as_writable_bytes(std::span(*text)));
  if (table) return *std::move(table);
  const auto& [line, column, what] = table.error();
  return std::unexpected(fmt::format("{}:{}:{}: {}", path, line, column, what));
}

template <class Table>
void warn_of_unsupported(const Table& table, const std::string& path, const Console& console) {
  for (const auto& row : table) {
    const auto* const unsupported = std::get_if<decode::Unsupported>(&row.keys);
    if (unsupported == nullptr) continue;
    console.err << fmt::format("esplanade: {}:{}:{}: warning: {}\n", path, row.line,
                               unsupported->column, unsupported->why);
  }
}

}  // namespace esplanade::cli
