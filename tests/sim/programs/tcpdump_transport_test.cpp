#include <gtest/gtest.h>

#include "sim/programs/tcpdump_print.hpp"

namespace layerlab::sim::programs {
namespace {

// Frames made by hand; what is expected is what tcpdump 4.99.3 prints for them.
constexpr const char* syn =
    "02000000000202000000000108004500003c00070000400666b30a0000010a00000203e800500000006400000000a00203e8"
    "00000000020405b40402080a000000010000000001030307";
constexpr const char* syn_ack =
    "02000000000202000000000108004500003000070000400666bf0a0000020a000001005003e8000001f400000065701203e8"
    "00000000020405b401010402";
constexpr const char* request =
    "02000000000202000000000108004500004300070000400666ac0a0000010a00000203e8005000000065000001f5501803e8"
    "00000000474554202f20485454502f312e310d0a486f73743a20780d0a0d0a";
constexpr const char* sack =
    "02000000000202000000000108004500003400070000400666bb0a0000010a00000203e8005000000080000001f5801003e8"
    "000000000101050a00000258000002bc";
constexpr const char* reset =
    "02000000000202000000000108004500002800070000400666c70a0000010a00000203e8005000000080000001f5500403e8"
    "00000000000000000000";

std::vector<std::uint8_t> bytes_of(std::string_view hex) {
    const auto digit = [](char c) { return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); };
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes.push_back(static_cast<std::uint8_t>(digit(hex[i]) << 4 | digit(hex[i + 1])));
    return bytes;
}

PrintOptions numeric() {
    PrintOptions o;
    o.numeric_addresses = o.numeric_ports = true;
    return o;
}

std::string print(const char* frame, const PrintOptions& options = numeric()) {
    return PacketPrinter(options).print(bytes_of(frame));
}

TEST(TcpdumpTransport, ShowsSequenceNumbersFromTheirBeginning) {
    PacketPrinter printer(numeric());
    EXPECT_EQ(printer.print(bytes_of(syn)),
              "IP 10.0.0.1.1000 > 10.0.0.2.80: Flags [S], seq 100, win 1000, "
              "options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7], length 0");
    EXPECT_EQ(printer.print(bytes_of(syn_ack)),
              "IP 10.0.0.2.80 > 10.0.0.1.1000: Flags [S.], seq 500, ack 101, win 1000, "
              "options [mss 1460,nop,nop,sackOK], length 0");
    EXPECT_EQ(printer.print(bytes_of(request)),
              "IP 10.0.0.1.1000 > 10.0.0.2.80: Flags [P.], seq 1:28, ack 1, win 1000, length 27: HTTP: GET / HTTP/1.1");
    EXPECT_EQ(
        printer.print(bytes_of(sack)),
        "IP 10.0.0.1.1000 > 10.0.0.2.80: Flags [.], ack 1, win 1000, options [nop,nop,sack 1 {100:200}], length 0");
    EXPECT_EQ(printer.print(bytes_of(reset)), "IP 10.0.0.1.1000 > 10.0.0.2.80: Flags [R], seq 128, win 1000, length 0");
}

TEST(TcpdumpTransport, ShowsThemAsTheyAreWhenToldOrWhenItCameLate) {
    EXPECT_EQ(
        print(request),
        "IP 10.0.0.1.1000 > 10.0.0.2.80: Flags [P.], seq 101:128, ack 501, win 1000, length 27: HTTP: GET / HTTP/1.1");
    EXPECT_EQ(
        print(sack),
        "IP 10.0.0.1.1000 > 10.0.0.2.80: Flags [.], ack 501, win 1000, options [nop,nop,sack 1 {100:200}], length 0");
    PrintOptions quiet = numeric();
    quiet.quiet = true;
    EXPECT_EQ(print(request, quiet), "IP 10.0.0.1.1000 > 10.0.0.2.80: tcp 27");
}

}  // namespace
}  // namespace layerlab::sim::programs
