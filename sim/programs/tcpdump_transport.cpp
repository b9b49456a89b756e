// UDP and TCP as tcpdump prints them.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "proto/base/checksum.hpp"
#include "proto/wire/tcp.hpp"
#include "proto/wire/tcp_options.hpp"
#include "proto/wire/udp.hpp"
#include "sim/programs/tcpdump_print.hpp"

namespace layerlab::sim::programs {
namespace {

namespace wire = proto::wire;
using proto::Bytes;
using proto::Ipv4Address;
using proto::View;
using wire::Tcp;
using wire::TcpFlags;
using wire::Udp;

constexpr std::size_t most_conversations = 4096;

std::string print_ntp(Bytes b) {
    static constexpr std::array<const char*, 8> modes{"unspecified",     "symmetric active", "symmetric passive",
                                                      "Client",          "Server",           "Broadcast",
                                                      "Control Message", "Reserved"};
    return fmt::format("NTPv{}, {}, length {}", b[0] >> 3 & 7, modes[b[0] & 7], b.size());
}

bool is_http_start(std::string_view line) {
    static constexpr std::array<std::string_view, 10> beginnings{"HTTP/",   "GET ",     "HEAD ",    "POST ",  "PUT ",
                                                                 "DELETE ", "OPTIONS ", "CONNECT ", "TRACE ", "PATCH "};
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](std::string_view b) { return line.substr(0, b.size()) == b; });
}

// Text protocols show their first line.
struct TextProtocol {
    std::uint16_t port;
    const char* name;
};
constexpr std::array<TextProtocol, 4> text_protocols{{{80, "HTTP"}, {8080, "HTTP"}, {25, "SMTP"}, {21, "FTP"}}};

// What should stand in the header where `given` does; `sum` is the checksum over all, `given` included.
unsigned right_checksum(std::uint16_t given, std::uint16_t sum) {
    const std::uint32_t right = static_cast<std::uint32_t>(given) + sum;
    return (right & 0xffff) + (right >> 16);
}

std::string flags_text(std::uint16_t flags) {
    static constexpr std::string_view letters = "FSRP.UEWe";
    std::string text;
    for (std::size_t i = 0; i < letters.size(); ++i)
        if ((flags >> i & 1) != 0) text += letters[i];
    return text.empty() ? "none" : text;
}

}  // namespace

std::string PacketPrinter::print_udp(Bytes segment, Ipv4Address source, Ipv4Address destination, bool is_whole) {
    const auto udp = View<Udp>::parse(segment);
    if (!udp) return fmt::format("{} > {}: [|udp]", name(source), name(destination));
    const std::uint16_t from = (*udp)[Udp::source_port], to = (*udp)[Udp::destination_port];
    std::string text =
        fmt::format("{}.{} > {}.{}: ", name(source), port(from, false), name(destination), port(to, false));
    const std::size_t length = (*udp)[Udp::length];
    if (length < Udp::min_size) return text + fmt::format("[bad length {}]", length);
    const Bytes payload = segment.subspan(Udp::min_size, std::min(length, segment.size()) - Udp::min_size);
    if (o_.quiet) return text + fmt::format("UDP, length {}", length - Udp::min_size);
    const std::uint16_t given = (*udp)[Udp::checksum];
    if (o_.verbose > 1 && given == 0) text += "[no cksum] ";
    if (o_.verbose > 1 && given != 0 && is_whole) {
        const std::uint16_t sum = proto::ChecksumSum{}
                                      .add_pseudo(source, destination, 17, length)
                                      .add(segment.first(std::min(length, segment.size())))
                                      .checksum();
        text += sum == 0 ? "[udp sum ok] "
                         : fmt::format("[bad udp cksum 0x{:04x} -> 0x{:04x}!] ", given, right_checksum(given, sum));
    }
    const auto is_port = [&](std::uint16_t p) { return from == p || to == p; };
    if (is_port(53) && is_whole) return text + print_dns(payload, o_.verbose);
    if (is_port(67) || is_port(68)) return text + print_dhcp(payload, o_.verbose, o_.numeric_addresses);
    if (is_port(123) && payload.size() >= 48) return text + print_ntp(payload);
    return text + fmt::format("UDP, length {}", length - Udp::min_size);
}

