#include "proto/machine/dns_resolver.hpp"

#include <random>

#include "tests/proto/machine/dns_internet.hpp"

namespace layerlab::proto::machine {
namespace {

using test::Internet;
using test::ip;
using test::name;
using test::Texts;
using test::texts;
using test::zone;
using wire::DnsRcode;
using wire::DnsType;
using Event = DnsResolverEvent;

struct Recursive : ::testing::Test {
    Internet net;
    DnsResolver resolver{DnsResolver::Mode::recursive, {ip("198.51.100.4")}};

    Recursive() { test::build_internet(net); }
    std::vector<std::string> asked() const {
        std::vector<std::string> all;
        for (const auto& q : net.sent) all.push_back(q.server.to_string());
        return all;
    }
};

TEST_F(Recursive, GoesDownFromTheRoot) {
    const DnsAnswer answer = net.ask(resolver, "www.example.org");
    EXPECT_EQ(texts(answer.answers), (Texts{"www.example.org.\t155\tIN\tA\t192.0.2.100"}));
    EXPECT_EQ(asked(), (Texts{"198.51.100.4", "10.0.1.53", "10.0.2.53"}));
    EXPECT_EQ(net.events, (std::vector{Event::asked, Event::referred, Event::asked, Event::referred, Event::asked,
                                       Event::answered}));
    EXPECT_FALSE(wire::decode_dns_message(net.sent[0].bytes)->header.recursion_desired);
}

TEST_F(Recursive, AnswersFromItsCacheWithTheTtlCountedDown) {
    net.ask(resolver, "www.example.org");
    net.now += 100s;
    const DnsAnswer answer = net.ask(resolver, "WWW.example.org");
    EXPECT_TRUE(net.sent.empty());
    EXPECT_EQ(net.events, (std::vector{Event::from_cache}));
    EXPECT_EQ(answer.answers[0].ttl, 55u);
    net.now += 55s;
    net.ask(resolver, "www.example.org");
    EXPECT_EQ(asked(), (Texts{"10.0.2.53"}));  // the way there is still known
}

TEST_F(Recursive, FollowsAliasesAcrossZones) {
    const DnsAnswer answer = net.ask(resolver, "away.example.org");
    EXPECT_EQ(texts(answer.answers), (Texts{"away.example.org.\t3600\tIN\tCNAME\twww.example.net.",
                                            "www.example.net.\t3600\tIN\tA\t198.51.100.80"}));
    EXPECT_EQ(
        texts(net.ask(resolver, "web.example.org").answers),
        (Texts{"web.example.org.\t60\tIN\tCNAME\twww.example.org.", "www.example.org.\t155\tIN\tA\t192.0.2.100"}));
    EXPECT_EQ(net.ask(resolver, "web.example.org").answers.size(), 2u);
    EXPECT_TRUE(net.sent.empty());
}

TEST_F(Recursive, LooksUpServersThatComeWithoutGlue) {
    const DnsAnswer answer = net.ask(resolver, "www.glueless.org");
    EXPECT_EQ(texts(answer.answers), (Texts{"www.glueless.org.\t3600\tIN\tA\t198.51.100.81"}));
    EXPECT_EQ(net.count(Event::server_address), 1u);
}

TEST_F(Recursive, RemembersWhatDoesNotExist) {
    const DnsAnswer missing = net.ask(resolver, "no.example.org");
    EXPECT_EQ(missing.rcode, DnsRcode::nx_domain);
    ASSERT_EQ(missing.authorities.size(), 1u);
    EXPECT_EQ(net.ask(resolver, "no.example.org", DnsType::aaaa).rcode, DnsRcode::nx_domain);
    EXPECT_TRUE(net.sent.empty());
    const DnsAnswer typeless = net.ask(resolver, "www.example.org", DnsType::aaaa);
    EXPECT_EQ(typeless.rcode, DnsRcode::no_error);
    EXPECT_TRUE(typeless.answers.empty());
    EXPECT_EQ(net.ask(resolver, "www.example.org", DnsType::aaaa).authorities.size(), 1u);
    EXPECT_TRUE(net.sent.empty());
}

TEST_F(Recursive, GivesUpOnLoopsOfAliases) {
    EXPECT_EQ(net.ask(resolver, "loop.example.org").rcode, DnsRcode::serv_fail);
}

TEST_F(Recursive, GivesUpWhenServersWaitForEachOther) {
    net.at("10.0.1.53").add(test::zone("org", {"a NS ns.b.org", "b NS ns.a.org"}));
    EXPECT_EQ(net.ask(resolver, "www.a.org").rcode, DnsRcode::serv_fail);
    EXPECT_LT(net.sent.size(), 30u);
}

TEST_F(Recursive, RepeatsUnansweredQueriesAndGivesUpAfterTenSeconds) {
    net.servers.clear();
    const DnsAnswer answer = net.ask(resolver, "www.example.org");
    EXPECT_EQ(answer.rcode, DnsRcode::serv_fail);
    EXPECT_EQ(net.sent.size(), 3u);
    EXPECT_EQ(net.count(Event::timed_out), 3u);
    EXPECT_LE(net.now, time_at(0) + 10s);
    EXPECT_EQ(net.now, time_at(0) + 800ms + 1600ms + 3200ms);
}

TEST_F(Recursive, TurnsToAnotherServerAndRemembersWhoWasFast) {
    net.at("10.0.1.53")
        .add(test::zone("org", {"example NS dead.example.org", "example NS ns.example.org", "dead.example A 10.0.9.9",
                                "ns.example A 10.0.2.53"}));
    EXPECT_EQ(net.ask(resolver, "www.example.org").answers.size(), 1u);
    EXPECT_EQ(net.count(Event::timed_out), 1u);
    net.ask(resolver, "web.example.org");
    EXPECT_EQ(net.count(Event::timed_out), 0u);
    EXPECT_EQ(asked(), (Texts{"10.0.2.53"}));
}

TEST_F(Recursive, GoesOnAtOnceWhenAServerCannotBeReached) {
    net.servers.clear();
    resolver.start(1, {name("a.b"), DnsType::a, wire::DnsClass::in}, net.now, net);
    resolver.on_unreachable(net.sent.back().exchange, net.now, net);
    EXPECT_EQ(net.answers[1].rcode, DnsRcode::serv_fail);
    resolver.on_unreachable(99, net.now, net);
    EXPECT_EQ(resolver.next_deadline(), never);
}

TEST_F(Recursive, AsksAgainOverTcpWhenTheAnswerIsTruncated) {
    std::vector<wire::ResourceRecord> many;
    for (std::uint32_t i = 0; i < 200; ++i)
        many.push_back({name("big.example.org"), DnsType::a, wire::DnsClass::in, 60, Ipv4Address{i}});
    net.at("10.0.2.53").add(DnsZone::make(name("example.org"), many).value());
    EXPECT_EQ(net.ask(resolver, "big.example.org").answers.size(), 200u);
    EXPECT_EQ(net.count(Event::asked_over_tcp), 1u);
}

TEST_F(Recursive, AnswersManyAtATime) {
    for (std::uint64_t i = 0; i < 50; ++i)
        resolver.start(1000 + i, {name("www.example.org"), DnsType::a, wire::DnsClass::in}, net.now, net);
    net.run(resolver, 2000);
    for (std::uint64_t i = 0; i < 50; ++i) EXPECT_EQ(net.answers[1000 + i].answers.size(), 1u);
}

TEST_F(Recursive, BoundsTheQuestionsAtATime) {
    net.servers.clear();
    for (std::uint64_t i = 0; i < 1200; ++i)
        resolver.start(i, {name("a.b"), DnsType::a, wire::DnsClass::in}, net.now, net);
    EXPECT_EQ(resolver.pending(), 1000u);
    EXPECT_EQ(net.answers.size(), 200u);
    net.run(resolver, 10'000);
    EXPECT_EQ(net.answers.size(), 1200u);
    EXPECT_EQ(net.open, 0u);
}

TEST(Forwarder, AsksItsServersWithRecursionDesiredAndCaches) {
    Internet net;
    net.at("10.0.0.1").add(test::zone("example.org", {"www 60 A 10.0.0.80", "web 60 CNAME www"}));
    DnsResolver resolver(DnsResolver::Mode::forwarding, {ip("10.0.0.9"), ip("10.0.0.1")});
    EXPECT_EQ(net.ask(resolver, "web.example.org").answers.size(), 2u);
    EXPECT_EQ(net.sent.size(), 2u);  // the first server is dead
    EXPECT_TRUE(wire::decode_dns_message(net.sent[0].bytes)->header.recursion_desired);
    EXPECT_EQ(net.ask(resolver, "web.example.org").answers.size(), 2u);
    EXPECT_TRUE(net.sent.empty());
    EXPECT_EQ(net.ask(resolver, "no.example.org").rcode, DnsRcode::nx_domain);
    EXPECT_EQ(net.ask(resolver, "www.elsewhere").rcode, DnsRcode::serv_fail);  // REFUSED by the one that answers
}

TEST(ResolverResponse, HasTheFlagsOfAResolver) {
    wire::DnsMessage query;
    query.header.recursion_desired = true;
    query.questions = {{name("a"), DnsType::a, wire::DnsClass::in}};
    const auto response = make_resolver_response(query, {DnsRcode::nx_domain, {}, {}});
    EXPECT_TRUE(response.header.response && response.header.recursion_desired && response.header.recursion_available);
    EXPECT_FALSE(response.header.authoritative);
    EXPECT_EQ(response.header.rcode, DnsRcode::nx_domain);
}

TEST(DnsResolverOverIpv6, FollowsAaaaGlueAndLooksForAddressesOfBothFamilies) {
    Internet net;
    net.at("2001:db8:4::1")
        .add(zone(".", {"@ NS a.root", "a.root AAAA 2001:db8:4::1", "org NS ns.nic.org",
                        "ns.nic.org AAAA 2001:db8:1::53", "net NS ns.nic.org"}));
    net.at("2001:db8:1::53")
        .add(zone("org", {"@ NS ns.nic", "ns.nic AAAA 2001:db8:1::53", "glueless NS ns.example.net"}));
    net.at("2001:db8:1::53")
        .add(zone("net", {"@ NS ns.nic.org", "example NS ns.example.net", "ns.example AAAA 2001:db8:3::53"}));
    net.at("2001:db8:3::53").add(zone("example.net", {"@ NS ns", "ns AAAA 2001:db8:3::53"}));
    net.at("2001:db8:3::53").add(zone("glueless.org", {"www A 198.51.100.81"}));
    DnsResolver resolver(DnsResolver::Mode::recursive, {*IpAddress::parse("2001:db8:4::1")});
    const DnsAnswer answer = net.ask(resolver, "www.glueless.org");
    ASSERT_EQ(answer.answers.size(), 1u);
    EXPECT_EQ(std::get<Ipv4Address>(answer.answers[0].data), ip("198.51.100.81"));
    for (const DnsUpstreamQuery& query : net.sent) EXPECT_TRUE(query.server.is_v6());
}

TEST(DnsResolverOverIpv6, DoesNotAskForAaaaWhenOnlyIpv4ServersAreGiven) {
    Internet net;
    build_internet(net);
    DnsResolver resolver(DnsResolver::Mode::recursive, {ip("198.51.100.4")});
    net.ask(resolver, "www.glueless.org");
    for (const DnsUpstreamQuery& query : net.sent)
        EXPECT_EQ(wire::decode_dns_message(query.bytes)->questions[0].type, wire::DnsType::a);
}

}  // namespace
}  // namespace layerlab::proto::machine
