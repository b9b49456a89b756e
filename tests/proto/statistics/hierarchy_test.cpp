#include "proto/statistics/hierarchy.hpp"

#include <gtest/gtest.h>

#include "tests/proto/statistics/fed.hpp"

namespace layerlab::proto::statistics {
namespace {

using namespace test;
using Texts = std::vector<std::string>;

TEST(Hierarchy, CountsWhatStandsInWhat) {
    Hierarchy hierarchy;
    const Octets get = octets("GET / HTTP/1.1\r\n\r\n");
    feed(Hierarchy::wanted(),
         {tcp_frame({.port = 80, .payload = get}), tcp_frame({.port = 80, .client_port = 40001}),
          udp_frame(1000, 2000, octets("hi")), ethernet_frame(0x0806, Octets(28, 0))},
         [&](const auto& in, const auto& d) { hierarchy.add(in, d); });
    const Table table = hierarchy.table();
    std::vector<Texts> rows;
    for (std::size_t i = 0; i < table.rows.size(); ++i) rows.push_back(texts(table.rows[i]));
    EXPECT_EQ(rows, (std::vector<Texts>{{"eth", "4", "100.00", "212"},
                                        {"  ip", "3", "75.00", "170"},
                                        {"    tcp", "2", "50.00", "126"},
                                        {"      http", "1", "25.00", "72"},
                                        {"    udp", "1", "25.00", "44"},
                                        {"      data", "1", "25.00", "44"},
                                        {"  arp", "1", "25.00", "42"}}));
}

TEST(Hierarchy, IsTheSamePutTogetherFromParts) {
    const std::vector<Octets> frames{udp_frame(1000, 2000, octets("hi")), ethernet_frame(0x0806, Octets(28, 0)),
                                     tcp_frame({.port = 80}), udp_frame(1000, 2000, octets("ho"))};
    Hierarchy whole, odd, even;
    feed(Hierarchy::wanted(), frames, [&](const auto& in, const auto& d) {
        whole.add(in, d);
        (in.number % 2 ? odd : even).add(in, d);
    });
    even.merge(odd);
    const Table expected = whole.table(), merged = even.table();
    ASSERT_EQ(merged.rows.size(), expected.rows.size());
    for (std::size_t i = 0; i < expected.rows.size(); ++i) EXPECT_EQ(texts(merged.rows[i]), texts(expected.rows[i]));
}

TEST(Hierarchy, OfNothingIsEmpty) { EXPECT_TRUE(Hierarchy().table().rows.empty()); }

}  // namespace
}  // namespace layerlab::proto::statistics
