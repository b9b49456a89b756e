#include "proto/machine/dns_zone.hpp"

#include "tests/proto/machine/dns_helpers.hpp"

namespace layerlab::proto::machine {
namespace {

using test::name;
using test::Texts;
using test::texts;
using test::zone;
using wire::DnsType;

Result<DnsZone> make(std::initializer_list<const char*> lines) {
    return DnsZone::make(name("example.org"), test::records("example.org", lines));
}

TEST(DnsZone, MakesAnSoaWhereNoneIsGiven) {
    EXPECT_EQ(texts(zone("example.org", {}).records()),
              (Texts{"example.org.\t3600\tIN\tSOA\tns.example.org. hostmaster.example.org. 1 3600 900 604800 3600"}));
    const DnsZone with_ns = zone("example.org", {"@ NS a.nic.org"});
    EXPECT_EQ(wire::rdata_to_string(with_ns.at(name("example.org"), DnsType::soa).front()),
              "a.nic.org. hostmaster.example.org. 1 3600 900 604800 3600");
}

TEST(DnsZone, FindsByNameAndTypeInTheOrderGiven) {
    const DnsZone z = zone("example.org", {"www A 10.0.0.2", "b A 10.0.0.9", "WWW A 10.0.0.1", "www AAAA 2001:db8::1"});
    EXPECT_EQ(texts(z.at(name("www.EXAMPLE.org"), DnsType::a)),
              (Texts{"www.example.org.\t3600\tIN\tA\t10.0.0.2", "WWW.example.org.\t3600\tIN\tA\t10.0.0.1"}));
    EXPECT_EQ(z.at(name("www.example.org")).size(), 3u);
    EXPECT_TRUE(z.at(name("no.example.org")).empty());
    EXPECT_TRUE(z.at(name("www.example.org"), DnsType::mx).empty());
}

TEST(DnsZone, KnowsNamesThatOnlyHaveNamesBelow) {
    const DnsZone z = zone("example.org", {"a.b.c A 10.0.0.1"});
    EXPECT_TRUE(z.has_name(name("b.c.example.org")));
    EXPECT_TRUE(z.has_name(name("c.example.org")));
    EXPECT_FALSE(z.has_name(name("x.c.example.org")));
    EXPECT_FALSE(z.has_name(name("x.a.b.c.example.org")));
}

TEST(DnsZone, FindsTheHighestDelegation) {
    const DnsZone z = zone("example.org", {"@ NS ns", "sub NS ns.sub", "deep.sub NS ns.deep.sub"});
    EXPECT_TRUE(z.delegation(name("www.example.org")).empty());
    EXPECT_TRUE(z.delegation(name("example.org")).empty());
    EXPECT_EQ(z.delegation(name("a.deep.sub.example.org")).front().name, name("sub.example.org"));
    EXPECT_EQ(z.delegation(name("sub.example.org")).size(), 1u);
}

TEST(DnsZone, CountsRepeatedRecordsOnce) {
    EXPECT_EQ(zone("example.org", {"www A 10.0.0.1", "www 60 A 10.0.0.1"}).records().size(), 2u);
}

TEST(DnsZone, RefusesWhatCannotBe) {
    EXPECT_FALSE(make({"www.other.net. A 10.0.0.1"}));
    EXPECT_FALSE(make({"www CNAME a", "www A 10.0.0.1"}));
    EXPECT_FALSE(make({"www CNAME a", "www CNAME b"}));
    EXPECT_FALSE(make({"www CNAME a", "www MX 1 b"}));
    EXPECT_FALSE(make({"@ CNAME a"}));
    EXPECT_FALSE(make({"www SOA a b 1 1 1 1 1"}));
}

TEST(DnsZone, BoundsTheRecordsOfOneType) {
    std::vector<wire::ResourceRecord> many;
    for (std::uint32_t i = 0; i < 1002; ++i)
        many.push_back({name("www.example.org"), DnsType::a, wire::DnsClass::in, 1, Ipv4Address{i}});
    EXPECT_FALSE(DnsZone::make(name("example.org"), std::move(many)));
}

TEST(DnsZone, TakesTheSmallerTtlForNegativeAnswers) {
    EXPECT_EQ(zone("example.org", {"@ 50 SOA a b 1 1 1 1 900"}).negative_soa().ttl, 50u);
    EXPECT_EQ(zone("example.org", {"@ 5000 SOA a b 1 1 1 1 900"}).negative_soa().ttl, 900u);
}

}  // namespace
}  // namespace layerlab::proto::machine
