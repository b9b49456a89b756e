// What segments look like, and when they leave.
#include "tests/proto/machine/tcp_script.hpp"

namespace layerlab::proto::machine {
namespace {

const std::string established = R"(
    0  listen
    +0 < S 0:0(0) win 32767 <mss 1000>
    +0 > S. 0:0(0) ack 1 <...>
    +.1 < . 1:1(0) ack 1 win 32767
)";

void expect_script(const std::string& script) {
    TcpScript run;
    run.expect_script(script);
}

TEST(TcpOutputOnLinux, HoldsSmallWritesBackWhileASmallSegmentIsInFlight) {  // RFC 896, RFC 9293 section 3.7.4
    expect_script(established + R"(
        +0 write(10) = 10
        +0 > P. 1:11(10) ack 1
        +0 write(20) = 20
        +0 write(30) = 30
        +0 note nagle_held
        +.1 < . 1:1(0) ack 11 win 32767
        +0 > P. 11:61(50) ack 1
        +0 write(5) = 5
        +.02 nodelay()
        +0 > P. 61:66(5) ack 1
        +0 write(6) = 6
        +0 > P. 66:72(6) ack 1
        +.1 < . 1:1(0) ack 72 win 32767
        +0 close()
        +0 > F. 72:72(0) ack 1
        +.1 < F. 1:1(0) ack 73 win 32767
        +0 > . 73:73(0) ack 2
    )");
}

TEST(TcpOutputOnLinux, ObeysAScaledWindow) {  // RFC 7323 section 2
    expect_script(R"(
        0 listen
        +0 < S 0:0(0) win 65535 <mss 1000,nop,wscale 3>
        +0 > S. 0:0(0) ack 1 <...>
        +.1 < . 1:1(0) ack 1 win 250
        +0 write(5000) = 5000
        +0 > . 1:1001(1000) ack 1
        +0 > P. 1001:2001(1000) ack 1
        +.1 < . 1:1(0) ack 2001 win 125
        +0 > . 2001:3001(1000) ack 1
        +.1 < . 1:1(0) ack 3001 win 1000
        +0 > . 3001:4001(1000) ack 1
        +0 > P. 4001:5001(1000) ack 1
        +.1 < . 1:1(0) ack 5001 win 1000
        +0 close()
        +0 > F. 5001:5001(0) ack 1
        +.1 < F. 1:1(0) ack 5002 win 1000
        +0 > . 5002:5002(0) ack 2
    )");
}

TEST(TcpOutput, OffersEverythingInItsSynAndWhatIsAgreedInItsSynAck) {
    expect_script("0 connect()\n +0 > S 0:0(0) win 65535 <mss 1460,sackOK,TS val 100 ecr 0,wscale 7>\n");
    expect_script("0 listen\n +0 < S 0:0(0) win 1000 <mss 1000>\n +0 > S. 0:0(0) ack 1 win 65535 <mss 1460>\n");
    expect_script(
        "0 listen\n +0 < S 0:0(0) win 1000 <mss 1000,wscale 2>\n"
        "+0 > S. 0:0(0) ack 1 win 65535 <mss 1460,wscale 7>\n");
    TcpScript plain;
    plain.config.window_scaling = plain.config.timestamps = plain.config.sack = false;
    plain.expect_script("0 connect()\n +0 > S 0:0(0) win 65535 <mss 1460>\n");
}

TEST(TcpOutput, MakesRoomForTimestampsInItsSegments) {
    expect_script(R"(
        0 listen
        +0 < S 0:0(0) win 32767 <mss 1000,TS val 5 ecr 0>
        +0 > S. 0:0(0) ack 1 <...>
        +.1 < . 1:1(0) ack 1 win 32767 <TS val 6 ecr 100>
        +0 write(1976) = 1976
        +0 > . 1:989(988) ack 1 <TS val 200 ecr 6>
        +0 > P. 989:1977(988) ack 1 <TS val 200 ecr 6>
    )");
}

TEST(TcpOutput, Sends536BytesToAPeerThatDoesNotSayWhatItTakes) {  // RFC 9293 section 3.7.1
    expect_script(R"(
        0 listen
        +0 < S 0:0(0) win 32767
        +0 > S. 0:0(0) ack 1 <...>
        +.1 < . 1:1(0) ack 1 win 32767
        +0 write(1000) = 1000
        +0 > . 1:537(536) ack 1
        +0 > P. 537:1001(464) ack 1
    )");
}

TEST(TcpOutput, TellsWhichPacketARetransmissionRepeats) {
    struct Out final : TcpOut {
        std::uint64_t send(const TcpSegment& segment) override {
            if (segment.is_retransmission) repeated.push_back(segment.retransmission_of);
            return next_id++;
        }
        std::uint64_t next_id = 1000;
        std::vector<std::uint64_t> repeated;
    } out;
    TcpConnection connection{TcpConfig{}};
    connection.connect(Time{}, out);
    for (int i = 0; i < 2; ++i) connection.on_deadline(connection.next_deadline(), out);
    EXPECT_EQ(out.repeated, (std::vector<std::uint64_t>{1000, 1001}));
}

TEST(TcpOutput, SendsWrittenAndGeneratedBytesInOneStream) {
    struct Out final : TcpOut {
        std::uint64_t send(const TcpSegment& segment) override {
            const std::size_t before = bytes.size();
            bytes.resize(before + segment.payload_size());
            segment.copy_payload(bytes.data() + before);
            return 0;
        }
        std::vector<std::uint8_t> bytes;
    } out;
    TcpConnection connection{TcpConfig{}};
    TcpHeader syn;
    syn.flags = tcp_flag::syn;
    syn.window = 65535;
    syn.mss = 1000;
    connection.accept(Time{}, syn, out);
    connection.write(Time{}, as_bytes("head"), out);
    connection.write_pattern(Time{}, 3000, out);
    connection.write(Time{}, as_bytes("middle"), out);
    connection.write_pattern(Time{}, 10, out);
    TcpHeader ack;
    ack.flags = tcp_flag::ack;
    ack.window = 65535;
    ack.seq = 1;
    ack.ack = 1;
    connection.on_segment(Time{}, ack, {}, out);
    connection.set_nodelay(Time{}, true, out);
    ASSERT_EQ(out.bytes.size(), 3020u);
    EXPECT_EQ(as_text(Bytes(out.bytes).first(4)), "head");
    EXPECT_EQ(as_text(Bytes(out.bytes).subspan(3004, 6)), "middle");
    for (std::size_t i = 4; i < 3004; ++i) ASSERT_EQ(out.bytes[i], pattern_byte(i)) << i;
    for (std::size_t i = 3010; i < 3020; ++i) ASSERT_EQ(out.bytes[i], pattern_byte(i)) << i;
}

}  // namespace
}  // namespace layerlab::proto::machine
