// A storm on a connected host: a host with TCP connections both ways, a UDP service and IPv6, and beside it on the
// switch somebody who sends arbitrary frames, changed copies of real ones, and floods, all chosen by a row of bytes.
// The fuzz target and the seeded test drive the same one. `bounds_fault` names the first table that grew too far.
#pragma once

#include <deque>
#include <string>

#include "proto/machine/fragments.hpp"
#include "sim/net/ipv6_stack.hpp"
#include "sim/programs/echo_server.hpp"
#include "tests/sim/net/frames_ipv6.hpp"

namespace layerlab::sim::test {

class HostStorm {
  public:
    explicit HostStorm(Bytes input) : rest_(input) {
        world_.connect(victim_, bridge_);
        world_.connect(peer_, bridge_);
        world_.connect(stranger_, bridge_);
        victim_.stack().add_address(0, prefix("10.0.0.1/24"));
        victim_.stack().set_default_gateway(address("10.0.0.2"), 0);
        peer_.stack().add_address(0, prefix("10.0.0.2/24"));
        Context context{simulator(), victim_.id()};
        victim_.stack().make_ipv6().add_address(context, 0, prefix6("2001:db8::1/64"), false);
        victim_.stack().ipv6()->autoconfigure(context, 0);
        Context at_peer{simulator(), peer_.id()};
        peer_.stack().make_ipv6().add_address(at_peer, 0, prefix6("2001:db8::2/64"), false);
        for (Host* host : {&victim_, &peer_}) {
            spawn(*host, programs::echo_server({.port = 80, .is_tcp = true, .echoes = true}));
            spawn(*host, programs::echo_server({.port = 7, .is_tcp = false, .echoes = true}));
        }
        talk(victim_, {address("10.0.0.2"), 80});
        talk(peer_, {address("10.0.0.1"), 80});
        talk(victim_, {six("2001:db8::2"), 80});
        talk(peer_, {six("2001:db8::1"), 80});
        spawn(victim_, [this](Process& self) { return watch(self); });
        world_.run_for(std::chrono::milliseconds(300));
    }

    // Until the input is used up or a bound is passed; the fault, empty when all is well.
    std::string run() {
        for (int steps = 0; steps < 400 && !rest_.empty(); ++steps) {
            step();
            if (std::string fault = bounds_fault(); !fault.empty()) return fault;
        }
        return {};
    }
    void rest_for(Duration d) { world_.run_for(d); }
    TestWorld& world() { return world_; }
    Host& victim() { return victim_; }
    Host& peer() { return peer_; }
    std::uint64_t frames_sent() const { return sent_; }
    std::uint64_t bytes_echoed() const { return echoed_; }

    std::string bounds_fault() {
        const Stack& stack = victim_.stack();
        const Ipv6Stack& ipv6 = *stack.ipv6();
        if (stack.interfaces()[0].neighbors.size() > 4096) return "ARP cache";
        if (ipv6.interfaces()[0].neighbors.size() > 4096) return "IPv6 neighbors";
        if (stack.fragments() && stack.fragments()->bytes() > 5u << 20) return "IPv4 fragments";
        if (ipv6.fragments().bytes() > 2u << 20 || ipv6.fragments().packets() > 128) return "IPv6 fragments";
        if (stack.path_mtu_count() > 1024) return "IPv4 path MTU cache";
        if (ipv6.path_mtu_count() > 1024) return "IPv6 path MTU cache";
        if (ipv6.interfaces()[0].addresses.all().size() > 16 + 4) return "IPv6 addresses";
        if (ipv6.interfaces()[0].groups.groups().size() > 1024) return "IPv6 groups";
        if (ipv6.routes().size() > 1024 + 128) return "IPv6 routes";
        if (stack.routes().size() > 8) return "IPv4 routes";
        if (ipv6.dns_servers().size() > 255) return "advertised DNS servers";
        std::uint64_t queued = 0, handshakes = 0;
        for (const Stack::SocketRow& row : stack.sockets()) {
            queued += row.receive_queue + row.send_queue;
            handshakes += row.state == "SYN-RECV" ? 1u : 0u;
        }
        if (handshakes > 4096) return "half-open connections";
        if (queued > 64u << 20) return "queued bytes";
        if (victim_.processes().size() > 300) return "processes";
        return {};
    }

