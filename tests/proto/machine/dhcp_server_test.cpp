#include "proto/machine/dhcp_server.hpp"

#include <gtest/gtest.h>
#include <random>

namespace layerlab::proto::machine {
namespace {

using wire::DhcpMessage;
using wire::DhcpType;
using Kind = DhcpDestination::Kind;
namespace option = wire::dhcp_option;

const Ipv4Address me{0xc0a80101};  // 192.168.1.1

Ipv4Address ip(unsigned last) { return {0xc0a80100 + last}; }
MacAddress mac(unsigned n) { return MacAddress::from_number(0x0200'0000'0000u + n); }

DhcpServerConfig config(unsigned first = 100, unsigned last = 102) {
    DhcpServerConfig c;
    c.address = me;
    c.subnet = {me, 24};
    c.ranges = {{ip(first), ip(last)}};
    c.routers = {me};
    c.dns_servers = {{0x08080808}, {0x08080404}};
    c.domain = "lan";
    return c;
}

DhcpMessage from(unsigned client, DhcpType type) {
    DhcpMessage m;
    m.id = client;
    m.set_mac(mac(client));
    m.add_type(type);
    return m;
}
DhcpMessage request(unsigned client, Ipv4Address address, Ipv4Address server = me) {
    DhcpMessage m = from(client, DhcpType::request);
    m.add_address(option::requested_address, address);
    m.add_address(option::server_id, server);
    return m;
}
DhcpMessage renewal(unsigned client, Ipv4Address address) {
    DhcpMessage m = from(client, DhcpType::request);
    m.client_address = address;
    return m;
}
DhcpMessage about(unsigned client, DhcpType type, Ipv4Address address, Ipv4Address server = me) {
    DhcpMessage m = from(client, type);
    if (type == DhcpType::release)
        m.client_address = address;
    else
        m.add_address(option::requested_address, address);
    m.add_address(option::server_id, server);
    return m;
}

struct Server : DhcpServer {
    using DhcpServer::DhcpServer;
    Time now = time_at(0);

