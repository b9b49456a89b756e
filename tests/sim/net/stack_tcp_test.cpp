// TCP segments that are made by hand: what the stack takes, refuses and resets.
#include <algorithm>
#include <gtest/gtest.h>

#include "tests/sim/net/frames.hpp"

namespace layerlab::sim {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::Bench;
using test::Buffer;
using test::buffer;

constexpr std::uint8_t fin = 1, syn = 2, rst = 4, ack = 16;

struct Parts {
    std::uint32_t sequence = 1000, acknowledgment = 0;
    std::uint8_t flags = syn;
    std::uint16_t from = 4000, to = 80;
    Buffer options{};
    Buffer data{};
};
Buffer segment(const Bench& w, const Parts& parts) {
    Buffer s;
    proto::ByteWriter out(s);
    out.be16(parts.from);
    out.be16(parts.to);
    out.be32(parts.sequence);
    out.be32(parts.acknowledgment);
    out.u8(static_cast<std::uint8_t>((20 + parts.options.size()) / 4 << 4));
    out.u8(parts.flags);
    out.be16(60000);
    out.be32(0);
    out.bytes(parts.options);
    out.bytes(parts.data);
    out.patch_be16(16, proto::ChecksumSum{}.add_pseudo(w.far, w.own, 6, s.size()).add(s).checksum());
    return s;
}

struct Answer {
    std::uint32_t sequence, acknowledgment;
    std::uint8_t flags;
};
struct Server : Bench {
    std::string log;
    explicit Server(bool accepts = true) {
        start(host, [this, accepts](Process& self) -> Task<int> {
            auto listener = TcpListener::open(self, 80);
            std::vector<TcpSocket> sockets;
            for (;;) {
                if (!accepts) co_await self.sleep(1h);
                auto socket = co_await accept(self, *listener);
                if (!socket) co_return 0;
                log += "accepted " + socket->remote().to_string() + " ";
                sockets.push_back(std::move(*socket));
            }
        });
    }
    std::vector<Answer> exchange(const Parts& parts) {
        inject_ip(6, segment(*this, parts));
        return answers();
    }
    std::vector<Answer> answers() {
        std::vector<Answer> found;
        for (const Buffer& p : packets()) {
            const proto::Bytes s = proto::Bytes(p).subspan(20);
            EXPECT_TRUE(proto::ChecksumSum{}.add_pseudo(own, far, 6, s.size()).add(s).is_valid());
            found.push_back({proto::load_be32(s.data() + 4), proto::load_be32(s.data() + 8), s[13]});
        }
        return found;
    }
};

TEST(StackTcp, AcceptsAConnectionInThreeSteps) {
    Server w;
    const auto answers = w.exchange({});
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].flags, syn | ack);
    EXPECT_EQ(answers[0].acknowledgment, 1001u);
    EXPECT_EQ(w.log, "");
    w.exchange({.sequence = 1001, .acknowledgment = answers[0].sequence + 1, .flags = ack});
    EXPECT_EQ(w.log, "accepted 10.0.0.2:4000 ");
}

// RFC 9293 section 3.5.2.
TEST(StackTcp, ResetsSegmentsThatBelongToNoConnection) {
    Server w;
    auto answers = w.exchange({.to = 81});
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].flags, rst | ack);
    EXPECT_EQ(answers[0].sequence, 0u);
    EXPECT_EQ(answers[0].acknowledgment, 1001u);
    answers = w.exchange({.acknowledgment = 777, .flags = ack, .data = buffer(10)});
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].flags, rst);
    EXPECT_EQ(answers[0].sequence, 777u);
    answers = w.exchange({.flags = fin, .to = 81, .data = buffer(10)});
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0].acknowledgment, 1011u);
    EXPECT_TRUE(w.exchange({.flags = fin, .data = buffer(10)}).empty()) << "a listener drops it";
    EXPECT_TRUE(w.exchange({.flags = rst}).empty());
    EXPECT_TRUE(w.exchange({.flags = rst | ack}).empty());
    EXPECT_EQ(w.host.stack().counters().tcp_resets_sent, 3u);
}

TEST(StackTcp, AnswersNoSynThatWasSentToEverybody) {
    Server w;
    for (const std::uint16_t port : {std::uint16_t{80}, std::uint16_t{81}})
        w.inject(test::ethernet(proto::broadcast_mac, w.peer_mac(), 0x0800,
                                test::ipv4(w.far, w.own, 6, segment(w, {.to = port}))));
    EXPECT_TRUE(w.answers().empty());
}

