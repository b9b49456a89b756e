// Frames for the tests of the dissector, put together from fields, with right checksums.
#pragma once

#include <string>
#include <vector>

#include "proto/base/checksum.hpp"
#include "proto/dissect/dissect.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/value.hpp"
#include "proto/wire/ipv4.hpp"
#include "proto/wire/tcp.hpp"
#include "proto/wire/udp.hpp"

namespace layerlab::proto::dissect::test {

using Octets = std::vector<std::uint8_t>;

inline Octets operator+(Octets a, const Octets& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

inline Octets octets(std::string_view text) { return {text.begin(), text.end()}; }

inline Octets ethernet_frame(std::uint16_t type, const Octets& payload) {
    Octets frame{
        2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, static_cast<std::uint8_t>(type >> 8), static_cast<std::uint8_t>(type)};
    return frame + payload;
}

struct Datagram {
    Ipv4Address source{0x0a000001}, destination{0x0a000002};
    std::uint8_t protocol = 17;
    std::uint16_t identification = 1, fragment_offset = 0;
    bool more_fragments = false;
};

inline Octets ipv4_packet(const Datagram& d, const Octets& payload) {
    using wire::Ipv4;
    Octets packet(Ipv4::min_size);
    MutableView<Ipv4> ip(packet.data());
    ip.set(Ipv4::version, 4);
    ip.set(Ipv4::header_length, 20);
    ip.set(Ipv4::total_length, static_cast<std::uint16_t>(Ipv4::min_size + payload.size()));
    ip.set(Ipv4::identification, d.identification);
    ip.set(Ipv4::more_fragments, d.more_fragments);
    ip.set(Ipv4::fragment_offset, d.fragment_offset);
    ip.set(Ipv4::ttl, 64);
    ip.set(Ipv4::protocol, d.protocol);
    ip.set(Ipv4::source, d.source);
    ip.set(Ipv4::destination, d.destination);
    ip.set(Ipv4::checksum, internet_checksum(packet));
    return packet + payload;
}

inline Octets udp_datagram(const Datagram& d, std::uint16_t from, std::uint16_t to, const Octets& payload) {
    using wire::Udp;
    Octets packet(Udp::min_size);
    MutableView<Udp> udp(packet.data());
    udp.set(Udp::source_port, from);
    udp.set(Udp::destination_port, to);
    udp.set(Udp::length, static_cast<std::uint16_t>(Udp::min_size + payload.size()));
    packet = packet + payload;
    const auto sum = ChecksumSum{}.add_pseudo(d.source, d.destination, 17, packet.size()).add(packet).checksum();
    MutableView<Udp>(packet.data()).set(Udp::checksum, sum);
    return packet;
}

// One segment of a connection between 10.0.0.1:40000 and 10.0.0.2:`port`.
struct Segment {
    bool from_client = true;
    std::uint32_t sequence = 0, acknowledgment = 0;
    std::uint16_t flags = wire::TcpFlags::ack, window = 1000, port = 7777, client_port = 40000;
    Octets payload{};
    Octets options{};  // a multiple of four
};

inline Octets tcp_frame(const Segment& s) {
    using wire::Tcp;
    Datagram d;
    d.protocol = 6;
    if (!s.from_client) std::swap(d.source, d.destination);
    Octets packet(Tcp::min_size);
    MutableView<Tcp> tcp(packet.data());
    tcp.set(Tcp::source_port, s.from_client ? s.client_port : s.port);
    tcp.set(Tcp::destination_port, s.from_client ? s.port : s.client_port);
    tcp.set(Tcp::sequence, s.sequence);
    tcp.set(Tcp::acknowledgment, s.acknowledgment);
    tcp.set(Tcp::header_length, static_cast<std::uint8_t>(20 + s.options.size()));
    tcp.set(Tcp::flags, s.flags);
    tcp.set(Tcp::window, s.window);
    packet = packet + s.options + s.payload;
    const auto sum = ChecksumSum{}.add_pseudo(d.source, d.destination, 6, packet.size()).add(packet).checksum();
    MutableView<Tcp>(packet.data()).set(Tcp::checksum, sum);
    return ethernet_frame(0x0800, ipv4_packet(d, packet));
}

inline Octets udp_frame(std::uint16_t from, std::uint16_t to, const Octets& payload) {
    return ethernet_frame(0x0800, ipv4_packet({}, udp_datagram({}, from, to, payload)));
}

// Feeds frames a millisecond apart and answers questions about the last one.
class Watcher {
  public:
    explicit Watcher(Options options = {}) : dissector_(options) {}

    Watcher& see(const Octets& frame, Duration later = 1ms, std::uint16_t link_type = 1) {
        frame_ = frame;
        ++in_.number;
        in_.time += later;
        in_.link_type = link_type;
        in_.bytes = frame_;
        in_.original_length = std::max(frame_.size(), original_);
        last_ = &dissector_.dissect(in_);
        return *this;
    }
    // The frames to come were so long on the wire.
    Watcher& on_wire(std::size_t length) {
        original_ = length;
        return *this;
    }
    const Dissection& last() const { return *last_; }
    const FrameIn& in() const { return in_; }
    // "eth:ip:udp"
    std::string path() const {
        std::string path;
        for (std::size_t i = 1; i < last_->layers.size(); ++i)
            (path += path.empty() ? "" : ":") += last_->layers[i].protocol->name();
        return path;
    }
    // All values of a field, with commas; "1" for each occurrence of one without value; "" when it is not there.
    std::string value(std::string_view name) const {
        std::string text;
        for (const Item& item : last_->items) {
            if (name != item.field->name) continue;
            if (!text.empty()) text += ',';
            text += item.field->type == FieldType::none ? "1" : value_text(item);
        }
        return text;
    }
    std::string note(std::string_view name) const {
        for (const Item& item : last_->items)
            if (name == item.field->name) return std::string(item.note);
        return {};
    }

  private:
    Dissector dissector_;
    Octets frame_;
    FrameIn in_{.number = 0, .time = time_at(1'000'000'000)};
    std::size_t original_ = 0;
    const Dissection* last_ = nullptr;
};

}  // namespace layerlab::proto::dissect::test
