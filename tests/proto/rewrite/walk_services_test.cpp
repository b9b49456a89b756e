// DHCP, DHCPv6 and DNS as rewrite_frame() walks them (proto/rewrite/walk.hpp).
#include "tests/proto/rewrite/rewritten.hpp"

namespace layerlab::proto::rewrite {
namespace {

Octets over_udp(std::uint16_t source, std::uint16_t destination, const Octets& data, Rest rest = Rest::zero) {
    const Octets packet = packet_of(summed(ipv4(17, udp(source, destination, data)), 20, 6, 17), rest);
    EXPECT_TRUE(is_right(packet, 20, 17));
    return part(packet, 28, packet.size() - 28);
}
bool holds(const Octets& octets, const Octets& what) {
    return std::search(octets.begin(), octets.end(), what.begin(), what.end()) != octets.end();
}

TEST(WalkServices, RewritesDhcp) {
    Octets message =
        hex("02010600 00000001 00000000 00000000 0a000064 0a000001 00000000 020000000001 00000000000000000000");
    message.resize(236, 'n');  // names of the server and of its file
    message =
        message +
        hex("63825363 350102 3604 0a000001 0308 0a000001 0a000002 0c03 616d79 3d0701 020000000001 0104 ffffff00 ff");
    const Octets after = over_udp(67, 68, message);
    EXPECT_EQ(part(after, 12, 16), hex("050f0f0f 0f0f0f6b 0f0f0f0e 050f0f0f"));
    EXPECT_EQ(part(after, 28, 6), hex("0200000000fe"));
    EXPECT_EQ(part(after, 44, 192), Octets(192));
    EXPECT_EQ(
        part(after, 236, after.size() - 236),
        hex("63825363 350102 3604 0f0f0f0e 0308 0f0f0f0e 0f0f0f0d 0c03 000000 3d0701 0200000000fe 0104 ffffff00 ff"));
    EXPECT_TRUE(holds(over_udp(67, 68, message, Rest::keep), hex("616d79")));
}

TEST(WalkServices, RewritesDhcpv6) {
    const Octets message =
        hex("02 abcdef 0001 000e 0001 0001 11223344 020000000001 0003 0028 00000001 00000000 00000000 "
            "0005 0018 20010db8000000000000000000000009 00000e10 00000e10 0017 0010 20010db8000000000000000000000053 "
            "0018 0003 616263");
    const Octets after = over_udp(547, 546, message);
    EXPECT_EQ(after, hex("02 abcdef 0001 000e 0001 0001 00000000 0200000000fe 0003 0028 00000001 00000000 00000000 "
                         "0005 0018 2f010db8000000000000000000000006 00000e10 00000e10 0017 0010 "
                         "2f010db800000000000000000000005c 0018 0003 000000"));
}

// Query for www.example.com with an alias and an address in the answer.
const Octets answer =
    hex("1234 8180 0001 0003 0000 0001 03777777 076578616d706c65 03636f6d 00 0001 0001 "
        "c00c 0005 0001 0000012c 0006 0363646e c010 c02d 0001 0001 0000003c 0004 0a000009 "
        "c02d 001c 0001 0000003c 0010 20010db8000000000000000000000009 00 0029 04d0 00000000 0004 aabbccdd");

TEST(WalkServices, RewritesAnswersAndHidesNamesOfDns) {
    const Octets after = over_udp(53, 1000, answer);
    EXPECT_EQ(after,
              hex("1234 8180 0001 0003 0000 0001 03787878 0778787878787878 03787878 00 0001 0001 "
                  "c00c 0005 0001 0000012c 0006 03787878 c010 c02d 0001 0001 0000003c 0004 0f0f0f06 "
                  "c02d 001c 0001 0000003c 0010 2f010db8000000000000000000000006 00 0029 04d0 00000000 0004 00000000"));
    EXPECT_EQ(over_udp(5353, 5353, answer), after);
    const Octets kept = over_udp(53, 1000, answer, Rest::keep);
    EXPECT_TRUE(holds(kept, hex("076578616d706c65")));
    EXPECT_TRUE(holds(kept, hex("0f0f0f06")));
}

TEST(WalkServices, LeavesNoNamesOfWhatIsCutOffOrWrong) {
    for (std::size_t size = 0; size < answer.size(); ++size) {
        const Octets after = over_udp(53, 1000, part(answer, 0, size));
        EXPECT_FALSE(holds(after, hex("7777"))) << size;
        EXPECT_FALSE(holds(after, hex("6578"))) << size;
        EXPECT_FALSE(holds(after, hex("0a000009"))) << size;
    }
    const Octets text = hex("474554202f20485454502f312e310d0a0d0a736563726574");  // not DNS at all
    const Octets after = over_udp(1000, 53, text);
    EXPECT_FALSE(holds(after, hex("736563")));
}

}  // namespace
}  // namespace layerlab::proto::rewrite
