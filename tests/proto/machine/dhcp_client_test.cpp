#include "proto/machine/dhcp_client.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

using wire::DhcpMessage;
using wire::DhcpType;
using State = DhcpClientState;
namespace option = wire::dhcp_option;

constexpr MacAddress amy{{2, 0, 0, 0, 0, 1}};
constexpr Ipv4Address server{0xc0a80101}, address{0xc0a80164}, mask{0xffffff00};

struct Sent {
    DhcpMessage message;
    DhcpSending how;
    Ipv4Address server, source;
    Time at;
};

// Plays the host and the server: keeps what came out, jumps to the next deadline, answers.
struct Host : DhcpClient::Out {
    DhcpClient client;
    Time now = time_at(0);
    std::uint32_t next_random = 1000;  // 1000 ms of 0..2000: no spread
    std::vector<Sent> sent;
    std::vector<DhcpLease> bound;
    std::vector<DhcpUnbind> unbound;
    std::vector<Ipv4Address> probed;

    explicit Host(bool probe = false, bool broadcast = false) : client({amy, "amy", {}, probe, broadcast}) {}

    void send(const DhcpMessage& m, DhcpSending how, Ipv4Address to, Ipv4Address source) override {
        sent.push_back({m, how, to, source, now});
    }
    void probe(Ipv4Address a) override { probed.push_back(a); }
    void bind(const DhcpLease& lease) override { bound.push_back(lease); }
    void unbind(DhcpUnbind reason) override { unbound.push_back(reason); }
    std::uint32_t random() override { return next_random; }

    const DhcpMessage& last() const { return sent.back().message; }
    void tick() {
        now = client.next_deadline();
        client.on_deadline(now, *this);
    }
    DhcpMessage reply(DhcpType type, std::uint32_t lease = 3600) const {
        DhcpMessage m;
        m.op = wire::DhcpOp::reply;
        m.id = last().id;
        m.hardware_address = last().hardware_address;
        m.your_address = address;
        m.add_type(type);
        m.add_address(option::server_id, server);
        if (type == DhcpType::nak) {
            m.your_address = {};
            return m;
        }
        m.add_uint32(option::lease_time, lease);
        m.add_address(option::subnet_mask, mask);
        m.add_addresses(option::router, {server});
        m.add_addresses(option::dns_server, {{1}, {2}});
        m.add_text(option::domain_name, "lan");
        return m;
    }
    void hear(DhcpType type, std::uint32_t lease = 3600) { client.on_message(reply(type, lease), now, *this); }
    void become_bound(std::uint32_t lease = 3600) {
        client.start(now, *this);
        hear(DhcpType::offer, lease);
        hear(DhcpType::ack, lease);
    }
};

TEST(DhcpClient, DoesNothingBeforeItIsStarted) {
    Host h;
    EXPECT_EQ(h.client.state(), State::stopped);
    EXPECT_EQ(h.client.next_deadline(), never);
    h.client.on_deadline(time_at(0), h);
    EXPECT_TRUE(h.sent.empty());
}

TEST(DhcpClient, BroadcastsADiscoverFromTheUnspecifiedAddress) {
    Host h;
    h.client.start(h.now, h);
    ASSERT_EQ(h.sent.size(), 1u);
    EXPECT_EQ(h.client.state(), State::selecting);
    EXPECT_EQ(h.last().type(), DhcpType::discover);
    EXPECT_EQ(h.last().mac(), amy);
    EXPECT_EQ(h.last().text(option::host_name), "amy");
    EXPECT_FALSE(h.last().broadcast);
    EXPECT_EQ(h.sent[0].how, DhcpSending::broadcast);
    EXPECT_TRUE(h.sent[0].source.is_zero());
    h.client.start(h.now, h);
    EXPECT_EQ(h.sent.size(), 1u);  // already started
}

TEST(DhcpClient, SetsTheBroadcastFlagOnlyWhenConfigured) {
    Host h(false, true);
    h.become_bound();
    EXPECT_TRUE(h.sent[0].message.broadcast);
    EXPECT_TRUE(h.sent[1].message.broadcast);
    h.tick();
    EXPECT_FALSE(h.last().broadcast);  // renewing: it has an address
}

