// Listens for the operator (daemon/control/commands.h) on a socket in the file system.
//
// Threads: the control thread, whose loop is lent.
#pragma once

#include "platform/unique_fd.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace asio {
class io_context;
}

namespace esplanade::daemon {

class ControlServer {
 public:
  /// The answer to a line, without newlines.
  using Answer = std::function<std::string(std::string_view)>;

  /// `listener` is bound to `path`, which is removed at the end.
  ControlServer(asio::io_context& context, platform::UniqueFd listener, std::string path,
                Answer answer);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  auto operator=(const ControlServer&) -> ControlServer& = delete;

 private:
  struct Loop;
  std::string path_;
  std::unique_ptr<Loop> loop_;
};

}  // namespace esplanade::daemon
