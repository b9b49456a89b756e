#include "tests/sim/net/frames_ipv6.hpp"

namespace layerlab::sim::test {
namespace {

struct Ipv6OutputTest : Bench6, testing::Test {
    SocketError send(const char* to, std::size_t size = 16, IpOptions options = {}) {
        Context context = at_host();
        const SocketError error =
            stack().send(context, simulator().packets().make(buffer(size)), wire::IpProtocol::udp, six(to), options);
        run_for(std::chrono::milliseconds(1));
        return error;
    }
};

TEST_F(Ipv6OutputTest, MakesTheHeader) {
    IpOptions options;
    options.tos = 0x2e;
    options.ttl = 9;
    EXPECT_EQ(send("2001:db8::2", 16, options), SocketError::none);
    const std::vector<Buffer> got = packets();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(proto::load_be32(got[0].data()) >> 20, 0x62eu);
    EXPECT_EQ(proto::load_be16(got[0].data() + 4), 16);
    EXPECT_EQ(got[0][6], 17);
    EXPECT_EQ(got[0][7], 9);
    EXPECT_EQ(Ipv6Address::load(got[0].data() + 8), own);
}

TEST_F(Ipv6OutputTest, KnowsNoWayWithoutARoute) {
    EXPECT_EQ(send("2001:db9::1"), SocketError::network_unreachable);
    EXPECT_EQ(drops(DropReason::no_route), 1u);
}

TEST_F(Ipv6OutputTest, AsksForALinkWhereThereAreTwo) {
    EXPECT_EQ(send("fe80::2"), SocketError::none);  // there is one link only
    Bare other{78, "other"};
    simulator().add(other);
    connect(host, other);
    Context context = at_host();
    stack().enable(context, 1, false);
    EXPECT_EQ(send("fe80::2"), SocketError::invalid_argument);
    IpOptions options;
    options.out_port = 0;
    EXPECT_EQ(send("fe80::2", 16, options), SocketError::none);
}

TEST_F(Ipv6OutputTest, ChoosesTheSourceByScopeAndPrefix) {
    Context context = at_host();
    stack().add_address(context, 0, prefix6("2001:db9::1/64"), false);
    EXPECT_EQ(stack().source_for(six("2001:db8::9")), own);
    EXPECT_EQ(stack().source_for(six("2001:db9::9")), six("2001:db9::1"));
    EXPECT_EQ(stack().source_for(six("fe80::9")), link_local());
    EXPECT_EQ(stack().source_for(six("::1")), six("::1"));
    EXPECT_EQ(stack().source_for(six("2001:dba::9")), Ipv6Address{});
}

TEST_F(Ipv6OutputTest, NeverSpeaksFromATentativeAddress) {
    Context context = at_host();
    stack().add_address(context, 0, prefix6("2001:db9::1/64"), true);
    EXPECT_EQ(stack().source_for(six("2001:db9::9")), own);
    run_for(std::chrono::seconds(2));
    EXPECT_EQ(stack().source_for(six("2001:db9::9")), six("2001:db9::1"));
}

}  // namespace
}  // namespace layerlab::sim::test
