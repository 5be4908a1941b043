#include "daemon/keying/keying.h"

#include "platform/clock.h"
#include "platform/udp/source_address.h"

#include <asio/io_context.hpp>
#include <asio/ip/udp.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/thread_pool.hpp>

#include <algorithm>

namespace esplanade::daemon {
namespace {

using namespace std::chrono_literals;

/// Messages taken from the socket before the others have their turn.
constexpr int messages_at_once = 64;

/// Look-ups and fetches that may be under way; what comes beyond has failed at once.
constexpr std::size_t helpers_max = 32;

constexpr auto marker = std::array<std::byte, 4>{};  // RFC 3948, 2.2
constexpr auto keep_alive = std::byte{0xff};         // RFC 3948, 2.3

auto address_of(const asio::ip::address& address) -> net::Address {
  if (address.is_v4()) {
    const auto octets = address.to_v4().to_bytes();
    return net::Address{std::as_bytes(std::span(octets))};
  }
  const auto octets = address.to_v6().to_bytes();
  return net::Address{std::as_bytes(std::span(octets))};
}

template <class Results>
auto addresses_of(const Results& results) -> std::vector<net::Address> {
  std::vector<net::Address> addresses;
  for (const auto& entry : results) addresses.push_back(address_of(entry.endpoint().address()));
  return addresses;
}

}  // namespace

auto fields_of(const ike::Notice& notice) -> Fields {
  Fields fields;
  for (const auto& [key, value] : notice.fields) fields.push_back({key, value});
  return fields;
}

/// Descriptors are watched, not owned.
struct Keying::Loop {
  using Descriptor = asio::posix::stream_descriptor;

  explicit Loop(asio::io_context& lent) : context(lent) {}
  Loop(const Loop&) = delete;
  auto operator=(const Loop&) -> Loop& = delete;
  ~Loop() {
    for (auto& descriptor : watched) descriptor->release();
  }

  template <class Act>
  void watch(int number, Act act) {
    if (number < 0) return;
    watched.push_back(std::make_unique<Descriptor>(context, number));
    await(*watched.back(), act);
  }
  template <class Act>
  void await(Descriptor& descriptor, Act act) {
    descriptor.async_wait(Descriptor::wait_read, [this, &descriptor, act](asio::error_code error) {
      if (error) return;
      act();
      await(descriptor, act);
    });
  }

