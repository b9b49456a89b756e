#include "proto/wire/stun.hpp"

#include <gtest/gtest.h>

#include "proto/dissect/dissect.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/text.hpp"

namespace layerlab::proto::dissect {
namespace {

using wire::StunEndpoint;
using wire::StunMessage;

// Raw IPv4 (LINKTYPE_RAW, 101) and UDP around a message, on ports that nobody knows.
struct Dissected {
    std::vector<std::uint8_t> packet = std::vector<std::uint8_t>(28);
    Dissection result;
    std::string info, column;

    explicit Dissected(Bytes message) {
        packet[0] = 0x45, packet[8] = 64, packet[9] = 17, packet[15] = 1, packet[19] = 2;
        store_be16(packet.data() + 2, static_cast<std::uint16_t>(28 + message.size()));
        store_be16(packet.data() + 20, 4000);
        store_be16(packet.data() + 22, 4001);
        store_be16(packet.data() + 24, static_cast<std::uint16_t>(8 + message.size()));
        packet.insert(packet.end(), message.begin(), message.end());
        FrameIn in;
        in.link_type = 101;
        in.bytes = packet;
        in.original_length = packet.size();
        dissect_alone(in, result);
        const Columns c = columns_of(in, result);
        info = c.info;
        column = c.protocol;
    }
    bool has(const FieldInfo& field, std::uint64_t number) const {
        for (const Item& item : result.items)
            if (item.field == &field && item.number == number) return true;
        return false;
    }
};

StunEndpoint at(const char* address, std::uint16_t port) { return {IpAddress::parse(address).value(), port}; }

StunMessage response(bool is_classic) {
    StunMessage m;
    m.type = wire::stun_type::binding_response;
    m.id.fill(3);
    m.mapped = at("203.0.113.1", 5000);
    if (is_classic) {
        m.source = at("203.0.113.10", 3478);
        m.changed = at("203.0.113.11", 3479);
        return m;
    }
    store_be32(m.id.data(), wire::stun_cookie);
    m.xor_mapped = m.mapped;
    m.other = at("203.0.113.11", 3479);
    return m;
}

TEST(StunDissector, ShowsAddressesAsWiresharkDoes) {
    const Dissected d(wire::encode_stun(response(false)));
    EXPECT_EQ(d.column, "STUN");
    EXPECT_EQ(d.info,
              "Binding Success Response MAPPED-ADDRESS: 203.0.113.1:5000 XOR-MAPPED-ADDRESS: 203.0.113.1:5000 "
              "OTHER-ADDRESS: 203.0.113.11:3479");
    EXPECT_TRUE(d.has(wire::Stun::type.info, 0x0101));
    EXPECT_TRUE(d.has(wire::Stun::message_class.info, 0x10));
    EXPECT_TRUE(d.has(wire::Stun::method.info, 1));
    EXPECT_TRUE(d.has(wire::StunAttribute::port.info, 3479));
}

TEST(StunDissector, ShowsWhatARequestAsksForAndAnError) {
    StunMessage m;
    store_be32(m.id.data(), wire::stun_cookie);
    m.change_port = true;
    const Dissected request(wire::encode_stun(m));
    EXPECT_EQ(request.info, "Binding Request");
    EXPECT_TRUE(request.has(wire::StunAttribute::change_ip.info, 0));
    EXPECT_TRUE(request.has(wire::StunAttribute::change_port.info, 1));
    m.type = wire::stun_type::binding_error;
    m.error = 420;
    m.unknown = {0x7777};
    m.reason = "Unknown Attribute";
    const Dissected error(wire::encode_stun(m));
    EXPECT_TRUE(error.has(wire::StunAttribute::error_class.info, 4));
    EXPECT_TRUE(error.has(wire::StunAttribute::unknown.info, 0x7777));
    EXPECT_TRUE(error.has(wire::StunAttribute::padding.info, 3));
    EXPECT_EQ(error.info, "Binding Error Response error-code: 420 (Unknown Attribute) Unknown Attribute");
}

TEST(StunDissector, KnowsTheClassicForm) {
    const Dissected d(wire::encode_stun(response(true)));
    EXPECT_EQ(d.column, "CLASSIC-STUN");
    EXPECT_EQ(d.info, "Message: Binding Response");
    EXPECT_TRUE(d.has(wire::ClassicStunAttribute::port.info, 3479));
    EXPECT_TRUE(d.has(wire::ClassicStunAttribute::family.info, 1));
}

TEST(StunDissector, SurvivesEveryDamage) {
    for (const bool is_classic : {false, true}) {
        const auto bytes = wire::encode_stun(response(is_classic));
        for (std::size_t at_byte = 20; at_byte < bytes.size(); ++at_byte)
            for (const int value : {0x00, 0x03, 0x09, 0x80, 0xff}) {
                auto damaged = bytes;
                damaged[at_byte] = static_cast<std::uint8_t>(value);
                EXPECT_FALSE(Dissected(damaged).info.empty());
            }
    }
}

}  // namespace
}  // namespace layerlab::proto::dissect
