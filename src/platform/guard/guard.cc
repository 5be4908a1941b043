#include "platform/guard/guard.h"

#include "platform/guard/ruleset.h"

#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <nftables/libnftables.h>

#include <algorithm>
#include <charconv>
#include <memory>

namespace esplanade::platform {
namespace {

struct Answer {
  bool is_done = false;
  std::string output, error;
};

/// A context a command: it keeps a copy of what it has seen in the kernel.
auto run(const std::string& command) -> Answer {
  const std::unique_ptr<nft_ctx, decltype(&nft_ctx_free)> context{nft_ctx_new(NFT_CTX_DEFAULT),
                                                                  &nft_ctx_free};
  if (!context) return {.error = "out of memory"};
  nft_ctx_buffer_output(context.get());
  nft_ctx_buffer_error(context.get());
  nft_ctx_output_set_flags(context.get(), NFT_CTX_OUTPUT_NUMERIC_ALL);
  const bool is_done = nft_run_cmd_from_buffer(context.get(), command.c_str()) == 0;
  return {is_done, nft_ctx_get_output_buffer(context.get()),
          nft_ctx_get_error_buffer(context.get())};
}

/// The first line, which is the reason; then comes the text it is about.
auto reason_of(const Answer& answer) -> std::string {
  return answer.error.substr(0, answer.error.find('\n'));
}

/// The number behind `word`, or 0.
auto number_behind(std::string_view text, std::string_view word) -> std::uint64_t {
  std::uint64_t number = 0;
  const auto at = text.find(word);
  if (at == std::string_view::npos) return number;
  const auto digits = text.substr(at + word.size());
  (void)std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

auto count_of(std::string_view listing, std::string_view counter) -> std::uint64_t {
  const auto at = listing.find(counter);
  if (at == std::string_view::npos) return 0;
  return number_behind(listing.substr(at), "packets ");
}

auto is_plain(char c) -> bool {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

}  // namespace

/// libnftables ends the program where it finds no netlink socket, so we ask before it does.
auto Guard::open(std::string table) -> SystemResult<Guard> {
  auto* const socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
  if (socket == nullptr) return system_failure("reach nftables");
  mnl_socket_close(socket);
  if (auto tables = run("list tables"); !tables.is_done) {
    return system_failure("use nftables: " + reason_of(tables), 0);
  }
  Guard guard(std::move(table));
  guard.found_ = run("list table inet " + guard.table_).output;
  return guard;
}

auto Guard::replace(const GuardPlan& plan) -> SystemResult<void> {
  if (!std::ranges::all_of(plan.tun, is_plain)) {
    return system_failure("write a guard for a TUN of the name " + plan.tun, 0);
  }
  const auto text = ruleset(table_, plan, drops().value_or(GuardDrops{}));
  const auto answer = run(replacement(table_, text));
  if (answer.is_done) return {};
  return system_failure("write the guard's table: " + reason_of(answer), 0);
}

void Guard::abandon() { (void)run(replacement(table_, found_)); }

auto Guard::remove() -> SystemResult<void> {
  const auto answer = run(replacement(table_, ""));
  if (answer.is_done) return {};
  return system_failure("remove the guard's table: " + reason_of(answer), 0);
}

auto Guard::drops() const -> std::optional<GuardDrops> {
  const auto answer = run("list counters table inet " + table_);
  if (!answer.is_done) return std::nullopt;
  return GuardDrops{count_of(answer.output, "counter inbound"),
                    count_of(answer.output, "counter outbound")};
}

}  // namespace esplanade::platform