TEST(DhcpClient, RetransmitsDiscoverAfter4_8_16_32And64Seconds) {
    Host h;
    h.client.start(h.now, h);
    for (int i = 0; i < 6; ++i) h.tick();
    const std::vector<Duration> gaps = {4s, 8s, 16s, 32s, 64s, 64s};
    ASSERT_EQ(h.sent.size(), 7u);
    for (std::size_t i = 0; i < gaps.size(); ++i) EXPECT_EQ(h.sent[i + 1].at - h.sent[i].at, gaps[i]) << i;
    EXPECT_EQ(h.sent[3].message.seconds, 28);
    EXPECT_EQ(h.sent[6].message.id, h.sent[0].message.id);
}

TEST(DhcpClient, SpreadsRetransmissionsByASecondEitherWay) {
    Host early, late;
    early.next_random = 2001;  // 2001 % 2001 = 0: a second early
    late.next_random = 2000;
    early.client.start(early.now, early);
    late.client.start(late.now, late);
    EXPECT_EQ(early.client.next_deadline(), time_at(0) + 3s);
    EXPECT_EQ(late.client.next_deadline(), time_at(0) + 5s);
}

TEST(DhcpClient, RequestsTheFirstOfferNamingTheServer) {
    Host h;
    h.client.start(h.now, h);
    h.hear(DhcpType::offer);
    EXPECT_EQ(h.client.state(), State::requesting);
    EXPECT_EQ(h.last().type(), DhcpType::request);
    EXPECT_EQ(h.last().address(option::server_id), server);
    EXPECT_EQ(h.last().address(option::requested_address), address);
    EXPECT_TRUE(h.last().client_address.is_zero());
    EXPECT_EQ(h.sent.back().how, DhcpSending::broadcast);
    EXPECT_EQ(h.last().id, h.sent[0].message.id);
    h.hear(DhcpType::offer);  // a second offer is too late
    EXPECT_EQ(h.sent.size(), 2u);
}

TEST(DhcpClient, BindsWhatTheAckSays) {
    Host h;
    h.become_bound();
    ASSERT_EQ(h.bound.size(), 1u);
    const DhcpLease& lease = h.bound[0];
    EXPECT_EQ(lease.address.to_string(), "192.168.1.100/24");
    EXPECT_EQ(lease.routers, std::vector<Ipv4Address>{server});
    EXPECT_EQ(lease.dns_servers.size(), 2u);
    EXPECT_EQ(lease.domain, "lan");
    EXPECT_EQ(lease.server, server);
    EXPECT_EQ(lease.renew_at, time_at(0) + 1800s);
    EXPECT_EQ(lease.rebind_at, time_at(0) + 3150s);
    EXPECT_EQ(lease.expires_at, time_at(0) + 3600s);
    EXPECT_EQ(h.client.state(), State::bound);
    EXPECT_EQ(h.client.next_deadline(), lease.renew_at);
    EXPECT_TRUE(h.client.has_lease());
}

TEST(DhcpClient, CountsTheLeaseFromTheRequestNotFromTheAck) {
    Host h;
    h.client.start(h.now, h);
    h.hear(DhcpType::offer);
    h.now += 3s;
    h.hear(DhcpType::ack);
    EXPECT_EQ(h.bound.at(0).expires_at, time_at(0) + 3600s);
}

TEST(DhcpClient, TakesTheServersT1AndT2OnlyWhenTheyAreInOrder) {
    for (const auto& [t1, t2, good] :
         {std::tuple{100u, 200u, true}, {200u, 100u, false}, {100u, 4000u, false}, {0u, 100u, false}}) {
        Host h;
        h.client.start(h.now, h);
        h.hear(DhcpType::offer);
        DhcpMessage ack = h.reply(DhcpType::ack);
        ack.add_uint32(option::renewal_time, t1);
        ack.add_uint32(option::rebinding_time, t2);
        h.client.on_message(ack, h.now, h);
        EXPECT_EQ(h.bound.at(0).renew_at, time_at(0) + std::chrono::seconds(good ? t1 : 1800u));
        EXPECT_EQ(h.bound.at(0).rebind_at, time_at(0) + std::chrono::seconds(good ? t2 : 3150u));
    }
}

