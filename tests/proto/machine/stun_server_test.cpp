#include "proto/machine/stun_server.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

using wire::StunEndpoint;
using wire::StunMessage;

StunEndpoint at(const char* address, std::uint16_t port) { return {IpAddress::parse(address).value(), port}; }
const StunEndpoint client = at("203.0.113.1", 5000);

StunServer server(bool has_two = true) {
    StunServerConfig config;
    config.addresses[0] = at("203.0.113.10", 0).address;
    if (has_two) config.addresses[1] = at("203.0.113.11", 0).address;
    return StunServer(config);
}

StunMessage request(bool is_classic = false) {
    StunMessage m;
    m.id.fill(9);
    if (!is_classic) store_be32(m.id.data(), wire::stun_cookie);
    return m;
}

StunMessage reply_to(const StunServer& s, const StunMessage& m, StunPlace place, StunAnswer& answer) {
    const auto made = s.answer(wire::encode_stun(m), client, place);
    EXPECT_TRUE(made);
    answer = made.value();
    return wire::decode_stun(answer.bytes).value();
}

TEST(StunServer, TellsWhereARequestSeemsToComeFrom) {
    StunAnswer answer;
    const StunMessage reply = reply_to(server(), request(), {1, 0}, answer);
    EXPECT_EQ(reply.type, wire::stun_type::binding_response);
    EXPECT_EQ(reply.id, request().id);
    EXPECT_EQ(reply.xor_mapped, client);
    EXPECT_EQ(reply.origin, at("203.0.113.11", 3478));
    EXPECT_FALSE(reply.other) << "who begins there is told nothing of the other one";
    EXPECT_EQ(reply_to(server(), request(), {0, 0}, answer).other, at("203.0.113.11", 3479));
    EXPECT_EQ(reply_to(server(), request(true), {1, 0}, answer).changed, at("203.0.113.10", 3479));
    EXPECT_EQ(reply_to(server(), request(), {1, 0}, answer).mapped, client);
    EXPECT_EQ(answer.to, client);
    EXPECT_EQ(answer.from.address, 1);
}

TEST(StunServer, AnswersFromWhereItIsAskedTo) {
    for (const bool is_classic : {false, true})
        for (const bool ip : {false, true})
            for (const bool port : {false, true}) {
                StunMessage m = request(is_classic);
                m.change_ip = ip;
                m.change_port = port;
                StunAnswer answer;
                const StunMessage reply = reply_to(server(), m, {0, 1}, answer);
                EXPECT_EQ(answer.from.address, ip ? 1 : 0);
                EXPECT_EQ(answer.from.port, port ? 0 : 1);
                const StunEndpoint from = at(ip ? "203.0.113.11" : "203.0.113.10", port ? 3478 : 3479);
                EXPECT_EQ(is_classic ? reply.source : reply.origin, from);
                EXPECT_EQ(is_classic ? reply.changed : reply.other, at("203.0.113.11", 3478));
                EXPECT_EQ(reply.xor_mapped.has_value(), !is_classic);
            }
}

TEST(StunServer, CannotChangeItsOnlyAddress) {
    StunMessage m = request();
    m.change_ip = true;
    StunAnswer answer;
    const StunMessage reply = reply_to(server(false), m, {0, 0}, answer);
    EXPECT_EQ(reply.error, 420);
    EXPECT_EQ(reply.unknown, std::vector<std::uint16_t>{wire::stun_attribute::change_request});
    EXPECT_FALSE(reply_to(server(false), request(), {0, 0}, answer).other) << "it has no other";
}

TEST(StunServer, SaysWhatItDoesNotUnderstand) {
    StunMessage m = request();
    m.unknown = {};
    auto bytes = wire::encode_stun(m);
    bytes.insert(bytes.end(), {0x77, 0x77, 0, 0});
    store_be16(bytes.data() + 2, 4);
    const auto answer = server().answer(bytes, client, {});
    ASSERT_TRUE(answer);
    const StunMessage reply = wire::decode_stun(answer->bytes).value();
    EXPECT_EQ(reply.type, wire::stun_type::binding_error);
    EXPECT_EQ(reply.unknown, std::vector<std::uint16_t>{0x7777});
}

TEST(StunServer, SendsToAnotherPortButNeverToAnotherAddress) {
    StunMessage m = request();
    m.response_port = 77;
    StunAnswer answer;
    reply_to(server(), m, {}, answer);
    EXPECT_EQ(answer.to, at("203.0.113.1", 77));
    m.padding = 4;
    EXPECT_EQ(reply_to(server(), m, {}, answer).error, 400);
    m.response_port.reset();
    EXPECT_EQ(reply_to(server(), m, {}, answer).padding, 1500);
}

TEST(StunServer, IgnoresEverythingElse) {
    StunMessage m = request();
    m.type = wire::stun_type::binding_response;
    EXPECT_FALSE(server().answer(wire::encode_stun(m), client, {}));
    EXPECT_FALSE(server().answer(std::vector<std::uint8_t>{1, 2, 3}, client, {}));
}

}  // namespace
}  // namespace layerlab::proto::machine
