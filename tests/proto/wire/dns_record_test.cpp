#include "proto/wire/dns_record.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::wire {
namespace {

DomainName name(std::string_view text) { return DomainName::parse(text).value_or(DomainName{}); }

Result<Rdata> decode(std::string_view bytes, DnsType type, DnsClass klass = DnsClass::in) {
    return decode_rdata(as_bytes(bytes), 0, bytes.size(), type, klass);
}

TEST(DnsType, HasNamesAndTheGenericForm) {
    EXPECT_EQ(to_string(DnsType::aaaa), "AAAA");
    EXPECT_EQ(to_string(static_cast<DnsType>(65280)), "TYPE65280");
    EXPECT_EQ(*parse_dns_type("mx"), DnsType::mx);
    EXPECT_EQ(*parse_dns_type("TYPE257"), static_cast<DnsType>(257));
    for (const char* bad : {"", "TYPE", "TYPE65536", "TYPE1x", "AAA", "TYPE123456"})
        EXPECT_FALSE(parse_dns_type(bad)) << bad;
    EXPECT_EQ(to_string(DnsClass::in), "IN");
    EXPECT_EQ(to_string(static_cast<DnsClass>(32)), "CLASS32");
    EXPECT_EQ(*parse_dns_class("ch"), DnsClass::chaos);
}

TEST(DecodeRdata, ReadsEachKnownType) {
    EXPECT_EQ(std::get<Ipv4Address>(*decode("\xc0\x02\x01\x64", DnsType::a)).number, 0xc0020164u);
    const std::string_view v6("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x80", 16);
    EXPECT_EQ(std::get<Ipv6Address>(*decode(v6, DnsType::aaaa)).to_string(), "2001:db8::80");
    EXPECT_EQ(std::get<DomainName>(*decode(std::string_view("\2ns\0", 4), DnsType::ns)), name("ns"));
    const Mx mx = std::get<Mx>(*decode(std::string_view("\0\x0a\2mx\0", 6), DnsType::mx));
    EXPECT_EQ(mx, (Mx{10, name("mx")}));
    const Txt txt = std::get<Txt>(*decode(std::string_view("\5hello\0\1x", 9), DnsType::txt));
    EXPECT_EQ(txt.strings, (std::vector<std::string>{"hello", "", "x"}));
    const Srv srv = std::get<Srv>(*decode(std::string_view("\0\1\0\2\0\x35\1t\0", 9), DnsType::srv));
    EXPECT_EQ(srv, (Srv{1, 2, 53, name("t")}));
    const std::string_view soa("\1m\0\1r\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5", 26);
    EXPECT_EQ(std::get<Soa>(*decode(soa, DnsType::soa)), (Soa{name("m"), name("r"), 1, 2, 3, 4, 5}));
}

TEST(DecodeRdata, KeepsUnknownTypesAndOtherClassesAsBytes) {
    EXPECT_EQ(std::get<RawRdata>(*decode("\1\2", static_cast<DnsType>(999))), (RawRdata{1, 2}));
    EXPECT_EQ(std::get<RawRdata>(*decode("\1\2\3\4", DnsType::a, DnsClass::chaos)).size(), 4u);
}

TEST(DecodeRdata, RefusesDataThatAreTooShortOrTooLong) {
    for (const std::string_view a : {std::string_view("abc"), std::string_view("abcde"), std::string_view("")})
        EXPECT_FALSE(decode(a, DnsType::a));
    EXPECT_FALSE(decode(std::string_view("\1a\0x", 4), DnsType::ns));
    EXPECT_FALSE(decode("\1a", DnsType::cname));
    EXPECT_FALSE(decode("\5abc", DnsType::txt));
    EXPECT_FALSE(decode("", DnsType::txt));
    EXPECT_FALSE(decode(std::string_view("\0\1\0\2\0", 5), DnsType::srv));
    EXPECT_FALSE(decode(std::string_view("\1m\0\1r\0\0\0\0\1", 10), DnsType::soa));
}

TEST(DecodeRdata, DoesNotReadNamesBeyondItsLength) {
    const std::string_view message("\3abc\0", 5);
    EXPECT_FALSE(decode_rdata(as_bytes(message), 0, 4, DnsType::ns, DnsClass::in));
}

TEST(EncodeRdata, CompressesOnlyTheTypesOfRfc1035) {
    std::vector<std::uint8_t> out;
    NameWriter names(out);
    names.write(name("a.b"));  // 01 61 01 62 00
    encode_rdata(name("a.b"), DnsType::ns, out, names);
    encode_rdata(Mx{1, name("a.b")}, DnsType::mx, out, names);
    encode_rdata(Srv{1, 2, 3, name("a.b")}, DnsType::srv, out, names);
    encode_rdata(name("a.b"), static_cast<DnsType>(39), out, names);  // DNAME
    const std::string_view expected("\1a\1b\0\xc0\0\0\1\xc0\0\0\1\0\2\0\3\1a\1b\0\1a\1b\0", 27);
    EXPECT_EQ(as_text(out), expected);
}

TEST(EncodeRdata, WritesWhatDecodeReads) {
    const std::pair<DnsType, Rdata> all[] = {
        {DnsType::a, Ipv4Address{0x0a000001}},
        {DnsType::aaaa, Ipv6Address{{1, 2, 3}}},
        {DnsType::cname, name("x.y")},
        {DnsType::soa, Soa{name("m.x.y"), name("r.x.y"), 9, 8, 7, 6, 5}},
        {DnsType::mx, Mx{65535, name("m.x.y")}},
        {DnsType::txt, Txt{{"", std::string(255, 'z')}}},
        {DnsType::srv, Srv{1, 2, 3, name("x.y")}},
        {static_cast<DnsType>(4242), RawRdata{1, 2, 3}},
    };
    for (const auto& [type, data] : all) {
        std::vector<std::uint8_t> out;
        NameWriter names(out);
        encode_rdata(data, type, out, names);
        const auto read = decode_rdata(out, 0, out.size(), type, DnsClass::in);
        ASSERT_TRUE(read) << to_string(type);
        EXPECT_EQ(*read, data) << to_string(type);
    }
}

}  // namespace
}  // namespace layerlab::proto::wire