TEST(DhcpClient, AnInfiniteLeaseHasNoDeadline) {
    Host h;
    h.become_bound(0xffffffff);
    EXPECT_EQ(h.client.next_deadline(), never);
    EXPECT_EQ(h.client.state(), State::bound);
}

TEST(DhcpClient, SurvivesTheLongestFiniteLease) {
    Host h;
    h.become_bound(0xfffffffe);
    EXPECT_GT(h.bound.at(0).rebind_at, h.bound.at(0).renew_at);
    EXPECT_GT(h.bound.at(0).expires_at, h.bound.at(0).rebind_at);
}

TEST(DhcpClient, StartsOverAfterFourUnansweredRequests) {
    Host h;
    h.client.start(h.now, h);
    h.hear(DhcpType::offer);
    const std::uint32_t before = h.last().id;
    h.next_random = 3001;  // another transaction id, the same spread (3001 % 2001 = 1000)
    for (int i = 0; i < 4; ++i) h.tick();
    EXPECT_EQ(h.sent.size(), 1u + 4u + 1u);
    EXPECT_EQ(h.last().type(), DhcpType::discover);
    EXPECT_NE(h.last().id, before);
    EXPECT_EQ(h.client.state(), State::selecting);
    EXPECT_EQ(h.now, time_at(0) + 60s);  // 4 + 8 + 16 + 32
}

TEST(DhcpClient, IgnoresRepliesThatAreNotForIt) {
    Host h;
    h.client.start(h.now, h);
    DhcpMessage m = h.reply(DhcpType::offer);
    ++m.id;
    h.client.on_message(m, h.now, h);
    m = h.reply(DhcpType::offer);
    m.set_mac({{2, 0, 0, 0, 0, 9}});
    h.client.on_message(m, h.now, h);
    m = h.reply(DhcpType::offer);
    m.op = wire::DhcpOp::request;
    h.client.on_message(m, h.now, h);
    m = h.reply(DhcpType::offer);
    m.your_address = {};
    h.client.on_message(m, h.now, h);
    m = h.reply(DhcpType::offer);
    std::erase_if(m.options, [](const auto& o) { return o.code == option::server_id; });
    h.client.on_message(m, h.now, h);
    h.hear(DhcpType::ack);  // nothing was requested yet
    h.hear(DhcpType::nak);
    EXPECT_EQ(h.client.state(), State::selecting);
    EXPECT_EQ(h.sent.size(), 1u);
}

TEST(DhcpClient, IgnoresAnAckOfAnotherServerOrWithoutALeaseTimeOrWithABadMask) {
    Host h;
    h.client.start(h.now, h);
    h.hear(DhcpType::offer);
    DhcpMessage other = h.reply(DhcpType::ack);
    for (auto& o : other.options)
        if (o.code == option::server_id) o.value = {9, 9, 9, 9};
    h.client.on_message(other, h.now, h);
    h.hear(DhcpType::ack, 0);
    DhcpMessage holes = h.reply(DhcpType::ack);
    for (auto& o : holes.options)
        if (o.code == option::subnet_mask) o.value = {255, 0, 255, 0};
    h.client.on_message(holes, h.now, h);
    EXPECT_EQ(h.client.state(), State::requesting);
    EXPECT_TRUE(h.bound.empty());
}

TEST(DhcpClient, TakesTheClassMaskWhenTheServerGivesNone) {
    Host h;
    h.client.start(h.now, h);
    h.hear(DhcpType::offer);
    DhcpMessage ack = h.reply(DhcpType::ack);
    std::erase_if(ack.options, [](const auto& o) { return o.code == option::subnet_mask; });
    h.client.on_message(ack, h.now, h);
    EXPECT_EQ(h.bound.at(0).address.length, 24);
}

TEST(DhcpClient, ProbesBeforeUseAndBindsWhenTheAddressIsFree) {
    Host h(true);
    h.become_bound();
    EXPECT_EQ(h.client.state(), State::probing);
    EXPECT_EQ(h.probed, std::vector<Ipv4Address>{address});
    EXPECT_TRUE(h.bound.empty());
    h.now += 2s;
    h.client.address_free(h.now, h);
    EXPECT_EQ(h.client.state(), State::bound);
    EXPECT_EQ(h.bound.size(), 1u);
    h.client.address_free(h.now, h);
    EXPECT_EQ(h.bound.size(), 1u);
}

