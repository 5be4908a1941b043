// Capture files, through libpcap: pcap and pcapng are read, pcap is written.
//
//   auto reader = TRY(CaptureReader::open("dump.pcapng"));
//   while (const auto frame = TRY(reader.next())) use(frame->bytes);
//
// Units: nanoseconds.
// Errors: with the file's name and the number of the frame. libpcap reads only files whose frames
// are all of one link type.
#pragma once

#include "core/bytes.h"
#include "core/time.h"
#include "platform/system_error.h"

#include <cstdio>
#include <memory>
#include <optional>

struct pcap;
struct pcap_dumper;

namespace esplanade::platform {

struct Frame {
  std::size_t number = 0;  ///< from 1, as Wireshark counts
  core::WallTime captured_at;
  int link_type = 0;                ///< as in net::LinkType
  core::View bytes;                 ///< what was captured; valid until the next call
  std::size_t original_length = 0;  ///< octets on the wire; may be more than were captured
};

class CaptureReader {
 public:
  [[nodiscard]] static auto open(const std::string& path) -> SystemResult<CaptureReader>;
  /// Takes `file` over, and closes it in every case; `name` is for errors.
  [[nodiscard]] static auto open(std::FILE* file, const std::string& name)
      -> SystemResult<CaptureReader>;

  /// Nothing at the end of the file.
  [[nodiscard]] auto next() -> SystemResult<std::optional<Frame>>;

 private:
  struct Close {
    void operator()(pcap* capture) const noexcept;
  };
  using Capture = std::unique_ptr<pcap, Close>;
  CaptureReader(Capture capture, std::string name) noexcept
      : capture_(std::move(capture)), name_(std::move(name)) {}

  Capture capture_;
  std::string name_;
  std::size_t count_ = 0;
};

/// What each frame of a new capture begins with.
enum class CaptureLink : std::uint8_t { raw_ip, ethernet };

class CaptureWriter {
 public:
  /// Replaces `path`; a new file has mode 0600, for it may hold what was encrypted on the wire.
  [[nodiscard]] static auto create(const std::string& path, CaptureLink link)
      -> SystemResult<CaptureWriter>;

  /// Buffered: whether it could be written is known from flush().
  void write(core::WallTime captured_at, core::View frame);

  [[nodiscard]] auto flush() -> SystemResult<void>;

 private:
  struct Close {
    void operator()(pcap_dumper* dumper) const noexcept;
  };
  using Dumper = std::unique_ptr<pcap_dumper, Close>;
  CaptureWriter(Dumper dumper, std::string path) noexcept
      : dumper_(std::move(dumper)), path_(std::move(path)) {}

  Dumper dumper_;
  std::string path_;
};

}  // namespace esplanade::platform
