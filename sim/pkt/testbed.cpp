#include "sim/pkt/testbed.hpp"

#include <algorithm>

#include "proto/wire/ethernet.hpp"
#include "sim/net/ipv6_stack.hpp"
#include "sim/pkt/packets.hpp"

namespace layerlab::sim::pkt {

using namespace std::chrono_literals;
using proto::wire::Ethernet;

namespace {

constexpr std::uint16_t ipv4_type = 0x0800, ipv6_type = 0x86dd;
constexpr proto::Ipv4Address gateway{0xc0a8'0002};  // 192.168.0.2
constexpr proto::Ipv6Address gateway_v6{{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}};

// Neighbor discovery and listener reports are between a host and its link.
bool is_of_the_link(Bytes packet) { return packet[6] == 58 && packet.size() > 40 && packet[40] >= 130; }
bool is_report(Bytes packet) { return packet[6] == 0; }  // behind hop-by-hop options

// A process that is there for its sockets alone.
Task<int> idle(Process& self) {
    while (!self.interrupted()) co_await self.sleep_until(proto::never);
    co_return 0;
}

}  // namespace

class Testbed::Wire final : public Node {
  public:
    using Node::Node;

    void on_frame(Context& context, PortId, PacketRef frame) override {
        const Bytes bytes = frame.bytes();
        if (bytes.size() < Ethernet::min_size + 40) return;
        const std::uint16_t type = proto::load_be16(bytes.data() + 12);
        const Bytes packet = bytes.subspan(Ethernet::min_size);
        std::size_t size = proto::load_be16(packet.data() + 2);
        if (type == ipv6_type) {
            if (is_of_the_link(packet) || is_report(packet)) return;
            size = 40u + proto::load_be16(packet.data() + 4);
        } else if (type != ipv4_type) {
            return;
        }
        size = std::min(size, packet.size());
        arrivals.push_back({context.now(), {packet.begin(), packet.begin() + static_cast<long>(size)}});
    }
    std::deque<Arrival> arrivals;
};

Testbed::Testbed(std::uint64_t seed, const proto::machine::TcpConfig& tcp)
    : world_(seed), host_(world_.add_host("host")), wire_(std::make_unique<Wire>(1, "wire")) {
    Simulator& simulator = world_.simulator();
    simulator.add(*wire_);
    LinkSettings cable;  // so fast that scripts do not see it
    cable.rate = proto::Rate{400'000'000'000};
    cable.delay = 0ns;
    cable.queue_packets = 100'000;
    cable_ = &world_.connect(host_, *wire_, cable);
    host_.settings().tcp = tcp;
    Stack& stack = host_.stack();
    stack.add_address(0, {host_address, 16});
    stack.set_default_gateway(gateway, 0);
    Context context{simulator, host_.id()};
    stack.set_permanent_neighbor(context, gateway, wire_->ports()[0].mac);
    Ipv6Stack& ipv6 = stack.make_ipv6();
    ipv6.enable(context, 0, false);
    ipv6.add_address(context, 0, {host_address_v6, 48}, false);
    ipv6.add_route({}, gateway_v6, 0, 0);
    ipv6.set_permanent_neighbor(context, 0, gateway_v6, wire_->ports()[0].mac);
    process_ = &host_.spawn(simulator, "script", {"script"}, idle, 0, 0, true);
    host_.run_pending(simulator);
    simulator.run_until(proto::time_at(0) + 1s);  // whatever a host does when it starts is over
    wire_->arrivals.clear();
    begin_ = simulator.now();
    posix_ = std::make_unique<Posix>(*process_);
}

Testbed::~Testbed() = default;

bool Testbed::step(Duration until) {
    Simulator& simulator = world_.simulator();
    return simulator.next_event() <= begin_ + until && simulator.step();
}

void Testbed::run_until(Duration time) {
    world_.simulator().run_until(std::max(world_.simulator().now(), begin_ + time));
}

void Testbed::settle() { host_.run_pending(world_.simulator()); }

// Not over the cable: scripts send packets beyond its MTU, as cards hand on that have put segments together.
// packetdrill gives the host an address of its choice: the one that packets are sent to.
void Testbed::put(Bytes packet) {
    Simulator& simulator = world_.simulator();
    const bool is_v6 = packet.size() >= 40 && packet[0] >> 4 == 6;
    if (is_v6)
        own(proto::Ipv6Address::load(packet.data() + 24));
    else if (packet.size() >= 20)
        own(proto::Ipv4Address{proto::load_be32(packet.data() + 16)});
    std::vector<std::uint8_t> bytes;
    proto::ByteWriter out(bytes);
    out.bytes(host_.ports()[0].mac.octets);
    out.bytes(wire_->ports()[0].mac.octets);
    out.be16(is_v6 ? ipv6_type : ipv4_type);
    out.bytes(packet);
    PacketRef frame = simulator.packets().make(bytes);
    frame.set_identity(wire_->next_packet_id(), 0);
    Context context{simulator, host_.id(), frame.id()};
    host_.on_frame(context, 0, std::move(frame));
    settle();
}

void Testbed::set_mtu(std::uint32_t bytes) {
    LinkSettings settings = cable_->settings();
    settings.mtu = static_cast<std::uint16_t>(std::clamp(bytes, 68u, 65535u));
    Context context{world_.simulator(), host_.id()};
    cable_->change(context, settings);
}

void Testbed::own(const proto::IpAddress& address) {
    if (address.is_zero() || address.is_multicast()) return;
    Stack& stack = host_.stack();
    if (address.is_v6()) {
        Context context{world_.simulator(), host_.id()};
        if (!stack.ipv6()->is_own(address.v6())) stack.ipv6()->add_address(context, 0, {address.v6(), 48}, false);
        return;
    }
    const proto::Ipv4Address v4 = address.v4();
    const auto& known = stack.interfaces()[0].addresses;
    const bool is_known =
        std::any_of(known.begin(), known.end(), [&](const auto& a) { return a.prefix.address == v4; });
    if (!is_known && !v4.is_broadcast()) stack.add_address(0, {v4, 16});
}

std::deque<Testbed::Arrival>& Testbed::arrivals() { return wire_->arrivals; }

}  // namespace layerlab::sim::pkt
