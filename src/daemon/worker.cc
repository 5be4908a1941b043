#include "daemon/worker.h"

#include "platform/clock.h"
#include "platform/udp/source_address.h"

#include <algorithm>
#include <limits>

namespace esplanade::daemon {
namespace {

using namespace std::chrono_literals;

/// Longest packet we take in (TUN MTU at most 9000), with headers around it.
constexpr std::size_t slot_size = 10240;

/// On UDP ports an IKE message may be as long as a datagram can be. An odd number of cache lines,
/// so that headers do not share a set.
constexpr std::size_t udp_slot_size = 65472;

constexpr std::size_t longest_held = 9000;  // TUN MTU at most

/// How long an idle worker sleeps at most; wake() ends it at once.
constexpr auto longest_sleep = 1s;

/// Settled, whatever is wanted yet: the worker has ended.
constexpr auto everything = std::numeric_limits<std::uint64_t>::max();

/// Absent ones too.
auto all_of(const FixedPorts& ports) -> std::array<platform::RawPort*, 4> {
  return {ports.esp.ipv4.get(), ports.esp.ipv6.get(), ports.ah.ipv4.get(), ports.ah.ipv6.get()};
}
auto errors_of(const FixedPorts& ports) -> std::array<platform::RawPort*, 2> {
  return {ports.errors.ipv4.get(), ports.errors.ipv6.get()};
}

}  // namespace

Worker::Worker(FixedPorts ports, std::unique_ptr<platform::Poller> poller,
               std::shared_ptr<Generation> first, pipeline::NoticeSink& notices, std::uint32_t mark)
    : notices_(notices),
      mark_(mark),
      ports_(std::move(ports)),
      poller_(std::move(poller)),
      current_(std::move(first)),
      outbound_(notices, longest_held),
      inbound_(notices),
      arena_(slot_size, net::batch_max),
      udp_arena_(udp_slot_size, net::batch_max) {}

void Worker::start() {
  watch_ports();
  dummies_.follow(current_->tables);
  thread_ = std::thread([this] { run(); });
}

void Worker::stop() {
  if (!thread_.joinable()) return;
  is_stopping_.store(true, std::memory_order_relaxed);
  poller_->wake();
  thread_.join();
}

void Worker::submit(std::vector<Command> commands) {
  const auto count = commands.size();
  std::vector<Command> done;  // ends here, outside the lock
  {
    const std::lock_guard lock(commands_mutex_);
    std::ranges::move(commands, std::back_inserter(commands_));
    done.swap(done_);
  }
  wanted_.fetch_add(count, std::memory_order_release);
  poller_->wake();
}

void Worker::settle() {
  const auto wanted = wanted_.load(std::memory_order_relaxed);
  for (auto seen = settled_.load(); seen < wanted; seen = settled_.load()) settled_.wait(seen);
}

void Worker::adopt(std::shared_ptr<Generation> next) {
  std::vector<Command> commands;
  commands.emplace_back(Adopt{std::move(next)});
  submit(std::move(commands));
  settle();
}

void Worker::run() {
  bool is_busy = false;
  while (!is_stopping_.load(std::memory_order_relaxed)) {
    if (wanted_.load(std::memory_order_acquire) != settled_.load(std::memory_order_relaxed)) {
      carry_out_commands();
    }
    poller_->wait(is_busy ? core::Duration{} : sleep_at_most());
    is_busy = serve();
    if (ports_.tun->is_gone()) break;
  }
  has_lost_tun_.store(ports_.tun->is_gone(), std::memory_order_relaxed);
  settled_.store(everything);
  settled_.notify_all();
}

void Worker::carry_out_commands() {
  std::vector<Command> commands;
  {
    const std::lock_guard lock(commands_mutex_);
    commands.swap(commands_);
  }
  for (auto& command : commands) {
    std::visit([this](auto& one) { carry_out(one); }, command);
  }
  const auto count = commands.size();
  {
    const std::lock_guard lock(commands_mutex_);
    std::ranges::move(commands, std::back_inserter(done_));
  }
  settled_.store(settled_.load(std::memory_order_relaxed) + count);
  settled_.notify_all();
}

void Worker::carry_out(pipeline::Change& change) {
  if (const auto policy = pipeline::carry_out(change, current_->tables)) release(*policy);
}

void Worker::carry_out(DropHeld& command) { outbound_.drop_held(command.policy); }

void Worker::carry_out(Adopt& command) {
  pipeline::continue_from(command.next->tables, current_->tables);
  std::swap(current_, command.next);
  watch_ports();
  dummies_.follow(current_->tables);
}

void Worker::carry_out(SendDatagram& command) {
  if (auto* const port = udp_port(command.path.ours.port)) {
    (void)port->send(command.path, command.payload);  // IKE sends again what is lost
  }
}

void Worker::carry_out(OwnAddresses& command) const {
  if (ports_.crossing) ports_.crossing->follow(std::move(command.all));
}

/// What the new SA's selectors do not hold is held anew, behind what waits already; so each is
/// looked at once.
void Worker::release(policy::PolicyId policy) {
  for (auto left = outbound_.held(policy); left > 0;) {
    const auto room = arena_.packets().first(std::min(left, net::batch_max));
    const auto batch = room.first(outbound_.release(policy, room));
    left -= batch.size();
    send_out(batch, nullptr, platform::monotonic_now());
  }
}

void Worker::watch_ports() {
  const auto sources_of = [](const auto& ports) {
    std::vector<Source> sources;
    for (auto* const port : ports) {
      if (port != nullptr) sources.push_back({port, {port->descriptor(), -1}});
    }
    return sources;
  };
  tun_ = {ports_.tun.get(), {ports_.tun->descriptor(), -1}};
  raw_ = sources_of(all_of(ports_));
  errors_ = sources_of(errors_of(ports_));
  udp_.clear();
  for (const auto& port : current_->udp_ports) udp_.push_back({port.get(), port->descriptors()});

  std::vector<int> descriptors{ports_.tun->descriptor()};
  for (const auto* const sources : {&raw_, &errors_, &udp_}) {
    for (const auto& source : *sources) {
      descriptors.insert(descriptors.end(), source.descriptors.begin(), source.descriptors.end());
    }
  }
  if (ports_.crossing) {
    for (const auto fd : ports_.crossing->descriptors()) descriptors.push_back(fd);
  }
  poller_->watch(descriptors);
}

auto Worker::is_due(const Source& source) const noexcept -> bool {
  return source.has_more || std::ranges::any_of(source.descriptors, [this](int descriptor) {
           return descriptor >= 0 && poller_->is_readable(descriptor);
         });
}

auto Worker::read(Source& source, net::Arena& arena) const noexcept -> std::span<net::Packet> {
  if (!is_due(source)) return {};
  const auto batch = arena.packets().first(source.port->read(arena.packets()));
  source.has_more = batch.size() == arena.packets().size();
  return batch;
}

auto Worker::serve() noexcept -> bool {
  const auto now = platform::monotonic_now();
  outbound_.drop_old(now);
  send_dummies(now);
  bool is_busy = serve_tun(now);
  if (ports_.crossing) is_busy |= serve_crossing(now);
  for (auto& source : raw_) is_busy |= serve_wire(source, arena_, now);
  for (auto& source : errors_) is_busy |= serve_errors(source, now);
  for (auto& source : udp_) is_busy |= serve_wire(source, udp_arena_, now);
  return is_busy;
}

auto Worker::serve_tun(core::Time now) noexcept -> bool {
  const auto batch = read(tun_, arena_);
  send_out(batch, nullptr, now);
  return !batch.empty();
}

auto Worker::serve_crossing(core::Time now) noexcept -> bool {
  auto& crossing = *ports_.crossing;
  const auto [taken, datagrams] = crossing.read_inside(arena_.packets(), now);
  send_out(datagrams, &crossing.outside(), now);
  const bool is_busy = crossing.serve_outside(current_->tables, arena_.packets(), now);
  return is_busy || taken > 0;
}

auto Worker::serve_wire(Source& source, net::Arena& arena, core::Time now) noexcept -> bool {
  const auto batch = read(source, arena);
  inbound_.run(current_->tables, batch, now);
  hand_in(batch, Crossing::Origin::opened, now);
  inbound_.account(current_->tables, batch);
  return !batch.empty();
}

auto Worker::serve_errors(Source& source, core::Time now) noexcept -> bool {
  const auto batch = read(source, arena_);
  for (const auto& packet : batch) {
    if (!packet.passes()) continue;
    path_errors_.take_and_tell(current_->tables, packet.bytes(), now, notices_);
  }
  return !batch.empty();
}

void Worker::send_dummies(core::Time now) noexcept {
  auto& tables = current_->tables;
  const auto due = dummies_.next_due();
  if (!due || *due > now) return;
  const auto room = arena_.packets();
  const auto made = room.first(dummies_.make(tables, room, {.now = now, .random = random_}));
  send(made, nullptr, now);
  outbound_.account(tables, made);
}

auto Worker::sleep_at_most() const noexcept -> core::Duration {
  const auto due = dummies_.next_due();
  if (!due) return longest_sleep;
  return std::clamp<core::Duration>(*due - platform::monotonic_now(), 0ms, longest_sleep);
}

void Worker::hand_in(std::span<net::Packet> batch, Crossing::Origin origin,
                     core::Time now) const noexcept {
  if (!ports_.crossing) return ports_.tun->write(batch);
  ports_.crossing->deliver(batch, origin, *ports_.tun, now);
}

void Worker::send_out(std::span<net::Packet> batch, net::Port* clear, core::Time now) noexcept {
  auto& tables = current_->tables;
  const auto hops = clear == nullptr ? pipeline::Hops::keep : pipeline::Hops::lower;
  while (!batch.empty()) {
    const auto [count, out] = outbound_.run(tables, batch, {.now = now, .random = random_}, hops);
    send(out, clear, now);
    outbound_.account(tables, out);
    batch = batch.subspan(count);
  }
  hand_in(outbound_.answers(), Crossing::Origin::made_here, now);
}

void Worker::learn_path(std::span<const net::Packet> sent, core::Time now) noexcept {
  for (const auto& packet : sent) {
    if (packet.verdict != net::Verdict::too_big || packet.sa == core::SaIndex::none) continue;
    auto& sa = current_->tables.sad.outbound(packet.sa);
    const auto mtu = platform::path_mtu_to(sa.parameters.theirs, mark_);
    if (mtu && sa.path_mtu.learn(*mtu, now)) notices_.report(pipeline::shrunk(sa));
    return;  // others will be told when they are refused
  }
}

/// Neighbours that leave by the same port go out together, so order is kept.
void Worker::send(std::span<net::Packet> batch, net::Port* clear, core::Time now) noexcept {
  const auto port_of = [&](net::Packet& packet) -> net::Port* {
    if (!packet.passes()) return nullptr;
    const bool is_clear = packet.sa == core::SaIndex::none;
    auto* const system = is_clear ? clear_port_for(packet) : sealed_port_for(packet);
    auto* const port = is_clear && clear != nullptr ? clear : system;
    if (port == nullptr) packet.drop(net::Verdict::send_failed);
    return port;
  };
  for (std::size_t i = 0; i < batch.size();) {
    auto* port = port_of(batch[i]);
    auto end = i + 1;
    while (end < batch.size() && port_of(batch[end]) == port) ++end;
    const auto run = batch.subspan(i, end - i);
    if (port != nullptr) {
      port->write(run);
      learn_path(run, now);
    }
    i = end;
  }
}

auto Worker::udp_port(std::uint16_t number) const noexcept -> platform::UdpEncapPort* {
  for (const auto& port : current_->udp_ports) {
    if (port->port() == number) return port.get();
  }
  return nullptr;
}

auto Worker::clear_port_for(const net::Packet& packet) const noexcept -> net::Port* {
  return net::is_ipv6(packet.bytes()) ? ports_.clear.ipv6.get() : ports_.clear.ipv4.get();
}

auto Worker::sealed_port_for(const net::Packet& packet) const noexcept -> net::Port* {
  const auto& sa = current_->tables.sad.outbound(packet.sa);
  if (const auto& udp = sa.parameters.encapsulation) return udp_port(udp->ours);
  const bool is_ipv6 = sa.parameters.ours.family() == net::Family::ipv6;
  const auto& raw = sa.parameters.protocol == sa::Protocol::ah ? ports_.ah : ports_.esp;
  return is_ipv6 ? raw.ipv6.get() : raw.ipv4.get();
}

}  // namespace esplanade::daemon
