#include "sim/net/switch.hpp"

#include <gtest/gtest.h>

#include "tests/sim/net/frames.hpp"

namespace layerlab::sim {
namespace {

using namespace std::chrono_literals;
using test::Bare;
using test::TestWorld;

// Three bare nodes at a switch or a hub.
template <class Device>
struct Star : TestWorld {
    Device& device;
    Bare a{70, "a"}, b{71, "b"}, c{72, "c"};

    explicit Star(Device& (World::*make)(std::string)) : device((this->*make)("middle")) {
        for (Bare* n : {&a, &b, &c}) {
            simulator().add(*n);
            connect(*n, device);
        }
    }
    static MacAddress mac(const Bare& n) { return n.ports()[0].mac; }
    void send(Bare& from, MacAddress to) { send_as(from, mac(from), to); }
    void send_as(Bare& from, MacAddress source, MacAddress to) {
        Context context{simulator(), from.id()};
        from.send(context, 0, simulator().packets().make(test::ethernet(to, source, 0x88b5, test::buffer(50))));
        run_for(1ms);
    }
    // How many frames a, b and c have got since the last call.
    std::string got() {
        std::string text;
        for (Bare* n : {&a, &b, &c}) {
            text += std::to_string(n->seen.size());
            n->seen.clear();
        }
        return text;
    }
    std::uint64_t drops() { return simulator().stats().dropped(); }
};

struct Switched : Star<Switch> {
    Switched() : Star(&World::add_switch) {}
};

TEST(Switch, FloodsWhatItDoesNotKnowAndForwardsWhatItHasLearned) {
    Switched w;
    w.send(w.a, w.mac(w.b));
    EXPECT_EQ(w.got(), "011");
    w.send(w.b, w.mac(w.a));
    EXPECT_EQ(w.got(), "100");
    w.send(w.a, w.mac(w.b));
    EXPECT_EQ(w.got(), "010");
    EXPECT_EQ(w.device.mac_table().size(), 2u);
}

TEST(Switch, FloodsBroadcastsAndGroupsAlways) {
    Switched w;
    w.send(w.a, proto::broadcast_mac);
    w.send(w.b, MacAddress::from_number(0x0100'5e00'0001));
    EXPECT_EQ(w.got(), "112");
}

TEST(Switch, KeepsWhatIsForTheSideItCameFrom) {
    Switched w;
    const MacAddress neighbor = MacAddress::from_number(0x0200'0000'9999);
    w.send_as(w.a, neighbor, proto::broadcast_mac);
    w.got();
    w.send(w.a, neighbor);
    EXPECT_EQ(w.got(), "000");
    EXPECT_EQ(w.drops(), 1u);
}

TEST(Switch, FollowsAnAddressThatMoves) {
    Switched w;
    w.send(w.a, proto::broadcast_mac);
    w.send_as(w.c, w.mac(w.a), proto::broadcast_mac);
    w.got();
    w.send(w.b, w.mac(w.a));
    EXPECT_EQ(w.got(), "001");
}

TEST(Switch, ForgetsAPortWithItsCarrierAndEverythingWithItsPower) {
    Switched w;
    w.send(w.a, proto::broadcast_mac);
    w.send(w.b, proto::broadcast_mac);
    w.got();
    Context context{w.simulator(), no_node};
    LinkSettings settings;
    settings.up = false;
    w.links()[0]->change(context, settings);
    EXPECT_EQ(w.device.mac_table().size(), 1u);
    w.send(w.c, w.mac(w.a));
    EXPECT_EQ(w.got(), "010");  // flooded, but not to where there is no carrier
    w.device.set_up(context, false);
    EXPECT_EQ(w.device.mac_table().size(), 0u);
    w.send(w.c, w.mac(w.b));
    EXPECT_EQ(w.got(), "000");
    w.device.set_up(context, true);
    w.send(w.c, w.mac(w.b));
    EXPECT_EQ(w.got(), "010");
}

TEST(Switch, ForgetsAddressesThatHaveBeenSilentForFiveMinutes) {
    Switched w;
    w.send(w.a, proto::broadcast_mac);
    w.got();
    w.run_for(299s);
    w.send(w.b, w.mac(w.a));
    EXPECT_EQ(w.got(), "100");
    w.run_for(2s);
    w.send(w.b, w.mac(w.a));
    EXPECT_EQ(w.got(), "101");
}

TEST(Switch, SharesAFloodedFrameWithoutAnyoneSeeingTheOthersChanges) {
    Switched w;
    w.send(w.a, proto::broadcast_mac);
    ASSERT_EQ(w.b.seen.size(), 1u);
    ASSERT_EQ(w.c.seen.size(), 1u);
    EXPECT_EQ(w.b.seen[0].bytes, w.c.seen[0].bytes);
    EXPECT_EQ(w.b.seen[0].id, w.c.seen[0].id);
}

TEST(Hub, RepeatsEverythingOnEveryOtherPort) {
    Star<Hub> w(&World::add_hub);
    w.send(w.a, w.mac(w.b));
    w.send(w.b, w.mac(w.a));
    w.send(w.a, w.mac(w.b));
    EXPECT_EQ(w.got(), "123");
}

}  // namespace
}  // namespace layerlab::sim
