#include "sim/pkt/packets.hpp"

#include <fmt/format.h>

#include "proto/base/checksum.hpp"
#include "proto/wire/tcp.hpp"

namespace layerlab::sim::pkt {

using proto::ByteWriter;
using proto::load_be16;
using proto::load_be32;
using proto::wire::TcpFlags;
using Buffer = std::vector<std::uint8_t>;

namespace {

constexpr std::uint8_t icmp_number = 1, tcp_number = 6, udp_number = 17, icmpv6_number = 58;

// --- making ---

using proto::IpAddress;

Buffer ipv6_packet(const proto::Ipv6Address& from, const proto::Ipv6Address& to, std::uint8_t protocol,
                   std::uint8_t ecn, Bytes payload) {
    Buffer packet;
    ByteWriter out(packet);
    out.be32(0x6000'0000u | std::uint32_t{ecn} << 20);
    out.be16(static_cast<std::uint16_t>(payload.size()));
    out.u8(protocol);
    out.u8(255);
    out.bytes(from.octets);
    out.bytes(to.octets);
    out.bytes(payload);
    return packet;
}

Buffer ip_packet(const IpAddress& from, const IpAddress& to, std::uint8_t protocol, std::uint8_t ecn, Bytes payload) {
    if (to.is_v6()) return ipv6_packet(from.v6(), to.v6(), protocol, ecn, payload);
    Buffer packet;
    ByteWriter out(packet);
    out.u8(0x45);
    out.u8(ecn);
    out.be16(static_cast<std::uint16_t>(20 + payload.size()));
    out.be32(0);  // identification 0, may be fragmented
    out.u8(255);
    out.u8(protocol);
    out.be16(0);
    out.be32(from.v4().number);
    out.be32(to.v4().number);
    out.patch_be16(10, proto::internet_checksum(packet));
    out.bytes(payload);
    return packet;
}

void put_checksum(Buffer& segment, std::size_t at, const IpAddress& from, const IpAddress& to, std::uint8_t protocol) {
    proto::store_be16(segment.data() + at,
                      proto::pseudo_header(from, to, protocol, segment.size()).add(segment).checksum());
}

void put_option(ByteWriter& out, const TcpOption& o, const Flow& flow) {
    switch (o.kind) {
        case TcpOption::Kind::end: return out.u8(0);
        case TcpOption::Kind::nop: return out.u8(1);
        case TcpOption::Kind::mss: out.be16(0x0204); return out.be16(static_cast<std::uint16_t>(o.value));
        case TcpOption::Kind::window_scale: out.be16(0x0303); return out.u8(static_cast<std::uint8_t>(o.value));
        case TcpOption::Kind::sack_permitted: return out.be16(0x0402);
        case TcpOption::Kind::sack:
            out.u8(5);
            out.u8(static_cast<std::uint8_t>(2 + 8 * o.blocks.size()));
            for (const SackBlock& b : o.blocks) {
                out.be32(b.from + flow.host_sequence);
                out.be32(b.to + flow.host_sequence);
            }
            return;
        case TcpOption::Kind::timestamps:
            out.be16(0x080a);
            out.be32(o.value);
            return out.be32(o.echo == 0 ? 0 : flow.wire_timestamp(o.echo));
        case TcpOption::Kind::other: return out.bytes(o.bytes);
    }
}

Buffer tcp_segment(const TcpSpec& t, const Flow& flow) {
    Buffer options;
    ByteWriter put(options);
    if (t.options)
        for (const TcpOption& o : *t.options) put_option(put, o, flow);
    while (options.size() % 4 != 0) options.push_back(0);
    Buffer segment;
    ByteWriter out(segment);
    out.be16(flow.remote_port);
    out.be16(flow.host_port);
    out.be32(t.sequence);
    out.be32((t.flags & TcpFlags::ack) != 0 ? t.acknowledgment.value_or(0) + flow.host_sequence : 0);
    out.be16(static_cast<std::uint16_t>((20 + options.size()) / 4 << 12 | t.flags));
    out.be16(t.window.value_or(0));
    out.be16(0);
    out.be16(t.urgent.value_or(0));
    out.bytes(options);
    out.zeros(t.payload);
    put_checksum(segment, 16, flow.remote, flow.host, tcp_number);
    return segment;
}

Buffer udp_datagram(const UdpSpec& u, std::uint16_t from, std::uint16_t to) {
    Buffer datagram;
    ByteWriter out(datagram);
    out.be16(from);
    out.be16(to);
    out.be16(static_cast<std::uint16_t>(8 + u.payload));
    out.be16(0);
    out.zeros(u.payload);
    return datagram;
}

// The message quotes what the host has sent: its IP header and eight bytes.
Buffer icmp_message(const IcmpSpec& i, const Flow& flow) {
    Buffer message;
    ByteWriter out(message);
    out.u8(i.type);
    out.u8(i.code);
    out.be16(0);
    out.be32(i.mtu);
    if (i.quoted) {
        Buffer payload;
        std::uint8_t protocol = tcp_number;
        if (const auto* t = std::get_if<TcpSpec>(&*i.quoted)) {
            ByteWriter quote(payload);
            quote.be16(flow.host_port);
            quote.be16(flow.remote_port);
            quote.be32(t->sequence + flow.host_sequence);
            quote.zeros(12 + t->payload);
        } else {
            protocol = udp_number;
            payload = udp_datagram(std::get<UdpSpec>(*i.quoted), flow.host_port, flow.remote_port);
            put_checksum(payload, 6, flow.host, flow.remote, udp_number);
        }
        const Buffer quoted = ip_packet(flow.host, flow.remote, protocol, 0, payload);
        out.bytes(Bytes(quoted).first(quoted.size() - payload.size() + 8));
    }
    if (flow.host.is_v6())
        put_checksum(message, 2, flow.remote, flow.host, icmpv6_number);
    else
        proto::store_be16(message.data() + 2, proto::internet_checksum(message));
    return message;
}

// --- reading ---

std::vector<TcpOption> read_options(Bytes bytes) {
    std::vector<TcpOption> all;
    for (std::size_t at = 0; at < bytes.size();) {
        TcpOption o;
        const std::uint8_t kind = bytes[at];
        if (kind <= 1) {
            if (kind == 0) o.kind = TcpOption::Kind::end;
            all.push_back(std::move(o));
            ++at;
            if (kind == 0) break;
            continue;
        }
        const std::size_t left = bytes.size() - at;
        const std::size_t size = left >= 2 ? bytes[at + 1] : 0;
        if (size < 2 || size > left) {
            o.kind = TcpOption::Kind::other;
            o.bytes.assign(bytes.begin() + static_cast<long>(at), bytes.end());
            all.push_back(std::move(o));
            break;
        }
        const std::uint8_t* p = bytes.data() + at;
        if (kind == 2 && size == 4) {
            o.kind = TcpOption::Kind::mss;
            o.value = load_be16(p + 2);
        } else if (kind == 3 && size == 3) {
            o.kind = TcpOption::Kind::window_scale;
            o.value = p[2];
        } else if (kind == 4 && size == 2) {
            o.kind = TcpOption::Kind::sack_permitted;
        } else if (kind == 5 && size % 8 == 2) {
            o.kind = TcpOption::Kind::sack;
            for (std::size_t b = 2; b < size; b += 8) o.blocks.push_back({load_be32(p + b), load_be32(p + b + 4)});
        } else if (kind == 8 && size == 10) {
            o.kind = TcpOption::Kind::timestamps;
            o.value = load_be32(p + 2);
            o.echo = load_be32(p + 6);
        } else {
            o.kind = TcpOption::Kind::other;
            o.bytes.assign(p, p + size);
        }
        all.push_back(std::move(o));
        at += size;
    }
    return all;
}

std::string text_of(const TcpOption& o) {
    switch (o.kind) {
        case TcpOption::Kind::end: return "eol";
        case TcpOption::Kind::nop: return "nop";
        case TcpOption::Kind::mss: return fmt::format("mss {}", o.value);
        case TcpOption::Kind::window_scale: return fmt::format("wscale {}", o.value);
        case TcpOption::Kind::sack_permitted: return "sackOK";
        case TcpOption::Kind::timestamps: return fmt::format("TS val {} ecr {}", o.value, o.echo);
        case TcpOption::Kind::other: return fmt::format("option {}", o.bytes.empty() ? 0 : o.bytes[0]);
        case TcpOption::Kind::sack: break;
    }
    std::string text = "sack";
    for (const SackBlock& b : o.blocks) text += fmt::format(" {}:{}", b.from, b.to);
    return text;
}
std::string text_of(const std::vector<TcpOption>& options) {
    std::string text;
    for (const TcpOption& o : options) text += (text.empty() ? "" : ",") + text_of(o);
    return "<" + text + ">";
}

std::string flags_text(std::uint16_t flags) {
    constexpr std::pair<std::uint16_t, char> letters[] = {
        {TcpFlags::fin, 'F'}, {TcpFlags::syn, 'S'}, {TcpFlags::reset, 'R'}, {TcpFlags::push, 'P'}, {TcpFlags::urg, 'U'},
        {TcpFlags::ece, 'E'}, {TcpFlags::cwr, 'W'}, {TcpFlags::ae, 'A'},    {TcpFlags::ack, '.'}};
    std::string text;
    for (const auto& [flag, letter] : letters)
        if ((flags & flag) != 0) text += letter;
    return text.empty() ? "-" : text;
}

// A packet of the host, its headers checked for length.
struct Read {
    std::uint8_t protocol = 0, ecn = 0;
    IpAddress source, destination;
    Bytes payload;  // of IP
    bool is_whole = false;

    explicit Read(Bytes packet) {
        if (!(packet.size() >= 40 && packet[0] >> 4 == 6 ? read_ipv6(packet) : read_ipv4(packet))) return;
        const std::size_t least = protocol == tcp_number ? 20 : 8;
        if (payload.size() < least) return;
        is_whole = protocol != tcp_number || (tcp_header() >= 20 && tcp_header() <= payload.size());
    }
    bool read_ipv4(Bytes packet) {
        if (packet.size() < 20 || packet[0] >> 4 != 4) return false;
        const std::size_t header = (packet[0] & 15u) * 4u, total = load_be16(packet.data() + 2);
        if (header < 20 || total < header || total > packet.size()) return false;
        payload = packet.subspan(header, total - header);
        protocol = packet[9];
        ecn = packet[1] & 3;
        source = proto::Ipv4Address{load_be32(packet.data() + 12)};
        destination = proto::Ipv4Address{load_be32(packet.data() + 16)};
        return true;
    }
    bool read_ipv6(Bytes packet) {  // hosts send no extension headers here
        const std::size_t size = load_be16(packet.data() + 4);
        if (size > packet.size() - 40) return false;
        payload = packet.subspan(40, size);
        protocol = packet[6];
        ecn = packet[1] >> 4 & 3;
        source = proto::Ipv6Address::load(packet.data() + 8);
        destination = proto::Ipv6Address::load(packet.data() + 24);
        return true;
    }
    bool is_icmp() const { return protocol == (source.is_v6() ? icmpv6_number : icmp_number); }
    std::size_t tcp_header() const { return (payload[12] >> 4) * 4u; }
    std::uint16_t flags() const { return load_be16(payload.data() + 12) & 0xfff; }
    std::uint32_t sequence() const { return load_be32(payload.data() + 4); }
    std::uint32_t acknowledgment() const { return load_be32(payload.data() + 8); }
    std::uint16_t window() const { return load_be16(payload.data() + 14); }
    std::size_t data_size() const { return payload.size() - tcp_header(); }
    std::vector<TcpOption> options() const { return read_options(payload.subspan(20, tcp_header() - 20)); }
    bool checksum_holds() const {
        if (protocol == icmp_number) return proto::ChecksumSum{}.add(payload).is_valid();
        if (protocol == udp_number && load_be16(payload.data() + 6) == 0) return true;
        return proto::pseudo_header(source, destination, protocol, payload.size()).add(payload).is_valid();
    }
};

class Differences {
  public:
    template <class T>
    void compare(std::string_view what, const T& actual, const T& expected) {
        if (actual != expected) add(fmt::format("{} {} instead of {}", what, actual, expected));
    }
    void add(const std::string& text) { text_ += (text_.empty() ? "" : "; ") + text; }
    std::string take() { return std::move(text_); }

  private:
    std::string text_;
};

void compare_tcp(const TcpSpec& t, const Read& actual, Flow& flow, Differences& found) {
    const std::uint16_t flags = actual.flags();
    if ((flags & TcpFlags::syn) != 0 && (t.flags & TcpFlags::syn) != 0)
        flow.host_sequence = actual.sequence() - t.sequence;
    found.compare("flags", flags_text(flags), flags_text(t.flags));
    found.compare("sequence number", actual.sequence() - flow.host_sequence, t.sequence);
    found.compare("length", actual.data_size(), std::size_t{t.payload});
    if (t.acknowledgment && (flags & TcpFlags::ack) != 0)
        found.compare("ack", actual.acknowledgment(), *t.acknowledgment);
    if (t.window) found.compare("win", actual.window(), *t.window);
    if (t.urgent) found.compare("urg", load_be16(actual.payload.data() + 18), *t.urgent);
    if (!t.options) return;
    std::vector<TcpOption> options = actual.options();
    // When the host says its time is for the host to choose: the script's number becomes a name for it.
    for (std::size_t i = 0; i < options.size() && i < t.options->size(); ++i) {
        const TcpOption& expected = (*t.options)[i];
        if (options[i].kind != TcpOption::Kind::timestamps || expected.kind != options[i].kind) continue;
        flow.timestamps[expected.value] = options[i].value;
        options[i].value = expected.value;
    }
    if (!(options == *t.options)) found.compare("options", text_of(options), text_of(*t.options));
}

}  // namespace

std::uint32_t Flow::wire_timestamp(std::uint32_t in_script) const {
    auto above = timestamps.upper_bound(in_script);
    if (above == timestamps.begin()) return in_script;
    --above;
    return above->second + (in_script - above->first);
}

Buffer make_packet(const PacketEvent& event, const Flow& flow) {
    const std::uint8_t ecn = event.ecn.value_or(0);
    if (const auto* t = std::get_if<TcpSpec>(&event.what))
        return ip_packet(flow.remote, flow.host, tcp_number, ecn, tcp_segment(*t, flow));
    if (const auto* u = std::get_if<UdpSpec>(&event.what)) {
        Buffer datagram = udp_datagram(*u, flow.remote_port, flow.host_port);
        put_checksum(datagram, 6, flow.remote, flow.host, udp_number);
        return ip_packet(flow.remote, flow.host, udp_number, ecn, datagram);
    }
    return ip_packet(flow.remote, flow.host, flow.host.is_v6() ? icmpv6_number : icmp_number, ecn,
                     icmp_message(std::get<IcmpSpec>(event.what), flow));
}

std::string difference(const PacketEvent& expected, Bytes packet, Flow& flow) {
    const Read actual(packet);
    if (!actual.is_whole) return "a malformed packet";
    Differences found;
    if (!actual.checksum_holds()) found.add("a wrong checksum");
    if (expected.ecn) found.compare("ECN bits", unsigned{actual.ecn}, unsigned{*expected.ecn});
    if (const auto* t = std::get_if<TcpSpec>(&expected.what)) {
        if (actual.protocol != tcp_number) return "no TCP segment";
        compare_tcp(*t, actual, flow, found);
    } else if (const auto* u = std::get_if<UdpSpec>(&expected.what)) {
        if (actual.protocol != udp_number) return "no UDP datagram";
        found.compare("length", actual.payload.size() - 8, std::size_t{u->payload});
    } else {
        if (!actual.is_icmp()) return "no ICMP message";
        const IcmpSpec& i = std::get<IcmpSpec>(expected.what);
        found.compare("type", unsigned{actual.payload[0]}, unsigned{i.type});
        found.compare("code", unsigned{actual.payload[1]}, unsigned{i.code});
    }
    return found.take();
}

std::string shown(Bytes packet, const Flow& flow) {
    const Read r(packet);
    if (!r.is_whole) return fmt::format("a malformed packet of {} bytes", packet.size());
    if (r.protocol == udp_number) return fmt::format("udp ({})", r.payload.size() - 8);
    if (r.is_icmp()) return fmt::format("icmp type {} code {}", r.payload[0], r.payload[1]);
    if (r.protocol != tcp_number) return fmt::format("a packet of IP protocol {}", r.protocol);
    const std::uint32_t sequence = r.sequence() - flow.host_sequence;
    std::string text = fmt::format("{} {}:{}({})", flags_text(r.flags()), sequence,
                                   sequence + static_cast<std::uint32_t>(r.data_size()), r.data_size());
    if ((r.flags() & TcpFlags::ack) != 0) text += fmt::format(" ack {}", r.acknowledgment());
    text += fmt::format(" win {}", r.window());
    const std::vector<TcpOption> options = r.options();
    return options.empty() ? text : text + " " + text_of(options);
}

std::size_t payload_size(Bytes packet) {
    const Read r(packet);
    return r.is_whole && r.protocol == tcp_number ? r.data_size() : 0;
}

bool join(Buffer& packet, Bytes next) {
    constexpr std::uint16_t at_the_ends = TcpFlags::push | TcpFlags::fin | TcpFlags::cwr;
    const Read a(packet), b(next);
    if (!a.is_whole || !b.is_whole || a.protocol != tcp_number || b.protocol != tcp_number) return false;
    const std::size_t header = a.tcp_header(), total = packet.size() + b.data_size();
    const bool fits =
        a.checksum_holds() && b.checksum_holds() && a.data_size() > 0 && b.data_size() > 0 && total <= 65535 &&
        header == b.tcp_header() && a.options() == b.options() && b.sequence() == a.sequence() + a.data_size() &&
        a.acknowledgment() == b.acknowledgment() && load_be32(a.payload.data()) == load_be32(b.payload.data()) &&
        (a.flags() & (TcpFlags::push | TcpFlags::fin)) == 0 && (a.flags() & ~at_the_ends) == (b.flags() & ~at_the_ends);
    if (!fits) return false;
    const Bytes data = b.payload.subspan(header);
    const std::uint16_t flags = a.flags() | b.flags();
    const bool is_v6 = a.source.is_v6();
    const long ip_header = is_v6 ? 40 : 20;  // hosts send no options here
    const IpAddress source = a.source, destination = a.destination;
    packet.insert(packet.end(), data.begin(), data.end());
    if (is_v6) {
        proto::store_be16(packet.data() + 4, static_cast<std::uint16_t>(packet.size() - 40));
    } else {
        proto::store_be16(packet.data() + 2, static_cast<std::uint16_t>(packet.size()));
        proto::store_be16(packet.data() + 10, 0);
        proto::store_be16(packet.data() + 10, proto::internet_checksum(Bytes(packet).first(20)));
    }
    Buffer segment(packet.begin() + ip_header, packet.end());
    proto::store_be16(segment.data() + 12, static_cast<std::uint16_t>(header / 4 << 12 | flags));
    proto::store_be16(segment.data() + 16, 0);
    put_checksum(segment, 16, source, destination, tcp_number);
    std::copy(segment.begin(), segment.end(), packet.begin() + ip_header);
    return true;
}

std::optional<Ports> ports_of(Bytes packet) {
    const Read r(packet);
    if (!r.is_whole || r.is_icmp()) return std::nullopt;
    return Ports{load_be16(r.payload.data()), load_be16(r.payload.data() + 2)};
}

}  // namespace layerlab::sim::pkt
