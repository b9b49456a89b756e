#include "capture/frame_sender.hpp"

#include <gmock/gmock.h>

#include "capture/live.hpp"
#include "tests/capture/own_network.hpp"
#include "tests/capture/send_frames.hpp"

namespace layerlab::capture {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

struct RealFrameSender : testing::Test {
    void SetUp() override {
        if (!network_.obstacle().empty()) GTEST_SKIP() << network_.obstacle();
    }
    test::OwnNetwork network_;
};

TEST(FrameSender, SaysThatAnInterfaceIsMissing) {
    for (const char* name : {"nosuch", "", "a-name-that-is-longer-than-names-can-be"}) {
        const auto socket = FrameSender::open(name);
        ASSERT_FALSE(socket);
        EXPECT_THAT(socket.error().message, HasSubstr("there is no such interface"));
    }
}

TEST_F(RealFrameSender, SendsManyFramesAtOnceInTheirOrder) {
    ASSERT_TRUE(test::OwnNetwork::shell("ip link set va address 02:00:00:00:00:77 mtu 1400"));
    auto live = LiveCapture::open({.interface = "vb"});
    ASSERT_TRUE(live) << live.error().message;
    auto socket = FrameSender::open("va");
    ASSERT_TRUE(socket) << socket.error().message;
    EXPECT_EQ(socket->mac().to_string(), "02:00:00:00:00:77");
    EXPECT_EQ(socket->mtu(), 1400u);
    std::vector<std::vector<std::uint8_t>> frames;
    for (std::uint32_t i = 0; i < 100; ++i) frames.push_back(test::numbered_frame(i, 60 + i));
    std::vector<proto::Bytes> left(frames.begin(), frames.end());
    for (std::size_t done = 0; done < left.size();) {
        const auto sent = socket->send(std::span(left).subspan(done));
        ASSERT_TRUE(sent);
        done += *sent;
    }
    std::uint32_t next = 0;
    for (unsigned turn = 0; turn < 50 && next < 100; ++turn)
        ASSERT_TRUE(live->read(100ms, [&](const FrameRing::Frame& f) {
            EXPECT_EQ(f.bytes.size(), 60 + next);
            EXPECT_EQ(test::number_of(f.bytes), next++);
        }));
    EXPECT_EQ(next, 100u);
}

TEST_F(RealFrameSender, SaysThatAFrameIsTooLongOrTheInterfaceDown) {
    auto socket = FrameSender::open("va");
    ASSERT_TRUE(socket);
    const auto giant = test::numbered_frame(0, 9000);
    const proto::Bytes one[] = {giant};
    const auto sent = socket->send(one);
    ASSERT_FALSE(sent);
    EXPECT_THAT(sent.error().message, HasSubstr("Message too long"));
    EXPECT_THAT(sent.error().hint, HasSubstr("1500"));
    ASSERT_TRUE(test::OwnNetwork::shell("ip link set va down"));
    const auto down = FrameSender::open("va");
    ASSERT_FALSE(down);
    EXPECT_THAT(down.error().message, HasSubstr("is down"));
}

}  // namespace
}  // namespace layerlab::capture
