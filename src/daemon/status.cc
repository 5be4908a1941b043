#include "daemon/status.h"

#include "config/algorithms.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace esplanade::daemon {
namespace {

auto common_fields(const std::string& name, const sa::SaParameters& sa) -> Fields {
  const bool is_outbound = sa.direction == sa::Direction::outbound;
  return {
      {"name", name},
      {"direction", is_outbound ? "out" : "in"},
      {"src", (is_outbound ? sa.ours : sa.theirs).to_string()},
      {"dst", (is_outbound ? sa.theirs : sa.ours).to_string()},
      {"spi", fmt::format("{:#010x}", std::to_underlying(sa.spi))},
      {std::string(config::word_of(sa.protocol)), config::to_string(sa.protocol, sa.algorithms)}};
}

void add_usage(Fields& fields, const ipsec::Usage& usage, const ipsec::VerdictCounters& verdicts) {
  fields.push_back({"packets", usage.packets.value()});
  fields.push_back({"octets", usage.octets.value()});
  fields.push_back({"drops", drops_of(verdicts)});
}

auto hex(core::Spi spi) -> std::string { return fmt::format("{:#010x}", std::to_underlying(spi)); }

template <class Sa>
void add_usage(Fields& fields, const std::string& direction, const std::shared_ptr<Sa>& sa) {
  if (!sa) return;
  fields.push_back({direction + "_packets", sa->usage.packets.value()});
  fields.push_back({direction + "_octets", sa->usage.octets.value()});
  fields.push_back({direction + "_drops", drops_of(sa->verdicts)});
}

auto date_of(core::WallTime time) -> std::string {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time.since_epoch).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

/// Strangers fail as well, and name a connection by their address; that is no news while it is up.
auto is_up(const std::string& connection, const std::vector<ike::SessionStatus>& sessions) -> bool {
  return std::ranges::any_of(sessions, [&](const auto& session) {
    return session.connection == connection && session.state == "established";
  });
}

auto child_line(const ike::SessionStatus& session, const ike::ChildStatus& child) -> Fields {
  return {{"connection", session.connection},
          {"session", std::to_underlying(session.id)},
          {"child", child.name},
          {"state", child.state},
          {"spi_in", hex(child.inbound)},
          {"spi_out", hex(child.outbound)},
          {std::string(config::word_of(child.protocol)), child.algorithms},
          {"ours", child.ours},
          {"theirs", child.theirs}};
}

}  // namespace

auto drops_of(const ipsec::VerdictCounters& verdicts) -> std::map<std::string, std::uint64_t> {
  std::map<std::string, std::uint64_t> drops;
  for (std::size_t i = 1; i < net::verdict_count; ++i) {
    const auto verdict = static_cast<net::Verdict>(i);
    const auto count = verdicts.value(verdict);
    if (count != 0 && !net::is_harmless(verdict)) drops[std::string(net::name_of(verdict))] = count;
  }
  return drops;
}

auto sa_lines(const config::Configuration& configuration, const pipeline::Tables& tables)
    -> std::vector<Fields> {
  std::vector<Fields> lines;
  for (std::size_t i = 0; i < configuration.manual.size(); ++i) {
    const auto index = core::SaIndex{static_cast<std::uint32_t>(i)};
    const auto& name = configuration.manual[i].name;
    const auto& out = tables.sad.outbound(index);
    lines.push_back(common_fields(name, out.parameters));
    lines.back().push_back({"sequence", out.last_sequence().value});
    add_usage(lines.back(), out.usage, out.verdicts);
    const auto& in = tables.sad.inbound(index);
    lines.push_back(common_fields(name, in.parameters));
    add_usage(lines.back(), in.usage, in.verdicts);
  }
  return lines;
}

auto session_lines(const std::vector<ike::SessionStatus>& sessions) -> std::vector<Fields> {
  std::vector<Fields> lines;
  for (const auto& session : sessions) {
    lines.push_back({{"connection", session.connection},
                     {"session", std::to_underlying(session.id)},
                     {"state", session.state},
                     {"role", session.is_initiator ? "initiator" : "responder"},
                     {"ours", session.path.ours.to_string()},
                     {"theirs", session.path.theirs.to_string()},
                     {"our_id", session.our_id},
                     {"their_id", session.their_id},
                     {"spi_i", fmt::format("{:016x}", std::to_underlying(session.spis.i))},
                     {"spi_r", fmt::format("{:016x}", std::to_underlying(session.spis.r))},
                     {"ike", session.algorithms}});
  }
  return lines;
}

auto child_lines(const std::vector<ike::SessionStatus>& sessions, ChildTable& children)
    -> std::vector<Fields> {
  std::vector<Fields> lines;
  for (const auto& session : sessions) {
    for (const auto& child : session.children) {
      lines.push_back(child_line(session, child));
      const auto* const sas = children.find(child.id);
      if (sas == nullptr) continue;
      add_usage(lines.back(), "in", sas->inbound);
      add_usage(lines.back(), "out", sas->outbound);
    }
  }
  return lines;
}

auto failure_lines(const Failures& failures, const std::vector<ike::SessionStatus>& sessions,
                   const NextTry& next_try, core::Time now) -> std::vector<Fields> {
  std::vector<Fields> lines;
  for (const auto& [connection, failure] : failures.all()) {
    if (!failure.event.starts_with("child_") && is_up(connection, sessions)) continue;
    lines.push_back({{"connection", connection},
                     {"event", failure.event},
                     {"when", date_of(failure.when)},
                     {"times", failure.times},
                     {"why", failure.why}});
    auto& line = lines.back();
    if (!failure.hint.empty()) line.push_back({"hint", failure.hint});
    if (!failure.line.empty()) line.push_back({"line", failure.line});
    if (const auto at = next_try(connection)) {
      const auto left = std::chrono::ceil<std::chrono::seconds>(std::max(*at - now, {}));
      line.push_back({"next_try", static_cast<std::uint64_t>(left.count())});
    }
  }
  return lines;
}

auto totals_line(const ipsec::VerdictCounters& outbound, const ipsec::VerdictCounters& inbound)
    -> Fields {
  return {{"out", outbound.value(net::Verdict::pass)},
          {"out_drops", drops_of(outbound)},
          {"in", inbound.value(net::Verdict::pass)},
          {"in_drops", drops_of(inbound)}};
}

}  // namespace esplanade::daemon