TEST(DhcpClient, DeclinesAnAddressInUseAndStartsOverTenSecondsLater) {
    Host h(true);
    h.become_bound();
    h.client.address_in_use(h.now, h);
    EXPECT_EQ(h.last().type(), DhcpType::decline);
    EXPECT_EQ(h.last().address(option::requested_address), address);
    EXPECT_EQ(h.last().address(option::server_id), server);
    EXPECT_EQ(h.sent.back().how, DhcpSending::broadcast);
    EXPECT_TRUE(h.unbound.empty());  // was never bound
    EXPECT_EQ(h.client.state(), State::waiting);
    h.tick();
    EXPECT_EQ(h.now, time_at(0) + 10s);
    EXPECT_EQ(h.last().type(), DhcpType::discover);
    EXPECT_EQ(h.last().find(option::requested_address), nullptr);
}

TEST(DhcpClient, DeclinesAConflictSeenWhileBound) {
    Host h;
    h.become_bound();
    h.client.address_in_use(h.now, h);
    EXPECT_EQ(h.unbound, std::vector<DhcpUnbind>{DhcpUnbind::address_in_use});
    EXPECT_EQ(h.client.state(), State::waiting);
    EXPECT_FALSE(h.client.has_lease());
}

TEST(DhcpClient, RenewsByUnicastAtT1) {
    Host h;
    h.become_bound();
    h.tick();
    EXPECT_EQ(h.now, time_at(0) + 1800s);
    EXPECT_EQ(h.client.state(), State::renewing);
    EXPECT_EQ(h.last().type(), DhcpType::request);
    EXPECT_EQ(h.last().client_address, address);
    EXPECT_EQ(h.last().find(option::server_id), nullptr);
    EXPECT_EQ(h.last().find(option::requested_address), nullptr);
    EXPECT_EQ(h.sent.back().how, DhcpSending::unicast);
    EXPECT_EQ(h.sent.back().server, server);
    EXPECT_EQ(h.sent.back().source, address);
    h.hear(DhcpType::ack);
    EXPECT_EQ(h.client.state(), State::bound);
    EXPECT_EQ(h.bound.size(), 2u);
    EXPECT_EQ(h.bound[1].expires_at, time_at(0) + 1800s + 3600s);
    EXPECT_TRUE(h.unbound.empty());
}

TEST(DhcpClient, AsksAgainAfterHalfOfWhatIsLeftButNotWithinAMinute) {
    Host h;
    h.become_bound();
    h.tick();  // T1 at 1800, T2 at 3150
    h.tick();
    EXPECT_EQ(h.now, time_at(0) + 1800s + 675s);
    EXPECT_EQ(h.client.state(), State::renewing);
    while (h.client.state() == State::renewing) h.tick();
    for (std::size_t i = 3; i + 1 < h.sent.size() - 1; ++i) EXPECT_GE(h.sent[i + 1].at - h.sent[i].at, 60s);
    EXPECT_EQ(h.now, time_at(0) + 3150s);
}

TEST(DhcpClient, RebindsByBroadcastAtT2WithAnyServer) {
    Host h;
    h.become_bound();
    while (h.client.state() != State::rebinding) h.tick();
    EXPECT_EQ(h.now, time_at(0) + 3150s);
    EXPECT_EQ(h.sent.back().how, DhcpSending::broadcast);
    EXPECT_EQ(h.last().client_address, address);
    EXPECT_EQ(h.sent.back().source, address);
    DhcpMessage ack = h.reply(DhcpType::ack);
    for (auto& o : ack.options)
        if (o.code == option::server_id) o.value = {192, 168, 1, 2};
    h.client.on_message(ack, h.now, h);
    EXPECT_EQ(h.client.state(), State::bound);
    EXPECT_EQ(h.client.lease().server.to_string(), "192.168.1.2");
}

