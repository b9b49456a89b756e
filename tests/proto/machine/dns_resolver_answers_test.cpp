// What the resolver believes and what it does not, against servers that lie.
#include <random>

#include "tests/proto/machine/dns_internet.hpp"

namespace layerlab::proto::machine {
namespace {

using test::Internet;
using test::ip;
using test::name;
using test::record;
using wire::DnsMessage;
using wire::DnsRcode;
using wire::DnsType;
using Event = DnsResolverEvent;

struct Liars : ::testing::Test {
    Internet net;
    DnsResolver resolver{DnsResolver::Mode::recursive, {ip("198.51.100.4")}};

    Liars() { test::build_internet(net); }
    // What the server of example.org says from now on.
    DnsMessage& lie() { return net.forged[ip("10.0.2.53")]; }
};

TEST_F(Liars, AreNotBelievedAboutOtherZones) {
    lie().header.authoritative = true;
    lie().answers = {record(".", "www.example.org. CNAME www.example.net"), record(".", "www.example.net. A 6.6.6.6")};
    lie().additionals = {record(".", "ns.nic.org. A 6.6.6.6")};
    const DnsAnswer answer = net.ask(resolver, "www.example.org");
    ASSERT_EQ(answer.answers.size(), 2u);
    EXPECT_EQ(std::get<Ipv4Address>(answer.answers[1].data), ip("198.51.100.80"));
    const auto cached = resolver.cache().find(name("ns.nic.org"), DnsType::a, net.now, DnsTrust::glue);
    EXPECT_EQ(std::get<Ipv4Address>(cached->records[0].data), ip("10.0.1.53"));
}

TEST_F(Liars, CannotReferUpOrSideways) {
    for (const char* owner : {"org. NS ns.nic.org", ". NS a.root", "example.org. NS ns.example.org",
                              "other.example.org. NS ns.example.org"}) {
        resolver.cache().clear();
        lie().authorities = {record(".", owner)};
        EXPECT_EQ(net.ask(resolver, "www.example.org").rcode, DnsRcode::serv_fail) << owner;
        EXPECT_EQ(net.count(Event::lame), 1u) << owner;
        EXPECT_LE(net.sent.size(), 3u);
    }
}

TEST_F(Liars, CannotGiveGlueForNamesOutsideTheirZone) {
    lie().authorities = {record(".", "sub.example.org. NS ns.example.net")};
    lie().additionals = {record(".", "ns.example.net. A 6.6.6.6")};
    net.ask(resolver, "www.sub.example.org");
    for (const auto& query : net.sent) EXPECT_NE(query.server, ip("6.6.6.6"));
    EXPECT_EQ(net.count(Event::server_address), 1u);
}

TEST_F(Liars, AreLeftWhenTheyFail) {
    for (const DnsRcode rcode : {DnsRcode::serv_fail, DnsRcode::refused}) {
        lie().header.rcode = rcode;
        EXPECT_EQ(net.ask(resolver, "www.example.org").rcode, DnsRcode::serv_fail);
        EXPECT_EQ(net.count(Event::lame), 1u);
    }
}

TEST_F(Liars, AreAskedWithoutEdnsWhenTheyDoNotKnowIt) {
    lie().header.rcode = DnsRcode::form_err;
    EXPECT_EQ(net.ask(resolver, "www.example.org").rcode, DnsRcode::serv_fail);
    ASSERT_EQ(net.sent.size(), 4u);
    EXPECT_TRUE(wire::decode_dns_message(net.sent[2].bytes)->edns);
    EXPECT_FALSE(wire::decode_dns_message(net.sent[3].bytes)->edns);
}

TEST_F(Liars, GiveNoNegativeAnswerThatIsKeptWithoutTheirSoa) {
    lie().header.rcode = DnsRcode::nx_domain;
    lie().authorities = {record(".", "org. SOA a b 1 1 1 1 1000")};  // not theirs
    EXPECT_EQ(net.ask(resolver, "www.example.org").rcode, DnsRcode::nx_domain);
    EXPECT_FALSE(resolver.cache().find(name("www.example.org"), DnsType::a, net.now));
}

TEST_F(Liars, CannotAnswerForOthers) {
    resolver.start(1, {name("www.example.org"), DnsType::a, wire::DnsClass::in}, net.now, net);
    ASSERT_EQ(net.sent.size(), 1u);
    const DnsUpstreamQuery query = net.sent[0];
    DnsMessage poison = begin_dns_response(*wire::decode_dns_message(query.bytes));
    poison.answers = {record(".", "www.example.org. A 6.6.6.6")};
    const auto good = wire::encode_dns_message(poison);
    auto wrong_id = good;
    wrong_id[1] ^= 1;
    resolver.on_datagram(query.server, query.source_port, wrong_id, net.now, net);
    resolver.on_datagram(ip("6.6.6.6"), query.source_port, good, net.now, net);
    resolver.on_datagram(query.server, static_cast<std::uint16_t>(query.source_port + 1), good, net.now, net);
    resolver.on_tcp_answer(query.exchange, good, net.now, net);
    EXPECT_TRUE(net.answers.empty());
    resolver.on_datagram(query.server, query.source_port, good, net.now, net);
    EXPECT_EQ(net.answers.size(), 1u);
}

TEST_F(Liars, SendingRandomRecordsCannotKeepItBusy) {
    std::mt19937 random(2181);
    const char* const owners[] = {"www.example.org.", "example.org.", "org.", ".", "a.b.c.example.org.", "x.net."};
    const char* const kinds[] = {"CNAME", "NS"};
    for (int round = 0; round < 300; ++round) {
        resolver.cache().clear();
        for (const char* server : {"198.51.100.4", "10.0.1.53", "10.0.2.53"}) {
            DnsMessage& m = net.forged[ip(server)];
            m = {};
            m.header.authoritative = random() % 2;
            for (auto* section : {&m.answers, &m.authorities, &m.additionals}) {
                for (auto n = random() % 4; n > 0; --n) {
                    const std::string owner = owners[random() % std::size(owners)];
                    const std::string target = owners[random() % std::size(owners)];
                    section->push_back(section == &m.additionals
                                           ? record(".", owner + " A 10.0.2.53")
                                           : record(".", owner + ' ' + kinds[random() % 2] + ' ' + target));
                }
            }
        }
        net.ask(resolver, "a.b.c.example.org");
        ASSERT_LE(net.sent.size(), 120u);
    }
}

}  // namespace
}  // namespace layerlab::proto::machine
