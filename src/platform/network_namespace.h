// For tests: a network of their own for as long as the object lives, with only `lo`, which is up.
// The calling thread enters it and returns to where it was at the end. Needs root, and fails
// loudly without.
//
//   NetworkNamespace network;
//   network.run("ip addr add 192.0.2.1/24 dev lo");
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>

#include "platform/unique_fd.h"

namespace esplanade::platform {

class NetworkNamespace {
 public:
  NetworkNamespace() : home_(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
    if (!home_.is_open() || ::unshare(CLONE_NEWNET) != 0) {
      throw std::runtime_error("no network namespace: this test runs as root only");
    }
    run("ip link set lo up");
  }
  NetworkNamespace(const NetworkNamespace&) = delete;
  auto operator=(const NetworkNamespace&) -> NetworkNamespace& = delete;
  ~NetworkNamespace() { (void)::setns(home_.number(), CLONE_NEWNET); }

  /// What `command` prints, errors included; throws where it fails.
  static auto run(const std::string& command) -> std::string {
    auto [output, status] = attempt(command);
    if (status != 0) throw std::runtime_error(command + ": " + output);
    return output;
  }

  /// Adds "fd00::2/64" and returns when the kernel, which does it by and by, takes packets for it.
  static void add_ipv6(const std::string& address, const std::string& link) {
    run("ip -6 addr add " + address + " dev " + link + " nodad");
    const auto local = "local " + address.substr(0, address.find('/')) + " ";
    for (int i = 0; i < 1000; ++i) {
      if (run("ip -6 route show table local").find(local) != std::string::npos) return;
    }
    throw std::runtime_error(address + " did not become usable");
  }

  /// Makes the pair and returns when frames pass it, which they do some time after it is up.
  static void add_veth(const std::string& one, const std::string& other) {
    run("ip link add " + one + " type veth peer name " + other);
    for (const auto& link : {one, other}) {
      run("ip link set " + link + " addrgenmode none");
      run("ip link set " + link + " up");
    }
    for (const auto& link : {one, other}) {
      const auto is_up = [&] { return run("ip link show " + link).find("state UP") != npos; };
      for (int i = 0; !is_up(); ++i) {
        if (i == 1000) throw std::runtime_error(link + " did not come up");
      }
    }
  }

  struct Outcome {
    std::string output;
    int status = 0;
  };
  static auto attempt(const std::string& command) -> Outcome {
    Outcome outcome;
    auto* pipe = ::popen((command + " 2>&1").c_str(), "re");
    if (pipe == nullptr) throw std::runtime_error("no shell for " + command);
    std::array<char, 512> part{};
    while (std::fgets(part.data(), part.size(), pipe) != nullptr) outcome.output += part.data();
    outcome.status = ::pclose(pipe);
    return outcome;
  }

 private:
  static constexpr auto npos = std::string::npos;

  UniqueFd home_;
};

}  // namespace esplanade::platform
