// A TCP segment that is dissected alone, with what somebody else knows of its stream.
#include "proto/dissect/tcp_known.hpp"

#include <gmock/gmock.h>

#include "proto/dissect/dissect.hpp"
#include "proto/dissect/tcp_analysis.hpp"
#include "proto/dissect/text.hpp"

namespace layerlab::proto::dissect {
namespace {

// IPv4 10.0.0.1 to 10.0.0.2, TCP 1000 to 80, sequence 1001, acknowledgment 5001, ACK, window 10 (by hand, RFC 791,
// 9293).
constexpr std::uint8_t segment[] = {0x45, 0, 0,    40,   0,    1,    0x40, 0,    64,   6,    0, 0, 10,   0,
                                    0,    1, 10,   0,    0,    2,    0x03, 0xe8, 0x00, 0x50, 0, 0, 0x03, 0xe9,
                                    0,    0, 0x13, 0x89, 0x50, 0x10, 0,    10,   0,    0,    0, 0};

std::string info_of(const std::optional<TcpKnown>& known) {
    FrameIn in;
    in.link_type = 101;  // raw IP
    in.bytes = segment;
    in.original_length = sizeof(segment);
    in.tcp = known;
    Dissection d;
    dissect_alone(in, d);
    return columns_of(in, d).info;
}

TEST(TcpKnown, MakesNumbersRelativeAndScalesTheWindow) {
    EXPECT_THAT(info_of(std::nullopt), testing::HasSubstr("[ACK] Seq=1001 Ack=5001 Win=10 Len=0"));
    EXPECT_THAT(info_of(TcpKnown{0, 1000, 5000, 3, 0, 0, 0}), testing::HasSubstr("[ACK] Seq=1 Ack=1 Win=80 Len=0"));
}

TEST(TcpKnown, NamesTheVerdict) {
    EXPECT_THAT(info_of(TcpKnown{0, 1000, 5000, 3, TcpVerdict::retransmission, 0, 0}),
                testing::StartsWith("[TCP Retransmission] "));
}

}  // namespace
}  // namespace layerlab::proto::dissect
