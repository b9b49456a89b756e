#include "proto/wire/stun.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::wire {
namespace {

StunEndpoint at(const char* address, std::uint16_t port) { return {IpAddress::parse(address).value(), port}; }

StunMessage full(bool is_classic) {
    StunMessage m;
    m.type = stun_type::binding_response;
    for (std::size_t i = 0; i < m.id.size(); ++i) m.id[i] = static_cast<std::uint8_t>(i);
    if (!is_classic) store_be32(m.id.data(), stun_cookie);
    m.mapped = m.xor_mapped = at("203.0.113.1", 5000);
    m.source = m.origin = at("203.0.113.10", 3478);
    m.changed = m.other = at("203.0.113.11", 3479);
    m.change_ip = true;
    m.response_port = 77;
    m.padding = 10;
    m.error = 420;
    m.reason = "Unknown Attribute";
    m.unknown = {0x7777, 0x15};
    m.software = "LayerLab";
    return m;
}

TEST(Stun, AMessageComesBackAsItWas) {
    for (const bool is_classic : {false, true}) {
        const std::vector<std::uint8_t> bytes = encode_stun(full(is_classic));
        EXPECT_EQ(bytes.size() % 4, 0u);
        EXPECT_EQ(looks_like_stun(bytes), !is_classic);
        EXPECT_EQ(looks_like_classic_stun(bytes), is_classic);
        const auto m = decode_stun(bytes);
        ASSERT_TRUE(m);
        EXPECT_EQ(m->is_classic(), is_classic);
        EXPECT_EQ(m->xor_mapped, at("203.0.113.1", 5000));
        EXPECT_EQ(m->other, at("203.0.113.11", 3479));
        EXPECT_TRUE(m->change_ip && !m->change_port);
        EXPECT_EQ(m->response_port, 77);
        EXPECT_EQ(m->padding, 10);
        EXPECT_EQ(m->error, 420);
        EXPECT_EQ(m->reason, "Unknown Attribute");
        EXPECT_EQ(m->unknown, (std::vector<std::uint16_t>{0x7777, 0x15}));
        EXPECT_EQ(encode_stun(*m), bytes);
    }
}

// RFC 5769 section 2.2 and 2.3: the addresses of the sample responses.
TEST(Stun, ReadsTheAddressesOfTheTestVectors) {
    std::array<std::uint8_t, 16> id{0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01,
                                    0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae};
    const std::vector<std::uint8_t> four{0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43};
    EXPECT_EQ(read_stun_address(four, id.data()), at("192.0.2.1", 32853));
    const std::vector<std::uint8_t> six{0x00, 0x02, 0xa1, 0x47, 0x01, 0x13, 0xa9, 0xfa, 0xa5, 0xd3,
                                        0xf1, 0x79, 0xbc, 0x25, 0xf4, 0xb5, 0xbe, 0xd2, 0xb9, 0xd9};
    EXPECT_EQ(read_stun_address(six, id.data()), at("2001:db8:1234:5678:11:2233:4455:6677", 32853));
}

TEST(Stun, CollectsWhatMustBeUnderstoodAndIsNot) {
    std::vector<std::uint8_t> bytes(20);
    bytes[1] = 1;
    store_be32(bytes.data() + 4, stun_cookie);
    for (const int type : {0x06, 0x08, 0x55}) bytes.insert(bytes.end(), {0, static_cast<std::uint8_t>(type), 0, 0});
    bytes.insert(bytes.end(), {0x80, 0x55, 0, 0});
    store_be16(bytes.data() + 2, static_cast<std::uint16_t>(bytes.size() - 20));
    const auto m = decode_stun(bytes);
    ASSERT_TRUE(m);
    EXPECT_EQ(m->unknown, std::vector<std::uint16_t>{0x55});
}

TEST(Stun, EveryCutOrDamagedMessageIsSurvived) {
    const std::vector<std::uint8_t> bytes = encode_stun(full(false));
    for (std::size_t n = 0; n < bytes.size(); ++n) EXPECT_FALSE(decode_stun(Bytes(bytes).first(n)));
    for (std::size_t at = 0; at < bytes.size(); ++at)
        for (const int value : {0x00, 0x01, 0x7f, 0xff}) {
            auto damaged = bytes;
            damaged[at] = static_cast<std::uint8_t>(value);
            if (const auto m = decode_stun(damaged)) encode_stun(*m);
            looks_like_classic_stun(damaged);
        }
}

}  // namespace
}  // namespace layerlab::proto::wire
