#include "proto/machine/dns_cache.hpp"

#include "tests/proto/machine/dns_helpers.hpp"

namespace layerlab::proto::machine {
namespace {

using test::name;
using test::record;
using wire::DnsType;
using Kind = DnsCacheEntry::Kind;

constexpr Time zero = time_at(0);
const wire::DomainName www = test::name("www.example.org");

TEST(DnsCache, CountsTheTtlDown) {
    DnsCache cache;
    cache.put({record("example.org", "www 60 A 10.0.0.1"), record("example.org", "www 50 A 10.0.0.2")},
              DnsTrust::answer, zero);
    EXPECT_EQ(cache.find(www, DnsType::a, zero)->records[0].ttl, 50u);
    const auto later = cache.find(www, DnsType::a, zero + 20s + 1ns);
    ASSERT_TRUE(later);
    EXPECT_EQ(later->records.size(), 2u);
    EXPECT_EQ(later->records[1].ttl, 30u);
    EXPECT_FALSE(cache.find(www, DnsType::a, zero + 50s));
    EXPECT_FALSE(cache.find(www, DnsType::aaaa, zero));
}

TEST(DnsCache, DoesNotKeepWhatHasNoLife) {
    DnsCache cache;
    cache.put({record("example.org", "www 0 A 10.0.0.1")}, DnsTrust::answer, zero);
    EXPECT_EQ(cache.size(), 0u);
    auto high_bit = record("example.org", "www A 10.0.0.1");
    high_bit.ttl = 0x8000'0001;
    cache.put({high_bit}, DnsTrust::answer, zero);
    EXPECT_EQ(cache.size(), 0u);
}

TEST(DnsCache, TrustsAnswersMoreThanGlue) {
    DnsCache cache;
    cache.put({record("example.org", "www 60 A 10.0.0.1")}, DnsTrust::glue, zero);
    EXPECT_FALSE(cache.find(www, DnsType::a, zero));
    EXPECT_TRUE(cache.find(www, DnsType::a, zero, DnsTrust::glue));
    cache.put({record("example.org", "www 60 A 10.0.0.2")}, DnsTrust::answer, zero);
    cache.put({record("example.org", "www 600 A 10.0.0.3")}, DnsTrust::glue, zero);
    EXPECT_EQ(std::get<Ipv4Address>(cache.find(www, DnsType::a, zero)->records[0].data), test::ip("10.0.0.2"));
    cache.put({record("example.org", "www 600 A 10.0.0.3")}, DnsTrust::glue, zero + 60s);
    EXPECT_TRUE(cache.find(www, DnsType::a, zero + 60s, DnsTrust::glue));
}

TEST(DnsCache, KeepsNegativeAnswersAsLongAsTheSoaSays) {
    DnsCache cache;
    const auto soa = record("example.org", "@ 500 SOA ns host 1 1 1 1 300");
    cache.put_negative(www, DnsType::aaaa, Kind::no_such_type, soa, zero);
    EXPECT_EQ(cache.find(www, DnsType::aaaa, zero + 299s)->kind, Kind::no_such_type);
    EXPECT_FALSE(cache.find(www, DnsType::aaaa, zero + 300s));
    EXPECT_FALSE(cache.find(www, DnsType::a, zero));
    cache.put_negative(www, DnsType::a, Kind::no_such_name, soa, zero);
    const auto any = cache.find(www, DnsType::mx, zero + 100s);
    ASSERT_TRUE(any);
    EXPECT_EQ(any->kind, Kind::no_such_name);
    EXPECT_EQ(any->records[0].ttl, 200u);
    cache.put({record("example.org", "www A 10.0.0.1")}, DnsTrust::answer, zero + 100s);  // the name exists now
    EXPECT_FALSE(cache.find(www, DnsType::mx, zero + 100s));
}

TEST(DnsCache, DoesNotKeepNegativeAnswersWithoutSoa) {
    DnsCache cache;
    cache.put_negative(www, DnsType::a, Kind::no_such_name, std::nullopt, zero);
    EXPECT_EQ(cache.size(), 0u);
}

TEST(DnsCache, ForgetsWhatExpiresFirstWhenItIsFull) {
    DnsCache cache(3);
    for (const char* line : {"a 30 A 10.0.0.1", "b 10 A 10.0.0.1", "c 20 A 10.0.0.1", "d 40 A 10.0.0.1"})
        cache.put({record("example.org", line)}, DnsTrust::answer, zero);
    EXPECT_EQ(cache.size(), 3u);
    EXPECT_FALSE(cache.find(name("b.example.org"), DnsType::a, zero));
    EXPECT_TRUE(cache.find(name("c.example.org"), DnsType::a, zero));
    cache.put({record("example.org", "d 5 A 10.0.0.2")}, DnsTrust::answer, zero);
    EXPECT_EQ(cache.size(), 3u);
    cache.clear();
    EXPECT_EQ(cache.entries().size(), 0u);
}

TEST(DnsCache, CapsLongLives) {
    DnsCache cache;
    cache.put({record("example.org", "www 52w A 10.0.0.1")}, DnsTrust::answer, zero);
    EXPECT_EQ(cache.find(www, DnsType::a, zero)->records[0].ttl, DnsCache::max_ttl);
}

}  // namespace
}  // namespace layerlab::proto::machine
