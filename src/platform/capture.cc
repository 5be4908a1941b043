#include "platform/capture.h"

#include <fcntl.h>
#include <pcap/pcap.h>

#include <algorithm>
#include <array>

#include "platform/unique_fd.h"

namespace esplanade::platform {
namespace {

constexpr int snapshot_length = 262'144;  // libpcap's own largest

using Message = std::array<char, PCAP_ERRBUF_SIZE>;

/// libpcap's words, and what to do where they leave the operator alone.
auto refusal(const std::string& what, const std::string& why) -> std::unexpected<SystemError> {
  constexpr auto hint = "; libpcap reads files of one link type only: split it by interface first";
  const auto is_mixed = why.find("different from the type of the first interface") != why.npos;
  return system_failure(what + ": " + why + (is_mixed ? hint : ""), 0);
}

/// With PCAP_TSTAMP_PRECISION_NANO tv_usec holds nanoseconds. A file may hold any number: those
/// beyond the years 1678 to 2262 are brought to the limits, less a day for a tv_usec that is no
/// part of a second.
auto time_of(const timeval& time) noexcept -> core::WallTime {
  using std::chrono::seconds, std::chrono::days;
  constexpr auto last = std::chrono::floor<seconds>(core::Duration::max()) - days(1);
  const auto whole = std::clamp<seconds>(seconds(time.tv_sec), -last, last);
  return {whole + std::chrono::nanoseconds(time.tv_usec)};
}

}  // namespace

void CaptureReader::Close::operator()(pcap* capture) const noexcept { pcap_close(capture); }

auto CaptureReader::open(const std::string& path) -> SystemResult<CaptureReader> {
  auto* file = std::fopen(path.c_str(), "rbe");
  if (file == nullptr) return system_failure("read " + path);
  return open(file, path);
}

auto CaptureReader::open(std::FILE* file, const std::string& name) -> SystemResult<CaptureReader> {
  Message message{};
  Capture capture{
      pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, message.data())};
  if (!capture) {
    std::fclose(file);
    return refusal("read " + name, message.data());
  }
  return CaptureReader{std::move(capture), name};
}

auto CaptureReader::next() -> SystemResult<std::optional<Frame>> {
  pcap_pkthdr* header = nullptr;
  const u_char* octets = nullptr;
  const auto outcome = pcap_next_ex(capture_.get(), &header, &octets);
  if (outcome == PCAP_ERROR_BREAK) return std::nullopt;
  if (outcome != 1) {
    return refusal("read " + name_ + ", frame " + std::to_string(count_ + 1),
                   pcap_geterr(capture_.get()));
  }
  return Frame{.number = ++count_,
               .captured_at = time_of(header->ts),
               .link_type = pcap_datalink(capture_.get()),
               .bytes = std::as_bytes(std::span(octets, header->caplen)),
               .original_length = header->len};
}

void CaptureWriter::Close::operator()(pcap_dumper* dumper) const noexcept {
  pcap_dump_close(dumper);
}

auto CaptureWriter::create(const std::string& path, CaptureLink link)
    -> SystemResult<CaptureWriter> {
  UniqueFd fd{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
  auto* file = fd.is_open() ? ::fdopen(fd.number(), "wb") : nullptr;
  if (file == nullptr) return system_failure("write " + path);
  (void)fd.release();  // the FILE has it now

  const std::unique_ptr<pcap, decltype(&pcap_close)> format{
      pcap_open_dead_with_tstamp_precision(link == CaptureLink::ethernet ? DLT_EN10MB : DLT_RAW,
                                           snapshot_length, PCAP_TSTAMP_PRECISION_NANO),
      pcap_close};
  core::ensure(format != nullptr);  // null only without memory
  Dumper dumper{pcap_dump_fopen(format.get(), file)};
  if (!dumper) return system_failure("write " + path);  // libpcap has closed the file
  return CaptureWriter{std::move(dumper), path};
}

void CaptureWriter::write(core::WallTime captured_at, core::View frame) {
  using std::chrono::seconds;
  const auto whole = std::chrono::floor<seconds>(captured_at.since_epoch);
  pcap_pkthdr header{};
  header.ts.tv_sec = whole.count();
  header.ts.tv_usec = (captured_at.since_epoch - whole).count();
  header.caplen = header.len = static_cast<bpf_u_int32>(frame.size());
  pcap_dump(reinterpret_cast<u_char*>(dumper_.get()), &header,
            reinterpret_cast<const u_char*>(frame.data()));
}

auto CaptureWriter::flush() -> SystemResult<void> {
  if (pcap_dump_flush(dumper_.get()) != 0 || std::ferror(pcap_dump_file(dumper_.get())) != 0) {
    return system_failure("write " + path_);
  }
  return {};
}

}  // namespace esplanade::platform
