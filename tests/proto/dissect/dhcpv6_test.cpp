#include "proto/wire/dhcpv6.hpp"

#include <gtest/gtest.h>

#include "proto/dissect/dissect.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {
namespace {

// Raw IPv6 (LINKTYPE_RAW, 101) and UDP from port 547 to 546 around a message; the checksum is left zero.
std::string addresses_in(const std::vector<std::uint8_t>& message, bool& is_dhcpv6) {
    std::vector<std::uint8_t> b(48);
    b[0] = 0x60, b[6] = 17, b[7] = 64, b[23] = 1, b[39] = 2;
    store_be16(b.data() + 4, static_cast<std::uint16_t>(8 + message.size()));
    store_be16(b.data() + 40, 547);
    store_be16(b.data() + 42, 546);
    store_be16(b.data() + 44, static_cast<std::uint16_t>(8 + message.size()));
    b.insert(b.end(), message.begin(), message.end());
    FrameIn in;
    in.link_type = 101;
    in.bytes = b;
    in.original_length = b.size();
    Dissection result;
    dissect_alone(in, result);
    is_dhcpv6 = false;
    for (const Layer& layer : result.layers) is_dhcpv6 |= layer.protocol == &dhcpv6;
    std::string seen;
    for (const Item& item : result.items)
        if (item.field == &wire::Dhcpv6Option::address.info || item.field == &wire::Dhcpv6Option::dns_server.info)
            seen += Ipv6Address::load(item.bytes.data()).to_string() + " ";
    return seen;
}

TEST(Dhcpv6Dissector, ShowsTheAssociationsAddressAndTheDnsServer) {
    wire::Dhcpv6Message m;
    m.type = wire::Dhcpv6Type::reply;
    m.id = 0x123456;
    m.client_duid = {0, 3, 0, 1, 2, 0, 0, 0, 0, 1};
    m.iaid = 7;
    m.addresses = {{Ipv6Address::parse("2001:db8::100").value(), 30, 40}};
    m.dns_servers = {Ipv6Address::parse("2001:db8::53").value()};
    const std::vector<std::uint8_t> bytes = wire::encode_dhcpv6(m);
    bool is_dhcpv6 = false;
    EXPECT_EQ(addresses_in(bytes, is_dhcpv6), "2001:db8::100 2001:db8::53 ");
    EXPECT_TRUE(is_dhcpv6);
    for (std::size_t n = 0; n < bytes.size(); ++n)  // cut anywhere it is still named
        addresses_in(std::vector<std::uint8_t>(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n)),
                     is_dhcpv6);
    EXPECT_TRUE(is_dhcpv6);
}

}  // namespace
}  // namespace layerlab::proto::dissect
