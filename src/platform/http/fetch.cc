#include "platform/http/fetch.h"

#include "platform/clock.h"
#include "platform/http/response.h"
#include "platform/http/url.h"
#include "platform/sockets.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <fmt/format.h>
#include <memory>

namespace esplanade::platform {
namespace {

using Why = std::string;
template <class T>
using Answer = std::expected<T, Why>;

auto why(std::string_view what) -> std::unexpected<Why> { return std::unexpected(Why(what)); }
auto why(std::string_view what, int number) -> std::unexpected<Why> {
  return std::unexpected(SystemError{Why(what), number}.to_string());
}

struct FreeAddresses {
  void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

auto look_up(const HttpUrl& url) -> Answer<Addresses> {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  const auto error =
      ::getaddrinfo(url.host.c_str(), std::to_string(url.port).c_str(), &hints, &list);
  if (error != 0) return why(fmt::format("cannot find {}: {}", url.host, ::gai_strerror(error)));
  return Addresses{list};
}

/// A socket that never waits beyond the deadline.
class Connection {
 public:
  Connection(UniqueFd socket, core::Time deadline)
      : socket_(std::move(socket)), deadline_(deadline) {}

  auto connect(const addrinfo& to) -> Answer<void> {
    if (::connect(socket_.number(), to.ai_addr, to.ai_addrlen) == 0) return {};
    if (errno != EINPROGRESS) return why("connect", errno);
    TRY(wait_for(POLLOUT));
    int error = 0;
    socklen_t size = sizeof error;
    (void)::getsockopt(socket_.number(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return why("connect", error);
    return {};
  }

  auto write(core::View octets) -> Answer<void> {
    while (!octets.empty()) {
      const auto count = ::send(socket_.number(), octets.data(), octets.size(), MSG_NOSIGNAL);
      if (count < 0 && errno != EAGAIN) return why("send", errno);
      if (count < 0) TRY(wait_for(POLLOUT));
      if (count > 0) octets = octets.subspan(static_cast<std::size_t>(count));
    }
    return {};
  }

  /// Nothing when the other end has closed.
  auto read(core::MutableView into) -> Answer<core::View> {
    for (;;) {
      const auto count = ::recv(socket_.number(), into.data(), into.size(), 0);
      if (count >= 0) return into.first(static_cast<std::size_t>(count));
      if (errno != EAGAIN) return why("receive", errno);
      TRY(wait_for(POLLIN));
    }
  }

 private:
  auto wait_for(short events) -> Answer<void> {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline_ - monotonic_now()).count();
    pollfd polled{socket_.number(), events, 0};
    if (left <= 0 || ::poll(&polled, 1, static_cast<int>(left)) == 0)
      return why("it took too long");
    return {};
  }

  UniqueFd socket_;
  core::Time deadline_;
};

/// To the first address that takes it.
auto connect(const HttpUrl& url, const FetchLimits& limits, core::Time deadline)
    -> Answer<Connection> {
  const auto addresses = TRY(look_up(url));
  auto outcome = Answer<void>(why("it has no address"));
  for (const auto* to = addresses.get(); to != nullptr; to = to->ai_next) {
    const auto family = to->ai_family == AF_INET ? net::Family::ipv4 : net::Family::ipv6;
    auto socket = open_socket(family, SOCK_STREAM, IPPROTO_TCP, limits.mark);
    if (!socket) continue;
    Connection connection(*std::move(socket), deadline);
    outcome = connection.connect(*to);
    if (outcome) return connection;
  }
  return std::unexpected(outcome.error());
}

auto head_of(const FetchRequest& request, const HttpUrl& url) -> std::string {
  const bool is_post = !request.content_type.empty();
  auto head = fmt::format(
      "{} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: esplanade\r\nAccept: */*\r\n"
      "Connection: close\r\n",
      is_post ? "POST" : "GET", url.target, url.authority);
  if (is_post) {
    head += fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n", request.content_type,
                        request.body.size());
  }
  return head + "\r\n";
}

auto converse(const FetchRequest& request, const HttpUrl& url, const FetchLimits& limits,
              core::Time deadline) -> Answer<HttpResponse> {
  auto connection = TRY(connect(url, limits, deadline));
  TRY(connection.write(core::as_view(head_of(request, url))));
  TRY(connection.write(request.body));
  ResponseReader reader(limits.body);
  core::Bytes room(16384);
  while (reader.state() == ResponseReader::State::wants_more) {
    const auto octets = TRY(connection.read(room));
    octets.empty() ? reader.end() : reader.take(octets);
  }
  switch (reader.state()) {
    case ResponseReader::State::complete:   return reader.response();
    case ResponseReader::State::too_long:   return why("the answer is too long");
    case ResponseReader::State::wants_more:
    case ResponseReader::State::malformed:  return why("the answer is not HTTP, or was cut off");
  }
  core::bug();
}

auto is_redirect(unsigned status) -> bool {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

auto fetch_from(const FetchRequest& request, const FetchLimits& limits) -> Answer<core::Bytes> {
  const auto deadline = monotonic_now() + limits.time;
  auto url = parse_http_url(request.url);
  if (!url) return why("it is not an http URL");
  auto response = TRY(converse(request, *url, limits, deadline));
  if (is_redirect(response.status) && request.content_type.empty()) {
    url = resolve_http_url(*url, response.location);
    if (!url) return why("it redirects to what is not an http URL");
    response = TRY(converse(request, *url, limits, deadline));
  }
  if (response.status != 200) return why(fmt::format("the answer is {}", response.status));
  return std::move(response.body);
}

}  // namespace

auto fetch(const FetchRequest& request, const FetchLimits& limits)
    -> std::expected<core::Bytes, std::string> {
  auto body = fetch_from(request, limits);
  if (!body) return std::unexpected(fmt::format("cannot fetch {}: {}", request.url, body.error()));
  return body;
}

}  // namespace esplanade::platform