TEST(StackTcp, DropsSegmentsThatAreDamagedOrCannotBe) {
    Server w;
    Buffer s = segment(w, {});
    s[5] ^= 1;
    w.inject_ip(6, s);
    EXPECT_EQ(w.drops(DropReason::checksum), 1u);
    w.inject_ip(6, Buffer(s.begin(), s.begin() + 19));
    s[12] = 0x40;  // a header of 16 bytes
    w.inject_ip(6, s);
    s[12] = 0x60;  // a header longer than the segment
    w.inject_ip(6, s);
    EXPECT_EQ(w.drops(DropReason::malformed), 3u);
    EXPECT_TRUE(w.answers().empty());
}

TEST(StackTcp, ReadsAnyOptionsAndUnderstandsTheUsualOnes) {
    Server w;
    Rng rng(3, "options");
    for (std::uint16_t i = 0; i < 500; ++i) {
        Parts parts;
        parts.from = static_cast<std::uint16_t>(5000 + i);
        parts.options.resize(rng.below(11) * 4);
        for (auto& b : parts.options) b = static_cast<std::uint8_t>(rng.below(3) ? rng.below(12) : rng.next());
        const auto answers = w.exchange(parts);
        ASSERT_EQ(answers.size(), 1u);
        ASSERT_EQ(answers[0].flags, syn | ack);
        w.exchange({.sequence = 1001, .flags = rst, .from = parts.from});
    }
    EXPECT_EQ(w.host.stack().sockets().size(), 1u);
    w.inject_ip(6, segment(w, {.options = {2, 4, 0x05, 0xb4, 1, 3, 3, 7, 4, 2, 1, 1}}));
    const auto packets = w.packets();
    const proto::Bytes s = proto::Bytes(packets.back()).subspan(20);
    EXPECT_EQ(proto::load_be32(s.data() + 20), 0x020405b4u);  // an MSS of 1460 of its own
    const Buffer window_scale{3, 3};
    EXPECT_NE(std::search(s.begin() + 24, s.end(), window_scale.begin(), window_scale.end()), s.end());
}

TEST(StackTcp, GivesUpHalfOpenConnectionsWhoseOtherSideIsSilent) {
    Server w;
    for (std::uint16_t i = 0; i < 100; ++i) w.exchange({.from = static_cast<std::uint16_t>(5000 + i)});
    EXPECT_EQ(w.host.stack().sockets().size(), 101u);
    w.run_for(10min);
    EXPECT_EQ(w.host.stack().sockets().size(), 1u);
    EXPECT_EQ(w.log, "");
}

TEST(StackTcp, HoldsAtMost4096ConnectionsThatNobodyHasAccepted) {
    Server w(false);
    for (std::uint16_t i = 0; i < 4200; ++i) {
        Context context{w.simulator(), w.host.id()};
        w.host.on_frame(context, 0,
                        w.simulator().packets().make(test::ethernet(
                            w.host_mac(), w.peer_mac(), 0x0800,
                            test::ipv4(w.far, w.own, 6, segment(w, {.from = static_cast<std::uint16_t>(2000 + i)})))));
        w.run_for(10us);  // lets the answers leave
    }
    EXPECT_EQ(w.drops(DropReason::queue), 104u);
    EXPECT_EQ(w.host.stack().sockets().size(), 4097u);
}

TEST(StackTcp, TakesAnErrorAboutItsSynAsTheEndOfTheAttempt) {
    Bench w;
    const auto outcome = w.start(w.host, [&](Process& self) -> Task<int> {
        auto socket = co_await connect(self, {w.far, 80});
        self.print(socket ? "connected" : socket.error().message);
        co_return 0;
    });
    w.run_for(1ms);
    const Buffer sent = w.packets().back();
    Buffer message;
    proto::ByteWriter out(message);
    out.be64(0x0301'0000'0000'0000);  // host unreachable
    out.bytes(sent);
    out.patch_be16(2, proto::internet_checksum(message));
    w.inject_ip(1, message);
    w.run_for(5min);
    EXPECT_EQ(outcome->output, "No route to host");
}

}  // namespace
}  // namespace layerlab::sim
