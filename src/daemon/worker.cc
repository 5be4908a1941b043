#include "daemon/worker.h"

#include "platform/clock.h"

namespace esplanade::daemon {
namespace {

using namespace std::chrono_literals;

/// Longest packet we take in (TUN MTU at most 9000), with headers around it.
constexpr std::size_t slot_size = 10240;

/// How long an idle worker sleeps at most; wake() ends it at once.
constexpr auto longest_sleep = 1s;

}  // namespace

Worker::Worker(FixedPorts ports, std::unique_ptr<platform::Poller> poller,
               std::shared_ptr<Generation> first, NoticeRing& notices)
    : ports_(std::move(ports)),
      poller_(std::move(poller)),
      current_(std::move(first)),
      outbound_(notices),
      inbound_(notices),
      arena_(slot_size, net::batch_max) {}

void Worker::start() {
  watch_ports();
  thread_ = std::thread([this] { run(); });
}

void Worker::stop() {
  if (!thread_.joinable()) return;
  is_stopping_.store(true, std::memory_order_relaxed);
  poller_->wake();
  thread_.join();
}

void Worker::adopt(std::shared_ptr<Generation> next) {
  {
    const std::lock_guard lock(next_mutex_);
    next_ = std::move(next);
  }
  const auto number = wanted_.fetch_add(1, std::memory_order_release) + 1;
  poller_->wake();
  for (auto seen = adopted_.load(); seen < number; seen = adopted_.load()) adopted_.wait(seen);
}

void Worker::run() {
  while (!is_stopping_.load(std::memory_order_relaxed)) {
    if (wanted_.load(std::memory_order_acquire) != adopted_.load(std::memory_order_relaxed)) {
      take_next_generation();
    }
    if (!serve()) poller_->wait(longest_sleep);
    if (ports_.tun->is_gone()) break;
  }
  has_lost_tun_.store(ports_.tun->is_gone(), std::memory_order_relaxed);
}

void Worker::take_next_generation() {
  const auto number = wanted_.load(std::memory_order_acquire);
  std::shared_ptr<Generation> next;
  {
    const std::lock_guard lock(next_mutex_);
    next = std::move(next_);
  }
  pipeline::continue_from(next->tables, current_->tables);
  current_ = std::move(next);
  watch_ports();
  adopted_.store(number);
  adopted_.notify_all();
}

void Worker::watch_ports() {
  std::vector<int> descriptors = {ports_.tun->descriptor(), ports_.raw_ipv4->descriptor()};
  if (ports_.raw_ipv6) descriptors.push_back(ports_.raw_ipv6->descriptor());
  for (const auto& port : current_->udp_ports) {
    for (const auto fd : port->descriptors()) descriptors.push_back(fd);
  }
  poller_->watch(descriptors);
}

auto Worker::serve() noexcept -> bool {
  const auto now = platform::monotonic_now();
  bool is_busy = serve_tun(now);
  is_busy |= serve_wire(*ports_.raw_ipv4, now);
  if (ports_.raw_ipv6) is_busy |= serve_wire(*ports_.raw_ipv6, now);
  for (const auto& port : current_->udp_ports) is_busy |= serve_wire(*port, now);
  return is_busy;
}

auto Worker::serve_tun(core::Time now) noexcept -> bool {
  const auto batch = arena_.packets().first(ports_.tun->read(arena_.packets()));
  outbound_.run(current_->tables, batch, {.now = now, .random = random_});
  send(batch);
  outbound_.account(current_->tables, batch);
  return !batch.empty();
}

auto Worker::serve_wire(net::Port& port, core::Time now) noexcept -> bool {
  const auto batch = arena_.packets().first(port.read(arena_.packets()));
  inbound_.run(current_->tables, batch, now);
  ports_.tun->write(batch);
  inbound_.account(current_->tables, batch);
  return !batch.empty();
}

/// Neighbours that leave by the same port go out together, so order is kept.
void Worker::send(std::span<net::Packet> batch) noexcept {
  const auto port_of = [this](const net::Packet& packet) -> net::Port* {
    return packet.passes() ? port_for(current_->tables.sad.outbound(packet.sa)) : nullptr;
  };
  for (std::size_t i = 0; i < batch.size();) {
    auto* port = port_of(batch[i]);
    auto end = i + 1;
    while (end < batch.size() && port_of(batch[end]) == port) ++end;
    const auto run = batch.subspan(i, end - i);
    if (port != nullptr) port->write(run);
    i = end;
  }
}

auto Worker::port_for(const ipsec::OutboundSa& sa) const noexcept -> net::Port* {
  if (const auto& udp = sa.parameters.encapsulation) {
    for (const auto& port : current_->udp_ports) {
      if (port->port() == udp->ours) return port.get();
    }
    core::bug();
  }
  const bool is_ipv6 = sa.parameters.ours.family() == net::Family::ipv6;
  return is_ipv6 ? ports_.raw_ipv6.get() : ports_.raw_ipv4.get();
}

}  // namespace esplanade::daemon
