// layerlab info: what capture files are and hold, without a look into their frames.
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>

#include "capture/file_bytes.hpp"
#include "capture/file_summary.hpp"
#include "cli/complain.hpp"
#include "cli/subcommands.hpp"
#include "cli/time_argument.hpp"
#include "proto/dissect/value.hpp"

namespace layerlab::cli {
namespace {

using capture::FileSummary;
using capture::LinkType;

struct Options {
    std::vector<std::string> files;
    bool json = false;
};

std::string link_name(LinkType type) {
    switch (type) {
        case LinkType::null_loopback: return "BSD loopback";
        case LinkType::ethernet: return "Ethernet";
        case LinkType::ppp: return "PPP";
        case LinkType::raw_ip: return "raw IP";
        case LinkType::ieee80211: return "802.11";
        case LinkType::linux_sll: return "Linux cooked";
        case LinkType::ieee80211_radiotap: return "802.11 with radiotap";
        case LinkType::raw_ipv4: return "raw IPv4";
        case LinkType::raw_ipv6: return "raw IPv6";
        case LinkType::linux_sll2: return "Linux cooked v2";
    }
    return fmt::format("link type {}", static_cast<unsigned>(type));
}

std::string resolution_name(std::uint8_t resolution) {
    if ((resolution & 0x80u) != 0) return fmt::format("2^-{} s", resolution & 0x7fu);
    switch (resolution) {
        case 0: return "seconds";
        case 3: return "milliseconds";
        case 6: return "microseconds";
        case 9: return "nanoseconds";
        default: return fmt::format("10^-{} s", unsigned{resolution});
    }
}

const char* name_of(capture::Compression packed) {
    return packed == capture::Compression::gzip ? "gzip" : packed == capture::Compression::zstd ? "zstd" : "none";
}

double seconds_of(const FileSummary& s) { return static_cast<double>(proto::nanoseconds(s.duration())) / 1e9; }
double per_second(const FileSummary& s, std::uint64_t amount) {
    return seconds_of(s) > 0 ? static_cast<double>(amount) / seconds_of(s) : 0;
}
double average(const FileSummary& s) {
    return s.frames > 0 ? static_cast<double>(s.original_bytes) / static_cast<double>(s.frames) : 0;
}

// What a file says goes to a terminal.
std::string printable(std::string_view text) {
    std::string out;
    proto::dissect::append_printable(out, text);
    return out;
}

class Lines {
  public:
    template <class... Values>
    void add(const char* label, fmt::format_string<Values...> text, Values&&... values) {
        out += fmt::format("  {:<16}{}\n", label, fmt::format(text, std::forward<Values>(values)...));
    }
    std::string out;
};

std::string text_of_interface(const capture::InterfaceSummary& i, std::size_t number) {
    std::string out = fmt::format("{}: {}{}, {}", number, i.info.name.empty() ? "" : printable(i.info.name) + ", ",
                                  link_name(i.info.link_type), resolution_name(i.info.time_resolution));
    if (i.info.snapshot_length != 0) out += fmt::format(", snap length {}", i.info.snapshot_length);
    out += fmt::format(", {} frames", i.frames);
    if (i.info.received) out += fmt::format(", received {}", *i.info.received);
    if (i.info.dropped_by_interface) out += fmt::format(", dropped by the interface {}", *i.info.dropped_by_interface);
    if (i.info.dropped_by_system) out += fmt::format(", dropped by the system {}", *i.info.dropped_by_system);
    if (!i.info.description.empty()) out += fmt::format(" ({})", printable(i.info.description));
    if (!i.info.filter.empty()) out += fmt::format(", filter {}", printable(i.info.filter));
    return out;
}

std::string text_of(const std::string& file, const FileSummary& s) {
    Lines lines;
    lines.out = printable(file) + '\n';
    const char* order = s.facts.big_endian ? "big endian" : "little endian";
    lines.add("format", "{} {}, {}", s.facts.format, s.facts.version, order);
    if (s.packed != capture::Compression::none) lines.add("compression", "{}", name_of(s.packed));
    lines.add("file size", "{} bytes", s.file_bytes);
    lines.add("frames", "{}", s.frames);
    lines.add("bytes", "{} on the wire, {} captured", s.original_bytes, s.captured_bytes);
    if (s.frames > 0) lines.add("average size", "{:.2f} bytes, the longest captured {}", average(s), s.longest);
    if (s.shortened > 0) lines.add("cut short", "{} frames were captured in part", s.shortened);
    if (s.first) {
        lines.add("first frame", "{}", iso_time(proto::nanoseconds(*s.first)));
        lines.add("last frame", "{}", iso_time(proto::nanoseconds(*s.last)));
        lines.add("duration", "{} s", proto::to_seconds(s.duration()));
        if (seconds_of(s) > 0)
            lines.add("rate", "{:.0f} bit/s, {:.2f} frames/s", 8 * per_second(s, s.original_bytes),
                      per_second(s, s.frames));
        lines.add("order of times", "{}",
                  s.out_of_order == 0 ? "each frame is as late as the one before, or later"
                                      : fmt::format("{} frames are earlier than the one before", s.out_of_order));
    }
    if (s.without_time > 0) lines.add("without time", "{} frames", s.without_time);
    if (s.far_times > 0) lines.add("odd times", "{} frames before 1678 or after 2261", s.far_times);
    if (s.comments > 0) lines.add("comments", "on {} frames", s.comments);
    if (!s.facts.comment.empty()) lines.add("comment", "{}", printable(s.facts.comment));
    if (!s.facts.application.empty()) lines.add("written by", "{}", printable(s.facts.application));
    if (!s.facts.system.empty()) lines.add("system", "{}", printable(s.facts.system));
    if (!s.facts.hardware.empty()) lines.add("hardware", "{}", printable(s.facts.hardware));
    if (s.facts.sections > 1) lines.add("sections", "{}", s.facts.sections);
    for (std::size_t i = 0; i < s.interfaces.size(); ++i)
        lines.add("interface", "{}", text_of_interface(s.interfaces[i], i));
    if (s.interfaces_not_listed > 0) lines.add("", "and {} interfaces more", s.interfaces_not_listed);
    lines.add("state", "{}", s.damage ? "DAMAGED or cut off: " + printable(s.damage->message) : "whole");
    return lines.out;
}

std::string json_of(const std::string& file, const FileSummary& s) {
    nlohmann::ordered_json j;
    j["file"] = file;
    j["format"] = s.facts.format;
    j["version"] = s.facts.version;
    j["byte_order"] = s.facts.big_endian ? "big" : "little";
    j["compression"] = name_of(s.packed);
    j["file_bytes"] = s.file_bytes;
    j["frames"] = s.frames;
    j["bytes"] = s.original_bytes;
    j["captured_bytes"] = s.captured_bytes;
    j["average_bytes"] = average(s);
    j["longest_captured"] = s.longest;
    j["cut_short"] = s.shortened;
    if (s.first) {
        j["first"] = proto::to_seconds(*s.first);
        j["last"] = proto::to_seconds(*s.last);
        j["duration"] = proto::to_seconds(s.duration());
        j["bits_per_second"] = 8 * per_second(s, s.original_bytes);
        j["frames_per_second"] = per_second(s, s.frames);
    }
    j["out_of_order"] = s.out_of_order;
    j["without_time"] = s.without_time;
    j["odd_times"] = s.far_times;
    j["comments"] = s.comments;
    for (const auto& [name, text] : {std::pair{"comment", &s.facts.comment},
                                     {"application", &s.facts.application},
                                     {"system", &s.facts.system},
                                     {"hardware", &s.facts.hardware}})
        if (!text->empty()) j[name] = *text;
    j["sections"] = s.facts.sections;
    auto& list = j["interfaces"] = nlohmann::ordered_json::array();
    for (const capture::InterfaceSummary& i : s.interfaces) {
        nlohmann::ordered_json one;
        one["section"] = i.section;
        one["name"] = i.info.name;
        one["description"] = i.info.description;
        one["link_type"] = static_cast<unsigned>(i.info.link_type);
        one["resolution"] = resolution_name(i.info.time_resolution);
        one["snapshot_length"] = i.info.snapshot_length;
        one["frames"] = i.frames;
        if (i.info.received) one["received"] = *i.info.received;
        if (i.info.dropped_by_interface) one["dropped_by_interface"] = *i.info.dropped_by_interface;
        if (i.info.dropped_by_system) one["dropped_by_system"] = *i.info.dropped_by_system;
        if (i.info.delivered) one["delivered"] = *i.info.delivered;
        list.push_back(std::move(one));
    }
    if (s.interfaces_not_listed > 0) j["interfaces_not_listed"] = s.interfaces_not_listed;
    j["whole"] = !s.damage;
    if (s.damage) j["damage"] = s.damage->message;
    return j.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

int run(const Options& o) {
    int status = success;
    bool is_first = true;
    for (const std::string& path : o.files) {
        auto file = capture::FileSource::open(path);
        const auto summary =
            file ? capture::summarize_file(std::move(*file)) : proto::Result<FileSummary>(tl::unexpected(file.error()));
        if (!summary) {
            status = complain(summary.error());
            continue;
        }
        fmt::print("{}{}", is_first || o.json ? "" : "\n", o.json ? json_of(path, *summary) : text_of(path, *summary));
        is_first = false;
        if (!summary->damage) continue;
        flush_standard_output();
        status = complain(*summary->damage);
    }
    return status;
}

}  // namespace

void add_info(CLI::App& app, int& status) {
    const auto o = std::make_shared<Options>();
    CLI::App* sub = app.add_subcommand(
        "info", "What capture files are and hold: format, interfaces, times, sizes, rates, losses, damage");
    sub->add_option("CAPTURE", o->files, "Capture files (pcap, pcapng); - is the standard input")->required();
    sub->add_flag("--json", o->json, "JSON, one object per line and file");
    sub->callback([o, &status] { status = run(*o); });
}

}  // namespace layerlab::cli
