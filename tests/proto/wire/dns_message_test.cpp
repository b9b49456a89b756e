#include "proto/wire/dns_message.hpp"

#include <gtest/gtest.h>
#include <random>

namespace layerlab::proto::wire {
namespace {

DomainName name(std::string_view text) { return DomainName::parse(text).value_or(DomainName{}); }

ResourceRecord a_record(std::string_view owner, std::uint32_t number) {
    return {name(owner), DnsType::a, DnsClass::in, 155, Ipv4Address{number}};
}

// `dig www.example.com` and its answer, written down by hand after RFC 1035 section 4.1 and RFC 6891 section 6.1.2.
constexpr std::uint8_t query[] = {
    0x12, 0x34, 0x01, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01,  // id, RD, one question, one additional
    3,    'w',  'w',  'w',  7,    'e',  'x',  'a',  'm',  'p',  'l',  'e',  3,    'c',  'o',  'm',
    0,    0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x29, 0x04, 0xd0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // OPT, 1232 bytes
};
constexpr std::uint8_t response[] =
    {
        0x12, 0x34, 0x85, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00,  // QR AA RD
        3,    'w',  'w',  'w',  7,    'e',  'x',  'a',  'm',  'p',  'l',  'e',  3,
        'c',  'o',  'm',  0,    0x00, 0x01, 0x00, 0x01, 0xc0, 0x0c, 0x00, 0x01, 0x00,
        0x01, 0x00, 0x00, 0x00, 0x9b, 0x00, 0x04, 0xc0, 0x00, 0x02, 0x64,  // A 192.0.2.100
};

TEST(DnsMessage, DecodesAQueryWithEdns) {
    const auto m = decode_dns_message(query);
    ASSERT_TRUE(m) << m.error().message;
    EXPECT_EQ(m->header.id, 0x1234);
    EXPECT_TRUE(m->header.recursion_desired);
    EXPECT_FALSE(m->header.response);
    EXPECT_EQ(m->questions, (std::vector<DnsQuestion>{{name("www.example.com"), DnsType::a, DnsClass::in}}));
    ASSERT_TRUE(m->edns);
    EXPECT_EQ(m->edns->udp_size, 1232);
    EXPECT_TRUE(m->additionals.empty());
}

TEST(DnsMessage, DecodesAResponse) {
    const auto m = decode_dns_message(response);
    ASSERT_TRUE(m) << m.error().message;
    EXPECT_TRUE(m->header.authoritative);
    EXPECT_EQ(m->answers, (std::vector<ResourceRecord>{a_record("www.example.com", 0xc0000264)}));
}

TEST(DnsMessage, EncodesTheSameBytes) {
    for (const Bytes bytes : {Bytes(query), Bytes(response)}) {
        const auto m = decode_dns_message(bytes);
        ASSERT_TRUE(m);
        const auto again = encode_dns_message(*m);
        EXPECT_EQ(again, std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
    }
}

TEST(DnsMessage, KeepsEveryFlagAndTheLongResponseCode) {
    DnsMessage m;
    m.header = {7, true, DnsOpcode::notify, true, false, true, true, true, true, DnsRcode::bad_vers};
    m.edns = Edns{4096, 0, true, {{10, {1, 2, 3}}, {3, {}}}};
    const auto bytes = encode_dns_message(m);
    EXPECT_EQ(load_be16(bytes.data() + 2), 0xa5b0);
    const auto read = decode_dns_message(bytes);
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, m);
}

TEST(DnsMessage, SetsTheTruncationFlagWhenAnswersDoNotFit) {
    DnsMessage m;
    m.questions.push_back({name("www.example.com"), DnsType::a, DnsClass::in});
    for (std::uint32_t i = 0; i < 100; ++i) m.answers.push_back(a_record("www.example.com", i));
    m.additionals.push_back(a_record("x", 1));
    m.edns = Edns{};
    const auto bytes = encode_dns_message(m, 512);
    EXPECT_LE(bytes.size(), 512u);
    const auto read = decode_dns_message(bytes);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(read->header.truncated);
    EXPECT_EQ(read->answers.size(), (512u - 12 - 21 - 11) / 16);
    EXPECT_TRUE(read->additionals.empty());
    EXPECT_TRUE(read->edns);
    EXPECT_FALSE(decode_dns_message(encode_dns_message(m))->header.truncated);
}

TEST(DnsMessage, DropsAdditionalsSilently) {
    DnsMessage m;
    m.answers.push_back(a_record("www.example.com", 1));
    for (std::uint32_t i = 0; i < 100; ++i) m.additionals.push_back(a_record("ns.example.com", i));
    const auto read = decode_dns_message(encode_dns_message(m, 512));
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->header.truncated);
    EXPECT_GT(read->additionals.size(), 20u);
}

TEST(DnsMessage, CompressesNoTailOfARecordThatWasLeftOut) {
    DnsMessage m;
    m.answers.push_back(
        {name("a.b"), DnsType::txt, DnsClass::in, 0, Txt{{std::string(255, 'x'), std::string(255, 'y')}}});
    const auto bytes = encode_dns_message(m, 100);
    EXPECT_EQ(bytes.size(), dns_header_size);
    EXPECT_TRUE(decode_dns_header(bytes)->truncated);
}

TEST(DnsMessage, RefusesEveryTruncationOfAGoodMessage) {
    for (const Bytes bytes : {Bytes(query), Bytes(response)})
        for (std::size_t n = 0; n < bytes.size(); ++n) EXPECT_FALSE(decode_dns_message(bytes.first(n))) << n;
}

TEST(DnsMessage, RefusesBytesBehindTheLastRecord) {
    std::vector<std::uint8_t> bytes(std::begin(response), std::end(response));
    bytes.push_back(0);
    EXPECT_FALSE(decode_dns_message(bytes));
}

TEST(DnsMessage, RefusesMisplacedOptRecords) {
    std::vector<std::uint8_t> two(std::begin(query), std::end(query));
    two.insert(two.end(), std::end(query) - 11, std::end(query));
    two[11] = 2;
    EXPECT_FALSE(decode_dns_message(two));
    std::vector<std::uint8_t> among_answers(std::begin(query), std::end(query));
    among_answers[7] = 1;
    among_answers[11] = 0;
    EXPECT_FALSE(decode_dns_message(among_answers));
    std::vector<std::uint8_t> bad_option(std::begin(query), std::end(query));
    bad_option.back() = 3;
    bad_option.insert(bad_option.end(), {0, 10, 0});
    EXPECT_FALSE(decode_dns_message(bad_option));
}

TEST(DnsMessage, SurvivesAbsurdCounts) {
    std::vector<std::uint8_t> bytes(12, 0xff);
    EXPECT_FALSE(decode_dns_message(bytes));
    bytes.assign(65'535, 0);  // 65535 root questions would need 5 bytes each
    std::fill(bytes.begin() + 4, bytes.begin() + 12, 0xff);
    EXPECT_FALSE(decode_dns_message(bytes));
}

TEST(DnsMessage, HeaderAloneCanBeRead) {
    EXPECT_EQ(decode_dns_header(query)->id, 0x1234);
    EXPECT_FALSE(decode_dns_header(Bytes(query).first(11)));
}

TEST(DnsRcode, PrintsAsDigDoes) {
    EXPECT_EQ(to_string(DnsRcode::nx_domain), "NXDOMAIN");
    EXPECT_EQ(to_string(DnsRcode::bad_vers), "BADVERS");
    EXPECT_EQ(to_string(static_cast<DnsRcode>(23)), "RESERVED23");
    EXPECT_EQ(to_string(DnsOpcode::query), "QUERY");
    EXPECT_EQ(to_string(static_cast<DnsOpcode>(9)), "RESERVED9");
}

TEST(DnsMessage, SurvivesFlippedBytesAndReadsBackWhatItEncodes) {
    std::mt19937 random(53);
    for (int round = 0; round < 20'000; ++round) {
        const Bytes from = round % 2 ? Bytes(query) : Bytes(response);
        std::vector<std::uint8_t> bytes(from.begin(), from.end());
        for (auto n = random() % 4 + 1; n > 0; --n)
            bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
        const auto read = decode_dns_message(bytes);
        if (!read) continue;
        const auto again = decode_dns_message(encode_dns_message(*read));
        ASSERT_TRUE(again) << again.error().message;
        ASSERT_EQ(*again, *read);
    }
}

}  // namespace
}  // namespace layerlab::proto::wire
