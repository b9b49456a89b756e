#include "proto/wire/dns_record_text.hpp"

#include <gtest/gtest.h>
#include <sstream>

namespace layerlab::proto::wire {
namespace {

Result<ResourceRecord> parse(std::string_view line, std::string_view zone = "example.org") {
    std::vector<std::string_view> words;
    while (!line.empty()) {
        const std::size_t end = std::min(line.find(' '), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return parse_record(DomainName::parse(zone).value_or(DomainName{}), words);
}

std::string text(std::string_view line, std::string_view zone = "example.org") {
    const auto record = parse(line, zone);
    return record ? to_string(*record) : "error: " + record.error().message;
}

TEST(ParseRecord, ReadsTheLinesOfAScenario) {
    EXPECT_EQ(text("www A 203.0.113.80"), "www.example.org.\t3600\tIN\tA\t203.0.113.80");
    EXPECT_EQ(text("www 155 A 192.0.2.100", "example.com"), "www.example.com.\t155\tIN\tA\t192.0.2.100");
    EXPECT_EQ(text("mail MX 10 mx.example.org"), "mail.example.org.\t3600\tIN\tMX\t10 mx.example.org.");
    EXPECT_EQ(text("@ NS ns.example.org"), "example.org.\t3600\tIN\tNS\tns.example.org.");
    EXPECT_EQ(text("www AAAA 2001:db8::80"), "www.example.org.\t3600\tIN\tAAAA\t2001:db8::80");
    EXPECT_EQ(text("100 PTR www.example.com", "2.0.192.in-addr.arpa"),
              "100.2.0.192.in-addr.arpa.\t3600\tIN\tPTR\twww.example.com.");
    EXPECT_EQ(text("_sip._tcp SRV 0 5 5060 sip"), "_sip._tcp.example.org.\t3600\tIN\tSRV\t0 5 5060 sip.example.org.");
    EXPECT_EQ(text("@ TXT hello v=1"), "example.org.\t3600\tIN\tTXT\t\"hello\" \"v=1\"");
    EXPECT_EQ(text("@ SOA ns hostmaster 7 1h 15m 1w 300"),
              "example.org.\t3600\tIN\tSOA\tns.example.org. hostmaster.example.org. 7 3600 900 604800 300");
    EXPECT_EQ(text("web CNAME www"), "web.example.org.\t3600\tIN\tCNAME\twww.example.org.");
    EXPECT_EQ(text("x TYPE4242 \\# 3 0a0B ff"), "x.example.org.\t3600\tIN\tTYPE4242\t\\# 3 0A0BFF");
    EXPECT_EQ(text("x A \\# 4 0a000001"), "x.example.org.\t3600\tIN\tA\t10.0.0.1");
}

TEST(ParseRecord, TakesTtlAndClassInEitherOrder) {
    EXPECT_EQ(text("www IN 5m A 10.0.0.1"), "www.example.org.\t300\tIN\tA\t10.0.0.1");
    EXPECT_EQ(text("www 2D IN A 10.0.0.1"), "www.example.org.\t172800\tIN\tA\t10.0.0.1");
    EXPECT_EQ(text("www 0 A 10.0.0.1"), "www.example.org.\t0\tIN\tA\t10.0.0.1");
}

TEST(ParseRecord, DecidesWhichOwnersAreAbsolute) {
    EXPECT_EQ(parse("www.example.org A 10.0.0.1")->name.to_string(), "www.example.org.");
    EXPECT_EQ(parse("www.other.net A 10.0.0.1")->name.to_string(), "www.other.net.example.org.");
    EXPECT_EQ(parse("www.other.net. A 10.0.0.1")->name.to_string(), "www.other.net.");
    EXPECT_EQ(parse("www A 10.0.0.1", ".")->name.to_string(), "www.");
    EXPECT_EQ(parse("@ A 10.0.0.1", ".")->name.to_string(), ".");
}

TEST(ParseRecord, SaysWhatIsWrong) {
    EXPECT_EQ(text(""), "error: a record is missing");
    EXPECT_EQ(text("www"), "error: the type of the record is missing");
    EXPECT_EQ(text("www 155"), "error: the type of the record is missing");
    EXPECT_EQ(text("www AX 10.0.0.1"), "error: \"AX\" is not a record type");
    EXPECT_EQ(text("www A"), "error: the data of the record are missing");
    EXPECT_EQ(text("www A 10.0.0.1 x"), "error: \"x\" is too much");
    EXPECT_EQ(text("www MX ten mx"), "error: \"ten\" is not a preference");
    EXPECT_EQ(text("www MX 70000 mx"), "error: \"70000\" is not a preference");
    EXPECT_EQ(text("www ANY x"), "error: ANY cannot stand in a zone");
    EXPECT_EQ(text("www OPT x"), "error: OPT cannot stand in a zone");
    EXPECT_EQ(text("www HINFO x y"), "error: the data of this type cannot be written in words");
    EXPECT_EQ(text("x TYPE9 \\# 3 0a0b"), "error: the number of bytes does not fit");
    EXPECT_EQ(text("x TYPE9 \\#"), "error: \"\" is not a number of bytes");
    EXPECT_EQ(text("x A \\# 3 0a0b0c"), "error: the data of a record of type A are too short");
    EXPECT_FALSE(parse("a..b A 10.0.0.1"));
    EXPECT_FALSE(parse("www A 10.0.0.300"));
    EXPECT_FALSE(parse("www 99999999999 A 10.0.0.1"));
    EXPECT_FALSE(parse("@ SOA ns hostmaster 1 1h 1h 1h soon"));
}

TEST(ParseRecord, SplitsLongTextAndBoundsIt) {
    const std::string long_text(600, 'x');
    const auto record = parse("@ TXT " + long_text);
    ASSERT_TRUE(record);
    const auto& strings = std::get<Txt>(record->data).strings;
    ASSERT_EQ(strings.size(), 3u);
    EXPECT_EQ(strings[2].size(), 90u);
    EXPECT_FALSE(parse("@ TXT " + std::string(70'000, 'x')));
}

TEST(RecordToString, QuotesAndEscapesText) {
    ResourceRecord record{{}, DnsType::txt, DnsClass::in, 0, Txt{{"a\"b\\c\x01", ""}}};
    EXPECT_EQ(rdata_to_string(record), "\"a\\\"b\\\\c\\001\" \"\"");
    record.data = RawRdata{};
    EXPECT_EQ(rdata_to_string(record), "\\# 0");
}

}  // namespace
}  // namespace layerlab::proto::wire
