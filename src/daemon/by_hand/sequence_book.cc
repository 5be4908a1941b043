#include "daemon/by_hand/sequence_book.h"

#include "daemon/build_tables.h"
#include "platform/private_file.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <fstream>

namespace esplanade::daemon {
namespace {

using platform::SystemResult;

constexpr std::string_view first_line = "# esplanade sequence numbers, version 1";

auto index(std::size_t place) -> core::SaIndex {
  return core::SaIndex{static_cast<std::uint32_t>(place)};
}

/// "HASH NUMBER"
auto parse_row(const std::string& line) -> std::optional<std::pair<std::string, std::uint64_t>> {
  const auto space = line.find(' ');
  std::uint64_t number = 0;
  if (space == std::string::npos) return std::nullopt;
  const auto* const end = line.data() + line.size();
  const auto [rest, error] = std::from_chars(line.data() + space + 1, end, number);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return std::pair(line.substr(0, space), number);
}

auto failure(const std::string& what) -> std::unexpected<platform::SystemError> {
  return platform::system_failure(what, 0);
}

auto read_rows(std::istream& file, const std::string& path)
    -> SystemResult<std::map<std::string, std::uint64_t>> {
  std::map<std::string, std::uint64_t> rows;
  std::string line;
  if (!std::getline(file, line) || line != first_line) {
    return failure(fmt::format("{} holds no sequence numbers", path));
  }
  for (std::size_t number = 2; std::getline(file, line); ++number) {
    const auto row = parse_row(line);
    if (!row) return failure(fmt::format("{}: line {} is no hash and number", path, number));
    rows.insert(*row);
  }
  if (file.bad()) return platform::system_failure("read " + path);
  return rows;
}

}  // namespace

auto SequenceBook::open(std::string path) -> SystemResult<void> {
  // One that is there and cannot be read must not be taken for an empty one, and written over.
  std::error_code error;
  if (std::filesystem::status(path, error).type() == std::filesystem::file_type::not_found) {
    path_ = std::move(path);
    return {};
  }
  std::ifstream file(path);
  if (!file) return platform::system_failure("read " + path);
  rows_ = TRY(read_rows(file, path));
  path_ = std::move(path);
  return {};
}

auto SequenceBook::id_of(const config::ManualSa& sa) const -> std::string {
  constexpr std::string_view purpose = "esplanade sequence numbers";
  const auto spi = std::to_underlying(sa.spi);
  const std::array head = {static_cast<std::byte>(sa.protocol), std::byte(spi >> 24),
                           std::byte(spi >> 16), std::byte(spi >> 8), std::byte(spi)};
  const auto prf =
      provider_.make_prf(iana::PrfId::prf_hmac_sha2_256, core::as_view(purpose)).value();
  const auto hash =
      prf->compute({core::View{head}, sa.keys.encryption.reveal(), sa.keys.integrity.reveal()});
  return core::to_hex(hash.reveal());
}

auto SequenceBook::ids_of(const config::Configuration& configuration) const
    -> std::vector<std::string> {
  std::vector<std::string> ids;
  for (const auto& connection : configuration.manual) ids.push_back(id_of(connection.out));
  return ids;
}

auto SequenceBook::is_known(const config::ManualSa& sa) const -> bool {
  return rows_.contains(id_of(sa));
}

auto SequenceBook::begin(const config::Configuration& configuration,
                         const config::Configuration& before, pipeline::Tables& tables)
    -> SystemResult<void> {
  auto rows = rows_;
  auto running = ids_of(configuration);
  for (std::size_t i = 0; i < running.size(); ++i) {
    auto& number = rows[running[i]];
    const auto& out = configuration.manual[i].out;
    const bool goes_on = find_predecessor(before, sa::Direction::outbound, out).has_value();
    if (!goes_on) number += ahead;
    rows.try_emplace(id_of(configuration.manual[i].in), 0);
  }
  TRY(write(std::move(rows)));
  for (std::size_t i = 0; i < running.size(); ++i) {
    auto& sa = tables.sad.outbound(index(i));
    const auto number = rows_.at(running[i]);
    sa.allow_up_to({number});
    // A successor has the numbers of the SA it follows when the worker adopts it.
    if (number >= ahead) sa.continue_from(core::Seq64{number - ahead});
  }
  running_ = std::move(running);
  return {};
}

auto SequenceBook::look(const config::Configuration& configuration, const pipeline::Tables& tables)
    -> SystemResult<void> {
  if (running_.size() != configuration.manual.size()) return {};  // begin() has failed
  const auto used = [&](std::size_t i) {
    return tables.sad.outbound(index(i)).last_sequence().value;
  };
  std::vector<std::size_t> thirsty;
  for (std::size_t i = 0; i < running_.size(); ++i) {
    if (used(i) + ahead / 2 >= rows_.at(running_[i])) thirsty.push_back(i);
  }
  if (thirsty.empty()) return {};
  auto rows = rows_;
  for (const auto i : thirsty) rows[running_[i]] = used(i) + ahead;
  TRY(write(std::move(rows)));
  for (const auto i : thirsty) {
    tables.sad.outbound(index(i)).allow_up_to({rows_.at(running_[i])});
  }
  return {};
}

auto SequenceBook::close(const config::Configuration& configuration, const pipeline::Tables& tables)
    -> SystemResult<void> {
  const bool has_begun = running_.size() == configuration.manual.size();
  if (!has_begun || running_.empty()) return {};
  auto rows = rows_;
  for (std::size_t i = 0; i < configuration.manual.size(); ++i) {
    rows[running_[i]] = tables.sad.outbound(index(i)).last_sequence().value;
  }
  return write(std::move(rows));
}

auto SequenceBook::write(Rows rows) -> SystemResult<void> {
  std::string text(first_line);
  text += '\n';
  for (const auto& [id, number] : rows) text += fmt::format("{} {}\n", id, number);
  TRY(platform::replace_private_file(path_, core::as_view(text)));
  rows_ = std::move(rows);
  return {};
}

}  // namespace esplanade::daemon
