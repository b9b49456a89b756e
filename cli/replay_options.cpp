#include "cli/replay_options.hpp"

#include <fmt/format.h>

namespace layerlab::cli {

proto::Result<std::uint64_t> parse_millionths(std::string_view text, std::string_view what) {
    const auto wrong = [&] {
        return proto::fail(fmt::format("{}: \"{}\" is no number from 0.000001 to 1000000000", what, text),
                           "as in: 2.5");
    };
    std::uint64_t value = 0;
    int digits_behind = -1;
    if (text.empty() || text.size() > 20) return wrong();
    for (const char c : text) {
        if (c == '.' && digits_behind < 0) {
            digits_behind = 0;
            continue;
        }
        if (c < '0' || c > '9' || digits_behind == 6 || value > 1'000'000'000'000'000) return wrong();
        value = value * 10 + static_cast<unsigned>(c - '0');
        if (digits_behind >= 0) ++digits_behind;
    }
    for (int i = std::max(digits_behind, 0); i < 6 && value <= 1'000'000'000'000'000; ++i) value *= 10;
    if (value == 0 || value > 1'000'000'000'000'000) return wrong();
    return value;
}

void ReplayOptions::add_to(CLI::App& sub) {
    sub.add_option("CAPTURE", file, "Capture file; - is the standard input")->required();
    sub.add_option("-i,--interface", interface, "Interface to send on")->required();
    auto* speed = sub.add_option("--speed", speed_, "A multiple of the capture's own pace (1)");
    auto* mbps = sub.add_option("--mbps", mbps_, "Megabits per second, of the frames' bytes");
    auto* pps = sub.add_option("--pps", pps_, "Frames per second");
    auto* top = sub.add_flag("--topspeed", topspeed_, "As fast as the interface takes them");
    for (auto* one : {speed, mbps, pps, top})
        for (auto* other : {speed, mbps, pps, top})
            if (one != other) one->excludes(other);
    sub.add_option("--loop", loops, "Send it so many times")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 40));
    sub.add_option("--map", maps_,
                   "a->b: what was address a becomes b, checksums repaired; IPv4 or IPv6, may be repeated");
    mac_option_ = sub.add_option("--rewrite-mac", mac_,
                                 "Frames come from the interface's own MAC; and with an address, they go to that one");
    mac_option_->expected(0, 1);
    sub.add_flag("--json", json, "The figures at the end as JSON");
}

namespace {

proto::Result<void> add_map(proto::machine::AddressMap& map, const std::string& text) {
    const std::size_t arrow = text.find("->");
    const auto wrong = [&](const std::string& why) {
        return proto::fail(fmt::format("--map {}: {}", text, why), "as in: --map '10.0.0.1->192.168.1.1'");
    };
    if (arrow == std::string::npos) return wrong("there is no ->");
    const auto trimmed = [](std::string_view part) {
        while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
        while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
        return part;
    };
    const std::string_view from = trimmed(std::string_view(text).substr(0, arrow)),
                           to = trimmed(std::string_view(text).substr(arrow + 2));
    if (from.find(':') != std::string_view::npos) {
        const auto a = proto::Ipv6Address::parse(from), b = proto::Ipv6Address::parse(to);
        if (!a || !b) return wrong((a ? b : a).error().message);
        map.map(*a, *b);
        return {};
    }
    const auto a = proto::Ipv4Address::parse(from), b = proto::Ipv4Address::parse(to);
    if (!a || !b) return wrong((a ? b : a).error().message);
    map.map(*a, *b);
    return {};
}

}  // namespace

proto::Result<void> ReplayOptions::parse() {
    struct Rate {
        const std::string& text;
        const char* name;
        capture::ReplayPace (*made)(std::uint64_t millionths);
    };
    const Rate rates[] = {
        {speed_, "--speed", capture::ReplayPace::at_speed},
        {mbps_, "--mbps", capture::ReplayPace::at_bits},  // millionths of megabits are bits
        {pps_, "--pps", capture::ReplayPace::at_frames},
    };
    for (const Rate& rate : rates) {
        if (rate.text.empty()) continue;
        const auto value = parse_millionths(rate.text, rate.name);
        if (!value) return tl::unexpected(value.error());
        pace = rate.made(*value);
    }
    if (topspeed_) pace = capture::ReplayPace::at_once();
    for (const std::string& text : maps_)
        if (auto added = add_map(map, text); !added) return added;
    rewrite_mac = mac_option_->count() > 0;
    if (!mac_.empty() && !mac_.front().empty()) {
        const auto parsed = proto::MacAddress::parse(mac_.front());
        if (!parsed)
            return proto::fail(fmt::format("--rewrite-mac {}: {}", mac_.front(), parsed.error().message),
                               parsed.error().hint);
        destination_mac = *parsed;
    }
    if (loops > 1 && file == "-") return proto::fail("--loop needs a file: the standard input can be read once");
    return {};
}

}  // namespace layerlab::cli
