#include "tests/sim/net/frames_ipv6.hpp"

namespace layerlab::sim::test {
namespace {

struct Ipv6StackFragmentsTest : Bench6, testing::Test {
    Buffer fragment(Bytes payload, std::size_t offset, std::size_t length, bool more) {
        Buffer part(8 + length);
        part[0] = 58;
        proto::store_be16(part.data() + 2, static_cast<std::uint16_t>(offset | (more ? 1 : 0)));
        proto::store_be32(part.data() + 4, 7);
        std::copy_n(payload.begin() + static_cast<std::ptrdiff_t>(offset), length, part.begin() + 8);
        return ipv6(far, own, 44, part);
    }
};

TEST_F(Ipv6StackFragmentsTest, AreReassembledAndTheAnswerIsCutAgain) {
    const Buffer echo = icmpv6(far, own, echo6(2000));
    inject(fragment(echo, 1000, 1008, false));
    inject(fragment(echo, 0, 1000, true));
    const std::vector<Buffer> got = packets();
    ASSERT_EQ(got.size(), 2u);
    EXPECT_EQ(got[0].size(), 1496u);  // 1500, down to whole units of eight
    EXPECT_EQ(got[0][6], 44);
    EXPECT_EQ(got[0][40], 58);
    EXPECT_EQ(proto::load_be16(got[0].data() + 42), 1);
    EXPECT_EQ(proto::load_be16(got[1].data() + 42), 1448);
    EXPECT_EQ(proto::load_be32(got[0].data() + 44), proto::load_be32(got[1].data() + 44));
}

TEST_F(Ipv6StackFragmentsTest, ThatOverlapAreGivenUp) {
    const Buffer echo = icmpv6(far, own, echo6(2000));
    inject(fragment(echo, 0, 1000, true));
    inject(fragment(echo, 992, 1016, false));
    EXPECT_EQ(kinds(), "");
    EXPECT_EQ(drops(DropReason::unreassembled), 1u);
}

TEST_F(Ipv6StackFragmentsTest, TheSenderIsToldAfterAMinute) {
    const Buffer echo = icmpv6(far, own, echo6(2000));
    inject(fragment(echo, 0, 1000, true));
    run_for(std::chrono::seconds(61));
    EXPECT_EQ(kinds(), "3/1");
}

TEST_F(Ipv6StackFragmentsTest, OfAWrongLengthAreAParameterProblem) {
    const Buffer echo = icmpv6(far, own, echo6(2000));
    inject(fragment(echo, 0, 1001, true));
    const std::vector<Buffer> got = packets();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0][40], 4);
    EXPECT_EQ(proto::load_be32(got[0].data() + 44), 4u);
}

}  // namespace
}  // namespace layerlab::sim::test