  private:
    static constexpr std::size_t most_templates = 64;
    static constexpr std::uint32_t flood_size = 300;

    Simulator& simulator() { return world_.simulator(); }
    void spawn(Host& host, Process::Main main) { world_.start(host, std::move(main)); }

    // Writes and reads for ever, over a new connection when one has failed.
    void talk(Host& host, Endpoint to) {
        spawn(host, [this, to](Process& self) { return converse(self, to); });
    }
    Task<int> converse(Process& self, Endpoint to) {
        const Buffer text = buffer(3000);
        for (;;) {
            Result<TcpSocket> socket = co_await connect(self, to, self.now() + std::chrono::seconds(2));
            while (socket && socket->error() == SocketError::none) {
                const bool sent = co_await send_all(self, *socket, Bytes(text));
                if (!sent) break;
                Buffer heard;
                const Time until = self.now() + std::chrono::seconds(5);
                std::size_t n = 1;
                while (n > 0 && heard.size() < text.size()) {
                    n = co_await receive(self, *socket, heard, until);
                    echoed_ += n;
                }
                if (n == 0) break;
                const Wake wake = co_await self.sleep(std::chrono::milliseconds(250));
                if (wake == Wake::interrupted) co_return 0;
            }
            const Wake wake = co_await self.sleep(std::chrono::milliseconds(100));
            if (wake == Wake::interrupted) co_return 0;
        }
    }
    Task<int> watch(Process& self) {
        PortTap tap = PortTap::open(self, 0);
        for (;;) {
            while (std::optional<TappedFrame> frame = tap.take()) {
                if (frame->bytes.size() > 2000) continue;
                templates_.push_back(std::move(frame->bytes));
                if (templates_.size() > most_templates) templates_.pop_front();
            }
            const Wake wake = co_await self.wait({&tap.readable()});
            if (wake == Wake::interrupted) co_return 0;
        }
    }

    // --- the row of bytes ---
    std::uint32_t take(std::size_t n) {
        std::uint32_t value = 0;
        for (; n > 0 && !rest_.empty(); --n, rest_ = rest_.subspan(1)) value = value << 8 | rest_[0];
        return value;
    }
    Buffer take_bytes(std::size_t n) {
        const Bytes b = rest_.first(std::min(n, rest_.size()));
        rest_ = rest_.subspan(b.size());
        return {b.begin(), b.end()};
    }
    MacAddress mac() const { return victim_.ports()[0].mac; }
    MacAddress own_mac() const { return stranger_.ports()[0].mac; }
    Ipv4Address some_v4() {
        const std::uint32_t kind = take(1);
        return kind < 64 ? address("10.0.0.2") : kind < 200 ? Ipv4Address{0x0a000000u | take(1)} : Ipv4Address{take(4)};
    }
    Ipv6Address some_v6() {
        const std::uint32_t kind = take(1);
        if (kind < 64) return six("2001:db8::2");
        if (kind < 100) return six("2001:db8::1");
        if (kind < 140) return proto::link_local_address(mac());
        const std::uint64_t high = kind < 200 ? 0xfe80'0000'0000'0000u : std::uint64_t{0x2001'0db8u} << 32 | take(1);
        return proto::ipv6_from(high, take(2));
    }
    Buffer some_template() {
        if (templates_.empty()) return Buffer(60);
        return templates_[take(1) % templates_.size()];
    }

