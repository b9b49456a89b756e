#include "proto/wire/dns_name.hpp"

#include <gtest/gtest.h>
#include <random>

namespace layerlab::proto::wire {
namespace {

DomainName name(std::string_view text) {
    const auto parsed = DomainName::parse(text);
    EXPECT_TRUE(parsed.has_value()) << text;
    return parsed.value_or(DomainName{});
}

TEST(DomainName, KeepsTheLabelsAsTheyGoOnTheWire) {
    EXPECT_EQ(name("www.Example.com").labels(), std::string_view("\3www\7Example\3com", 16));
    EXPECT_EQ(name("www.example.com").wire_size(), 17u);
    EXPECT_TRUE(name(".").is_root());
    EXPECT_EQ(name("www.example.com.").label_count(), 3u);
    EXPECT_EQ(name("www.example.com").first_label(), "www");
}

TEST(DomainName, PrintsWithAndWithoutTheFinalDot) {
    EXPECT_EQ(name("www.example.com").to_string(), "www.example.com.");
    EXPECT_EQ(name("www.example.com.").to_plain_string(), "www.example.com");
    EXPECT_EQ(DomainName{}.to_string(), ".");
    EXPECT_EQ(DomainName{}.to_plain_string(), ".");
}

TEST(DomainName, ReadsAndPrintsEscapes) {
    const DomainName dotted = name("first\\.last.example.\\065bc\\032d");
    EXPECT_EQ(dotted.first_label(), "first.last");
    EXPECT_EQ(dotted.to_string(), "first\\.last.example.Abc\\032d.");
    EXPECT_EQ(name("a\\;\\\"\\\\").to_string(), "a\\;\\\"\\\\.");
    for (const char* bad : {"a\\", "a\\25", "a\\256", "a\\2x5"}) EXPECT_FALSE(DomainName::parse(bad)) << bad;
}

TEST(DomainName, HoldsTheLimitsOfRfc1035) {
    const std::string label63(63, 'a'), label64(64, 'a');
    EXPECT_TRUE(DomainName::parse(label63));
    EXPECT_FALSE(DomainName::parse(label64));
    const std::string three = label63 + '.' + label63 + '.' + label63 + '.';
    EXPECT_EQ(name(three + std::string(61, 'b')).wire_size(), 255u);
    EXPECT_FALSE(DomainName::parse(three + std::string(62, 'b')));
    EXPECT_FALSE(DomainName::parse(std::string(100'000, 'a')));
    EXPECT_FALSE(DomainName::parse("x", name(three + std::string(61, 'b'))));
    for (const char* bad : {"", "..", ".a", "a..b"}) EXPECT_FALSE(DomainName::parse(bad)) << bad;
}

TEST(DomainName, TakesRelativeNamesFromTheOrigin) {
    const DomainName origin = name("example.org");
    EXPECT_EQ(DomainName::parse("www", origin)->to_string(), "www.example.org.");
    EXPECT_EQ(DomainName::parse("www.", origin)->to_string(), "www.");
    EXPECT_EQ(*DomainName::parse("@", origin), origin);
    EXPECT_EQ(DomainName::parse("a\\.", origin)->to_string(), "a\\..example.org.");
}

TEST(DomainName, ComparesWithoutRegardToCase) {
    EXPECT_EQ(name("WWW.example.COM"), name("www.EXAMPLE.com"));
    EXPECT_NE(name("www.example.com"), name("www.example.co"));
    EXPECT_FALSE(name("A.b") < name("a.B"));
}

TEST(DomainName, OrdersByTheLastLabelAsRfc4034Shows) {
    // The example of RFC 4034 section 6.1.
    const char* const sorted[] = {"example",         "a.example",      "yljkjljk.a.example",
                                  "Z.a.example",     "zABC.a.EXAMPLE", "z.example",
                                  "\\001.z.example", "*.z.example",    "\\200.z.example"};
    for (std::size_t i = 0; i + 1 < std::size(sorted); ++i) {
        EXPECT_TRUE(name(sorted[i]) < name(sorted[i + 1])) << sorted[i];
        EXPECT_FALSE(name(sorted[i + 1]) < name(sorted[i])) << sorted[i];
    }
}

TEST(DomainName, KnowsWhatIsBelowIt) {
    EXPECT_TRUE(name("www.example.org").is_within(name("Example.org")));
    EXPECT_TRUE(name("example.org").is_within(name("example.org")));
    EXPECT_TRUE(name("example.org").is_within(DomainName{}));
    EXPECT_FALSE(name("badexample.org").is_within(name("example.org")));
    EXPECT_FALSE(name("org").is_within(name("example.org")));
    EXPECT_EQ(name("www.example.org").parent(), name("example.org"));
    EXPECT_TRUE(DomainName{}.parent().is_root());
    EXPECT_EQ(*name("example.org").child("a.b"), name("a\\.b.example.org"));
    EXPECT_FALSE(name("example.org").child(""));
}

TEST(DomainName, MakesTheNamesOfAddresses) {
    EXPECT_EQ(reverse_name(*Ipv4Address::parse("192.0.2.100")).to_string(), "100.2.0.192.in-addr.arpa.");
    // The example of RFC 3596 section 2.5.
    EXPECT_EQ(reverse_name(*Ipv6Address::parse("4321:0:1:2:3:4:567:89ab")).to_string(),
              "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa.");
}

// The picture of RFC 1035 section 4.1.4: F.ISI.ARPA at 20, FOO.F.ISI.ARPA at 40, ARPA at 64, the root at 92.
std::vector<std::uint8_t> rfc_message() {
    std::vector<std::uint8_t> m(20, 0);
    ByteWriter w(m);
    w.text(std::string_view("\1F\3ISI\4ARPA\0", 12));
    w.zeros(8);
    w.text("\3FOO\xc0\x14");
    w.zeros(64 - 46);
    w.text("\xc0\x1a");
    w.zeros(92 - 66);
    w.u8(0);
    return m;
}

TEST(DomainName, FollowsPointersAsInThePictureOfRfc1035) {
    const auto message = rfc_message();
    std::size_t at = 20;
    EXPECT_EQ(DomainName::decode(message, at)->to_string(), "F.ISI.ARPA.");
    EXPECT_EQ(at, 32u);
    at = 40;
    EXPECT_EQ(DomainName::decode(message, at)->to_string(), "FOO.F.ISI.ARPA.");
    EXPECT_EQ(at, 46u);
    at = 64;
    EXPECT_EQ(DomainName::decode(message, at)->to_string(), "ARPA.");
    EXPECT_EQ(at, 66u);
    at = 92;
    EXPECT_TRUE(DomainName::decode(message, at)->is_root());
    EXPECT_EQ(at, 93u);
}

bool decodes(std::string_view bytes, std::size_t at) { return DomainName::decode(as_bytes(bytes), at).has_value(); }

TEST(DomainName, RefusesLoopsAndPointersForward) {
    EXPECT_FALSE(decodes("\xc0\x00", 0));                                  // to itself
    EXPECT_FALSE(decodes(std::string_view("\xc0\x02\x00", 3), 0));         // forward
    EXPECT_FALSE(decodes(std::string_view("\1a\xc0\x00", 4), 0));          // to the start of the same labels
    EXPECT_FALSE(decodes(std::string_view("\1a\xc0\x04\xc0\x00", 6), 4));  // two that point at each other
    EXPECT_TRUE(decodes(std::string_view("\1a\0\xc0\x00", 5), 3));
}

TEST(DomainName, RefusesUnknownLabelKindsAndWhatRunsPastTheEnd) {
    EXPECT_FALSE(decodes(std::string_view("\x41\x00", 2), 0));
    EXPECT_FALSE(decodes(std::string_view("\x80\x00", 2), 0));
    for (const std::string_view cut :
         {std::string_view(""), std::string_view("\3ab"), std::string_view("\1a"), std::string_view("\1a\xc0")})
        EXPECT_FALSE(decodes(cut, 0));
}

TEST(DomainName, BoundsALongChainOfPointers) {
    std::vector<std::uint8_t> chain{0, 0};
    ByteWriter w(chain);
    for (unsigned i = 0; i < 200; ++i) w.be16(static_cast<std::uint16_t>(0xc000 | (i == 0 ? 1u : chain.size() - 2)));
    std::size_t at = 2 + 2 * 100;
    EXPECT_TRUE(DomainName::decode(chain, at));
    at = 2 + 2 * 150;
    EXPECT_FALSE(DomainName::decode(chain, at));
}

TEST(NameWriter, PointsToATailThatIsAlreadyThere) {
    std::vector<std::uint8_t> out(12, 0);
    NameWriter writer(out);
    writer.write(name("F.ISI.ARPA"));
    writer.write(name("foo.f.isi.arpa"));  // case does not matter
    writer.write(name("ARPA"));
    writer.write(name("."));
    const std::string_view expected("\1F\3ISI\4ARPA\0\3foo\xc0\x0c\xc0\x12\0", 21);
    EXPECT_EQ(as_text(Bytes(out).subspan(12)), expected);
}

TEST(NameWriter, CountsFromTheStartOfItsMessage) {
    std::vector<std::uint8_t> out(14, 0);  // two bytes of TCP length, then the header
    NameWriter writer(out, 2);
    writer.write(name("a.b"));
    writer.write(name("c.a.b"));
    EXPECT_EQ(as_text(Bytes(out).subspan(14)), std::string_view("\1a\1b\0\1c\xc0\x0c", 9));
}

TEST(NameWriter, ForgetsWhatWasCutOff) {
    std::vector<std::uint8_t> out;
    NameWriter writer(out);
    writer.write(name("a.b"));
    out.clear();
    writer.forget_from(0);
    writer.write(name("b"));
    EXPECT_EQ(as_text(out), std::string_view("\1b\0", 3));
}

TEST(NameWriter, WritesWhatDecodeReads) {
    std::mt19937 random(35);
    const char* const labels[] = {"a", "B", "com", "example", "www", "x-y", "0"};
    std::vector<std::uint8_t> out;
    NameWriter writer(out);
    std::vector<std::pair<std::size_t, DomainName>> written;
    for (int i = 0; i < 500; ++i) {
        std::string text;
        for (auto n = random() % 6 + 1; n > 0; --n) text += std::string(labels[random() % std::size(labels)]) + '.';
        written.emplace_back(out.size(), name(text));
        if (random() % 8 == 0)
            writer.write_uncompressed(written.back().second);
        else
            writer.write(written.back().second);
    }
    for (auto [at, expected] : written) {
        const auto read = DomainName::decode(out, at);
        ASSERT_TRUE(read);
        EXPECT_EQ(*read, expected);
    }
}

TEST(DomainName, SurvivesRandomBytes) {
    std::mt19937 random(1035);
    for (int round = 0; round < 20'000; ++round) {
        std::vector<std::uint8_t> bytes(random() % 80);
        for (auto& b : bytes) b = static_cast<std::uint8_t>(random() % 4 == 0 ? 0xc0 : random() % 12);
        std::size_t at = bytes.empty() ? 0 : random() % bytes.size();
        const auto read = DomainName::decode(bytes, at);
        if (!read) continue;
        ASSERT_LE(at, bytes.size());
        ASSERT_LE(read->wire_size(), DomainName::max_size);
        ASSERT_EQ(*DomainName::parse(read->to_string()), *read);
    }
}

}  // namespace
}  // namespace layerlab::proto::wire
