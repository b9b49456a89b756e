#include "sim/pkt/testbed.hpp"

#include <algorithm>

#include "proto/wire/ethernet.hpp"
#include "sim/pkt/packets.hpp"

namespace layerlab::sim::pkt {

using namespace std::chrono_literals;
using proto::wire::Ethernet;

namespace {

constexpr std::uint16_t ipv4_type = 0x0800;
constexpr proto::Ipv4Address gateway{0xc0a8'0002};  // 192.168.0.2

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
        if (bytes.size() < Ethernet::min_size + 20 || proto::load_be16(bytes.data() + 12) != ipv4_type) return;
        const Bytes packet = bytes.subspan(Ethernet::min_size);
        const std::size_t size = std::min<std::size_t>(proto::load_be16(packet.data() + 2), packet.size());
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
    world_.connect(host_, *wire_, cable);
    host_.settings().tcp = tcp;
    Stack& stack = host_.stack();
    stack.add_address(0, {host_address, 16});
    stack.set_default_gateway(gateway, 0);
    Context context{simulator, host_.id()};
    stack.set_permanent_neighbor(context, gateway, wire_->ports()[0].mac);
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
    if (packet.size() >= 20) {
        const proto::Ipv4Address to{proto::load_be32(packet.data() + 16)};
        const auto& own = host_.stack().interfaces()[0].addresses;
        const bool is_known =
            std::any_of(own.begin(), own.end(), [&](const auto& a) { return a.prefix.address == to; });
        if (!is_known && !to.is_multicast() && !to.is_broadcast()) host_.stack().add_address(0, {to, 16});
    }
    std::vector<std::uint8_t> bytes;
    proto::ByteWriter out(bytes);
    out.bytes(host_.ports()[0].mac.octets);
    out.bytes(wire_->ports()[0].mac.octets);
    out.be16(ipv4_type);
    out.bytes(packet);
    PacketRef frame = simulator.packets().make(bytes);
    frame.set_identity(wire_->next_packet_id(), 0);
    Context context{simulator, host_.id(), frame.id()};
    host_.on_frame(context, 0, std::move(frame));
    settle();
}

std::deque<Testbed::Arrival>& Testbed::arrivals() { return wire_->arrivals; }

}  // namespace layerlab::sim::pkt