TEST(DhcpClient, LosesTheAddressAtTheEndAndAsksForItAgain) {
    Host h;
    h.become_bound();
    while (h.client.state() != State::selecting) h.tick();
    EXPECT_EQ(h.now, time_at(0) + 3600s);
    EXPECT_EQ(h.unbound, std::vector<DhcpUnbind>{DhcpUnbind::expired});
    EXPECT_EQ(h.last().type(), DhcpType::discover);
    EXPECT_EQ(h.last().address(option::requested_address), address);
}

TEST(DhcpClient, IgnoresAnAckForAnotherAddressWhileRenewing) {
    Host h;
    h.become_bound();
    h.tick();
    DhcpMessage ack = h.reply(DhcpType::ack);
    ack.your_address.number += 1;
    h.client.on_message(ack, h.now, h);
    EXPECT_EQ(h.client.state(), State::renewing);
}

TEST(DhcpClient, ANakWhileRequestingStartsOverAtOnceAndThenEverMoreSlowly) {
    Host h;
    h.client.start(h.now, h);
    std::vector<Duration> waits;
    for (int i = 0; i < 9; ++i) {
        h.hear(DhcpType::offer);
        const Time refused = h.now;
        h.hear(DhcpType::nak);
        if (h.client.state() == State::waiting) h.tick();
        EXPECT_EQ(h.client.state(), State::selecting);
        waits.push_back(h.now - refused);
    }
    EXPECT_EQ(waits, (std::vector<Duration>{0s, 1s, 2s, 4s, 8s, 16s, 32s, 64s, 64s}));
    EXPECT_TRUE(h.unbound.empty());
}

TEST(DhcpClient, ANakWhileRenewingOrRebindingTakesTheAddressAway) {
    for (const State when : {State::renewing, State::rebinding}) {
        Host h;
        h.become_bound();
        while (h.client.state() != when) h.tick();
        h.hear(DhcpType::nak);
        EXPECT_EQ(h.unbound, std::vector<DhcpUnbind>{DhcpUnbind::nak});
        EXPECT_EQ(h.client.state(), State::selecting);
        EXPECT_EQ(h.last().find(option::requested_address), nullptr);
    }
}

TEST(DhcpClient, ReleaseTellsTheServerAndStops) {
    Host h;
    h.become_bound();
    h.client.release(h.now, h);
    EXPECT_EQ(h.last().type(), DhcpType::release);
    EXPECT_EQ(h.last().client_address, address);
    EXPECT_EQ(h.last().address(option::server_id), server);
    EXPECT_EQ(h.sent.back().how, DhcpSending::unicast);
    EXPECT_EQ(h.sent.back().source, address);
    EXPECT_EQ(h.unbound, std::vector<DhcpUnbind>{DhcpUnbind::released});
    EXPECT_EQ(h.client.state(), State::stopped);
    EXPECT_EQ(h.client.next_deadline(), never);
    h.client.release(h.now, h);
    EXPECT_EQ(h.unbound.size(), 1u);
}

TEST(DhcpClient, StopSaysNothingOnTheWire) {
    Host h;
    h.become_bound();
    const std::size_t before = h.sent.size();
    h.client.stop(h);
    EXPECT_EQ(h.sent.size(), before);
    EXPECT_EQ(h.unbound, std::vector<DhcpUnbind>{DhcpUnbind::stopped});
    EXPECT_EQ(h.client.next_deadline(), never);
    h.client.start(h.now, h);
    EXPECT_EQ(h.last().address(option::requested_address), address);
}

TEST(DhcpClient, StopsInEveryState) {
    Host h(true);
    h.client.start(h.now, h);
    h.client.stop(h);
    EXPECT_TRUE(h.unbound.empty());
    h.become_bound();
    EXPECT_EQ(h.client.state(), State::probing);
    h.client.stop(h);
    h.client.address_free(h.now, h);
    EXPECT_EQ(h.client.state(), State::stopped);
    EXPECT_TRUE(h.bound.empty());
}

TEST(DhcpClient, NamesItsStatesAndReasons) {
    EXPECT_STREQ(to_text(State::rebinding), "REBINDING");
    EXPECT_STREQ(to_text(DhcpUnbind::expired), "the lease expired");
}

TEST(DhcpClient, IsSmallWhenIdle) { EXPECT_LE(sizeof(DhcpClient), 320u); }

}  // namespace
}  // namespace layerlab::proto::machine
