// IPv6 packets made and read by hand, and a host wired to a bare node that sends them.
#pragma once

#include "proto/wire/neighbor_discovery.hpp"
#include "sim/net/ipv6_stack.hpp"
#include "tests/sim/net/frames.hpp"

namespace layerlab::sim::test {

inline Ipv6Address six(const char* text) { return Ipv6Address::parse(text).value(); }
inline Ipv6Prefix prefix6(const char* text) { return Ipv6Prefix::parse(text).value(); }

inline Buffer ipv6(const Ipv6Address& from, const Ipv6Address& to, std::uint8_t next, Bytes payload,
                   std::uint8_t hop_limit = 64) {
    Buffer packet(40);
    packet[0] = 0x60;
    proto::store_be16(packet.data() + 4, static_cast<std::uint16_t>(payload.size()));
    packet[6] = next;
    packet[7] = hop_limit;
    from.store(packet.data() + 8);
    to.store(packet.data() + 24);
    packet.insert(packet.end(), payload.begin(), payload.end());
    return packet;
}

// The message with its checksum.
inline Buffer icmpv6(const Ipv6Address& from, const Ipv6Address& to, Buffer message) {
    proto::store_be16(message.data() + 2, 0);
    proto::store_be16(message.data() + 2, proto::pseudo_header(from, to, 58, message.size()).add(message).checksum());
    return message;
}

inline Buffer echo6(std::size_t data = 8) {
    Buffer message = buffer(8 + data);
    message[0] = 128;
    message[1] = 0;
    return message;
}

// A host with 2001:db8::1/64 at the other end of a cable; 2001:db8::2 and fe80::2 are this end, known to the host.
struct Bench6 : TestWorld {
    Bare peer{77, "peer"};
    Host& host;
    const Ipv6Address own = six("2001:db8::1"), far = six("2001:db8::2"), near = six("fe80::2");

    explicit Bench6(bool knows_peer = true) : host(add_host("host")) {
        simulator().add(peer);
        connect(host, peer);
        Context context = at_host();
        stack().add_address(context, 0, prefix6("2001:db8::1/64"), false);
        if (!knows_peer) return;
        stack().set_permanent_neighbor(context, 0, far, peer.ports()[0].mac);
        stack().set_permanent_neighbor(context, 0, near, peer.ports()[0].mac);
    }
    Ipv6Stack& stack() { return host.stack().make_ipv6(); }
    Context at_host() { return Context{simulator(), host.id()}; }
    MacAddress host_mac() const { return host.ports()[0].mac; }
    MacAddress peer_mac() const { return peer.ports()[0].mac; }
    Ipv6Address link_local() const { return proto::link_local_address(host_mac()); }

    void inject(Bytes packet, std::optional<MacAddress> to = {}) {
        Context context{simulator(), peer.id()};
        const Buffer frame = ethernet(to.value_or(host_mac()), peer_mac(), 0x86dd, packet);
        peer.send(context, 0, simulator().packets().make(frame));
        run_for(std::chrono::milliseconds(1));
    }
    void inject_icmp(const Ipv6Address& from, const Ipv6Address& to, const Buffer& message, std::uint8_t hops = 64) {
        inject(ipv6(from, to, 58, icmpv6(from, to, message), hops));
    }
    // What the peer got since the last call, from the IPv6 header on, without padding.
    std::vector<Buffer> packets() {
        std::vector<Buffer> found;
        for (; looked_at_ < peer.seen.size(); ++looked_at_) {
            const Buffer& f = peer.seen[looked_at_].bytes;
            if (proto::load_be16(f.data() + 12) != 0x86dd) continue;
            found.emplace_back(f.begin() + 14, f.begin() + 14 + 40 + proto::load_be16(f.data() + 18));
        }
        return found;
    }
    // "129/0 136/0": types and codes of the ICMPv6 messages since the last call.
    std::string kinds() {
        std::string out;
        for (const Buffer& p : packets()) {
            const std::size_t at = p[6] == 0 ? 48 : 40;
            const bool is_icmp = p[6] == 58 || (p[6] == 0 && p[40] == 58);
            out += (out.empty() ? "" : " ") +
                   (is_icmp ? std::to_string(p[at]) + "/" + std::to_string(p[at + 1]) : "next " + std::to_string(p[6]));
        }
        return out;
    }
    std::uint64_t drops(DropReason reason) { return simulator().stats().drops[static_cast<std::size_t>(reason)]; }

  private:
    std::size_t looked_at_ = 0;
};

}  // namespace layerlab::sim::test