    void send(Buffer frame) {
        if (frame.size() < 14) frame.resize(14);
        const MacAddress to = mac(), from = own_mac();
        std::copy(to.octets.begin(), to.octets.end(), frame.begin());
        std::copy(from.octets.begin(), from.octets.end(), frame.begin() + 6);
        stranger_.inject(simulator(), 0, frame);
        ++sent_;
    }
    void send_v4(Ipv4Address from, std::uint8_t protocol, const Buffer& payload, const IpParts& parts = {}) {
        send(ethernet(mac(), own_mac(), 0x0800, ipv4(from, address("10.0.0.1"), protocol, payload, parts)));
    }
    void send_v6(const Ipv6Address& from, const Ipv6Address& to, std::uint8_t next, const Buffer& payload,
                 std::uint8_t hops = 255) {
        send(ethernet(mac(), own_mac(), 0x86dd, ipv6(from, to, next, payload, hops)));
    }

    // Sets the checksums right, so that what lies behind them is reached.
    static void mend(Buffer& frame) {
        if (frame.size() < 14 + 20) return;
        std::uint8_t* p = frame.data() + 14;
        const std::size_t size = frame.size() - 14;
        std::size_t at = 0, length = 0;
        std::uint8_t protocol = 0;
        IpAddress from, to;
        if (proto::load_be16(frame.data() + 12) == 0x0800 && p[0] >> 4 == 4) {
            at = (p[0] & 15u) * 4u;
            length = proto::load_be16(p + 2);
            if (at < 20 || at > size || length < at || length > size) return;
            proto::store_be16(p + 10, 0);
            proto::store_be16(p + 10, proto::internet_checksum({p, at}));
            protocol = p[9];
            from = Ipv4Address::load(p + 12);
            to = Ipv4Address::load(p + 16);
        } else if (proto::load_be16(frame.data() + 12) == 0x86dd && size >= 40) {
            at = 40;
            length = 40u + proto::load_be16(p + 4);
            if (length > size) return;
            protocol = p[6];
            from = Ipv6Address::load(p + 8);
            to = Ipv6Address::load(p + 24);
        } else {
            return;
        }
        const std::size_t place = protocol == 6 ? 16 : protocol == 17 ? 6 : protocol == 1 || protocol == 58 ? 2 : 0;
        if (place == 0 || at + place + 2 > length) return;
        const proto::MutableBytes segment(p + at, length - at);
        proto::store_be16(segment.data() + place, 0);
        const std::uint16_t sum =
            protocol == 1 ? proto::internet_checksum(segment)
                          : proto::pseudo_header(from, to, protocol, segment.size()).add(segment).checksum();
        proto::store_be16(segment.data() + place, sum);
    }

    void change(Buffer& frame) {
        for (std::uint32_t changes = 1 + take(1) % 4; changes > 0 && !frame.empty(); --changes) {
            const std::size_t at = 14 + take(1) % 80;
            if (at + 4 > frame.size()) continue;
            const std::uint32_t kind = take(1) % 6;
            const std::uint32_t value = take(1);
            switch (kind) {
                case 0: frame[at] = static_cast<std::uint8_t>(value); break;
                case 1: frame[at] ^= static_cast<std::uint8_t>(1u << value % 8); break;
                case 2: proto::store_be32(&frame[at], proto::load_be32(&frame[at]) + value - 128); break;
                case 3: proto::store_be16(&frame[at], static_cast<std::uint16_t>(value % 2 ? 0xffff : 0)); break;
                case 4: frame.resize(14 + value); break;
                default: frame.insert(frame.end(), value, 0x5a);
            }
        }
    }

