#include "tests/sim/net/frames_ipv6.hpp"

namespace layerlab::sim::test {
namespace {

struct Ipv6InputTest : Bench6, testing::Test {
    // The echo request behind an extension header of one unit.
    Buffer behind(std::uint8_t header, Buffer extension) {
        extension[0] = 58;
        const Buffer echo = icmpv6(far, own, echo6());
        extension.insert(extension.end(), echo.begin(), echo.end());
        return ipv6(far, own, header, extension);
    }
    std::uint32_t pointer_of_last() {
        const std::vector<Buffer> got = packets();
        return got.empty() || got.back()[40] != 4 ? ~0u : proto::load_be32(got.back().data() + 44);
    }
};

TEST_F(Ipv6InputTest, AnswersAnEchoRequest) {
    inject_icmp(far, own, echo6());
    const std::vector<Buffer> got = packets();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0], ipv6(own, far, 58, icmpv6(own, far, [] {
                               Buffer reply = echo6();
                               reply[0] = 129;
                               return reply;
                           }())));
}

TEST_F(Ipv6InputTest, DropsWhatCannotBe) {
    Buffer echo = ipv6(far, own, 58, icmpv6(far, own, echo6()));
    Buffer longer = echo;
    proto::store_be16(longer.data() + 4, 2000);
    inject(longer);
    Buffer version = echo;
    version[0] = 0x40;
    inject(version);
    inject(ipv6(six("ff02::1"), own, 58, icmpv6(six("ff02::1"), own, echo6())));
    inject(ipv6(six("::1"), own, 58, icmpv6(six("::1"), own, echo6())));
    inject(ipv6(six("::ffff:10.0.0.1"), own, 58, icmpv6(six("::ffff:10.0.0.1"), own, echo6())));
    EXPECT_EQ(kinds(), "");
    EXPECT_EQ(drops(DropReason::malformed), 5u);
    Buffer damaged = echo;
    damaged[50] ^= 1;
    inject(damaged);
    EXPECT_EQ(kinds(), "");
    EXPECT_EQ(drops(DropReason::checksum), 1u);
}

TEST_F(Ipv6InputTest, PassesOverPaddingAndDestinationOptions) {
    inject(behind(0, {0, 0, 1, 4, 0, 0, 0, 0}));
    inject(behind(60, {0, 0, 0, 0, 0, 0, 0, 0}));
    EXPECT_EQ(kinds(), "129/0 129/0");
}

TEST_F(Ipv6InputTest, TreatsUnknownOptionsAsTheirTopBitsSay) {  // RFC 8200 section 4.2
    inject(behind(60, {0, 0, 0x1e, 4, 0, 0, 0, 0}));
    EXPECT_EQ(kinds(), "129/0");
    inject(behind(60, {0, 0, 0x5e, 4, 0, 0, 0, 0}));
    EXPECT_EQ(kinds(), "");
    inject(behind(60, {0, 0, 0x9e, 4, 0, 0, 0, 0}));
    EXPECT_EQ(pointer_of_last(), 42u);
    inject(behind(0, {0, 0, 0xde, 4, 0, 0, 0, 0}));
    EXPECT_EQ(pointer_of_last(), 42u);
}

TEST_F(Ipv6InputTest, TakesAFewOptionsAndLittlePadding) {  // RFC 8504 section 5.3
    Buffer options{0, 2};
    for (int i = 0; i < 8; ++i) options.insert(options.end(), {0x1e, 0});
    options.insert(options.end(), {1, 4, 0, 0, 0, 0});
    inject(behind(60, options));
    EXPECT_EQ(kinds(), "129/0");
    options[18] = 0x1e;  // a ninth option
    inject(behind(60, options));
    EXPECT_EQ(kinds(), "");
    inject(behind(60, {0, 1, 0x1e, 0, 1, 5, 0, 0, 0, 0, 0, 0x1e, 3, 0, 0, 0}));
    EXPECT_EQ(kinds(), "129/0");
    inject(behind(60, {0, 1, 0x1e, 0, 1, 5, 0, 0, 0, 0, 0, 0, 0x1e, 2, 0, 0}));  // eight bytes
    inject(behind(60, {0, 0, 1, 4, 0, 0, 7, 0}));                                // which are not blank
    EXPECT_EQ(kinds(), "");
    EXPECT_EQ(drops(DropReason::malformed), 3u);
}

