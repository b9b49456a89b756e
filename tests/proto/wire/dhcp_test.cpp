#include "proto/wire/dhcp.hpp"

#include <gtest/gtest.h>
#include <random>

namespace layerlab::proto::wire {
namespace {

constexpr MacAddress amy{{0x90, 0xb1, 0x1c, 0x99, 0x49, 0x29}};

// A DHCPDISCOVER as Zeek's dhcp.pcap has it in frame 1 (header fields at the offsets of RFC 2131 figure 1).
std::vector<std::uint8_t> discover_bytes() {
    std::vector<std::uint8_t> b(240, 0);
    const std::vector<std::uint8_t> head = {
        0x01,                                // op: request
        0x01, 0x06, 0x00,                    // Ethernet, 6 bytes of address, no hops
        0x00, 0x00, 0x07, 0xc0,              // xid
        0x00, 0x03,                          // secs 3
        0x80, 0x00,                          // flags: broadcast
        0x0a, 0x00, 0x00, 0x01,              // ciaddr 10.0.0.1
        0x0a, 0x00, 0x00, 0x02,              // yiaddr 10.0.0.2
        0x0a, 0x00, 0x00, 0x03,              // siaddr 10.0.0.3
        0x0a, 0x00, 0x00, 0x04,              // giaddr 10.0.0.4
        0x90, 0xb1, 0x1c, 0x99, 0x49, 0x29,  // chaddr
    };
    std::copy(head.begin(), head.end(), b.begin());
    const std::vector<std::uint8_t> tail = {
        0x35, 0x01, 0x01,                    // 53: discover
        0x00,                                // pad
        0x32, 0x04, 0xc0, 0xa8, 0xd3, 0xc2,  // 50: 192.168.211.194
        0x0c, 0x03, 'a',  'm',  'y',         // 12: host name
        0xff,                                // end
        0x35, 0x01, 0x09,                    // what follows the end does not count
    };
    store_be32(b.data() + 236, 0x63825363);
    b.insert(b.end(), tail.begin(), tail.end());
    return b;
}

DhcpMessage with_options(std::vector<DhcpOption> options) {
    DhcpMessage m;
    m.set_mac(amy);
    m.options = std::move(options);
    return m;
}

std::vector<std::uint8_t> bytes_of(std::size_t n) {
    std::vector<std::uint8_t> v(n);
    for (std::size_t i = 0; i < n; ++i) v[i] = static_cast<std::uint8_t>(i * 7 + 1);
    return v;
}

TEST(Dhcp, DecodesEveryHeaderFieldAndOption) {
    const auto m = DhcpMessage::decode(discover_bytes());
    ASSERT_TRUE(m) << m.error().message;
    EXPECT_EQ(m->op, DhcpOp::request);
    EXPECT_EQ(m->id, 0x7c0u);
    EXPECT_EQ(m->seconds, 3);
    EXPECT_TRUE(m->broadcast);
    EXPECT_EQ(m->client_address.to_string(), "10.0.0.1");
    EXPECT_EQ(m->your_address.to_string(), "10.0.0.2");
    EXPECT_EQ(m->next_server.to_string(), "10.0.0.3");
    EXPECT_EQ(m->relay_address.to_string(), "10.0.0.4");
    EXPECT_EQ(m->mac(), amy);
    EXPECT_EQ(m->type(), DhcpType::discover);
    EXPECT_STREQ(to_text(m->type()), "DHCPDISCOVER");
    EXPECT_EQ(m->address(dhcp_option::requested_address)->to_string(), "192.168.211.194");
    EXPECT_EQ(m->text(dhcp_option::host_name), "amy");
    EXPECT_EQ(m->options.size(), 3u);
}

TEST(Dhcp, TheViewReadsTheSameFields) {
    const auto bytes = discover_bytes();
    const auto view = View<Dhcp>::parse(bytes);
    ASSERT_TRUE(view);
    EXPECT_EQ((*view)[Dhcp::id], 0x7c0u);
    EXPECT_TRUE((*view)[Dhcp::broadcast]);
    EXPECT_EQ((*view)[Dhcp::reserved], 0);
    EXPECT_EQ((*view)[Dhcp::mac], amy);
    EXPECT_EQ((*view)[Dhcp::cookie], dhcp_cookie);
}

TEST(Dhcp, EncodesWhatItDecodes) {
    DhcpMessage m = *DhcpMessage::decode(discover_bytes());
    m.server_name = "boot";
    m.boot_file = "kernel";
    const auto bytes = m.encode();
    ASSERT_TRUE(bytes);
    EXPECT_EQ(bytes->size(), 300u);  // BOOTP's minimum
    const auto again = DhcpMessage::decode(*bytes);
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, m);
}

TEST(Dhcp, RefusesEveryTruncationInsideTheFixedPart) {
    const auto bytes = discover_bytes();
    for (std::size_t n = 0; n < 240; ++n) EXPECT_FALSE(DhcpMessage::decode(Bytes(bytes).first(n))) << n;
}

TEST(Dhcp, TruncationInsideTheOptionsIsAnErrorOrLosesWholeOptions) {
    const auto bytes = discover_bytes();
    const std::vector<std::size_t> whole = {240, 243, 244, 250, 255, 256, 257, 258, 259};
    for (std::size_t n = 240; n <= bytes.size(); ++n) {
        const bool expected = std::find(whole.begin(), whole.end(), n) != whole.end();
        EXPECT_EQ(DhcpMessage::decode(Bytes(bytes).first(n)).has_value(), expected) << n;
    }
}

TEST(Dhcp, RefusesWrongCookieOpHardwareLengthAndOptionLengths) {
    auto bytes = discover_bytes();
    bytes[236] = 0;
    EXPECT_FALSE(DhcpMessage::decode(bytes));
    bytes = discover_bytes();
    bytes[0] = 3;
    EXPECT_FALSE(DhcpMessage::decode(bytes));
    bytes = discover_bytes();
    bytes[2] = 17;
    EXPECT_FALSE(DhcpMessage::decode(bytes));
    const auto wrong = with_options({{dhcp_option::message_type, {1}}, {dhcp_option::subnet_mask, {255, 255, 255}}});
    const auto decoded = DhcpMessage::decode(*wrong.encode());
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().message, "DHCP option 1 (Subnet Mask) has 3 bytes: it must have 4");
}

