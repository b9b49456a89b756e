#include "sim/net/node.hpp"

#include <functional>
#include <gtest/gtest.h>

#include "tests/sim/net/frames.hpp"

namespace layerlab::sim {
namespace {

using proto::time_at;
using test::Bare;
using test::buffer;

struct Outlet final : Channel {
    std::vector<std::pair<std::uint8_t, test::Buffer>> sent;
    PacketId last = 0, cause = 0;
    bool up = true;
    void transmit(Context&, std::uint8_t side, PacketRef&& frame) override {
        sent.emplace_back(side, test::Buffer(frame.bytes().begin(), frame.bytes().end()));
        last = frame.id();
        cause = frame.cause();
    }
    bool is_up() const override { return up; }
};

TEST(Node, NamesPortsByNumberUnlessTheyHaveANameOfTheirOwn) {
    Bare node(3, "r1");
    node.add_port({});
    node.add_port({}, "wan");
    node.add_port({});
    EXPECT_EQ(node.port_name(0), "eth0");
    EXPECT_EQ(node.port_name(1), "wan");
    EXPECT_EQ(node.port_name(2), "eth2");
    EXPECT_EQ(node.find_port("wan"), 1);
    EXPECT_EQ(node.find_port("eth2"), 2);
    EXPECT_EQ(node.find_port("eth1"), no_port);
}

TEST(Node, PadsShortFramesWithZerosAndGivesThemAnIdentity) {
    Simulator simulator(1);
    Outlet outlet;
    Bare node(4, "n");
    node.ports()[node.add_port({})].channel = &outlet;
    node.ports()[0].side = 1;
    Context context{simulator, 4, 99};
    const PacketRef frame = simulator.packets().make(buffer(20, 1));
    node.send(context, 0, PacketRef(frame));
    ASSERT_EQ(outlet.sent.size(), 1u);
    EXPECT_EQ(outlet.sent[0].first, 1);
    test::Buffer expected = buffer(20, 1);
    expected.resize(60);
    EXPECT_EQ(outlet.sent[0].second, expected);
    EXPECT_EQ(outlet.last, proto::make_packet_id(5, 1));
    EXPECT_EQ(outlet.cause, 99u);
    EXPECT_EQ(frame.size(), 20u);  // what somebody else holds is not padded
    node.send(context, 0, simulator.packets().make(buffer(61)));
    EXPECT_EQ(outlet.sent[1].second.size(), 61u);
    EXPECT_EQ(outlet.last, proto::make_packet_id(5, 2));
}

TEST(Node, DropsWhatLeavesByAPortThatIsDownOrNotPluggedIn) {
    Simulator simulator(1);
    Outlet outlet;
    Bare node(4, "n");
    node.add_port({});
    Context context{simulator, 4};
    EXPECT_FALSE(node.ports()[0].has_carrier());
    node.send(context, 0, simulator.packets().make(buffer(60)));
    node.ports()[0].channel = &outlet;
    EXPECT_TRUE(node.ports()[0].has_carrier());
    node.ports()[0].up = false;
    node.send(context, 0, simulator.packets().make(buffer(60)));
    EXPECT_EQ(simulator.stats().drops[static_cast<std::size_t>(DropReason::link_down)], 2u);
    EXPECT_TRUE(outlet.sent.empty());
    node.ports()[0].up = true;
    outlet.up = false;
    EXPECT_FALSE(node.ports()[0].has_carrier());
}

struct Noting final : Timer {
    std::vector<std::int64_t>& fired;
    std::function<void(Context&)> then;
    explicit Noting(std::vector<std::int64_t>& f) : fired(f) {}
    void on_timer(Context& context) override {
        fired.push_back(proto::nanoseconds(context.now()));
        if (then) then(context);
    }
};

TEST(Node, WakesForItsTimersWhereverTheyAreMovedTo) {
    Simulator simulator(1);
    Bare node(0, "n");
    simulator.add(node);
    std::vector<std::int64_t> fired;
    Noting a(fired), b(fired), c(fired);
    node.set_timer(simulator, a, time_at(100));
    node.set_timer(simulator, b, time_at(50));
    node.set_timer(simulator, c, time_at(60));
    node.set_timer(simulator, a, time_at(10));   // earlier
    node.set_timer(simulator, b, time_at(200));  // later
    node.clear_timer(c);
    bool again = true;
    a.then = [&](Context&) {
        if (std::exchange(again, false)) node.set_timer(simulator, a, time_at(20));
    };
    simulator.run_until(time_at(1000));
    EXPECT_EQ(fired, (std::vector<std::int64_t>{10, 20, 200}));
    EXPECT_TRUE(simulator.idle());
}

TEST(Node, ClearsATimerFromWithinAnotherOne) {
    Simulator simulator(1);
    Bare node(0, "n");
    simulator.add(node);
    std::vector<std::int64_t> fired;
    Noting a(fired), b(fired);
    a.then = [&](Context&) { node.clear_timer(b); };
    node.set_timer(simulator, a, time_at(10));
    node.set_timer(simulator, b, time_at(10));
    simulator.run_until(time_at(100));
    EXPECT_EQ(fired, (std::vector<std::int64_t>{10}));
}

}  // namespace
}  // namespace layerlab::sim