TEST_F(Ipv6InputTest, FollowsAsManyHeadersAsThereAre) {
    Buffer chain;
    for (int i = 0; i < 128; ++i)
        chain.insert(chain.end(), {static_cast<std::uint8_t>(i == 127 ? 58 : 60), 0, 1, 4, 0, 0, 0, 0});
    const Buffer echo = icmpv6(far, own, echo6());
    chain.insert(chain.end(), echo.begin(), echo.end());
    inject(ipv6(far, own, 60, chain));
    EXPECT_EQ(kinds(), "129/0");
    for (std::size_t at = 0; at + 8 < 128 * 8; at += 8) chain[at] = 0;  // hop-by-hop options stand in front alone
    inject(ipv6(far, own, 0, chain));
    EXPECT_EQ(kinds(), "4/1");
}

TEST_F(Ipv6InputTest, SaysWhatIsWrongWithAJumbogram) {  // RFC 2675 section 3
    inject(behind(0, {0, 0, 0xc2, 4, 0, 0, 0x80, 0}));
    EXPECT_EQ(pointer_of_last(), 44u) << "it is not that long";
    inject(behind(0, {0, 0, 0xc2, 4, 0, 1, 0, 0}));
    EXPECT_EQ(pointer_of_last(), 42u) << "it has another length";
    Buffer packet = behind(0, {0, 0, 0xc2, 4, 0, 0, 0x80, 0});
    proto::store_be16(packet.data() + 4, 0);
    inject(packet);
    EXPECT_EQ(pointer_of_last(), 44u);
    packet = behind(0, {0, 0, 1, 4, 0, 0, 0, 0});
    proto::store_be16(packet.data() + 4, 0);
    inject(packet);
    inject(behind(60, {0, 0, 0x1e, 4, 0, 0, 0, 0}));
    EXPECT_EQ(kinds(), "129/0") << "no length and no jumbogram: it is dropped";
}

TEST_F(Ipv6InputTest, RefusesASourceRoute) {  // RFC 5095
    inject(behind(43, {0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
    EXPECT_EQ(pointer_of_last(), 42u);
    inject(behind(43, {0, 0, 0, 0, 0, 0, 0, 0}));  // nothing is left of it: passed over
    EXPECT_EQ(kinds(), "129/0");
}

TEST_F(Ipv6InputTest, SaysThatItDoesNotKnowANextHeader) {
    inject(ipv6(far, own, 200, buffer(8)));
    const std::vector<Buffer> got = packets();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0][40], 4);
    EXPECT_EQ(got[0][41], 1);
    EXPECT_EQ(proto::load_be32(got[0].data() + 44), 6u);
}

TEST_F(Ipv6InputTest, DoesNotForwardAsAHost) {
    inject(ipv6(far, six("2001:db8::99"), 58, icmpv6(far, six("2001:db8::99"), echo6())));
    EXPECT_EQ(kinds(), "");
    EXPECT_EQ(drops(DropReason::not_for_me), 1u);
}

TEST_F(Ipv6InputTest, SurvivesEveryTruncationOfALongChain) {
    Buffer chain{43, 0, 1, 4, 0, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 0, 44, 0, 0, 0, 0, 0, 0, 0, 58, 0, 0, 0, 0, 0, 0, 9};
    const Buffer echo = icmpv6(far, own, echo6());
    chain.insert(chain.end(), echo.begin(), echo.end());
    for (std::size_t n = 0; n <= chain.size(); ++n) inject(ipv6(far, own, 0, Bytes(chain).first(n)));
    const std::string got = kinds();
    EXPECT_EQ(got.substr(got.size() - 5), "129/0");
    for (std::size_t at = 0; at < 32; ++at)
        for (const int value : {0, 1, 44, 59, 127, 255}) {
            Buffer changed = chain;
            changed[at] = static_cast<std::uint8_t>(value);
            inject(ipv6(far, own, 0, changed));
        }
    EXPECT_EQ(stack().interfaces().size(), 1u);
}

}  // namespace
}  // namespace layerlab::sim::test
