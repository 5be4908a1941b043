#include "daemon/control/server.h"

#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/read_until.hpp>
#include <asio/streambuf.hpp>
#include <asio/write.hpp>

#include <filesystem>

namespace esplanade::daemon {
namespace {

using Socket = asio::local::stream_protocol::socket;

constexpr std::size_t longest_line = 65536;

/// One question and its answer.
struct Conversation : std::enable_shared_from_this<Conversation> {
  Conversation(Socket peer, const ControlServer::Answer& answers)
      : socket(std::move(peer)), answer(answers) {}

  void begin() {
    asio::async_read_until(socket, question, '\n',
                           [self = shared_from_this()](asio::error_code error, std::size_t size) {
                             if (!error) self->reply(size);
                           });
  }
  void reply(std::size_t size) {
    const auto octets = question.data();
    const std::string line(asio::buffers_begin(octets),
                           asio::buffers_begin(octets) + static_cast<std::ptrdiff_t>(size) - 1);
    text = answer(line) + "\n";
    asio::async_write(socket, asio::buffer(text),
                      [self = shared_from_this()](asio::error_code, std::size_t) {});
  }

  Socket socket;
  const ControlServer::Answer& answer;
  asio::streambuf question{longest_line};
  std::string text;
};

}  // namespace

struct ControlServer::Loop {
  Loop(asio::io_context& context, int listener, Answer answers)
      : answer(std::move(answers)), acceptor(context, asio::local::stream_protocol(), listener) {}

  void accept() {
    acceptor.async_accept([this](asio::error_code error, Socket peer) {
      if (error == asio::error::operation_aborted) return;
      if (!error) std::make_shared<Conversation>(std::move(peer), answer)->begin();
      accept();
    });
  }

  Answer answer;
  asio::local::stream_protocol::acceptor acceptor;
};

ControlServer::ControlServer(asio::io_context& context, platform::UniqueFd listener,
                             std::string path, Answer answer)
    : path_(std::move(path)),
      loop_(std::make_unique<Loop>(context, listener.release(), std::move(answer))) {
  loop_->accept();
}

ControlServer::~ControlServer() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace esplanade::daemon
