// Frames made and read by hand: a bare node that notes what arrives, a host wired to it, packets built from parts.
#pragma once

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "proto/base/checksum.hpp"
#include "tests/sim/net/world.hpp"

namespace layerlab::sim::test {

using Buffer = std::vector<std::uint8_t>;

inline Buffer buffer(std::size_t n, std::uint8_t first = 0) {
    Buffer bytes(n);
    for (std::size_t i = 0; i < n; ++i) bytes[i] = static_cast<std::uint8_t>(first + i);
    return bytes;
}

struct Bare final : Node {
    using Node::Node;
    struct Arrival {
        Time at;
        PortId port;
        PacketId id, cause;
        Buffer bytes;
    };
    void on_frame(Context& context, PortId port, PacketRef frame) override {
        const Bytes b = frame.bytes();
        seen.push_back({context.now(), port, frame.id(), frame.cause(), Buffer(b.begin(), b.end())});
    }
    void on_carrier(Context&, PortId port, bool up) override {
        carriers += std::to_string(port) + (up ? "up " : "down ");
    }
    std::vector<Arrival> seen;
    std::string carriers;
};

inline Buffer ethernet(MacAddress to, MacAddress from, std::uint16_t type, Bytes payload) {
    Buffer frame;
    proto::ByteWriter out(frame);
    out.bytes(to.octets);
    out.bytes(from.octets);
    out.be16(type);
    out.bytes(payload);
    return frame;
}

struct IpParts {
    std::uint16_t fragment = 0;  // flags and offset
    std::uint8_t ttl = 64;
    std::uint16_t identification = 1;
    Buffer options{};
};
inline Buffer ipv4(Ipv4Address from, Ipv4Address to, std::uint8_t protocol, Bytes payload, const IpParts& parts = {}) {
    Buffer packet;
    proto::ByteWriter out(packet);
    const std::size_t header = 20 + parts.options.size();
    out.u8(static_cast<std::uint8_t>(0x40 | header / 4));
    out.u8(0);
    out.be16(static_cast<std::uint16_t>(header + payload.size()));
    out.be16(parts.identification);
    out.be16(parts.fragment);
    out.u8(parts.ttl);
    out.u8(protocol);
    out.be16(0);
    out.be32(from.number);
    out.be32(to.number);
    out.bytes(parts.options);
    out.patch_be16(10, proto::internet_checksum(packet));
    out.bytes(payload);
    return packet;
}

inline Buffer udp(Endpoint from, Endpoint to, Bytes payload) {
    Buffer datagram;
    proto::ByteWriter out(datagram);
    out.be16(from.port);
    out.be16(to.port);
    out.be16(static_cast<std::uint16_t>(8 + payload.size()));
    out.be16(0);
    out.bytes(payload);
    out.patch_be16(6, proto::pseudo_header(from.address, to.address, 17, datagram.size()).add(datagram).checksum());
    return datagram;
}

inline Buffer echo_request(Bytes data) {
    Buffer message;
    proto::ByteWriter out(message);
    out.be32(0x0800'0000);
    out.be32(0x0001'0001);
    out.bytes(data);
    out.patch_be16(2, proto::internet_checksum(message));
    return message;
}

inline Buffer arp_request(MacAddress sender_mac, Ipv4Address sender, Ipv4Address target) {
    Buffer message;
    proto::ByteWriter out(message);
    out.be64(0x0001'0800'0604'0001);
    out.bytes(sender_mac.octets);
    out.be32(sender.number);
    out.zeros(6);
    out.be32(target.number);
    return message;
}

// A host 10.0.0.1/24 at the other end of a cable; 10.0.0.2 is this end, whose MAC the host knows.
struct Bench : TestWorld {
    Bare peer{77, "peer"};
    Host& host;
    const Ipv4Address own = address("10.0.0.1"), far = address("10.0.0.2");

    explicit Bench(bool knows_peer = true) : host(add_host("host")) {
        simulator().add(peer);
        connect(host, peer);
        host.stack().add_address(0, prefix("10.0.0.1/24"));
        if (!knows_peer) return;
        Context context = at_host();
        host.stack().set_permanent_neighbor(context, far, peer.ports()[0].mac);
    }
    Context at_host() { return Context{simulator(), host.id()}; }
    MacAddress host_mac() const { return host.ports()[0].mac; }
    MacAddress peer_mac() const { return peer.ports()[0].mac; }

    void inject(Bytes frame) {
        Context context{simulator(), peer.id()};
        peer.send(context, 0, simulator().packets().make(frame));
        run_for(std::chrono::milliseconds(1));
    }
    void inject_ip(std::uint8_t protocol, Bytes payload, const IpParts& parts = {}) {
        inject(ethernet(host_mac(), peer_mac(), 0x0800, ipv4(far, own, protocol, payload, parts)));
    }
    // What the peer got since the last call, from the IP header on, without padding; ARP is left out.
    std::vector<Buffer> packets() {
        std::vector<Buffer> found;
        for (; looked_at_ < peer.seen.size(); ++looked_at_) {
            const Buffer& f = peer.seen[looked_at_].bytes;
            if (proto::load_be16(f.data() + 12) != 0x0800) continue;
            found.emplace_back(f.begin() + 14, f.begin() + 14 + proto::load_be16(f.data() + 16));
        }
        return found;
    }
    std::uint64_t drops(DropReason reason) { return simulator().stats().drops[static_cast<std::size_t>(reason)]; }

  private:
    std::size_t looked_at_ = 0;
};

// "3/3" for a port unreachable; what an ICMP packet is about, in short.
inline std::string icmp_kind(const Buffer& packet) {
    return packet.size() < 28 || packet[9] != 1 ? "no ICMP"
                                                : std::to_string(packet[20]) + "/" + std::to_string(packet[21]);
}

}  // namespace layerlab::sim::test
