#include "sim/programs/iperf3_report.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace layerlab::sim::programs {
namespace {

double seconds(Duration d) { return static_cast<double>(proto::nanoseconds(d)) / 1e9; }

std::string label_of(int descriptor) { return fmt::format("[{:3}]", descriptor); }

// How C prints "%.2g" of a percentage.
std::string percent(std::int64_t part, std::int64_t whole) {
    return fmt::format("{:.2g}", whole > 0 ? 100.0 * static_cast<double>(part) / static_cast<double>(whole) : 0.0);
}

}  // namespace

std::string iperf3_unit(double bytes, char format) {
    const bool is_bytes = format >= 'A' && format <= 'Z';
    const double step = is_bytes ? 1024 : 1000;
    double value = is_bytes ? bytes : bytes * 8;
    static constexpr std::array<const char*, 5> bits{"bits", "Kbits", "Mbits", "Gbits", "Tbits"};
    static constexpr std::array<const char*, 5> octets{"Bytes", "KBytes", "MBytes", "GBytes", "TBytes"};
    std::size_t unit = 0;
    const std::size_t wanted =
        std::string_view("BKMGT").find(is_bytes ? format : static_cast<char>(format - 'a' + 'A'));
    while (unit + 1 < bits.size() && (wanted == std::string_view::npos ? value >= step : unit < wanted)) {
        value /= step;
        ++unit;
    }
    const char* name = is_bytes ? octets[unit] : bits[unit];
    if (value < 9.995) return fmt::format("{:4.2f} {}", value, name);
    if (value < 99.95) return fmt::format("{:4.1f} {}", value, name);
    return fmt::format("{:4.0f} {}", value, name);
}

Iperf3Report::Iperf3Report(const Iperf3Test& test, bool is_server, char format)
    : test_(test), is_server_(is_server), format_(format), last_(test.start), before_(test.streams.size()) {}

std::string Iperf3Report::connections() const {
    std::string text;
    for (const auto& s : test_.streams)
        text += fmt::format("{} local {} port {} connected to {} port {}\n", label_of(s->descriptor),
                            s->local.address.to_string(), s->local.port, s->peer.address.to_string(), s->peer.port);
    return text;
}

std::string Iperf3Report::heading() const {
    std::string text = "[ ID] Interval           Transfer     Bitrate";
    if (test_.parameters.udp)
        text += sends() ? "         Total Datagrams" : "         Jitter    Lost/Total Datagrams";
    else if (sends())
        text += "         Retr  Cwnd";
    return text + "\n";
}

std::string Iperf3Report::separator() const { return "- - - - - - - - - - - - - - - - - - - - - - - - -\n"; }

Iperf3Report::Counts Iperf3Report::count(const Iperf3Stream& s) const {
    return {s.bytes(), s.retransmissions(), s.congestion_window(), s.packets, s.lost, s.jitter};
}

std::string Iperf3Report::line(const std::string& label, double from, double to, const Counts& c, bool is_sum) const {
    const double length = std::max(to - from, 1e-9);
    const auto bytes = static_cast<double>(c.bytes);
    std::string text = fmt::format("{} {:6.2f}-{:<6.2f} sec  {}  {}/sec", label, from, to, iperf3_unit(bytes, 'A'),
                                   iperf3_unit(bytes / length, format_));
    if (test_.parameters.udp && sends()) return text + fmt::format("  {}  \n", c.packets);
    if (test_.parameters.udp)
        return text + fmt::format("  {:5.3f} ms  {}/{} ({}%)  \n", c.jitter * 1000, c.lost, c.packets,
                                  percent(c.lost, c.packets));
    if (!sends()) return text + "                  \n";
    if (is_sum) return text + fmt::format("  {:3}             \n", c.retransmissions);
    return text + fmt::format("  {:3}   {}       \n", c.retransmissions,
                              iperf3_unit(static_cast<double>(c.congestion_window), 'A'));
}

std::string Iperf3Report::interval(Time now) {
    std::vector<Counts> counts;
    std::uint64_t moved = 0;
    for (std::size_t i = 0; i < test_.streams.size(); ++i) {
        counts.push_back(count(*test_.streams[i]));
        moved += counts[i].bytes - before_[i].bytes;
    }
    if (now <= last_ || (moved == 0 && now - last_ < std::chrono::milliseconds(100))) return {};
    const double from = seconds(last_ - test_.start), to = seconds(now - test_.start);
    std::string text = printed_any_ && counts.size() > 1 ? separator() : std::string();
    Counts sum;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        Counts c = counts[i];
        c.bytes -= before_[i].bytes;
        c.retransmissions -= before_[i].retransmissions;
        c.packets -= before_[i].packets;
        c.lost -= before_[i].lost;
        text += line(label_of(test_.streams[i]->descriptor), from, to, c, false);
        sum.bytes += c.bytes;
        sum.retransmissions += c.retransmissions;
        sum.packets += c.packets;
        sum.lost += c.lost;
        sum.jitter += c.jitter / static_cast<double>(counts.size());
    }
    if (counts.size() > 1) text += line("[SUM]", from, to, sum, true);
    before_ = std::move(counts);
    last_ = now;
    printed_any_ = true;
    return text;
}

