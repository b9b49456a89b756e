#include "cli/capture_options.hpp"

#include <fmt/format.h>

#include "capture/capture_files.hpp"
#include "sim/scenario/values.hpp"

namespace layerlab::cli {

void CaptureOptions::add_to(CLI::App& sub) {
    sub.add_option("-i,--interface", interface, "Interface (`layerlab interfaces` lists them)")->required();
    sub.add_option("-f,--capture-filter", capture_filter, "Only what this filter of tcpdump's language lets through");
    add_show_options(sub, show);
    sub.add_option("-w,--write", file,
                   "Write a file instead of showing lines: pcapng, or pcap if its name ends in .pcap; compressed if it "
                   "ends in .gz or .zst; - is the standard output");
    sub.add_option("-c,--count", count, "Stop after this many frames shown or written");
    sub.add_option("--duration", duration_text, "Stop after this time: 10s, 5min");
    sub.add_option("--ring", ring_text, "SIZE,FILES: write files of this size in turn, the oldest again: 10MB,5");
    sub.add_option("--snaplen", snapshot_length, "Keep at most this many bytes of a frame")
        ->check(CLI::Range(1u, 262'144u));
    sub.add_flag("-p,--no-promiscuous", no_promiscuous, "Only frames that this machine takes anyway");
}

proto::Result<void> CaptureOptions::parse() {
    if (!duration_text.empty()) {
        const auto value = sim::scenario::parse_duration(duration_text);
        if (!value) return tl::unexpected(value.error());
        if (*value <= proto::Duration{}) return proto::fail("--duration 0 captures nothing", "as in: --duration 10s");
        duration = *value;
    }
    if (ring_text.empty()) return {};
    const char* usage = "as in: --ring 10MB,5";
    const std::size_t comma = ring_text.find(',');
    if (comma == std::string::npos) return proto::fail("--ring needs a size and a number of files", usage);
    const auto size = sim::scenario::parse_size(std::string_view(ring_text).substr(0, comma));
    if (!size) return tl::unexpected(size.error());
    const auto files = sim::scenario::parse_number(std::string_view(ring_text).substr(comma + 1), "a number of files",
                                                   2, capture::CaptureFiles::most_files);
    if (!files) return tl::unexpected(files.error());
    if (*size < 1000) return proto::fail("--ring: files of less than 1kB", usage);
    if (file.empty() || file == "-") return proto::fail("--ring needs files", "give their name by -w FILE");
    ring_bytes = *size;
    ring_files = static_cast<unsigned>(*files);
    return {};
}

}  // namespace layerlab::cli
