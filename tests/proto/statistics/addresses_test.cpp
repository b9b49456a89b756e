#include "proto/statistics/addresses.hpp"

#include <gtest/gtest.h>

#include "tests/proto/statistics/fed.hpp"

namespace layerlab::proto::statistics {
namespace {

using namespace test;

TEST(Addresses, AreReadFromTheLayers) {
    dissect::Wanted wanted;
    add_addresses(wanted);
    feed(wanted, {udp_frame(1000, 2000, octets("hi"))}, [](const auto&, const dissect::Dissection& d) {
        ASSERT_GE(d.layers.size(), 4u);
        const AddressPair link = link_addresses({d, 1}), network = network_addresses({d, 2});
        const AddressPair transport = transport_addresses(network, {d, 3});
        ASSERT_TRUE(link && network && transport);
        EXPECT_EQ(text_of(*link.from, false), "02:00:00:00:00:01");
        EXPECT_EQ(text_of(*network.to, false), "10.0.0.2");
        EXPECT_EQ(text_of(*transport.from, true), "10.0.0.1:1000");
        EXPECT_FALSE(network_addresses({d, 1}));
        EXPECT_FALSE(transport_addresses({}, {d, 3}));
    });
}

TEST(Addresses, WriteIpv6PortsBehindBrackets) {
    Endpoint e;
    e.size = 16;
    e.octets[15] = 1;
    e.port = 80;
    EXPECT_EQ(text_of(e, true), "[::1]:80");
    EXPECT_EQ(text_of(e, false), "::1");
}

}  // namespace
}  // namespace layerlab::proto::statistics