Iperf3Results Iperf3Report::results(Time end) const {
    Iperf3Results results;
    results.has_retransmits = sends() && !test_.parameters.udp;
    for (const auto& s : test_.streams) {
        const Counts c = count(*s);
        results.streams.push_back({s->id, c.bytes,
                                   results.has_retransmits ? static_cast<std::int64_t>(c.retransmissions) : -1,
                                   c.jitter, c.lost, c.packets, 0, seconds(end - test_.start)});
    }
    return results;
}

std::string Iperf3Report::summary_line(const std::string& label, const Iperf3StreamResult& r, bool of_sender) const {
    const auto bytes = static_cast<double>(r.bytes);
    std::string text = fmt::format("{} {:6.2f}-{:<6.2f} sec  {}  {}/sec", label, 0.0, r.end_time,
                                   iperf3_unit(bytes, 'A'), iperf3_unit(bytes / std::max(r.end_time, 1e-9), format_));
    const char* side = of_sender ? "sender" : "receiver";
    if (test_.parameters.udp) {
        const std::int64_t lost = of_sender ? 0 : r.errors;
        return text + fmt::format("  {:5.3f} ms  {}/{} ({}%)  {}\n", of_sender ? 0.0 : r.jitter * 1000, lost, r.packets,
                                  percent(lost, r.packets), side);
    }
    if (of_sender && r.retransmits >= 0) return text + fmt::format("  {:3}             {}\n", r.retransmits, side);
    return text + fmt::format("                  {}\n", side);
}

std::string Iperf3Report::summary(Time end, const Iperf3Results* peer) const {
    const Iperf3Results own = results(end);
    std::string text = "[ ID] Interval           Transfer     Bitrate";
    const bool knows_sender = sends() || (peer && peer->has_retransmits);
    if (test_.parameters.udp)
        text += "         Jitter    Lost/Total Datagrams";
    else if (knows_sender)
        text += "         Retr";
    text += "\n";
    const Iperf3Results* sender = sends() ? &own : peer;
    const Iperf3Results* receiver = sends() ? peer : &own;
    Iperf3StreamResult sums[2];
    const auto add = [&](const Iperf3Results* of, std::size_t i, bool of_sender, const std::string& label) {
        if (!of || i >= of->streams.size()) return;
        const Iperf3StreamResult& r = of->streams[i];
        Iperf3StreamResult& sum = sums[of_sender ? 0 : 1];
        text += summary_line(label, r, of_sender);
        sum.bytes += r.bytes;
        if (r.retransmits >= 0) sum.retransmits = std::max<std::int64_t>(0, sum.retransmits) + r.retransmits;
        sum.errors += r.errors;
        sum.packets += r.packets;
        sum.jitter += r.jitter / static_cast<double>(of->streams.size());
        sum.end_time = std::max(sum.end_time, r.end_time);
    };
    for (std::size_t i = 0; i < test_.streams.size(); ++i) {
        const std::string label = label_of(test_.streams[i]->descriptor);
        add(sender, i, true, label);
        add(receiver, i, false, label);
    }
    if (test_.streams.size() > 1) {
        if (sender) text += summary_line("[SUM]", sums[0], true);
        if (receiver) text += summary_line("[SUM]", sums[1], false);
    }
    return text;
}

std::string Iperf3Report::json(Time end, const Iperf3Results* peer) const {
    const Iperf3Results own = results(end);
    const auto part = [](const char* name, const Iperf3Results* of) {
        std::uint64_t bytes = 0;
        std::int64_t retransmits = 0, lost = 0, packets = 0;
        double time = 0, jitter = 0;
        for (const Iperf3StreamResult& r : of->streams) {
            bytes += r.bytes;
            retransmits += std::max<std::int64_t>(0, r.retransmits);
            lost += r.errors;
            packets += r.packets;
            jitter += r.jitter * 1000 / static_cast<double>(of->streams.size());
            time = std::max(time, r.end_time);
        }
        return fmt::format(
            "\t\t\"{}\":\t{{\n\t\t\t\"start\":\t0,\n\t\t\t\"end\":\t{:.6f},\n\t\t\t\"seconds\":\t{:.6f},"
            "\n\t\t\t\"bytes\":\t{},\n"
            "\t\t\t\"bits_per_second\":\t{:.6f},\n\t\t\t\"retransmits\":\t{},\n\t\t\t\"jitter_ms\":\t{:.6f},\n"
            "\t\t\t\"lost_packets\":\t{},\n\t\t\t\"packets\":\t{}\n\t\t}}",
            name, time, time, bytes, static_cast<double>(bytes) * 8 / std::max(time, 1e-9), retransmits, jitter, lost,
            packets);
    };
    const Iperf3Results* sender = sends() || !peer ? &own : peer;
    const Iperf3Results* receiver = sends() && peer ? peer : &own;
    return fmt::format(
        "{{\n\t\"start\":\t{{\n\t\t\"version\":\t\"iperf 3.12\"\n\t}},\n\t\"end\":\t{{\n{},\n{}\n\t}}\n}}\n",
        part("sum_sent", sender), part("sum_received", receiver));
}

}  // namespace layerlab::sim::programs
