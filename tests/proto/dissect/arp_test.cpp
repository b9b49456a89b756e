#include "proto/wire/arp.hpp"

#include <gtest/gtest.h>

#include "proto/dissect/text.hpp"
#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

const Octets request{0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2};

TEST(Arp, ShowsARequest) {
    Watcher w;
    w.see(ethernet_frame(0x0806, request));
    EXPECT_EQ(w.value("arp.opcode"), "1");
    EXPECT_EQ(w.value("arp.src.hw_mac"), "02:00:00:00:00:01");
    EXPECT_EQ(w.value("arp.dst.proto_ipv4"), "10.0.0.2");
    EXPECT_EQ(columns_of(w.in(), w.last()).info, "Who has 10.0.0.2? Tell 10.0.0.1");
}

TEST(Arp, ShowsAddressesOfOtherSizesAsBytes) {
    Watcher w;
    w.see(ethernet_frame(0x0806, {0, 6, 8, 0, 2, 1, 0, 1, 1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(w.value("arp.src.hw"), "01:02");
    EXPECT_EQ(w.value("arp.dst.proto"), "06");
}

TEST(Arp, SaysWhenAddressesAreMissing) {
    Watcher w;
    w.see(ethernet_frame(0x0806, Octets(request.begin(), request.begin() + 20)));
    EXPECT_EQ(w.note("_ws.malformed"), "malformed: length 12 < 20");
}

}  // namespace
}  // namespace layerlab::proto::dissect
