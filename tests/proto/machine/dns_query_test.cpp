#include "proto/machine/dns_query.hpp"

#include "tests/proto/machine/dns_helpers.hpp"

namespace layerlab::proto::machine {
namespace {

using test::name;
using wire::DnsMessage;
using wire::DnsRcode;

const wire::DnsQuestion www{test::name("www.example.org"), wire::DnsType::a, wire::DnsClass::in};

DnsMessage refusal(const DnsMessage& query) {
    const DnsQueryCheck check = check_dns_query(wire::encode_dns_message(query), DnsTransport::udp);
    EXPECT_FALSE(check.query);
    return wire::decode_dns_message(check.refusal).value_or(DnsMessage{});
}

TEST(DnsQuery, IsMadeAndAccepted) {
    const auto bytes = make_dns_query(0x1234, www, true, true);
    const DnsQueryCheck check = check_dns_query(bytes, DnsTransport::udp);
    ASSERT_TRUE(check.query);
    EXPECT_TRUE(check.query->header.recursion_desired);
    EXPECT_EQ(check.query->questions.front(), www);
    EXPECT_EQ(check.query->edns->udp_size, 1232);
}

TEST(DnsQuery, IsRefusedWithFormerrWhenItCannotBeRead) {
    auto bytes = make_dns_query(0x1234, www, true, false);
    bytes.pop_back();
    const DnsQueryCheck check = check_dns_query(bytes, DnsTransport::udp);
    EXPECT_EQ(check.rcode, DnsRcode::form_err);
    // id 0x1234, QR RD, FORMERR, no records
    EXPECT_EQ(check.refusal, (std::vector<std::uint8_t>{0x12, 0x34, 0x81, 0x01, 0, 0, 0, 0, 0, 0, 0, 0}));
    DnsMessage two;
    two.questions = {www, www};
    EXPECT_EQ(refusal(two).header.rcode, DnsRcode::form_err);
    EXPECT_EQ(refusal(DnsMessage{}).header.rcode, DnsRcode::form_err);
}

TEST(DnsQuery, IsRefusedForOtherOperationsAndVersions) {
    DnsMessage update;
    update.header.opcode = wire::DnsOpcode::update;
    EXPECT_EQ(refusal(update).header.rcode, DnsRcode::not_imp);
    DnsMessage edns1;
    edns1.questions = {www};
    edns1.edns.emplace();
    edns1.edns->version = 1;
    EXPECT_EQ(refusal(edns1).header.rcode, DnsRcode::bad_vers);
    EXPECT_EQ(refusal(edns1).edns->version, 0);
}

TEST(DnsQuery, MeetsSilenceWhenItIsNoQuery) {
    EXPECT_TRUE(check_dns_query({}, DnsTransport::udp).refusal.empty());
    DnsMessage response;
    response.header.response = true;
    const auto bytes = wire::encode_dns_message(response);
    EXPECT_TRUE(check_dns_query(bytes, DnsTransport::udp).refusal.empty());
}

TEST(DnsResponse, IsCutToWhatTheClientTakes) {
    DnsMessage query;
    query.questions = {www};
    DnsMessage response = begin_dns_response(query);
    for (std::uint32_t i = 0; i < 500; ++i)
        response.answers.push_back({www.name, wire::DnsType::a, wire::DnsClass::in, 1, Ipv4Address{i}});
    EXPECT_LE(finish_dns_response(query, response, DnsTransport::udp).size(), 512u);
    EXPECT_GT(finish_dns_response(query, response, DnsTransport::tcp).size(), 8000u);
    query.edns.emplace();
    const std::pair<std::uint16_t, std::size_t> sizes[] = {{100, 512}, {800, 800}, {4096, 1232}};
    for (const auto& [offered, limit] : sizes) {
        query.edns->udp_size = offered;
        const std::size_t size = finish_dns_response(query, begin_dns_response(query), DnsTransport::udp).size();
        EXPECT_LE(size, limit);
        const std::size_t full = finish_dns_response(query, response, DnsTransport::udp).size();
        EXPECT_LE(full, limit);
        EXPECT_GT(full + 16, limit);
    }
}

TEST(DnsResponse, MustFitItsQuery) {
    DnsMessage query;
    query.header.id = 7;
    query.questions = {www};
    DnsMessage response = begin_dns_response(query);
    EXPECT_TRUE(answers_dns_query(response, 7, www));
    EXPECT_FALSE(answers_dns_query(query, 7, www));
    EXPECT_FALSE(answers_dns_query(response, 8, www));
    EXPECT_FALSE(answers_dns_query(response, 7, {name("other"), www.type, www.klass}));
    response.questions.clear();
    EXPECT_FALSE(answers_dns_query(response, 7, www));
    response.header.rcode = DnsRcode::form_err;
    EXPECT_TRUE(answers_dns_query(response, 7, www));
}

}  // namespace
}  // namespace layerlab::proto::machine
