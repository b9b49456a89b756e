#include "proto/machine/dns_server.hpp"

#include <random>

#include "tests/proto/machine/dns_helpers.hpp"

namespace layerlab::proto::machine {
namespace {

using test::name;
using test::Texts;
using test::texts;
using wire::DnsMessage;
using wire::DnsRcode;
using wire::DnsType;

DnsServer example_server() {
    DnsServer server;
    server.add(test::zone("example.org",
                          {"@ NS ns", "@ MX 10 mail", "ns A 10.0.0.53", "mail A 10.0.0.25", "www 155 A 192.0.2.100",
                           "web CNAME www", "away CNAME www.example.net", "out CNAME www.elsewhere", "loop CNAME pool",
                           "pool CNAME loop", "gone CNAME missing", "deep.down A 10.0.0.1", "sub NS ns.sub.example.org",
                           "sub NS ns.elsewhere", "ns.sub A 10.0.1.53"}));
    server.add(test::zone("example.net", {"www A 198.51.100.1"}));
    return server;
}

struct Asked {
    DnsReply reply;
    DnsMessage message;
};

Asked ask(const DnsServer& server, std::string_view qname, DnsType type = DnsType::a) {
    const auto query = make_dns_query(9, {name(qname), type, wire::DnsClass::in}, true, false);
    Asked asked{server.reply(query, DnsTransport::udp), {}};
    auto message = wire::decode_dns_message(asked.reply.bytes);
    EXPECT_TRUE(message) << qname;
    asked.message = message.value_or(DnsMessage{});
    EXPECT_TRUE(asked.message.header.response);
    EXPECT_FALSE(asked.message.header.recursion_available);
    return asked;
}

TEST(DnsServer, AnswersFromItsZone) {
    const Asked a = ask(example_server(), "WWW.example.org");
    EXPECT_EQ(a.reply.decision, DnsDecision::answered);
    EXPECT_EQ(a.reply.zone, name("example.org"));
    EXPECT_TRUE(a.message.header.authoritative);
    EXPECT_TRUE(a.message.header.recursion_desired);
    EXPECT_EQ(texts(a.message.answers), (Texts{"WWW.example.org.\t155\tIN\tA\t192.0.2.100"}));  // case as asked
    EXPECT_TRUE(a.message.authorities.empty());
}

TEST(DnsServer, GivesTheAddressesOfTheHostsItNames) {
    const Asked a = ask(example_server(), "example.org", DnsType::mx);
    EXPECT_EQ(texts(a.message.additionals), (Texts{"mail.example.org.\t3600\tIN\tA\t10.0.0.25"}));
}

TEST(DnsServer, FollowsAliasesThroughAllItsZones) {
    const Asked a = ask(example_server(), "web.example.org");
    EXPECT_EQ(texts(a.message.answers), (Texts{"web.example.org.\t3600\tIN\tCNAME\twww.example.org.",
                                               "www.example.org.\t155\tIN\tA\t192.0.2.100"}));
    const Asked b = ask(example_server(), "away.example.org");
    EXPECT_EQ(b.message.answers.size(), 2u);
    EXPECT_EQ(b.reply.zone, name("example.net"));
    const Asked c = ask(example_server(), "out.example.org");
    EXPECT_EQ(c.reply.decision, DnsDecision::answered);
    EXPECT_EQ(c.message.answers.size(), 1u);
    EXPECT_EQ(ask(example_server(), "web.example.org", DnsType::cname).message.answers.size(), 1u);
}

TEST(DnsServer, BoundsALoopOfAliases) {
    const Asked a = ask(example_server(), "loop.example.org");
    EXPECT_EQ(a.reply.decision, DnsDecision::answered);
    EXPECT_LE(a.message.answers.size(), 17u);
}

TEST(DnsServer, TellsMissingNamesFromMissingTypes) {
    const Asked missing = ask(example_server(), "no.example.org");
    EXPECT_EQ(missing.reply.decision, DnsDecision::no_such_name);
    EXPECT_EQ(missing.message.header.rcode, DnsRcode::nx_domain);
    ASSERT_EQ(missing.message.authorities.size(), 1u);
    EXPECT_EQ(missing.message.authorities[0].type, DnsType::soa);
    const Asked typeless = ask(example_server(), "www.example.org", DnsType::aaaa);
    EXPECT_EQ(typeless.reply.decision, DnsDecision::no_such_type);
    EXPECT_EQ(typeless.message.header.rcode, DnsRcode::no_error);
    EXPECT_EQ(typeless.message.authorities.size(), 1u);
    EXPECT_EQ(ask(example_server(), "down.example.org").reply.decision, DnsDecision::no_such_type);
    const Asked gone = ask(example_server(), "gone.example.org");
    EXPECT_EQ(gone.message.header.rcode, DnsRcode::nx_domain);
    EXPECT_EQ(gone.message.answers.size(), 1u);
}

TEST(DnsServer, RefersToTheServersOfAZoneBelow) {
    const Asked a = ask(example_server(), "www.sub.example.org");
    EXPECT_EQ(a.reply.decision, DnsDecision::referred);
    EXPECT_EQ(a.reply.zone, name("sub.example.org"));
    EXPECT_FALSE(a.message.header.authoritative);
    EXPECT_TRUE(a.message.answers.empty());
    EXPECT_EQ(texts(a.message.authorities), (Texts{"sub.example.org.\t3600\tIN\tNS\tns.sub.example.org.",
                                                   "sub.example.org.\t3600\tIN\tNS\tns.elsewhere."}));
    EXPECT_EQ(texts(a.message.additionals), (Texts{"ns.sub.example.org.\t3600\tIN\tA\t10.0.1.53"}));
}

TEST(DnsServer, RefusesWhatIsNotItsOwn) {
    const Asked a = ask(example_server(), "www.elsewhere");
    EXPECT_EQ(a.reply.decision, DnsDecision::refused);
    EXPECT_EQ(a.message.header.rcode, DnsRcode::refused);
    EXPECT_EQ(ask(example_server(), "example.org", DnsType::axfr).reply.decision, DnsDecision::refused);
    EXPECT_EQ(DnsServer{}.zone_for(name("a.b")), nullptr);
}

TEST(DnsServer, GivesAllTypesForAny) {
    EXPECT_EQ(ask(example_server(), "example.org", DnsType::any).message.answers.size(), 3u);
}

TEST(DnsServer, PrefersTheLongestZone) {
    DnsServer server = example_server();
    server.add(test::zone("sub.example.org", {"www A 10.0.1.80"}));
    EXPECT_EQ(ask(server, "www.sub.example.org").reply.decision, DnsDecision::answered);
}

TEST(DnsServer, SaysWhatWasWrongWithAQuery) {
    const DnsServer server = example_server();
    auto query = make_dns_query(1, {name("www.example.org"), DnsType::a, wire::DnsClass::in}, true, false);
    query[2] |= 0x28;  // opcode 5
    EXPECT_EQ(server.reply(query, DnsTransport::udp).decision, DnsDecision::not_implemented);
    query.resize(14);
    query[2] = 1;
    EXPECT_EQ(server.reply(query, DnsTransport::udp).decision, DnsDecision::format_error);
    query[2] |= 0x80;
    EXPECT_EQ(server.reply(query, DnsTransport::udp).decision, DnsDecision::ignored);
    EXPECT_TRUE(server.reply({}, DnsTransport::udp).bytes.empty());
}

TEST(DnsServer, TruncatesOverUdpOnly) {
    std::vector<wire::ResourceRecord> many;
    for (std::uint32_t i = 0; i < 100; ++i)
        many.push_back({name("www.big"), DnsType::a, wire::DnsClass::in, 1, Ipv4Address{i}});
    DnsServer server;
    server.add(DnsZone::make(name("big"), many).value());
    const auto query = make_dns_query(1, {name("www.big"), DnsType::a, wire::DnsClass::in}, true, false);
    EXPECT_TRUE(server.reply(query, DnsTransport::udp).truncated);
    const DnsReply whole = server.reply(query, DnsTransport::tcp);
    EXPECT_FALSE(whole.truncated);
    EXPECT_EQ(wire::decode_dns_message(whole.bytes)->answers.size(), 100u);
}

TEST(DnsServer, SurvivesRandomQueries) {
    std::mt19937 random(1034);
    const DnsServer server = example_server();
    const auto good = make_dns_query(1, {name("web.example.org"), DnsType::a, wire::DnsClass::in}, true, true);
    for (int round = 0; round < 5000; ++round) {
        auto bytes = good;
        for (auto n = random() % 4 + 1; n > 0; --n)
            bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
        bytes.resize(random() % 8 ? bytes.size() : random() % bytes.size());
        const DnsReply reply = server.reply(bytes, DnsTransport::udp);
        ASSERT_EQ(reply.bytes.empty(), reply.decision == DnsDecision::ignored);
        if (!reply.bytes.empty()) {
            ASSERT_TRUE(wire::decode_dns_message(reply.bytes));
        }
    }
}

}  // namespace
}  // namespace layerlab::proto::machine
