#include "daemon/run.h"

#include "daemon/daemon.h"

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>

#include <csignal>

namespace esplanade::daemon {
namespace {

using namespace std::chrono_literals;

/// How late a drop may be in the log.
constexpr auto notice_interval = 100ms;

/// The control thread's loop: signals, and a look at the data road now and then.
class Loop {
 public:
  Loop(Daemon& daemon, asio::io_context& context) : daemon_(daemon), context_(context) {
    signals_.add(SIGHUP);
    signals_.add(SIGUSR1);
    await_signal();
    await_notices();
  }
  void run() { context_.run(); }

 private:
  void await_signal() {
    signals_.async_wait([this](const asio::error_code& error, int signal) {
      if (!error) act(signal);
    });
  }

  void act(int signal) {
    if (signal == SIGTERM || signal == SIGINT) {
      context_.stop();
      return;
    }
    if (signal == SIGHUP) daemon_.reload();
    if (signal == SIGUSR1) daemon_.log_status();
    await_signal();
  }

  void await_notices() {
    timer_.expires_after(notice_interval);
    timer_.async_wait([this](const asio::error_code& error) {
      if (error) return;
      daemon_.look();
      if (daemon_.has_failed()) return context_.stop();
      await_notices();
    });
  }

  Daemon& daemon_;
  asio::io_context& context_;
  asio::signal_set signals_{context_, SIGTERM, SIGINT};
  asio::steady_timer timer_{context_};
};

}  // namespace

auto run(const RunOptions& options) -> Exit {
  Log log(options.log_format);
  asio::io_context context;
  Daemon daemon(options, log, context);
  Loop loop(daemon, context);  // before the start, so that a signal during it stops cleanly
  if (auto started = daemon.start(); !started) {
    if (started.error().exit == Exit::bad_usage) {
      std::fputs(started.error().why.c_str(), stderr);
    } else {
      log.error("start_failed", {{"why", started.error().why}});
    }
    return started.error().exit;
  }
  loop.run();
  const auto has_failed = daemon.has_failed();
  if (has_failed) log.error("failed", {{"why", "the TUN device was deleted"}});
  daemon.stop();
  return has_failed ? Exit::failed : Exit::success;
}

}  // namespace esplanade::daemon