TEST(Dhcp, SplitsAndJoinsAnOptionOver255Bytes) {
    const auto m = with_options({{dhcp_option::message_type, {2}}, {43, bytes_of(700)}});
    const auto bytes = m.encode();
    ASSERT_TRUE(bytes);
    EXPECT_EQ((*bytes)[243], 43);  // first piece, behind option 53
    EXPECT_EQ((*bytes)[244], 255);
    EXPECT_EQ((*bytes)[245 + 255], 43);  // second piece
    EXPECT_EQ(*DhcpMessage::decode(*bytes), m);
}

TEST(Dhcp, UsesFileAndServerNameWhenTheOptionsDoNotFit) {
    const auto m = with_options({{dhcp_option::message_type, {2}}, {43, bytes_of(200)}});
    const auto bytes = m.encode(300);
    ASSERT_TRUE(bytes);
    EXPECT_EQ(bytes->size(), 300u);
    EXPECT_EQ((*bytes)[240], dhcp_option::overload);
    EXPECT_EQ((*bytes)[242], 3);
    EXPECT_EQ(*DhcpMessage::decode(*bytes), m);
}

TEST(Dhcp, OverloadsOnlyTheFieldThatIsEmpty) {
    auto m = with_options({{43, bytes_of(100)}});
    m.boot_file = "kernel";
    const auto bytes = m.encode(300);
    ASSERT_TRUE(bytes);
    EXPECT_EQ((*bytes)[242], 2);
    EXPECT_EQ(*DhcpMessage::decode(*bytes), m);
    m.server_name = "boot";
    EXPECT_FALSE(m.encode(300));
}

TEST(Dhcp, FillsEverySizeOfMessageWithoutLosingAByte) {
    for (std::size_t n = 0; n < 260; ++n) {
        const auto m = with_options({{dhcp_option::message_type, {5}}, {43, bytes_of(n)}, {60, bytes_of(3)}});
        const auto bytes = m.encode(300);
        if (!bytes) continue;
        EXPECT_LE(bytes->size(), 300u);
        EXPECT_EQ(*DhcpMessage::decode(*bytes), m) << n;
    }
    EXPECT_FALSE(with_options({{43, bytes_of(260)}}).encode(300));
    EXPECT_FALSE(with_options({}).encode(299));
}

TEST(Dhcp, RefusesABadOverloadAndTooLongNames) {
    EXPECT_FALSE(DhcpMessage::decode(*with_options({{dhcp_option::overload, {4}}}).encode()));
    EXPECT_FALSE(DhcpMessage::decode(*with_options({{dhcp_option::overload, {1, 1}}}).encode()));
    auto m = with_options({});
    m.server_name.assign(65, 'x');
    EXPECT_FALSE(m.encode());
}

TEST(Dhcp, ReadsOptionValuesOnlyInTheirForm) {
    DhcpMessage m;
    m.add_type(DhcpType::ack);
    m.add_addresses(dhcp_option::router, {{1}, {2}});
    m.add_uint32(dhcp_option::lease_time, 3600);
    m.add_text(dhcp_option::domain_name, std::string_view("lan\0", 4));
    EXPECT_EQ(m.addresses(dhcp_option::router).size(), 2u);
    EXPECT_EQ(m.number(dhcp_option::lease_time), 3600u);
    EXPECT_EQ(m.text(dhcp_option::domain_name), "lan");
    EXPECT_FALSE(m.address(dhcp_option::router));
    EXPECT_FALSE(m.number(dhcp_option::router));
    EXPECT_TRUE(m.text(dhcp_option::host_name).empty());
    EXPECT_TRUE(m.addresses(dhcp_option::domain_name).size() == 1);  // four bytes are one address
}

TEST(Dhcp, SurvivesRandomOptions) {
    std::mt19937 random(7);
    for (int round = 0; round < 20000; ++round) {
        auto bytes = discover_bytes();
        for (std::size_t at = 240; at < bytes.size(); ++at)
            if (random() % 3 == 0) bytes[at] = static_cast<std::uint8_t>(random() % 64);
        const auto m = DhcpMessage::decode(bytes);
        if (!m) continue;
        const auto again = DhcpMessage::decode(*m->encode());
        ASSERT_TRUE(again);
        EXPECT_EQ(*again, *m);
    }
}

}  // namespace
}  // namespace layerlab::proto::wire
