#include "sim/programs/tcpdump_print.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::programs {
namespace {

// Frames made by hand; what is expected is what tcpdump 4.99.3 prints for them.
constexpr const char* syn =
    "02000000000202000000000108004500003c00070000400666b30a0000010a00000203e800500000006400000000a00203e8"
    "00000000020405b40402080a000000010000000001030307";
constexpr const char* request =
    "02000000000202000000000108004500004300070000400666ac0a0000010a00000203e8005000000065000001f5501803e8"
    "00000000474554202f20485454502f312e310d0a486f73743a20780d0a0d0a";
constexpr const char* reset =
    "02000000000202000000000108004500002800070000400666c70a0000010a00000203e8005000000080000001f5500403e8"
    "00000000000000000000";
constexpr const char* arp_gratuitous =
    "ffffffffffff020000000001080600010800060400010200000000010a0000010000000000000a0000010000000000000000"
    "00000000000000000000";
constexpr const char* need_fragmentation =
    "02000000000202000000000108004500003800070000400165c00a0000fe0a0000010304f35e000005784500001c00070000"
    "40115dc10a0000010a00090903e8003500080000";
constexpr const char* dns_answer =
    "02df504eb63e5ed536da760e08004500008e9e5240004011880a0a0000010a00000200359c40007a148e1234858000010003"
    "0001000103777777076578616d706c65036f72670000010001c00c000500010000012c000603776562c010c02d0001000100"
    "00012c0004c0000201c010000f00010000012c0007000a026d78c010c010000200010000012c0005026e73c01000002904d0"
    "000000000000";

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

TEST(TcpdumpPrint, ShowsTheIpHeaderAndTheRequestWhenVerbose) {
    PrintOptions verbose = numeric();
    verbose.verbose = 1;
    EXPECT_EQ(print(request, verbose),
              "IP (tos 0x0, ttl 64, id 7, offset 0, flags [none], proto TCP (6), length 67)\n"
              "    10.0.0.1.1000 > 10.0.0.2.80: Flags [P.], cksum 0x0000 (incorrect -> 0x3d80), seq 101:128, ack 501, "
              "win 1000, length 27: HTTP, length: 27\n\tGET / HTTP/1.1\n\tHost: x\n\t");
    EXPECT_EQ(print(need_fragmentation, verbose),
              "IP (tos 0x0, ttl 64, id 7, offset 0, flags [none], proto ICMP (1), length 56)\n"
              "    10.0.0.254 > 10.0.0.1: ICMP 10.0.9.9 unreachable - need to frag (mtu 1400), length 36\n"
              "\tIP (tos 0x0, ttl 64, id 7, offset 0, flags [none], proto UDP (17), length 28)\n"
              "    10.0.0.1.1000 > 10.0.9.9.53: domain [length 0 < 12] (invalid)");
}

TEST(TcpdumpPrint, NamesPortsAndVendorsUnlessToldNotTo) {
    PrintOptions named;
    named.link_header = true;
    EXPECT_EQ(print(reset, named),
              "02:00:00:00:00:01 (oui Unknown) > 02:00:00:00:00:02 (oui Unknown), ethertype IPv4 (0x0800), length 60: "
              "10.0.0.1.1000 > 10.0.0.2.http: Flags [R], seq 128, win 1000, length 0");
    EXPECT_EQ(print(arp_gratuitous, named),
              "02:00:00:00:00:01 (oui Unknown) > Broadcast, ethertype ARP (0x0806), length 60: "
              "Request who-has 10.0.0.1 tell 10.0.0.1, length 46");
}

TEST(TcpdumpPrint, SurvivesFramesThatEndAnywhere) {
    PrintOptions all = numeric();
    all.verbose = 2;
    all.link_header = true;
    for (const char* frame : {syn, request, need_fragmentation, dns_answer, arp_gratuitous}) {
        const std::vector<std::uint8_t> bytes = bytes_of(frame);
        for (std::size_t size = 0; size <= bytes.size(); ++size) {
            PacketPrinter printer(all);
            const std::vector<std::uint8_t> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
            EXPECT_FALSE(printer.print(cut).empty());
            printer.print_cooked(cut, 2);
        }
    }
}

}  // namespace
}  // namespace layerlab::sim::programs
