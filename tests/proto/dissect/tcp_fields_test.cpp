#include "proto/dissect/tcp_fields.hpp"

#include <gtest/gtest.h>

#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

Octets with_options(Octets options) {
    Segment s;
    s.options = std::move(options);
    return tcp_frame(s);
}

TEST(TcpOptionItems, ShowEveryOption) {
    Watcher w;
    w.see(with_options({2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 3, 3, 7}));
    EXPECT_EQ(w.value("tcp.options.mss_val"), "1460");
    EXPECT_EQ(w.value("tcp.options.sack_perm"), "1");
    EXPECT_EQ(w.value("tcp.options.timestamp.tsval"), "1");
    EXPECT_EQ(w.value("tcp.options.timestamp.tsecr"), "2");
    EXPECT_EQ(w.value("tcp.options.wscale.shift"), "7");
    EXPECT_EQ(w.value("tcp.options.wscale.multiplier"), "128");
    EXPECT_EQ(w.value("tcp.option_kind"), "2,4,8,1,3");
}

TEST(TcpOptionItems, ShowTheEdgesOfSackBlocks) {
    Watcher w;
    w.see(with_options({1, 1, 5, 18, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4}));
    // Relative to the other side's first number, which is taken for one below the first acknowledgment: 0 - 1 here.
    EXPECT_EQ(w.value("tcp.options.sack_le"), "2,4");
    EXPECT_EQ(w.value("tcp.options.sack_re"), "3,5");
    EXPECT_EQ(w.value("tcp.options.sack.count"), "2");
}

TEST(TcpOptionItems, AreAlsoShownAsBytes) {
    Watcher w;
    EXPECT_EQ(w.see(with_options({2, 4, 5, 0xb4})).value("tcp.options"), "02:04:05:b4");
    EXPECT_EQ(w.see(with_options({})).value("tcp.options"), "");
}

// As Wireshark: zeros behind the end are ends, too; anything else is padding.
TEST(TcpOptionItems, EndAtTheEndOfTheList) {
    Watcher w;
    EXPECT_EQ(w.see(with_options({4, 2, 0, 0})).value("tcp.option_kind"), "4,0,0");
    EXPECT_EQ(w.see(with_options({1, 0, 2, 4})).value("tcp.option_kind"), "1,0");
}

TEST(TcpOptionItems, StopAtAWrongLength) {
    Watcher w;
    EXPECT_EQ(w.see(with_options({2, 9, 0, 0})).note("_ws.malformed"), "malformed: option length 9 of 4 octets");
    EXPECT_EQ(w.see(with_options({0, 9, 0, 0})).note("_ws.malformed"), "");
}

}  // namespace
}  // namespace layerlab::proto::dissect