  asio::io_context& context;
  std::vector<std::unique_ptr<Descriptor>> watched;
  asio::steady_timer timer{context};
  asio::ip::udp::resolver resolver{context};
  std::size_t lookups = 0;
  std::size_t fetches = 0;
  asio::thread_pool helpers{1};
};

Keying::Keying(asio::io_context& context, const KeyingParts& parts,
               const config::Configuration& configuration)
    : parts_(parts),
      fwmark_(configuration.dataplane.fwmark),
      ike_port_(configuration.ike.port),
      driver_(*this, *this, parts.cryptography, configuration),
      loop_(std::make_unique<Loop>(context)) {
  loop_->watch(parts_.inbox.wakeup().descriptor(), [this] {
    parts_.inbox.wakeup().clear();
    look();
  });
}

void Keying::listen(std::unique_ptr<platform::IkeSocket> socket) {
  socket_ = std::move(socket);
  for (const auto descriptor : socket_->descriptors()) {
    loop_->watch(descriptor, [this] { receive(); });
  }
}

Keying::~Keying() = default;

void Keying::configure(const config::Configuration& configuration) {
  std::vector<std::string> names;
  for (const auto& connection : configuration.connections) names.push_back(connection->name);
  failures_.keep_only(names);
  driver_.configure(configuration);
  arm();
}

void Keying::handle(const ike::Event& event) {
  driver_.handle(event);
  arm();
}

void Keying::look() {
  driver_.look(parts_.inbox);
  if (const auto count = strangers_.take_left_out(platform::monotonic_now()); count != 0) {
    parts_.log.warning("strangers_not_logged", {{"count", count}});
  }
  arm();
}

void Keying::receive() {
  for (int i = 0; i < messages_at_once; ++i) {
    const auto received = socket_->receive();
    if (!received) break;
    driver_.handle(ike::Datagram{received->path, received->message});
  }
  arm();
}

auto Keying::command(const ike::Event& event) -> std::vector<ike::Notice> {
  std::vector<ike::Notice> heard;
  listener_ = &heard;
  handle(event);
  listener_ = nullptr;
  return heard;
}

void Keying::close() {
  driver_.close();
  parts_.worker.settle();
}

/// The loop's clock stands still while the machine sleeps; look() makes up for it.
void Keying::arm() {
  const auto deadline = driver_.next_deadline();
  if (!deadline) return;
  loop_->timer.expires_after(std::max(*deadline - platform::monotonic_now(), core::Duration{}));
  loop_->timer.async_wait([this](asio::error_code error) {
    if (!error) look();
  });
}

void Keying::change(pipeline::Change change) { step_.emplace_back(std::move(change)); }

void Keying::drop_held(policy::PolicyId policy) { step_.emplace_back(DropHeld{policy}); }

void Keying::end_step() {
  if (!step_.empty()) parts_.worker.submit(std::exchange(step_, {}));
}

void Keying::send(const net::Path& path, core::View message) {
  if (path.ours.port == ike_port_ && socket_) {
    end_step();
    parts_.worker.settle();
    (void)socket_->send(path, message);  // IKE sends again what is lost
    return;
  }
  SendDatagram command{path, {marker.begin(), marker.end()}};
  command.payload.insert(command.payload.end(), message.begin(), message.end());
  step_.emplace_back(std::move(command));
}

void Keying::send_keep_alive(const net::Path& path) {
  step_.emplace_back(SendDatagram{path, {keep_alive}});
}

void Keying::add_routes(const platform::RoutePlan& plan) {
  if (auto done = parts_.routes.extend(plan); !done) {
    parts_.log.error("route", {{"why", done.error().to_string()}});
  }
}

void Keying::remove_routes(const platform::RoutePlan& plan) {
  if (auto done = parts_.routes.retract(plan); !done) {
    parts_.log.error("route", {{"why", done.error().to_string()}});
  }
}

void Keying::resolve(std::string name) {
  if (loop_->lookups == helpers_max) {
    asio::post(loop_->context, [this, name] { handle(ike::Resolved{name, {}}); });
    return;
  }
  ++loop_->lookups;
  loop_->resolver.async_resolve(
      name, "", [this, name](asio::error_code error, const auto& results) {
        if (error == asio::error::operation_aborted) return;
        --loop_->lookups;
        handle(ike::Resolved{name, error ? std::vector<net::Address>{} : addresses_of(results)});
      });
}

void Keying::fetch(platform::FetchRequest request) {
  if (loop_->fetches == helpers_max) {
    asio::post(loop_->context, [this, url = std::move(request.url)] {
      handle(ike::Fetched{url, {}, "too many are being fetched"});
    });
    return;
  }
  ++loop_->fetches;
  asio::post(loop_->helpers, [this, mark = fwmark_, request = std::move(request)] {
    auto answer = platform::fetch(request, {.mark = mark});
    auto fetched = answer ? ike::Fetched{request.url, *std::move(answer), {}}
                          : ike::Fetched{request.url, {}, answer.error()};
    asio::post(loop_->context, [this, fetched = std::move(fetched)] {
      --loop_->fetches;
      handle(fetched);
    });
  });
}

void Keying::log(const ike::Notice& notice) {
  if (listener_ != nullptr) listener_->push_back(notice);
  failures_.hear(notice, platform::wall_now());
  if (notice.is_strangers && !strangers_.admit(platform::monotonic_now())) return;
  const auto fields = fields_of(notice);
  switch (notice.level) {
    case ike::Level::info:    return parts_.log.info(notice.event, fields);
    case ike::Level::warning: return parts_.log.warning(notice.event, fields);
    case ike::Level::error:   return parts_.log.error(notice.event, fields);
  }
  core::bug();
}

void Keying::log_ike_keys(const std::string& row) { parts_.key_log.log_ike(row); }

void Keying::log_esp_keys(const sa::SaParameters& sa) { parts_.key_log.log_esp(sa); }

auto Keying::source_for(const net::Address& theirs) -> std::optional<net::Address> {
  return platform::source_address_for(theirs, fwmark_);
}

}  // namespace esplanade::daemon