    DhcpServerResult hear(const DhcpMessage& m) { return on_message(m, now); }
    Ipv4Address give(unsigned client) {
        const Ipv4Address a = hear(from(client, DhcpType::discover)).address;
        EXPECT_EQ(hear(request(client, a)).verdict, DhcpVerdict::acknowledged);
        return a;
    }
    DhcpLeaseState state_of(unsigned last) { return leases().at(ip(last)).state; }
};

TEST(DhcpServer, OffersTheLowestFreeAddressWithAllParameters) {
    Server s(config());
    const auto r = s.hear(from(1, DhcpType::discover));
    EXPECT_EQ(r.verdict, DhcpVerdict::offered);
    EXPECT_EQ(r.reason, DhcpReason::lowest_free);
    EXPECT_EQ(r.address, ip(100));
    ASSERT_TRUE(r.reply);
    EXPECT_EQ(r.reply->op, wire::DhcpOp::reply);
    EXPECT_EQ(r.reply->type(), DhcpType::offer);
    EXPECT_EQ(r.reply->id, 1u);
    EXPECT_EQ(r.reply->mac(), mac(1));
    EXPECT_EQ(r.reply->your_address, ip(100));
    EXPECT_EQ(r.reply->address(option::server_id), me);
    EXPECT_EQ(r.reply->number(option::lease_time), 3600u);
    EXPECT_EQ(r.reply->number(option::renewal_time), 1800u);
    EXPECT_EQ(r.reply->number(option::rebinding_time), 3150u);
    EXPECT_EQ(r.reply->address(option::subnet_mask)->to_string(), "255.255.255.0");
    EXPECT_EQ(r.reply->address(option::broadcast_address)->to_string(), "192.168.1.255");
    EXPECT_EQ(r.reply->addresses(option::router), std::vector<Ipv4Address>{me});
    EXPECT_EQ(r.reply->addresses(option::dns_server).size(), 2u);
    EXPECT_EQ(r.reply->text(option::domain_name), "lan");
    EXPECT_TRUE(r.reply->encode());
}

TEST(DhcpServer, SendsOnlyTheParametersAskedFor) {
    Server s(config());
    DhcpMessage m = from(1, DhcpType::discover);
    m.add_bytes(option::request_list, std::vector<std::uint8_t>{option::router});
    const auto r = s.hear(m);
    EXPECT_NE(r.reply->find(option::router), nullptr);
    EXPECT_EQ(r.reply->find(option::dns_server), nullptr);
    EXPECT_EQ(r.reply->find(option::subnet_mask), nullptr);
    EXPECT_NE(r.reply->find(option::lease_time), nullptr);
}

TEST(DhcpServer, AnswersWhereTheClientCanHear) {
    Server s(config());
    auto r = s.hear(from(1, DhcpType::discover));
    EXPECT_EQ(r.destination.kind, Kind::unconfigured);
    EXPECT_EQ(r.destination.address, ip(100));
    EXPECT_EQ(r.destination.mac, mac(1));
    DhcpMessage m = from(1, DhcpType::discover);
    m.broadcast = true;
    r = s.hear(m);
    EXPECT_EQ(r.destination.kind, Kind::broadcast);
    EXPECT_TRUE(r.destination.address.is_broadcast());
    EXPECT_TRUE(r.reply->broadcast);
    s.give(1);
    r = s.hear(renewal(1, ip(100)));
    EXPECT_EQ(r.destination.kind, Kind::client_address);
    EXPECT_EQ(r.destination.address, ip(100));
}

TEST(DhcpServer, ReservesAnOfferAndFreesItAfterAMinute) {
    Server s(config());
    EXPECT_EQ(s.hear(from(1, DhcpType::discover)).address, ip(100));
    EXPECT_EQ(s.hear(from(2, DhcpType::discover)).address, ip(101));
    const auto again = s.hear(from(1, DhcpType::discover));
    EXPECT_EQ(again.address, ip(100));
    EXPECT_EQ(again.reason, DhcpReason::current_address);
    EXPECT_EQ(s.next_deadline(), time_at(0) + 60s);
    s.now += 60s;
    s.on_deadline(s.now);
    EXPECT_TRUE(s.leases().empty());
    EXPECT_EQ(s.free_addresses(), 3u);
    EXPECT_EQ(s.next_deadline(), never);
    EXPECT_EQ(s.hear(from(3, DhcpType::discover)).address, ip(100));
}

TEST(DhcpServer, BindsTheOfferThatIsAccepted) {
    Server s(config());
    s.hear(from(1, DhcpType::discover));
    DhcpMessage m = request(1, ip(100));
    m.add_text(option::host_name, "amy");
    const auto r = s.hear(m);
    EXPECT_EQ(r.verdict, DhcpVerdict::acknowledged);
    EXPECT_EQ(r.reason, DhcpReason::offer_accepted);
    EXPECT_EQ(r.reply->type(), DhcpType::ack);
    EXPECT_EQ(r.reply->your_address, ip(100));
    const DhcpServerLease& lease = s.leases().at(ip(100));
    EXPECT_EQ(lease.state, DhcpLeaseState::bound);
    EXPECT_EQ(lease.mac, mac(1));
    EXPECT_EQ(lease.hostname, "amy");
    EXPECT_EQ(lease.until, time_at(0) + 1h);
}

TEST(DhcpServer, ARepeatedRequestIsAcknowledgedAgain) {
    Server s(config());
    s.give(1);
    EXPECT_EQ(s.hear(request(1, ip(100))).verdict, DhcpVerdict::acknowledged);
    EXPECT_EQ(s.leases().size(), 1u);
}

TEST(DhcpServer, ANewDiscoverDoesNotShortenALease) {
    Server s(config());
    s.give(1);
    EXPECT_EQ(s.hear(from(1, DhcpType::discover)).address, ip(100));
    EXPECT_EQ(s.leases().at(ip(100)).until, time_at(0) + 1h);
    EXPECT_EQ(s.state_of(100), DhcpLeaseState::bound);
}

TEST(DhcpServer, IgnoresARequestForAnotherServerAndTakesItsOfferBack) {
    Server s(config());
    s.hear(from(1, DhcpType::discover));
    const auto r = s.hear(request(1, ip(100), {1}));
    EXPECT_EQ(r.verdict, DhcpVerdict::ignored);
    EXPECT_EQ(r.reason, DhcpReason::other_server);
    EXPECT_FALSE(r.reply);
    EXPECT_TRUE(s.leases().empty());
    EXPECT_EQ(s.hear(from(2, DhcpType::discover)).address, ip(100));
}

TEST(DhcpServer, RenewsALease) {
    Server s(config());
    s.give(1);
    s.now += 1800s;
    const auto r = s.hear(renewal(1, ip(100)));
    EXPECT_EQ(r.reason, DhcpReason::extended);
    EXPECT_EQ(r.reply->client_address, ip(100));
    EXPECT_EQ(s.leases().at(ip(100)).until, time_at(0) + 1800s + 1h);
}

TEST(DhcpServer, KnowsAClientAfterItsReboot) {
    Server s(config());
    s.give(1);
    DhcpMessage m = from(1, DhcpType::request);
    m.add_address(option::requested_address, ip(100));
    EXPECT_EQ(s.hear(m).reason, DhcpReason::known_after_reboot);
}

TEST(DhcpServer, RefusesWrongAddressesByBroadcast) {
    Server s(config());
    s.give(1);
    auto r = s.hear(request(2, ip(100)));
    EXPECT_EQ(r.verdict, DhcpVerdict::refused);
    EXPECT_EQ(r.reason, DhcpReason::taken);
    EXPECT_EQ(r.reply->type(), DhcpType::nak);
    EXPECT_TRUE(r.reply->your_address.is_zero());
    EXPECT_EQ(r.reply->find(option::lease_time), nullptr);
    EXPECT_EQ(r.destination.kind, Kind::broadcast);
    EXPECT_EQ(r.reply->text(option::message), "another client has the address");
    EXPECT_EQ(s.hear(request(2, ip(102))).reason, DhcpReason::not_assigned);
    EXPECT_EQ(s.hear(renewal(2, {0x0a000005})).reason, DhcpReason::wrong_network);
    EXPECT_EQ(s.hear(renewal(1, ip(101))).reason, DhcpReason::not_assigned);
    EXPECT_EQ(s.state_of(100), DhcpLeaseState::bound);
}

TEST(DhcpServer, WithoutAuthorityItIsSilentAboutWhatItDoesNotKnow) {
    auto c = config();
    c.authoritative = false;
    Server s(c);
    EXPECT_EQ(s.hear(renewal(2, {0x0a000005})).reason, DhcpReason::unknown_client);
    EXPECT_EQ(s.hear(renewal(2, ip(100))).verdict, DhcpVerdict::ignored);
    s.give(1);
    EXPECT_EQ(s.hear(renewal(1, ip(102))).verdict, DhcpVerdict::refused);
    EXPECT_EQ(s.hear(request(2, ip(100))).verdict, DhcpVerdict::refused);  // it was asked by name
}

TEST(DhcpServer, IsSilentWhenTheRangeIsExhausted) {
    Server s(config());
    for (unsigned i = 1; i <= 3; ++i) EXPECT_EQ(s.give(i), ip(99 + i));
    const auto r = s.hear(from(4, DhcpType::discover));
    EXPECT_EQ(r.verdict, DhcpVerdict::ignored);
    EXPECT_EQ(r.reason, DhcpReason::scope_exhausted);
    EXPECT_FALSE(r.reply);
    EXPECT_EQ(s.free_addresses(), 0u);
}

TEST(DhcpServer, RemembersAnExpiredClientAndPrefersUnusedAddressesForOthers) {
    Server s(config());
    s.give(1);
    s.now += 1h;
    EXPECT_EQ(s.hear(from(2, DhcpType::discover)).address, ip(101));
    EXPECT_EQ(s.state_of(100), DhcpLeaseState::expired);
    const auto r = s.hear(from(1, DhcpType::discover));
    EXPECT_EQ(r.address, ip(100));
    EXPECT_EQ(r.reason, DhcpReason::earlier_address);
    s.now += 60s;  // the offer is not taken: remembered still
    s.on_deadline(s.now);
    EXPECT_EQ(s.state_of(100), DhcpLeaseState::expired);
}

TEST(DhcpServer, GivesARememberedAddressAwayWhenNothingElseIsLeft) {
    Server s(config(100, 101));
    s.give(1);
    s.give(2);
    s.now += 1h;
    EXPECT_EQ(s.hear(from(3, DhcpType::discover)).address, ip(100));
    EXPECT_EQ(s.hear(from(1, DhcpType::discover)).address, ip(101));  // its own is gone
    EXPECT_EQ(s.hear(from(2, DhcpType::discover)).reason, DhcpReason::scope_exhausted);
}

TEST(DhcpServer, GivesTheAddressAskedForWhenItIsFree) {
    Server s(config());
    DhcpMessage m = from(1, DhcpType::discover);
    m.add_address(option::requested_address, ip(102));
    auto r = s.hear(m);
    EXPECT_EQ(r.address, ip(102));
    EXPECT_EQ(r.reason, DhcpReason::asked_for);
    m.set_mac(mac(2));
    r = s.hear(m);
    EXPECT_EQ(r.address, ip(100));  // taken: the lowest instead
    m = from(3, DhcpType::discover);
    m.add_address(option::requested_address, ip(200));  // outside the range
    EXPECT_EQ(s.hear(m).address, ip(101));
}

TEST(DhcpServer, QuarantinesADeclinedAddress) {
    Server s(config());
    s.give(1);
    const auto r = s.hear(about(1, DhcpType::decline, ip(100)));
    EXPECT_EQ(r.verdict, DhcpVerdict::declined);
    EXPECT_EQ(r.address, ip(100));
    EXPECT_EQ(s.state_of(100), DhcpLeaseState::declined);
    EXPECT_EQ(s.hear(from(1, DhcpType::discover)).address, ip(101));
    EXPECT_EQ(s.hear(request(1, ip(100))).verdict, DhcpVerdict::refused);
    s.now += 10min;
    s.on_deadline(s.now);
    EXPECT_EQ(s.hear(from(9, DhcpType::discover)).address, ip(100));
}

TEST(DhcpServer, IgnoresADeclineOfWhatTheClientDoesNotHave) {
    Server s(config());
    s.give(1);
    EXPECT_EQ(s.hear(about(2, DhcpType::decline, ip(100))).reason, DhcpReason::unknown_client);
    EXPECT_EQ(s.hear(about(1, DhcpType::decline, ip(101))).reason, DhcpReason::unknown_client);
    EXPECT_EQ(s.hear(about(1, DhcpType::decline, ip(100), {1})).reason, DhcpReason::other_server);
    EXPECT_EQ(s.hear(from(1, DhcpType::decline)).reason, DhcpReason::bad_message);
    EXPECT_EQ(s.state_of(100), DhcpLeaseState::bound);
}

TEST(DhcpServer, TakesAReleasedAddressBackAndRemembersIt) {
    Server s(config(100, 101));
    s.give(1);
    EXPECT_EQ(s.hear(about(2, DhcpType::release, ip(100))).reason, DhcpReason::unknown_client);
    EXPECT_EQ(s.hear(about(1, DhcpType::release, ip(100), {1})).reason, DhcpReason::other_server);
    const auto r = s.hear(about(1, DhcpType::release, ip(100)));
    EXPECT_EQ(r.verdict, DhcpVerdict::released);
    EXPECT_FALSE(r.reply);
    EXPECT_EQ(s.state_of(100), DhcpLeaseState::released);
    EXPECT_EQ(s.free_addresses(), 2u);
    EXPECT_EQ(s.give(2), ip(101));
    EXPECT_EQ(s.give(1), ip(100));
}

TEST(DhcpServer, InformsWithoutALease) {
    Server s(config());
    DhcpMessage m = from(1, DhcpType::inform);
    EXPECT_EQ(s.hear(m).reason, DhcpReason::bad_message);
    m.client_address = ip(5);
    const auto r = s.hear(m);
    EXPECT_EQ(r.verdict, DhcpVerdict::informed);
    EXPECT_EQ(r.reply->type(), DhcpType::ack);
    EXPECT_EQ(r.reply->find(option::lease_time), nullptr);
    EXPECT_TRUE(r.reply->your_address.is_zero());
    EXPECT_NE(r.reply->find(option::router), nullptr);
    EXPECT_EQ(r.destination.kind, Kind::client_address);
    EXPECT_EQ(r.destination.address, ip(5));
    EXPECT_TRUE(s.leases().empty());
}

TEST(DhcpServer, TellsClientsApartByTheirIdentifierFirst) {
    Server s(config());
    DhcpMessage m = from(1, DhcpType::discover);
    m.add_bytes(option::client_id, std::vector<std::uint8_t>{0, 'a'});
    EXPECT_EQ(s.hear(m).address, ip(100));
    const auto echoed = s.hear(m).reply->find(option::client_id)->value;
    EXPECT_EQ(echoed, (std::vector<std::uint8_t>{0, 'a'}));
    EXPECT_EQ(s.hear(from(1, DhcpType::discover)).address, ip(101));  // same MAC, no identifier
    m.set_mac(mac(2));
    EXPECT_EQ(s.hear(m).address, ip(100));  // another MAC, same identifier
}

TEST(DhcpServer, IgnoresWhatIsNotForIt) {
    Server s(config());
    DhcpMessage m = from(1, DhcpType::discover);
    m.op = wire::DhcpOp::reply;
    EXPECT_EQ(s.hear(m).reason, DhcpReason::not_a_request);
    EXPECT_EQ(s.hear(from(1, DhcpType::offer)).reason, DhcpReason::not_a_request);
    m = from(1, DhcpType::discover);
    m.relay_address = {1};
    EXPECT_EQ(s.hear(m).reason, DhcpReason::relayed);
    m = from(1, DhcpType::discover);
    m.hardware_type = 6;
    EXPECT_EQ(s.hear(m).reason, DhcpReason::not_ethernet);
    EXPECT_EQ(s.hear(from(1, DhcpType::request)).reason, DhcpReason::bad_message);
    EXPECT_EQ(s.hear(from(1, DhcpType::bootp)).reason, DhcpReason::bad_message);
    m = from(1, DhcpType::discover);
    m.add_bytes(option::client_id, std::vector<std::uint8_t>(256, 1));
    EXPECT_EQ(s.hear(m).reason, DhcpReason::bad_message);
    EXPECT_TRUE(s.leases().empty());
}

TEST(DhcpServer, AnswersARelayAgentOfItsNetwork) {
    Server s(config());
    DhcpMessage m = from(1, DhcpType::discover);
    m.relay_address = ip(7);
    const std::vector<std::uint8_t> circuit{1, 2, 'e', '0'};
    m.add_bytes(option::relay_information, circuit);
    const auto offer = s.hear(m);
    EXPECT_EQ(offer.verdict, DhcpVerdict::offered);
    ASSERT_TRUE(offer.reply);
    EXPECT_EQ(offer.destination.kind, Kind::relay);
    EXPECT_EQ(offer.destination.address, ip(7));
    EXPECT_EQ(offer.reply->relay_address, ip(7));
    EXPECT_FALSE(offer.reply->broadcast);
    ASSERT_FALSE(offer.reply->options.empty());
    EXPECT_EQ(offer.reply->options.back().code, option::relay_information);
    EXPECT_EQ(offer.reply->options.back().value, circuit);
    m = request(1, ip(102));  // which was not offered to it
    m.relay_address = ip(7);
    const auto refusal = s.hear(m);
    EXPECT_EQ(refusal.verdict, DhcpVerdict::refused);
    EXPECT_TRUE(refusal.reply->broadcast) << "for the agent, RFC 2131 section 4.3.2";
    EXPECT_EQ(refusal.destination.kind, Kind::relay);
    m.relay_address = {0xc0a80207};
    EXPECT_EQ(s.hear(m).reason, DhcpReason::relayed) << "of another network";
}

TEST(DhcpServer, GrantsAShorterLeaseButNotALongerOne) {
    Server s(config());
    DhcpMessage m = from(1, DhcpType::discover);
    m.add_uint32(option::lease_time, 600);
    EXPECT_EQ(s.hear(m).reply->number(option::lease_time), 600u);
    m = from(2, DhcpType::discover);
    m.add_uint32(option::lease_time, 0xffffffff);
    EXPECT_EQ(s.hear(m).reply->number(option::lease_time), 3600u);
}

TEST(DhcpServer, AnInfiniteLeaseNeverEnds) {
    auto c = config();
    c.lease_time = Duration::max();
    Server s(c);
    s.give(1);
    EXPECT_EQ(s.leases().at(ip(100)).until, never);
    EXPECT_EQ(s.next_deadline(), never);
    const auto r = s.hear(renewal(1, ip(100)));
    EXPECT_EQ(r.reply->number(option::lease_time), 0xffffffffu);
    EXPECT_EQ(r.reply->find(option::renewal_time), nullptr);
}

TEST(DhcpServer, LeavesOutItsOwnAddressRoutersAndTheEdgesOfTheSubnet) {
    auto c = config(0, 255);
    c.routers = {ip(2)};
    c.ranges.push_back({ip(50), ip(80)});              // inside the first
    c.ranges.push_back({{0x0a000000}, {0x0a0000ff}});  // another network
    c.ranges.push_back({ip(9), ip(8)});                // the wrong way round
    Server s(c);
    EXPECT_EQ(s.free_addresses(), 252u);
    EXPECT_EQ(s.hear(from(1, DhcpType::discover)).address, ip(3));
}

TEST(DhcpServer, JoinsNeighbouringRanges) {
    auto c = config(10, 19);
    c.ranges.push_back({ip(30), ip(39)});
    c.ranges.push_back({ip(20), ip(29)});
    Server s(c);
    EXPECT_EQ(s.free_addresses(), 30u);
    for (unsigned i = 0; i < 30; ++i) EXPECT_EQ(s.give(i + 1), ip(10 + i));
}

TEST(DhcpServer, KeepsItsTableInStepUnderRandomMessages) {
    Server s(config(100, 109));
    std::mt19937 random(11);
    const auto pick = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    for (int round = 0; round < 20000; ++round) {
        const unsigned client = pick(14);
        const Ipv4Address address = ip(98 + pick(14));
        switch (pick(7)) {
            case 0: s.hear(from(client, DhcpType::discover)); break;
            case 1: s.hear(request(client, address)); break;
            case 2: s.hear(renewal(client, address)); break;
            case 3: s.hear(about(client, DhcpType::release, address)); break;
            case 4:
                if (pick(8) == 0) s.hear(about(client, DhcpType::decline, address));
                break;
            case 5: s.hear(request(client, address, {1})); break;
            default: s.now += std::chrono::seconds(pick(300)); s.on_deadline(s.now);
        }
        std::uint64_t used = 0;
        std::set<std::string> owners;
        for (const auto& [a, lease] : s.leases()) {
            const bool held = lease.state != DhcpLeaseState::expired && lease.state != DhcpLeaseState::released;
            used += held;
            EXPECT_TRUE(lease.client.empty() || owners.insert(lease.client).second);
            EXPECT_TRUE(!held || lease.until > s.now);
        }
        ASSERT_EQ(used + s.free_addresses(), 10u) << "seed 11, round " << round;
    }
}

TEST(DhcpServer, ServesALargeRangeInLittleTime) {
    auto c = config();
    c.subnet = {me, 8};  // 192.0.0.0/8
    c.ranges = {{Ipv4Address{0xc0000001}, Ipv4Address{0xc0ffffff}}};
    Server s(c);
    for (unsigned i = 1; i <= 20000; ++i) ASSERT_EQ(s.give(i).number, 0xc0000000 + i);
}

TEST(DhcpServer, ExplainsItsReasons) {
    EXPECT_STREQ(to_text(DhcpReason::scope_exhausted), "no address of the range is free");
    EXPECT_STREQ(to_text(DhcpLeaseState::declined), "declined");
}

}  // namespace
}  // namespace layerlab::proto::machine
