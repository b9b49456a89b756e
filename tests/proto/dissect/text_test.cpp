#include "proto/dissect/text.hpp"

#include <gtest/gtest.h>

#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Text, WritesOneLineWithColumns) {
    Watcher w;
    w.see(udp_frame(1000, 2000, octets("hi")));
    std::string line;
    append_line(line, w.in(), w.last());
    EXPECT_EQ(line, "    1 0.000000000 10.0.0.1 \u2192 10.0.0.2 UDP 44 1000 \u2192 2000 Len=2\n");
}

TEST(Text, SaysInTheLineWhatIsDamaged) {
    Watcher w;
    w.see(Octets(10, 0));
    EXPECT_EQ(columns_of(w.in(), w.last()).info, "Ethernet II [malformed: length 10 < 14]");
}

TEST(Text, WritesTheTree) {
    Watcher w;
    w.see(udp_frame(1000, 2000, octets("hi")));
    std::string tree;
    append_tree(tree, w.in(), w.last());
    EXPECT_EQ(tree.substr(0, tree.find('\n')), "Frame 1: 44 bytes on wire, 44 bytes captured");
    EXPECT_NE(tree.find("\nEthernet II\n    Destination: 02:00:00:00:00:02\n"), std::string::npos);
    EXPECT_NE(tree.find("\n        Differentiated Services Codepoint: 0\n"), std::string::npos);
    EXPECT_NE(tree.find("\n    [Checksum Status: Good (1)]\n"), std::string::npos);
    EXPECT_NE(tree.find("\nUser Datagram Protocol: 1000 \u2192 2000 Len=2\n"), std::string::npos);
}

}  // namespace
}  // namespace layerlab::proto::dissect