std::string PacketPrinter::print_tcp(Bytes segment, Ipv4Address source, Ipv4Address destination) {
    const auto tcp = View<Tcp>::parse(segment);
    if (!tcp) return fmt::format("{} > {}: [|tcp]", name(source), name(destination));
    const std::uint16_t from = (*tcp)[Tcp::source_port], to = (*tcp)[Tcp::destination_port];
    std::string text =
        fmt::format("{}.{} > {}.{}: ", name(source), port(from, true), name(destination), port(to, true));
    const std::size_t header = (*tcp)[Tcp::header_length];
    if (header < Tcp::min_size || header > segment.size())
        return text + fmt::format("tcp {} [bad hdr length {}, too short, < 20]", segment.size(), header);
    const Bytes payload = segment.subspan(header);
    if (o_.quiet) return text + fmt::format("tcp {}", payload.size());

    const std::uint16_t flags = (*tcp)[Tcp::flags];
    std::uint32_t sequence = (*tcp)[Tcp::sequence], acknowledgment = (*tcp)[Tcp::acknowledgment], sack_base = 0;
    if (!o_.absolute_sequence && (flags & TcpFlags::ack) != 0) {
        const std::uint64_t a = std::uint64_t{source.number} << 16 | from,
                            b = std::uint64_t{destination.number} << 16 | to;
        const bool reversed = a > b;
        const ConversationKey key = reversed ? ConversationKey{b, a} : ConversationKey{a, b};
        const auto known = conversations_.find(key);
        if (known == conversations_.end() || (flags & TcpFlags::syn) != 0) {
            if (conversations_.size() >= most_conversations) conversations_.clear();
            Conversation& c = conversations_[key];
            (reversed ? c.second : c.first) = sequence;
            sack_base = (reversed ? c.first : c.second) = acknowledgment - 1;
        } else {
            const Conversation& c = known->second;
            sequence -= reversed ? c.second : c.first;
            sack_base = reversed ? c.first : c.second;
            acknowledgment -= sack_base;
        }
    }
    text += fmt::format("Flags [{}]", flags_text(flags));
    if (o_.verbose > 0) {
        const std::uint16_t given = (*tcp)[Tcp::checksum];
        const std::uint16_t sum =
            proto::ChecksumSum{}.add_pseudo(source, destination, 6, segment.size()).add(segment).checksum();
        text += sum == 0 ? fmt::format(", cksum 0x{:04x} (correct)", given)
                         : fmt::format(", cksum 0x{:04x} (incorrect -> 0x{:04x})", given, right_checksum(given, sum));
    }
    if (!payload.empty())
        text += fmt::format(", seq {}:{}", sequence, sequence + static_cast<std::uint32_t>(payload.size()));
    else if (o_.verbose > 1 || (flags & (TcpFlags::syn | TcpFlags::fin | TcpFlags::reset)) != 0)
        text += fmt::format(", seq {}", sequence);
    if ((flags & TcpFlags::ack) != 0) text += fmt::format(", ack {}", acknowledgment);
    text += fmt::format(", win {}", (*tcp)[Tcp::window]);
    if ((flags & TcpFlags::urg) != 0) text += fmt::format(", urg {}", (*tcp)[Tcp::urgent_pointer]);
    if (header > Tcp::min_size)
        text += fmt::format(", options [{}]",
                            tcp_options(segment.subspan(Tcp::min_size, header - Tcp::min_size), sack_base));
    text += fmt::format(", length {}", payload.size());
    return payload.empty() || (flags & TcpFlags::reset) != 0 ? text : text + tcp_payload(payload, from, to);
}

std::string PacketPrinter::tcp_options(Bytes options, std::uint32_t sack_base) const {
    std::string text;
    for (std::size_t at = 0; at < options.size();) {
        const std::uint8_t kind = options[at];
        if (!text.empty()) text += ",";
        if (kind == 0) return text + "eol";
        if (kind == 1) {
            text += "nop";
            ++at;
            continue;
        }
        const std::size_t size = at + 1 < options.size() ? options[at + 1] : 0;
        if (size < 2 || at + size > options.size()) return text + fmt::format("[bad opt]");
        const Bytes data = options.subspan(at + 2, size - 2);
        if (kind == 2 && data.size() == 2) {
            text += fmt::format("mss {}", proto::load_be16(data.data()));
        } else if (kind == 3 && data.size() == 1) {
            text += fmt::format("wscale {}", data[0]);
        } else if (kind == 4) {
            text += "sackOK";
        } else if (kind == 5) {
            text += fmt::format("sack {} ", data.size() / 8);
            for (std::size_t i = 0; i + 8 <= data.size(); i += 8)
                text += fmt::format("{{{}:{}}}", proto::load_be32(data.data() + i) - sack_base,
                                    proto::load_be32(data.data() + i + 4) - sack_base);
        } else if (kind == 8 && data.size() == 8) {
            text += fmt::format("TS val {} ecr {}", proto::load_be32(data.data()), proto::load_be32(data.data() + 4));
        } else {
            text += fmt::format("unknown-{}", kind);
        }
        at += size;
    }
    return text;
}

std::string PacketPrinter::tcp_payload(Bytes payload, std::uint16_t source_port, std::uint16_t destination_port) const {
    const auto is_port = [&](std::uint16_t p) { return source_port == p || destination_port == p; };
    if (is_port(53) && payload.size() > 14 && proto::load_be16(payload.data()) + 2u == payload.size())
        return " " + print_dns(payload.subspan(2), o_.verbose);
    for (const TextProtocol& protocol : text_protocols) {
        if (!is_port(protocol.port)) continue;
        std::string_view text = proto::as_text(payload);
        const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
        const bool is_plain = std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c < 127; });
        const bool has_line =
            is_plain && line.size() < text.size() && (std::string_view(protocol.name) != "HTTP" || is_http_start(line));
        if (!has_line) return fmt::format(": {}", protocol.name);
        if (o_.verbose == 0) return fmt::format(": {}: {}", protocol.name, line);
        std::string result = fmt::format(": {}, length: {}", protocol.name, payload.size());
        while (!text.empty()) {
            const std::size_t end = text.find('\n');
            std::string_view head = text.substr(0, end);
            if (!head.empty() && head.back() == '\r') head.remove_suffix(1);
            result += "\n\t" + std::string(head);
            if (head.empty() || end == text.npos) break;
            text.remove_prefix(end + 1);
        }
        return result;
    }
    return {};
}

}  // namespace layerlab::sim::programs