    void step() {
        switch (take(1) % 14) {
            case 0: {
                static constexpr std::uint16_t types[] = {0x0800, 0x86dd, 0x0806, 0x8100};
                const std::uint16_t type = types[take(1) % 4];
                send(ethernet(mac(), own_mac(), type, take_bytes(take(1))));
                break;
            }
            case 1:
            case 2:
            case 3: {
                Buffer frame = some_template();
                change(frame);
                if (take(1) % 8 != 0) mend(frame);
                send(std::move(frame));
                break;
            }
            case 4: segment(); break;
            case 5: icmp_error(); break;
            case 6: neighbor_message(); break;
            case 7: fragment(); break;
            case 8: flood(); break;
            case 9: arp(some_v4()); break;
            case 10: {
                const Buffer data = take_bytes(take(1));
                if (take(1) % 2) send_v4(some_v4(), 17, udp({address("10.0.0.2"), 9}, {address("10.0.0.1"), 7}, data));
                const Ipv6Address from = some_v6();
                send_v6(from, six("2001:db8::1"), 17, udp({from, 9}, {six("2001:db8::1"), 7}, data), 64);
                break;
            }
            case 11: extension_headers(); break;
            case 12: world_.run_for(std::chrono::milliseconds(take(2) / 8)); break;
            default: world_.run_for(std::chrono::microseconds(50) * take(1));
        }
        world_.run_for(std::chrono::microseconds(20));
    }

    // A real segment with other numbers: near those that mean something.
    void segment() {
        for (int tries = 0; tries < 8; ++tries) {
            Buffer frame = some_template();
            const bool is_v4 = frame.size() >= 54 && frame[13] == 0 && frame[23] == 6;
            const bool is_v6 = frame.size() >= 74 && frame[13] == 0xdd && frame[20] == 6;
            if (!is_v4 && !is_v6) continue;
            std::uint8_t* t = frame.data() + (is_v4 ? 34 : 54);
            const auto nudge = [&](std::uint8_t* at) {
                const std::uint32_t kind = take(1);
                if (kind < 100) return;
                proto::store_be32(at, kind < 240 ? proto::load_be32(at) + take(2) - 0x4000u : take(4));
            };
            nudge(t + 4);
            nudge(t + 8);
            const std::uint32_t flags = take(1);
            if (flags % 3 != 0) t[13] = static_cast<std::uint8_t>(flags & ~4u);
            if (flags % 16 == 15) t[13] |= 4;
            if (take(1) % 4 == 0) proto::store_be16(t + 14, static_cast<std::uint16_t>(take(2)));
            if (take(1) % 4 == 0) t[12] = static_cast<std::uint8_t>(take(1));
            mend(frame);
            return send(std::move(frame));
        }
    }

    void icmp_error() {
        const Buffer about = some_template();
        const bool is_v6 = about.size() >= 54 && about[13] == 0xdd;
        const std::size_t quoted = std::min<std::size_t>(about.size() - 14, take(1) * 6);
        Buffer message(8);
        message[0] = static_cast<std::uint8_t>(take(1) % 2 ? (is_v6 ? 2 : 3) : take(1));
        message[1] = static_cast<std::uint8_t>(take(1) % 2 && !is_v6 ? 4 : take(1) % 8);
        proto::store_be16(&message[6], static_cast<std::uint16_t>(take(2)));
        message.insert(message.end(), about.begin() + 14, about.begin() + 14 + static_cast<std::ptrdiff_t>(quoted));
        if (take(1) % 4 == 0 && message.size() > 40) message[8 + take(1) % 32] = static_cast<std::uint8_t>(take(1));
        if (!is_v6) {
            proto::store_be16(&message[2], proto::internet_checksum(message));
            return send_v4(some_v4(), 1, message);
        }
        const Ipv6Address from = some_v6();
        send_v6(from, six("2001:db8::1"), 58, icmpv6(from, six("2001:db8::1"), message));
    }

