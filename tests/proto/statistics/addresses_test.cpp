#include "proto/statistics/addresses.hpp"

#include <gtest/gtest.h>

#include "tests/proto/statistics/fed.hpp"

namespace layerlab::proto::statistics {
namespace {

using namespace test;

TEST(Addresses, AreReadFromTheLayers) {
    feed({}, {udp_frame(1000, 2000, octets("hi"))}, [](const auto& in, const dissect::Dissection& d) {
        ASSERT_GE(d.layers.size(), 4u);
        const AddressPair link = link_addresses({d, 1}, in.bytes), network = network_addresses({d, 2}, in.bytes);
        const AddressPair transport = transport_addresses(network, {d, 3}, in.bytes);
        ASSERT_TRUE(link && network && transport);
        EXPECT_EQ(text_of(*link.from, false), "02:00:00:00:00:01");
        EXPECT_EQ(text_of(*network.to, false), "10.0.0.2");
        EXPECT_EQ(text_of(*transport.from, true), "10.0.0.1:1000");
        EXPECT_FALSE(network_addresses({d, 1}, in.bytes));
        EXPECT_FALSE(transport_addresses({}, {d, 3}, in.bytes));
    });
}

TEST(Addresses, AreThoseOfRightHeadersAlone) {
    const Octets whole = udp_frame(1000, 2000, octets("hi"));
    const auto network_of = [](const Octets& frame) {
        bool found = false;
        feed({}, {frame}, [&](const auto& in, const dissect::Dissection& d) {
            found = d.layers.size() > 2 && network_addresses({d, 2}, in.bytes);
        });
        return found;
    };
    EXPECT_TRUE(network_of(whole));
    Octets of_version_5 = whole, short_header = whole, short_packet = whole;
    of_version_5[14] = 0x55;
    short_header[14] = 0x44;
    short_packet[17] = 19;
    EXPECT_FALSE(network_of(of_version_5));
    EXPECT_FALSE(network_of(short_header));
    EXPECT_FALSE(network_of(short_packet));
    EXPECT_FALSE(network_of({whole.begin(), whole.begin() + 33}));
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
