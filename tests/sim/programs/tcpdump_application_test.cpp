#include <gtest/gtest.h>

#include "sim/programs/tcpdump_print.hpp"

namespace layerlab::sim::programs {
namespace {

// Frames made by hand; what is expected is what tcpdump 4.99.3 prints for them.
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

TEST(TcpdumpApplication, ShowsDnsAnswers) {
    EXPECT_EQ(print(dns_answer),
              "IP 10.0.0.1.53 > 10.0.0.2.40000: 4660* 3/1/1 CNAME web.example.org., A 192.0.2.1, "
              "MX mx.example.org. 10 (114)");
}

TEST(TcpdumpApplication, ShowsDhcpOptionsWhenVerbose) {
    std::vector<std::uint8_t> m(240);
    m[0] = m[1] = 1;
    m[2] = 6;
    proto::store_be32(m.data() + 4, 0x3903f326);
    m[28] = 2;
    m[33] = 1;
    proto::store_be32(m.data() + 236, 0x63825363);
    for (const int byte : {53, 1, 1, 61, 7, 1, 2, 0, 0, 0, 0, 1, 55, 2, 1, 3, 12, 3, 0x61, 0x6d, 0x79, 255})
        m.push_back(static_cast<std::uint8_t>(byte));
    m.resize(300);
    EXPECT_EQ(print_dhcp(m, 0, true), "BOOTP/DHCP, Request from 02:00:00:00:00:01, length 300");
    EXPECT_EQ(print_dhcp(m, 1, true),
              "BOOTP/DHCP, Request from 02:00:00:00:00:01, length 300, xid 0x3903f326, Flags [none]\n"
              "\t  Client-Ethernet-Address 02:00:00:00:00:01\n"
              "\t  Vendor-rfc1048 Extensions\n"
              "\t    Magic Cookie 0x63825363\n"
              "\t    DHCP-Message (53), length 1: Discover\n"
              "\t    Client-ID (61), length 7: ether 02:00:00:00:00:01\n"
              "\t    Parameter-Request (55), length 2: \n"
              "\t      Subnet-Mask (1), Default-Gateway (3)\n"
              "\t    Hostname (12), length 3: \"amy\"");
}

}  // namespace
}  // namespace layerlab::sim::programs