    // Router and neighbor solicitations and advertisements, redirects, listener queries, with any options.
    void neighbor_message() {
        static constexpr std::uint8_t types[] = {133, 134, 135, 136, 137, 130, 131, 143};
        Buffer message(24);
        message[0] = types[take(1) % 8];
        proto::store_be32(&message[4], take(4));
        some_v6().store(&message[8]);
        if (message[0] == 134) message.resize(16);
        if (message[0] == 137) message.resize(40, 1);
        for (std::uint32_t options = take(1) % 4; options > 0; --options) {
            static constexpr std::uint8_t kinds[] = {1, 2, 3, 5, 25, 4};
            const std::uint8_t kind = kinds[take(1) % 6];
            const std::size_t units = take(1) % 16 == 0 ? take(1) % 8 : kind == 3 ? 4 : kind == 25 ? 3 : 1;
            Buffer option = take_bytes(units * 8);
            option.resize(std::max<std::size_t>(units * 8, 2));
            option[0] = kind;
            option[1] = static_cast<std::uint8_t>(units);
            if (kind == 3 && option.size() == 32) {
                option[2] = 64;
                option[3] |= 0xc0;
                option[16] = 0x20;
            }
            message.insert(message.end(), option.begin(), option.end());
        }
        const Ipv6Address from = take(1) % 4 ? proto::ipv6_from(0xfe80'0000'0000'0000u, take(1)) : some_v6();
        const Ipv6Address to = take(1) % 2 ? proto::all_nodes : some_v6();
        send_v6(from, to, 58, icmpv6(from, to, message), take(1) % 8 ? 255 : 1);
    }

    void fragment() {
        const std::uint32_t where = take(2), id = take(1) % 8;
        const Buffer data = take_bytes(8 * (take(1) % 20) + (where & 1 ? 0 : take(1) % 8));
        if (take(1) % 2) {
            IpParts parts;
            parts.identification = static_cast<std::uint16_t>(id);
            parts.fragment =
                static_cast<std::uint16_t>((where & 0x1fff) % (take(1) % 2 ? 64 : 8192) | (where & 1) << 13);
            return send_v4(some_v4(), static_cast<std::uint8_t>(take(1) % 2 ? 17 : 6), data, parts);
        }
        Buffer header(8);
        header[0] = static_cast<std::uint8_t>(take(1) % 2 ? 17 : take(1));
        proto::store_be16(&header[2], static_cast<std::uint16_t>((where % 512) << 3 | (where & 1)));
        proto::store_be32(&header[4], id);
        header.insert(header.end(), data.begin(), data.end());
        send_v6(some_v6(), six("2001:db8::1"), 44, header, 64);
    }

    void arp(Ipv4Address from) {
        Buffer message;
        proto::ByteWriter out(message);
        out.be16(1);
        out.be16(0x0800);
        out.be16(0x0604);
        out.be16(static_cast<std::uint16_t>(1 + take(1) % 2));
        out.bytes(own_mac().octets);
        out.be32(from.number);
        out.zeros(6);
        out.be32(take(1) % 2 ? address("10.0.0.1").number : from.number);
        send(ethernet(mac(), own_mac(), 0x0806, message));
    }

    void extension_headers() {
        static constexpr std::uint8_t kinds[] = {0, 60, 43, 44, 51, 59, 17, 6, 58};
        Buffer all;
        std::uint8_t first = 60, next = 60;
        for (std::uint32_t n = 1 + take(1) % 6; n > 0; --n) {
            const std::size_t units = take(1) % 3;
            Buffer header = take_bytes(8 * (units + 1));
            header.resize(8 * (units + 1));
            next = kinds[take(1) % 9];
            header[0] = next;
            header[1] = static_cast<std::uint8_t>(take(1) % 8 == 0 ? take(1) : units);
            all.insert(all.end(), header.begin(), header.end());
        }
        first = take(1) % 2 ? 60 : kinds[take(1) % 9];
        send_v6(some_v6(), take(1) % 4 ? six("2001:db8::1") : proto::all_nodes, first, all, 64);
    }

    // Many of one kind, each from somebody else: against the bounds of the tables.
    void flood() {
        const std::uint32_t kind = take(1) % 9, first = take(2);
        for (std::uint32_t i = 0; i < flood_size; ++i) {
            const std::uint32_t n = first * flood_size + i;
            const Ipv6Address router = proto::ipv6_from(0xfe80'0000'0000'0000u, 0x10000 + n);
            const Ipv4Address other{0x0a000000u | (n & 0xff)};
            switch (kind) {
                case 0: arp(other); break;
                case 1: {  // neighbors
                    const Ipv6Address from = proto::ipv6_from(0x2001'0db8'0000'0000u, 0x10000 + n);
                    const Ipv6Address to = six("2001:db8::1");
                    Buffer message = wire::make_neighbor_solicitation(to, own_mac());
                    send_v6(from, to, 58, icmpv6(from, to, message));
                    break;
                }
                case 2: {  // routers and prefixes
                    wire::RouterAdvertisement ra;
                    ra.router_lifetime = 1800;
                    ra.options.source_mac = own_mac();
                    wire::PrefixInformation p;
                    p.prefix = {proto::ipv6_from(0x2001'0db8'0000'0000u | n, 0), 64};
                    p.on_link = p.autonomous = true;
                    p.valid_lifetime = p.preferred_lifetime = 3600;
                    ra.options.prefixes.push_back(p);
                    const Buffer message = wire::make_router_advertisement(ra);
                    send_v6(router, proto::all_nodes, 58, icmpv6(router, proto::all_nodes, message));
                    break;
                }
                case 3: {  // fragments of ever new datagrams
                    IpParts parts;
                    parts.identification = static_cast<std::uint16_t>(n);
                    parts.fragment = 0x2000;
                    send_v4(other, 17, Buffer(1400), parts);
                    break;
                }
                case 4: {
                    Buffer header(8 + 1200);
                    header[0] = 17;
                    header[3] = 1;
                    proto::store_be32(&header[4], n);
                    send_v6(router, six("2001:db8::1"), 44, header, 64);
                    break;
                }
                case 5: {  // half-open connections
                    Buffer syn(20);
                    proto::store_be16(&syn[0], static_cast<std::uint16_t>(1024 + n % 60000));
                    proto::store_be16(&syn[2], 80);
                    syn[12] = 0x50;
                    syn[13] = 2;
                    Buffer frame = ethernet(mac(), own_mac(), 0x0800, ipv4(other, address("10.0.0.1"), 6, syn));
                    mend(frame);
                    send(std::move(frame));
                    break;
                }
                case 6:
                case 7: {  // path MTUs of destinations that nobody writes to
                    const bool is_v6 = kind == 7;
                    Buffer message(8);
                    message[0] = is_v6 ? 2 : 3;
                    message[1] = is_v6 ? 0 : 4;
                    proto::store_be16(&message[6], 1300);
                    const Ipv6Address own = six("2001:db8::1");
                    const Endpoint from4{address("10.0.0.1"), 7}, to4{Ipv4Address{0xc0000000u | n}, 9};
                    const Buffer datagram = udp(from4, to4, buffer(4));
                    const Buffer about = is_v6 ? ipv6(own, proto::ipv6_from(0x2001'0db8'0001'0000u, n), 17, datagram)
                                               : ipv4(from4.address.v4(), to4.address.v4(), 17, datagram);
                    message.insert(message.end(), about.begin(), about.end());
                    if (is_v6) {
                        send_v6(router, own, 58, icmpv6(router, own, message));
                    } else {
                        proto::store_be16(&message[2], proto::internet_checksum(message));
                        send_v4(other, 1, message);
                    }
                    break;
                }
                default: {  // redirects
                    const Ipv6Address target = proto::ipv6_from(0xfe80'0000'0000'0000u, n);
                    const Ipv6Address to = proto::ipv6_from(0x2001'0db8'0002'0000u, n), own = six("2001:db8::1");
                    const Ipv6Address from = proto::link_local_address(peer_.ports()[0].mac);
                    const Buffer message = wire::make_redirect(target, to, own_mac(), {});
                    send_v6(from, own, 58, icmpv6(from, own, message));
                }
            }
            if (i % 8 == 7) world_.run_for(std::chrono::microseconds(100));
        }
    }

    TestWorld world_;
    Switch& bridge_ = world_.add_switch("bridge");
    Host& victim_ = world_.add_host("victim");
    Host& peer_ = world_.add_host("peer");
    External& stranger_ = world_.add_external("stranger");
    std::deque<Buffer> templates_;
    Bytes rest_;
    std::uint64_t sent_ = 0, echoed_ = 0;
};

}  // namespace layerlab::sim::test
