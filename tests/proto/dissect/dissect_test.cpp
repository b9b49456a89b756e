#include "proto/dissect/dissect.hpp"

#include <gtest/gtest.h>
#include <random>

#include "proto/dissect/json.hpp"
#include "proto/dissect/text.hpp"
#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Dissector, NumbersStreamsAndTimesAcrossFrames) {
    Watcher w;
    w.see(udp_frame(1000, 2000, octets("a"))).see(udp_frame(1001, 2000, octets("b"))).see(udp_frame(1000, 2000, {}));
    EXPECT_EQ(w.value("udp.stream"), "0");
    EXPECT_EQ(w.value("frame.number"), "3");
    EXPECT_EQ(w.value("frame.time_delta"), "0.001000000");
    EXPECT_EQ(w.value("frame.time_relative"), "0.002000000");
}

TEST(Dissector, ShowsUnknownLinkTypesAsData) {
    Watcher w;
    w.see(octets("hello"), 1ms, 9999);
    EXPECT_EQ(w.path(), "data");
    EXPECT_EQ(w.value("data.data"), "68:65:6c:6c:6f");
}

TEST(DissectAlone, NeedsNoStreams) {
    const Octets frame = udp_frame(1000, 2000, octets("a"));
    FrameIn in;
    in.bytes = frame;
    in.original_length = frame.size();
    Dissection out;
    dissect_alone(in, out);
    EXPECT_EQ(out.layers.size(), 5u);  // frame, eth, ip, udp, data
    for (const Item& item : out.items) EXPECT_STRNE(item.field->name, "udp.stream");
}

constexpr std::array<std::uint16_t, 8> link_types{0, 1, 9, 101, 113, 228, 229, 276};

// Frames that exercise every layer, cut off at every octet and with octets changed, by link type.
std::vector<Octets> samples() {
    std::vector<Octets> all;
    all.push_back(udp_frame(53, 1000, octets("\x12\x34\x81\x80 and more that is no DNS")));
    all.push_back(udp_frame(67, 68, Octets(300, 1)));
    Segment s;
    s.payload = octets("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    s.options = {2, 4, 5, 0xb4, 1, 1, 4, 2, 5, 10, 0, 0, 0, 1, 0, 0, 0, 9, 3, 3, 7, 0, 0, 0};
    all.push_back(tcp_frame(s));
    all.push_back(ethernet_frame(0x8100, {0x20, 5, 0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1, 2,  0, 0, 0,
                                          0,    1, 10,   0,    0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2}));
    Octets ipv6{0x60, 0, 0, 0, 0, 32, 0, 64};
    ipv6.resize(40, 1);
    all.push_back(ethernet_frame(0x86dd, ipv6 + Octets{43, 0, 5, 2, 0, 0, 1, 0, 44,  0, 0, 0, 0, 0, 0, 0,
                                                       58, 0, 0, 0, 0, 0, 0, 7, 135, 0, 0, 0, 0, 0, 0, 0}));
    return all;
}

TEST(Dissector, SurvivesEveryFrameCutOffAnywhere) {
    for (const std::uint16_t link : link_types) {
        Watcher w;
        for (const Octets& sample : samples())
            for (std::size_t size = 0; size <= sample.size(); ++size) {
                w.see(Octets(sample.begin(), sample.begin() + static_cast<std::ptrdiff_t>(size)), 1ms, link);
                std::string json, tree;
                append_json(json, w.in(), w.last());
                append_tree(tree, w.in(), w.last());
                append_line(tree, w.in(), w.last());
                EXPECT_FALSE(json.empty());
            }
    }
}

TEST(Dissector, SurvivesChangedOctets) {
    std::mt19937 random(20260101);  // fixed seed
    for (const std::uint16_t link : link_types) {
        Watcher w;
        for (int round = 0; round < 400; ++round)
            for (Octets sample : samples()) {
                for (int i = 0; i < 3; ++i) sample[random() % sample.size()] = static_cast<std::uint8_t>(random());
                w.see(sample, 1ms, link);
                for (const Item& item : w.last().items)
                    EXPECT_LE(item.offset + std::size_t{item.size}, w.last().source(item.source, w.in().bytes).size());
            }
    }
}

}  // namespace
}  // namespace layerlab::proto::dissect
