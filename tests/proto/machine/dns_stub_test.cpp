#include "proto/machine/dns_stub.hpp"

#include "tests/proto/machine/dns_helpers.hpp"

namespace layerlab::proto::machine {
namespace {

using test::ip;
using test::name;
using wire::DnsMessage;
using wire::DnsRcode;
using Status = DnsStubResult::Status;

constexpr Time zero = time_at(0);

struct Lookup : ::testing::Test, DnsStub::Out {
    const wire::DnsQuestion question{name("www.example.org"), wire::DnsType::a, wire::DnsClass::in};
    std::vector<DnsStubQuery> sent;
    std::vector<Ipv4Address> timeouts;
    std::optional<DnsStubResult> result;

    void send(const DnsStubQuery& query) override { sent.push_back(query); }
    void timed_out(Ipv4Address server) override { timeouts.push_back(server); }
    void finished(const DnsStubResult& r) override { result = r; }

    DnsStub make(std::initializer_list<const char*> servers) {
        DnsStubOptions options;
        for (const char* s : servers) options.servers.push_back(ip(s));
        return {options, question, 77};
    }
    std::vector<std::uint8_t> response(DnsRcode rcode = DnsRcode::no_error, bool truncated = false) {
        DnsMessage m = begin_dns_response(*wire::decode_dns_message(sent.back().bytes));
        m.header.rcode = rcode;
        m.header.truncated = truncated;
        return wire::encode_dns_message(m);
    }
};

TEST_F(Lookup, TakesTheAnswerOfTheServerItAsked) {
    DnsStub lookup = make({"10.0.0.53"});
    lookup.start(zero, *this);
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].server, ip("10.0.0.53"));
    EXPECT_EQ(wire::decode_dns_message(sent[0].bytes)->header.id, 77);
    lookup.on_datagram(ip("10.0.0.54"), response(), zero + 1ms, *this);  // from somebody else
    auto wrong_id = response();
    wrong_id[0] ^= 1;
    lookup.on_datagram(ip("10.0.0.53"), wrong_id, zero + 1ms, *this);
    lookup.on_datagram(ip("10.0.0.53"), {}, zero + 1ms, *this);
    EXPECT_FALSE(result);
    lookup.on_datagram(ip("10.0.0.53"), response(DnsRcode::nx_domain), zero + 3ms, *this);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, Status::answered);
    EXPECT_EQ(result->message.header.rcode, DnsRcode::nx_domain);
    EXPECT_EQ(result->took, 3ms);
    EXPECT_EQ(lookup.next_deadline(), never);
}

TEST_F(Lookup, AsksInOrderWithTheTimesOfGlibc) {
    DnsStub lookup = make({"10.0.0.1", "10.0.0.2", "10.0.0.3"});
    lookup.start(zero, *this);
    std::vector<std::int64_t> waits;
    for (Time now = zero; !result;) {
        const Time next = lookup.next_deadline();
        ASSERT_NE(next, never);
        waits.push_back(std::chrono::duration_cast<std::chrono::seconds>(next - now).count());
        now = next;
        lookup.on_deadline(now, *this);
    }
    EXPECT_EQ(waits, (std::vector<std::int64_t>{5, 3, 6, 5, 3, 6}));
    EXPECT_EQ(result->status, Status::timed_out);
    EXPECT_EQ(timeouts.size(), 6u);
    EXPECT_EQ(sent[4].server, ip("10.0.0.2"));
}

TEST_F(Lookup, GoesOnAfterAFailureAndReportsItIfNobodyDoesBetter) {
    DnsStub lookup = make({"10.0.0.1", "10.0.0.2"});
    lookup.start(zero, *this);
    lookup.on_datagram(ip("10.0.0.1"), response(DnsRcode::serv_fail), zero, *this);
    EXPECT_FALSE(result);
    lookup.on_unreachable(zero, *this);
    lookup.on_unreachable(zero, *this);
    lookup.on_unreachable(zero, *this);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->message.header.rcode, DnsRcode::serv_fail);
    EXPECT_EQ(sent.size(), 4u);
}

TEST_F(Lookup, TakesTruncatedAnswersOverTcp) {
    DnsStub lookup = make({"10.0.0.1"});
    lookup.start(zero, *this);
    lookup.on_datagram(ip("10.0.0.1"), response(DnsRcode::no_error, true), zero, *this);
    ASSERT_EQ(sent.size(), 2u);
    EXPECT_EQ(sent[1].transport, DnsTransport::tcp);
    lookup.on_datagram(ip("10.0.0.1"), response(), zero, *this);  // too late
    EXPECT_FALSE(result);
    lookup.on_tcp_answer(response(), zero, *this);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->transport, DnsTransport::tcp);
}

TEST_F(Lookup, SaysThatNobodyIsThereToAsk) {
    DnsStub lookup = make({});
    lookup.start(zero, *this);
    EXPECT_EQ(result->status, Status::no_servers);
    DnsStub deserted = make({"10.0.0.1"});
    deserted.start(zero, *this);
    deserted.on_unreachable(zero, *this);
    deserted.on_unreachable(zero, *this);
    EXPECT_EQ(result->status, Status::unreachable);
}

}  // namespace
}  // namespace layerlab::proto::machine
