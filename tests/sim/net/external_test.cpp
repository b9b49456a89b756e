#include "sim/net/external.hpp"

#include <gtest/gtest.h>

#include "tests/sim/net/frames.hpp"

namespace layerlab::sim {
namespace {

using namespace std::chrono_literals;
using test::Bare;
using test::TestWorld;

struct Taken final : Outside {
    std::vector<std::size_t> frames;
    std::vector<bool> carriers;
    void take(const External&, PortId, Bytes frame) override { frames.push_back(frame.size()); }
    void carrier(const External&, PortId, bool up) override { carriers.push_back(up); }
};

struct ExternalDevice : testing::Test {
    ExternalDevice() {
        w.simulator().add(peer);
        link = &w.connect(peer, device);
    }
    std::vector<std::uint8_t> frame(std::size_t payload) {
        const auto bytes = test::ethernet(peer.ports()[0].mac, device.ports()[0].mac, 0x88b5, test::buffer(payload));
        return {bytes.begin(), bytes.end()};
    }
    std::uint64_t drops(DropReason reason) { return w.simulator().stats().drops[static_cast<std::size_t>(reason)]; }

    TestWorld w;
    External& device = w.add_external("amy");
    Bare peer{70, "peer"};
    Link* link = nullptr;
    Taken outside;
};

TEST_F(ExternalDevice, SendsWhatComesFromOutsideWithItsCause) {
    device.frame_cause = 42;
    device.inject(w.simulator(), 0, frame(100));
    w.run_for(1ms);
    ASSERT_EQ(peer.seen.size(), 1u);
    EXPECT_EQ(peer.seen[0].bytes.size(), 114u);
    EXPECT_EQ(peer.seen[0].cause, 42u);
}

TEST_F(ExternalDevice, HandsOutWhatArrives) {
    device.set_outside(&outside);
    Context context{w.simulator(), peer.id()};
    peer.send(context, 0, w.simulator().packets().make(frame(100)));
    w.run_for(1ms);
    EXPECT_EQ(outside.frames, std::vector<std::size_t>{114});
}

TEST_F(ExternalDevice, DropsWhatNobodyTakes) {
    Context context{w.simulator(), peer.id()};
    peer.send(context, 0, w.simulator().packets().make(frame(100)));
    w.run_for(1ms);
    EXPECT_EQ(drops(DropReason::not_for_me), 1u);
}

TEST_F(ExternalDevice, RefusesFramesThatNoEthernetCarries) {
    const std::vector<std::uint8_t> tiny(13), huge(70'000);
    device.inject(w.simulator(), 0, tiny);
    device.inject(w.simulator(), 0, huge);
    device.inject(w.simulator(), 0, frame(1509));
    device.inject(w.simulator(), 7, frame(100));
    EXPECT_EQ(drops(DropReason::malformed), 1u);
    EXPECT_EQ(drops(DropReason::mtu), 2u);
    device.inject(w.simulator(), 0, frame(1500));
    w.run_for(1ms);
    EXPECT_EQ(peer.seen.size(), 1u);
}

TEST_F(ExternalDevice, TellsTheCarrier) {
    device.set_outside(&outside);
    Context context{w.simulator()};
    LinkSettings settings = link->settings();
    settings.up = false;
    link->change(context, settings);
    settings.up = true;
    link->change(context, settings);
    w.run_for(1ms);
    EXPECT_EQ(outside.carriers, (std::vector<bool>{false, true}));
}

}  // namespace
}  // namespace layerlab::sim
