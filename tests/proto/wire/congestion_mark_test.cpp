#include "proto/wire/congestion_mark.hpp"

#include <gtest/gtest.h>
#include <vector>

#include "proto/base/checksum.hpp"

namespace layerlab::proto::wire {
namespace {

std::vector<std::uint8_t> ipv4(std::uint8_t service) {
    std::vector<std::uint8_t> frame(34);
    store_be16(frame.data() + 12, 0x0800);
    std::uint8_t* ip = frame.data() + 14;
    ip[0] = 0x45;
    ip[1] = service;
    store_be16(ip + 2, 20);
    ip[8] = 64;
    ip[9] = 6;
    store_be32(ip + 12, 0x0a00'0001);
    store_be32(ip + 16, 0x0a00'0002);
    store_be16(ip + 10, internet_checksum(Bytes(frame).subspan(14)));
    return frame;
}

TEST(CongestionMark, IsSetWhereTheSenderUnderstandsIt) {
    EXPECT_FALSE(can_carry_congestion(ipv4(0xb8))) << "not capable";
    EXPECT_TRUE(can_carry_congestion(ipv4(0xb9)));
    EXPECT_TRUE(can_carry_congestion(ipv4(0xba)));
    EXPECT_FALSE(can_carry_congestion(ipv4(0xbb))) << "marked already";
    EXPECT_FALSE(can_carry_congestion(Bytes(ipv4(2)).first(30)));
    EXPECT_FALSE(can_carry_congestion({}));
}

TEST(CongestionMark, MendsTheChecksumOfIpv4) {
    for (int service = 0; service < 256; ++service) {
        if (service % 4 != 1 && service % 4 != 2) continue;
        auto frame = ipv4(static_cast<std::uint8_t>(service));
        mark_congestion(frame.data());
        EXPECT_EQ(frame[15], service | 3) << "the other bits stay";
        EXPECT_EQ(internet_checksum(Bytes(frame).subspan(14)), 0) << service;
    }
}

TEST(CongestionMark, LiesInTheTrafficClassOfIpv6) {
    std::vector<std::uint8_t> frame(54);
    store_be16(frame.data() + 12, 0x86dd);
    frame[14] = 0x6b;
    frame[15] = 0x81;
    EXPECT_FALSE(can_carry_congestion(frame));
    frame[15] = 0xa1;  // ECT(0)
    ASSERT_TRUE(can_carry_congestion(frame));
    mark_congestion(frame.data());
    EXPECT_EQ(frame[14], 0x6b);
    EXPECT_EQ(frame[15], 0xb1);
}

}  // namespace
}  // namespace layerlab::proto::wire
