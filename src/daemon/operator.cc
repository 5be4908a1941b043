// What the operator hears of a running daemon, by its log and by the control socket.
#include "daemon/control/carriers.h"
#include "daemon/daemon.h"
#include "daemon/status.h"
#include "platform/clock.h"
#include "platform/local/control_socket.h"

namespace esplanade::daemon {
namespace {

void append_crossing(const Crossing& crossing, Fields& line) {
  const auto& clear = crossing.clear_verdicts();
  const auto& frames = crossing.frame_verdicts();
  line.push_back({"clear_in", clear.value(net::Verdict::pass)});
  line.push_back({"clear_in_drops", drops_of(clear)});
  line.push_back({"frames", frames.value(net::Verdict::pass)});
  line.push_back({"frame_drops", drops_of(frames)});
}

}  // namespace

/// Several daemons may run, and one of them only has the usual path: it can do without.
void Daemon::begin_control() {
  auto listener = platform::listen_at(options_.control_path);
  if (!listener) {
    log_.warning("no_control", {{"why", listener.error().to_string()}});
    return;
  }
  control_ =
      std::make_unique<ControlServer>(context_, *std::move(listener), options_.control_path,
                                      [this](std::string_view line) { return answer_to(line); });
}

auto Daemon::status() -> Status {
  const auto sessions = keying_->driver().status();
  const auto next_try = [this](const std::string& name) {
    return keying_->driver().next_try(name);
  };
  return {
      .manual_sas = sa_lines(running_, generation_->tables),
      .ike_sas = session_lines(sessions),
      .child_sas = child_lines(sessions, keying_->driver().children()),
      .failures = failure_lines(keying_->failures(), sessions, next_try, platform::monotonic_now()),
      .totals = totals()};
}

auto Daemon::totals() const -> Fields {
  auto line = totals_line(worker_->outbound_verdicts(), worker_->inbound_verdicts());
  if (const auto* const crossing = worker_->crossing()) {
    append_crossing(*crossing, line);
  }
  if (const auto drops = guarding_.drops()) {
    line.push_back({"guard_out_drops", drops->outbound});
    line.push_back({"guard_in_drops", drops->inbound});
  }
  return line;
}

void Daemon::log_status() {
  const auto all = status();
  for (const auto& line : all.manual_sas) log_.info("sa", line);
  for (const auto& line : all.ike_sas) log_.info("ike_sa", line);
  for (const auto& line : all.child_sas) log_.info("child_sa", line);
  for (const auto& line : all.failures) log_.info("failed", line);
  log_.info("totals", all.totals);
}

auto Daemon::answer_to(std::string_view line) -> std::string {
  const auto question = parse_question(line);
  if (!question) return refusal(question.error());
  if (const auto* event = std::get_if<ike::Event>(&*question)) {
    if (const auto why = find_unknown(*event, running_.connections)) return refusal(*why);
    return answer(keying_->command(*event));
  }
  if (const auto* asked = std::get_if<CarriersQuestion>(&*question)) {
    return carriers_answer(
        carrier_lines(asked->packet, running_.connections, keying_->driver().children()));
  }
  return answer(status());
}

void Daemon::look() {
  if (!worker_) return;
  log_notices();
  follow_addresses();
  log_lifetimes();
  send_keep_alives();
  reserve_numbers();
  keying_->look();
  const auto changes = keying_->driver().children().changes();
  if (std::exchange(children_fitted_, changes) != changes) follow_children();
}

void Daemon::send_keep_alives() {
  constexpr auto octet = std::byte{0xff};  // RFC 3948, 2.3
  std::vector<Command> commands;
  for (const auto& path :
       keep_alives_.due(running_, generation_->tables, platform::monotonic_now())) {
    commands.emplace_back(SendDatagram{path, {octet}});
  }
  if (!commands.empty()) worker_->submit(std::move(commands));
}

void Daemon::log_lifetimes() {
  const auto now = platform::monotonic_now();
  for (const auto& line : lifetimes_.look(running_, generation_->tables, now)) {
    log_.warning("lifetime", line);
  }
}

void Daemon::log_notices() {
  const auto now = platform::monotonic_now();
  limiter_.follow(running_.dataplane.audit);
  while (const auto notice = inbox_->take()) {
    if (limiter_.admit(now)) log_.warning("drop", fields_of(*notice));
  }
  limiter_.leave_out(inbox_->lost() - std::exchange(lost_before_, inbox_->lost()));
  if (const auto count = limiter_.take_left_out(now); count != 0) {
    log_.warning("drops_not_logged", {{"count", count}});
  }
}

}  // namespace esplanade::daemon
