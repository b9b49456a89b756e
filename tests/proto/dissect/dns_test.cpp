#include "proto/wire/dns.hpp"

#include <gtest/gtest.h>
#include <random>

#include "proto/dissect/context.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/wire/dns_message.hpp"

namespace layerlab::proto::dissect {
namespace {

using wire::Dns;
using wire::DnsType;

wire::DomainName name(std::string_view text) { return wire::DomainName::parse(text).value_or(wire::DomainName{}); }

// One message dissected alone, as if it were the payload of a datagram (or a PDU of a stream).
struct Dissected {
    std::vector<std::uint8_t> bytes;
    Dissection out;

    Dissected(std::vector<std::uint8_t> message, const Protocol& protocol, bool over_tcp = false,
              std::size_t missing = 0)
        : bytes(std::move(message)) {
        const Options options;
        Context c(out, bytes, missing, options, nullptr);
        c.info.over_tcp = over_tcp;
        protocol.dissect(c, bytes);
    }
    LayerView view() const { return LayerView(out, 0); }
    std::string info() const {
        std::string text;
        dns.summarize(view(), text);
        return text;
    }
    template <class T>
    std::vector<std::uint64_t> numbers(const Field<T>& field) const {
        std::vector<std::uint64_t> all;
        for (const Item& item : view().items())
            if (item.field == &field.info) all.push_back(item.number);
        return all;
    }
    std::vector<std::string> texts(const Field<std::string_view>& field) const {
        std::vector<std::string> all;
        for (const Item& item : view().items())
            if (item.field == &field.info) all.emplace_back(as_text(item.bytes));
        return all;
    }
    bool has(const FieldInfo& field) const {
        for (const Item& item : out.items)
            if (item.field == &field) return true;
        return false;
    }
};

using Texts = std::vector<std::string>;
using Numbers = std::vector<std::uint64_t>;

wire::DnsMessage example() {
    wire::DnsMessage m;
    m.header.id = 0x1234;
    m.header.response = m.header.recursion_desired = m.header.recursion_available = true;
    m.questions = {{name("www.example.com"), DnsType::a, wire::DnsClass::in}};
    const auto in = wire::DnsClass::in;
    m.answers = {{name("www.example.com"), DnsType::cname, in, 60, name("web.example.com")},
                 {name("web.example.com"), DnsType::a, in, 300, Ipv4Address{0xc0000264}},
                 {name("example.com"), DnsType::mx, in, 1, wire::Mx{10, name("mail.example.com")}},
                 {name("_sip._udp.example.com"), DnsType::srv, in, 1, wire::Srv{1, 2, 5060, name("sip.example.com")}},
                 {name("example.com"), DnsType::txt, in, 1, wire::Txt{{"v=1", ""}}}};
    m.authorities = {{name("example.com"), DnsType::soa, in, 9, wire::Soa{name("ns"), name("host"), 1, 2, 3, 4, 5}}};
    m.edns = wire::Edns{1232, 0, true, {{10, {1, 2, 3, 4, 5, 6, 7, 8, 9}}}};
    return m;
}

TEST(DnsDissector, ShowsTheHeaderAndItsFlags) {
    const Dissected d(wire::encode_dns_message(example()), dns);
    EXPECT_STREQ(d.out.layers[0].protocol->name(), "dns");
    EXPECT_EQ(d.numbers(Dns::id), Numbers{0x1234});
    EXPECT_EQ(d.numbers(Dns::flags), Numbers{0x8180});
    EXPECT_EQ(d.numbers(Dns::recursion_available), Numbers{1});
    EXPECT_EQ(d.numbers(Dns::rcode), Numbers{0});
    EXPECT_EQ(d.numbers(Dns::answers), Numbers{5});
    EXPECT_EQ(d.numbers(Dns::additionals), Numbers{1});
    EXPECT_FALSE(d.out.malformed);
}

TEST(DnsDissector, ShowsQuestionsAndRecords) {
    const Dissected d(wire::encode_dns_message(example()), dns);
    EXPECT_EQ(d.texts(Dns::query_name), Texts{"www.example.com"});
    EXPECT_EQ(d.numbers(Dns::query_name_length), Numbers{15});
    EXPECT_EQ(d.numbers(Dns::label_count), Numbers{3});
    EXPECT_EQ(d.texts(Dns::name),
              (Texts{"www.example.com", "web.example.com", "example.com", "example.com", "example.com", "<Root>"}));
    EXPECT_EQ(d.numbers(Dns::type), (Numbers{5, 1, 15, 33, 16, 6, 41}));
    EXPECT_EQ(d.numbers(Dns::ttl), (Numbers{60, 300, 1, 1, 1, 9}));
    EXPECT_EQ(d.texts(Dns::cname), Texts{"web.example.com"});
    EXPECT_EQ(d.numbers(Dns::a), Numbers{0xc0000264});
    EXPECT_EQ(d.texts(Dns::mx_exchange), Texts{"mail.example.com"});
    EXPECT_EQ(d.texts(Dns::srv_service), Texts{"_sip"});
    EXPECT_EQ(d.texts(Dns::srv_protocol), Texts{"_udp"});
    EXPECT_EQ(d.texts(Dns::srv_name), Texts{"example.com"});
    EXPECT_EQ(d.numbers(Dns::srv_port), Numbers{5060});
    EXPECT_EQ(d.texts(Dns::txt), (Texts{"v=1", ""}));
    EXPECT_EQ(d.numbers(Dns::soa_minimum), Numbers{5});
    EXPECT_EQ(d.numbers(Dns::udp_payload_size), Numbers{1232});
    EXPECT_EQ(d.numbers(Dns::dnssec_ok), Numbers{1});
    EXPECT_EQ(d.numbers(Dns::option_code), Numbers{10});
    EXPECT_EQ(d.view().find(Dns::server_cookie)->bytes.size(), 1u);
}

TEST(DnsDissector, SummarizesAsWiresharkDoes) {
    wire::DnsMessage m = example();
    m.answers.resize(2);
    m.authorities.clear();
    m.edns.reset();
    EXPECT_EQ(Dissected(wire::encode_dns_message(m), dns).info(),
              "Standard query response 0x1234 A www.example.com CNAME web.example.com A 192.0.2.100");
    m.header.rcode = wire::DnsRcode::nx_domain;
    m.answers.clear();
    EXPECT_EQ(Dissected(wire::encode_dns_message(m), dns).info(),
              "Standard query response 0x1234 No such name A www.example.com");
}

TEST(DnsDissector, TakesTheLengthOverTcp) {
    auto bytes = wire::encode_dns_message(example());
    const std::size_t size = bytes.size();
    bytes.insert(bytes.begin(), {static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size)});
    const Dissected d(bytes, dns, true);
    EXPECT_EQ(d.numbers(Dns::length), Numbers{size});
    EXPECT_EQ(d.texts(Dns::query_name), Texts{"www.example.com"});
    const Options options;
    Dissection out;
    Context c(out, bytes, 0, options, nullptr);
    EXPECT_EQ(dns.pdu_size(c, bytes), size + 2);
    EXPECT_EQ(dns.pdu_size(c, Bytes(bytes).first(1)), more);
}

TEST(DnsDissector, KnowsTheFlagsOfMulticastDnsAndLlmnr) {
    wire::DnsMessage m;
    m.questions = {{name("pc.local"), DnsType::a, static_cast<wire::DnsClass>(0x8001)}};
    const Dissected multicast(wire::encode_dns_message(m), mdns);
    EXPECT_EQ(multicast.numbers(Dns::query_class), Numbers{1});
    EXPECT_EQ(multicast.numbers(Dns::query_unicast), Numbers{1});
    EXPECT_EQ(multicast.info(), "Standard query 0x0000 A pc.local, \"QU\" question");
    const Dissected local(wire::encode_dns_message(m), llmnr);
    EXPECT_EQ(local.numbers(Dns::tentative), Numbers{0});
    EXPECT_FALSE(local.has(Dns::recursion_desired.info));
}

TEST(DnsDissector, SaysWhereAMessageIsBroken) {
    const auto whole = wire::encode_dns_message(example());
    for (std::size_t n = 0; n < whole.size(); ++n) {
        std::vector<std::uint8_t> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n));
        EXPECT_TRUE(Dissected(cut, dns).out.malformed) << n;
        const Dissected captured(cut, dns, false, whole.size() - n);
        EXPECT_FALSE(captured.out.malformed) << n;
        EXPECT_TRUE(captured.has(ws::truncated.info)) << n;
    }
}

TEST(DnsDissector, SurvivesFlippedBytes) {
    std::mt19937 random(1987);
    const auto whole = wire::encode_dns_message(example());
    const Protocol* const protocols[] = {&dns, &mdns, &llmnr};
    for (int round = 0; round < 3000; ++round) {
        auto bytes = whole;
        for (auto n = random() % 5 + 1; n > 0; --n)
            bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
        const Dissected d(bytes, *protocols[round % 3]);
        for (const Item& item : d.out.items) ASSERT_LE(item.offset + item.size, bytes.size());
        EXPECT_FALSE(d.info().empty());
    }
}

}  // namespace
}  // namespace layerlab::proto::dissect
