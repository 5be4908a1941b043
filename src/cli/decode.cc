// `esplanade decode`: what ESP and IKE in a capture carry, with the keys of their SAs.
#include "cli/decode/decoder.h"
#include "cli/decode/output.h"
#include "cli/key_tables.h"
#include "cli/subcommands.h"
#include "crypto/openssl/provider.h"
#include "platform/capture.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace esplanade::cli {
namespace {

constexpr auto footer =
    R"(CAPTURE is a pcap or pcapng file. Keys come in Wireshark's tables, as its configuration
folder has them: `esp_sa` for ESP and AH, `ikev2_decryption_table` for IKEv2. The daemon writes
both (esp_key_log, ike_key_log):

  "IPv4","192.0.2.1","192.0.2.2","0x00001001",
    "AES-GCM with 16 octet ICV [RFC4106]","0xKEYANDSALT","NULL",""      (one line)
  SPII,SPIR,SKEI,SKER,"AES-CBC-256 [RFC3602]",SKAI,SKAR,
    "HMAC_SHA2_256_128 [RFC4868]"                                       (one line)

Rows of AH begin with AH-IPv4, AH-IPv6 or AH-Any:

  "AH-IPv4","*","*","0x00002001","NULL","","HMAC-SHA-256-128 [RFC4868]","0xKEY"

Without keys the clear parts are shown. Every ICV is verified; of what is not authentic
nothing is shown. Extended sequence numbers are found out, and fragmented IKE messages
put together. Replayed packets open again.

With --json one object a line and frame: frame, time, protocol (esp, ah, ike, clear), src,
dst, spi, seq, status (opened, of AH verified, clear, no_key, refused), reason,
next_header, inner, the inner packet, or in transport mode what follows the header of ESP
or AH, in hexadecimal; and ike, the header and payloads of an IKE message. Of ESP inside
AH, inner is what the ESP carried, if its key is there.

Exit status: 0 the capture was read to its end, whatever was in it; 1 a file cannot be
read or is damaged; 2 wrong usage. No privileges are needed.

Examples:
  esplanade decode dump.pcapng --esp-keys esp_sa --ike-keys ikev2_decryption_table
  esplanade decode dump.pcap --esp-keys esp_sa --udp-port 4500 --udp-port 4501
  esplanade decode dump.pcap --esp-keys esp_sa --json | jq -r 'select(.inner).inner')";

struct Options {
  std::string capture;
  std::string esp_keys;
  std::string ike_keys;
  std::vector<std::uint16_t> udp_ports = {4500};
  std::size_t limit = 0;
  bool is_json = false;
};

auto decode_all(platform::CaptureReader& capture, decode::Decoder& decoder, const Options& options,
                const Console& console) -> Complained<void> {
  decode::Summary summary;
  for (std::size_t left = options.limit; options.limit == 0 || left > 0; --left) {
    const auto frame = capture.next();
    if (!frame) return std::unexpected(frame.error().to_string());
    if (!*frame) break;
    const auto decoded = decoder.decode(**frame);
    summary.count(decoded.status);
    console.out << (options.is_json ? json_line(decoded) : text_line(decoded));
  }
  if (!options.is_json) console.out << summary.text();
  return {};
}

auto decode_capture(const Options& options, const Console& console) -> Complained<void> {
  auto esp = TRY(read_table(options.esp_keys, decode::parse_esp_table));
  auto ike = TRY(read_table(options.ike_keys, decode::parse_ike_table));
  auto capture = platform::CaptureReader::open(options.capture);
  if (!capture) return std::unexpected(capture.error().to_string());
  warn_of_unsupported(esp, options.esp_keys, console);
  warn_of_unsupported(ike, options.ike_keys, console);
  decode::Decoder decoder({.esp = std::move(esp), .ike = std::move(ike)}, options.udp_ports,
                          crypto::openssl::provider());
  return decode_all(*capture, decoder, options, console);
}

auto run_decode(const Options& options, const Console& console) -> daemon::Exit {
  const auto decoded = decode_capture(options, console);
  const auto finished = console.finish();
  return decoded ? finished : console.complain(decoded.error(), daemon::Exit::failed);
}

}  // namespace

void add_decode(CLI::App& app, Action& action) {
  const auto options = std::make_shared<Options>();
  auto* const command =
      app.add_subcommand("decode", "Show what ESP, AH and IKE in a capture carry");
  command->footer(footer);
  command->add_option("CAPTURE", options->capture, "pcap or pcapng file")->required();
  command->add_option("--esp-keys", options->esp_keys, "Wireshark's esp_sa table")
      ->type_name("FILE");
  command->add_option("--ike-keys", options->ike_keys, "Wireshark's ikev2_decryption_table")
      ->type_name("FILE");
  command
      ->add_option("--udp-port", options->udp_ports,
                   "Port that carries ESP in UDP, may be repeated; replaces 4500")
      ->type_name("N")
      ->check(CLI::Range(1, 65535).description(""))
      ->allow_extra_args(false);
  command->add_option("--limit", options->limit, "Stop after so many frames; 0 for all")
      ->type_name("N");
  command->add_flag("--json", options->is_json, "One JSON object a line");
  command->callback([options, &action] {
    action = [options](const Console& console) { return run_decode(*options, console); };
  });
}

}  // namespace esplanade::cli
