#include "viewer/model/bit_diagram.hpp"

#include <gmock/gmock.h>

#include "proto/dissect/protocol.hpp"
#include "tests/viewer/lab_session.hpp"
#include "viewer/model/osi.hpp"

namespace layerlab::viewer::test {
namespace {

// The diagram of the first layer of this name in any frame of the session.
struct Found {
    std::unique_ptr<OsiFrame> frame;
    BitDiagram diagram;
};
Found find(const Session& session, std::string_view protocol) {
    for (FrameNumber n = 1; n <= session.trace().frame_count(); ++n) {
        auto frame = osi_frame(session.trace(), n);
        for (std::size_t l = 0; l < frame->dissection.layers.size(); ++l)
            if (frame->dissection.layers[l].protocol->name() == protocol) {
                BitDiagram d = bit_diagram(frame->dissection, l);
                return {std::move(frame), std::move(d)};
            }
    }
    return {};
}

// Cells neither overlap nor leave a gap, and the pieces are the cells.
void expect_whole(const BitDiagram& d, std::uint32_t bits) {
    std::uint32_t at = 0;
    for (const DiagramCell& c : d.cells) {
        EXPECT_EQ(c.first, at) << c.title;
        at = c.first + c.width;
    }
    EXPECT_EQ(at, bits);
    EXPECT_EQ(d.bits, bits);
    std::uint32_t drawn = 0;
    for (const DiagramPiece& p : d.pieces) {
        EXPECT_LE(p.column + p.width, bits_per_row);
        drawn += p.width;
    }
    EXPECT_EQ(drawn, bits);
}

TEST(BitDiagram, DrawsIpv4AsRfc791) {
    const auto session = session_of(two_lans);
    const Found f = find(*session, "ip");
    expect_whole(f.diagram, 160);
    EXPECT_EQ(f.diagram.rows, 5u);
    EXPECT_EQ(f.diagram.cells[0].title, "Version");
    EXPECT_EQ(f.diagram.cells[0].value, "4");
    EXPECT_EQ(f.diagram.cells.back().title, "Destination Address");
}

TEST(BitDiagram, DrawsArpAndWrapsAddressesOverRows) {
    const auto session = session_of(two_lans);
    const Found f = find(*session, "arp");
    expect_whole(f.diagram, 224);
    int pieces = 0, labels = 0;
    for (const DiagramPiece& p : f.diagram.pieces) {
        if (f.diagram.cells[p.cell].title != "Sender MAC address") continue;
        ++pieces;
        labels += p.has_label;
    }
    EXPECT_EQ(pieces, 2);
    EXPECT_EQ(labels, 1);
}

TEST(BitDiagram, DrawsEthernetTcpUdpAndIcmp) {
    const auto session = session_of(
        "pc a\npc b\nlink a b\nb serve tcp 9 discard\nb serve udp 7 echo\na$ ping -c 1 b\na send tcp b:9 1kB\n"
        "a send udp b:7 100B\nwait 1s\n");
    expect_whole(find(*session, "eth").diagram, 112);
    expect_whole(find(*session, "tcp").diagram, 160);
    expect_whole(find(*session, "udp").diagram, 64);
    expect_whole(find(*session_of(two_lans), "icmp").diagram, 64);  // an echo request
}

TEST(BitDiagram, DrawsTheLongNamesOfDhcpAsOneRowEach) {
    const auto session = session_of(
        "pc a\nrouter r\nlink a r.lan\nr.lan 10.0.0.1/24\nr serve dhcp lan "
        "10.0.0.10-10.0.0.20\na dhcp\nwait 1s\n");
    const Found f = find(*session, "dhcp");
    ASSERT_FALSE(f.diagram.cells.empty());
    EXPECT_EQ(f.diagram.bits, 240u * 8);
    EXPECT_LT(f.diagram.rows, 16u);
}

TEST(BitDiagram, PointsToTheBitsOfTheFrame) {
    const auto session = session_of(two_lans);
    const Found f = find(*session, "ip");
    bool is_there = false;
    for (const DiagramCell& c : f.diagram.cells) {
        if (c.title != "Time to Live") continue;
        is_there = true;
        EXPECT_EQ(c.offset, (14u + 8u) * 8);
    }
    EXPECT_TRUE(is_there);
}

}  // namespace
}  // namespace layerlab::viewer::test
