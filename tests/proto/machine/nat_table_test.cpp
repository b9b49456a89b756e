#include "proto/machine/nat_table.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "tests/proto/machine/packets.hpp"
#include "tests/proto/machine/random.hpp"

namespace layerlab::proto::machine {
namespace {

constexpr Time start = time_at(0);
const Endpoint amy = at("192.168.1.2", 5000), bob = at("192.168.1.3", 5000), web = at("198.51.100.80", 80),
               dns = at("198.51.100.53", 53);
Endpoint outside(std::uint16_t port) { return at("203.0.113.1", port); }

NatSettings settings() {
    NatSettings s;
    s.outside = outside(0).address;
    s.first_port = 40000;
    s.last_port = 49999;
    return s;
}

struct Expiries {
    std::vector<std::uint32_t> ids;
    void expired(const NatMapping& m) { ids.push_back(m.id); }
};

// Passes a packet through and looks at the flow that comes out.
struct Passed {
    NatVerdict verdict;
    Flow flow;
    TestPacket packet;
};
Passed out(NatTable& nat, Time now, TestPacket p) {
    const NatVerdict v = nat.outbound(now, p);
    EXPECT_TRUE(checksums_are_right(p));
    return {v, parse_flow(p)->flow, p};
}
Passed in(NatTable& nat, Time now, TestPacket p) {
    const NatVerdict v = nat.inbound(now, p);
    EXPECT_TRUE(checksums_are_right(p));
    return {v, parse_flow(p)->flow, p};
}

TEST(NatTable, TranslatesThereAndBack) {
    NatTable nat(settings());
    const Passed there = out(nat, start, udp_packet(amy, dns));
    EXPECT_EQ(there.verdict.action, NatAction::translated);
    EXPECT_TRUE(there.verdict.is_new);
    EXPECT_EQ(there.verdict.mapping->inside, amy);
    EXPECT_EQ(there.flow.source, outside(5000)) << "the port is kept";
    EXPECT_EQ(there.flow.destination, dns);
    const Passed back = in(nat, start, udp_packet(dns, outside(5000)));
    EXPECT_EQ(back.verdict.action, NatAction::translated);
    EXPECT_FALSE(back.verdict.is_new);
    EXPECT_EQ(back.flow.destination, amy);
}

TEST(NatTable, TakesTheNextFreePortOfTheRangeWhenThePortIsTaken) {
    NatTable nat(settings());
    out(nat, start, udp_packet(amy, dns));
    EXPECT_EQ(out(nat, start, udp_packet(bob, dns)).flow.source, outside(40000));
    EXPECT_EQ(out(nat, start, udp_packet(at("192.168.1.4", 5000), dns)).flow.source, outside(40001));
    EXPECT_EQ(out(nat, start, tcp_packet(bob, web, tcp_syn)).flow.source, outside(5000)) << "TCP has its own ports";
}

TEST(NatTable, MapsOneEndpointToOnePortWhoeverItTalksTo) {
    NatTable nat(settings());
    out(nat, start, udp_packet(bob, dns));
    const Passed first = out(nat, start, udp_packet(amy, dns));
    const Passed second = out(nat, start, udp_packet(amy, web));
    EXPECT_EQ(first.flow.source, second.flow.source);
    EXPECT_FALSE(second.verdict.is_new);
    EXPECT_EQ(nat.size(), 2u);
    EXPECT_EQ(nat.session_count(), 3u);
}

constexpr std::array behaviors{NatBehavior::endpoint_independent, NatBehavior::address_dependent,
                               NatBehavior::address_and_port_dependent};

NatSettings settings(NatBehavior mapping, NatBehavior filtering) {
    NatSettings s = settings();
    s.mapping = mapping;
    s.filtering = filtering;
    return s;
}

// The nine classes of RFC 4787.
TEST(NatTable, MapsAndFiltersInEachOfNineClasses) {
    const Endpoint same_host = at("198.51.100.53", 5353), stranger = at("198.51.100.99", 53);
    for (const NatBehavior mapping : behaviors)
        for (const NatBehavior filtering : behaviors) {
            SCOPED_TRACE(static_cast<int>(mapping) * 10 + static_cast<int>(filtering));
            NatTable nat(settings(mapping, filtering));
            EXPECT_EQ(out(nat, start, udp_packet(amy, dns)).flow.source, outside(5000));
            const bool lets_port = filtering != NatBehavior::address_and_port_dependent;
            const bool lets_host = filtering == NatBehavior::endpoint_independent;
            const auto asked = [&](Endpoint from) {
                return in(nat, start, udp_packet(from, outside(5000))).verdict.action == NatAction::translated;
            };
            EXPECT_TRUE(asked(dns));
            EXPECT_EQ(asked(same_host), lets_port);
            EXPECT_EQ(asked(stranger), lets_host);
            EXPECT_EQ(in(nat, start, udp_packet(dns, outside(5001))).verdict.action, NatAction::no_mapping);

            NatTable fresh(settings(mapping, filtering));
            out(fresh, start, udp_packet(amy, dns));
            const std::uint16_t other_port = out(fresh, start, udp_packet(amy, same_host)).flow.source.port;
            const std::uint16_t other_host = out(fresh, start, udp_packet(amy, stranger)).flow.source.port;
            EXPECT_EQ(other_port == 5000, mapping != NatBehavior::address_and_port_dependent);
            EXPECT_EQ(other_host == 5000, mapping == NatBehavior::endpoint_independent);
            EXPECT_EQ(other_host == other_port, mapping == NatBehavior::endpoint_independent);
            EXPECT_EQ(out(fresh, start, udp_packet(amy, dns)).flow.source, outside(5000)) << "as before";
            EXPECT_EQ(in(fresh, start, udp_packet(stranger, outside(other_host))).flow.destination, amy);
        }
}

TEST(NatTable, AnswersThroughTheMappingThatSomebodyCameInBy) {
    for (const NatBehavior mapping : behaviors) {
        NatTable nat(settings(mapping, NatBehavior::endpoint_independent));
        out(nat, start, tcp_packet(amy, web, tcp_syn));
        const Endpoint stranger = at("198.51.100.99", 4000);
        EXPECT_EQ(in(nat, start, tcp_packet(stranger, outside(5000), tcp_syn)).flow.destination, amy);
        EXPECT_EQ(out(nat, start, tcp_packet(amy, stranger, tcp_syn | tcp_ack)).flow.source, outside(5000));
        EXPECT_EQ(nat.size(), 1u);
        Expiries expiries;
        nat.on_deadline(start + 1h, expiries);
        EXPECT_EQ(nat.session_count(), 0u);
        EXPECT_EQ(out(nat, start + 1h, tcp_packet(amy, stranger, tcp_syn)).flow.source, outside(5000));
        EXPECT_EQ(nat.mappings().at(0).remote.address.is_zero(), mapping == NatBehavior::endpoint_independent);
    }
}

TEST(NatTable, KeepsAForwardedPortForEverybodyWhateverTheMapping) {
    NatTable nat(settings(NatBehavior::address_and_port_dependent, NatBehavior::address_and_port_dependent));
    const Endpoint server = at("192.168.1.10", 80);
    nat.forward(6, 8080, server, 1);
    EXPECT_EQ(in(nat, start, tcp_packet(web, outside(8080), tcp_syn)).flow.destination, server);
    EXPECT_EQ(out(nat, start, tcp_packet(server, web, tcp_syn | tcp_ack)).flow.source, outside(8080));
    EXPECT_EQ(out(nat, start, tcp_packet(server, dns, tcp_syn)).flow.source, outside(8080));
}

TEST(NatTable, FiltersWhatComesFromTheInsideToo) {
    for (const NatBehavior mapping : behaviors)
        for (const NatBehavior filtering : behaviors) {
            NatTable nat(settings(mapping, filtering));
            out(nat, start, udp_packet(amy, dns));
            const NatAction wanted =
                filtering == NatBehavior::endpoint_independent ? NatAction::hairpinned : NatAction::filtered;
            EXPECT_EQ(out(nat, start, udp_packet(bob, outside(5000))).verdict.action, wanted);
        }
}

TEST(NatTable, DropsMappingsOfAnotherKindButNotForAnotherFilter) {
    NatTable nat(settings());
    out(nat, start, udp_packet(amy, dns));
    nat.set_behavior(NatBehavior::endpoint_independent, NatBehavior::endpoint_independent);
    EXPECT_EQ(in(nat, start, udp_packet(web, outside(5000))).flow.destination, amy);
    nat.set_behavior(NatBehavior::address_dependent, NatBehavior::endpoint_independent);
    EXPECT_EQ(nat.size(), 0u);
    out(nat, start, udp_packet(amy, dns));
    EXPECT_EQ(nat.mappings().at(0).remote, (Endpoint{dns.address, 0}));
}

TEST(NatTable, ForgetsAUdpMappingFiveMinutesAfterItsLastPacket) {
    NatTable nat(settings());
    Expiries expiries;
    out(nat, start, udp_packet(amy, dns));
    out(nat, start + 200s, udp_packet(amy, dns));
    nat.on_deadline(start + 300s, expiries);
    EXPECT_TRUE(expiries.ids.empty());
    EXPECT_EQ(nat.next_deadline(), start + 500s);
    nat.on_deadline(start + 500s, expiries);
    EXPECT_EQ(expiries.ids, std::vector<std::uint32_t>{1});
    EXPECT_EQ(nat.size(), 0u);
    EXPECT_EQ(nat.next_deadline(), never);
}

TEST(NatTable, NeverUsesAnExpiredMappingEvenIfNobodyCalledItsTimer) {
    NatTable nat(settings());
    out(nat, start, udp_packet(amy, dns));
    EXPECT_EQ(in(nat, start + 300s, udp_packet(dns, outside(5000))).verdict.action, NatAction::no_mapping);
}

TEST(NatTable, KeepsAnEstablishedTcpConnectionForTwoHoursAndFourMinutes) {
    NatTable nat(settings());
    out(nat, start, tcp_packet(amy, web, tcp_syn));
    EXPECT_EQ(nat.sessions()[0].expires, start + 240s);
    in(nat, start, tcp_packet(web, outside(5000), tcp_syn | tcp_ack));
    EXPECT_EQ(nat.sessions()[0].expires, start + 240s);
    out(nat, start, tcp_packet(amy, web, tcp_ack));
    EXPECT_EQ(nat.sessions()[0].expires, start + 7440s);
    out(nat, start, tcp_packet(amy, web, tcp_fin | tcp_ack));
    in(nat, start, tcp_packet(web, outside(5000), tcp_fin | tcp_ack));
    EXPECT_EQ(nat.sessions()[0].expires, start + 240s);
    EXPECT_EQ(nat.next_deadline(), start + 240s) << "the deadline moved to the front";
    out(nat, start + 1s, tcp_packet(amy, web, tcp_syn));
    EXPECT_EQ(nat.sessions()[0].tcp, TcpTracking::State::opening);
}

TEST(NatTable, ShortensTheLifeOfAResetConnection) {
    NatTable nat(settings());
    out(nat, start, tcp_packet(amy, web, tcp_syn));
    in(nat, start, tcp_packet(web, outside(5000), tcp_syn | tcp_ack));
    out(nat, start, tcp_packet(amy, web, tcp_ack));
    in(nat, start, tcp_packet(web, outside(5000), tcp_rst | tcp_ack));
    EXPECT_EQ(nat.sessions()[0].expires, start + 240s);
}

TEST(NatTable, TranslatesTheQueryIdOfEcho) {
    NatTable nat(settings());
    EXPECT_EQ(out(nat, start, echo_packet(amy, at("198.51.100.80"), true)).flow.source, outside(5000));
    EXPECT_EQ(out(nat, start, echo_packet(bob, at("198.51.100.80"), true)).flow.source, outside(40000));
    const Passed back = in(nat, start, echo_packet(at("198.51.100.80"), outside(40000), false));
    EXPECT_EQ(back.flow.destination, bob);
    EXPECT_EQ(in(nat, start, echo_packet(at("198.51.100.81"), outside(40000), false)).verdict.action,
              NatAction::filtered);
    EXPECT_EQ(nat.sessions()[0].expires, start + 60s);
    EXPECT_EQ(in(nat, start, echo_packet(at("198.51.100.80", 1), outside(0), true)).verdict.action,
              NatAction::no_mapping)
        << "pings from the outside are for the translator";
}

TEST(NatTable, RewritesThePacketInsideAnErrorFromTheOutside) {
    for (std::size_t quoted : {28u, 548u}) {
        NatTable nat(settings());
        out(nat, start, udp_packet(bob, dns));
        const Passed there = out(nat, start, udp_packet(amy, dns));
        const Endpoint router = at("198.51.100.254");
        const Passed back = in(nat, start + 10s, error_packet(router, outside(0), there.packet, 11, quoted));
        EXPECT_EQ(back.verdict.action, NatAction::translated);
        EXPECT_TRUE(back.verdict.is_error);
        EXPECT_EQ(back.flow.source.address, router.address);
        EXPECT_EQ(back.flow.destination.address, amy.address);
        EXPECT_EQ(parse_flow(back.packet)->quoted, (Flow{amy, dns, 17}));
        EXPECT_EQ(nat.sessions()[1].expires, start + 300s) << "an error keeps nothing alive";
    }
}

TEST(NatTable, RewritesThePacketInsideAnErrorFromTheInside) {
    NatTable nat(settings());
    nat.forward(17, 53, at("192.168.1.9", 5353), 12);
    const Passed query = in(nat, start, udp_packet(web, outside(53)));
    const Passed error = out(nat, start, error_packet(at("192.168.1.9"), at("198.51.100.80"), query.packet, 3));
    EXPECT_EQ(error.verdict.action, NatAction::translated);
    EXPECT_EQ(error.flow.source.address, outside(0).address);
    EXPECT_EQ(parse_flow(error.packet)->quoted, (Flow{web, outside(53), 17}));
}

TEST(NatTable, DropsErrorsAboutPacketsNobodySent) {
    NatTable nat(settings());
    out(nat, start, udp_packet(amy, dns));
    const TestPacket forged = udp_packet(outside(5000), web);
    EXPECT_EQ(in(nat, start, error_packet(web, outside(0), forged)).verdict.action, NatAction::filtered);
    const TestPacket unknown = udp_packet(outside(6000), web);
    EXPECT_EQ(in(nat, start, error_packet(web, outside(0), unknown)).verdict.action, NatAction::no_mapping);
}

TEST(NatTable, ForwardsAPortToAnInsideHost) {
    NatTable nat(settings());
    EXPECT_TRUE(nat.forward(6, 8080, at("192.168.1.10", 80), 33));
    EXPECT_FALSE(nat.forward(6, 8080, at("192.168.1.11", 80), 34)) << "taken";
    const Passed syn = in(nat, start, tcp_packet(web, outside(8080), tcp_syn));
    EXPECT_EQ(syn.verdict.action, NatAction::translated);
    EXPECT_EQ(syn.verdict.mapping->line, 33u);
    EXPECT_EQ(syn.flow.destination, at("192.168.1.10", 80));
    const Passed answer = out(nat, start, tcp_packet(at("192.168.1.10", 80), web, tcp_syn | tcp_ack));
    EXPECT_EQ(answer.flow.source, outside(8080));
    Expiries expiries;
    nat.on_deadline(start + 10h, expiries);
    EXPECT_EQ(nat.size(), 1u) << "it has no end";
    EXPECT_TRUE(nat.remove_forward(6, 8080));
    EXPECT_EQ(in(nat, start, tcp_packet(web, outside(8080), tcp_syn)).verdict.action, NatAction::no_mapping);
}

TEST(NatTable, AnswersThroughThePortThatWasCalledWhenTwoAreForwardedToOneServer) {
    NatTable nat(settings());
    const Endpoint server = at("192.168.1.10", 80), other = at("198.51.100.81", 99);
    nat.forward(6, 80, server, 1);
    nat.forward(6, 8080, server, 2);
    in(nat, start, tcp_packet(web, outside(8080), tcp_syn));
    in(nat, start, tcp_packet(other, outside(80), tcp_syn));
    EXPECT_EQ(out(nat, start, tcp_packet(server, web, tcp_syn | tcp_ack)).flow.source, outside(8080));
    EXPECT_EQ(out(nat, start, tcp_packet(server, other, tcp_syn | tcp_ack)).flow.source, outside(80));
}

TEST(NatTable, LetsInsideHostsReachEachOtherThroughTheOutsideAddress) {
    NatTable nat(settings());
    nat.forward(6, 8080, at("192.168.1.10", 80), 1);
    const Passed syn = out(nat, start, tcp_packet(amy, outside(8080), tcp_syn));
    EXPECT_EQ(syn.verdict.action, NatAction::hairpinned);
    EXPECT_EQ(syn.flow, (Flow{outside(5000), at("192.168.1.10", 80), 6}));
    EXPECT_EQ(syn.verdict.hairpin->outside_port, 8080);
    const Passed answer = out(nat, start, tcp_packet(at("192.168.1.10", 80), outside(5000), tcp_syn | tcp_ack));
    EXPECT_EQ(answer.verdict.action, NatAction::hairpinned);
    EXPECT_EQ(answer.flow, (Flow{outside(8080), amy, 6}));
    EXPECT_EQ(out(nat, start, tcp_packet(amy, outside(22), tcp_syn)).verdict.action, NatAction::untouched)
        << "for the translator itself";
}

TEST(NatTable, LeadsLaterFragmentsTheWayOfTheFirst) {
    NatTable nat(settings());
    out(nat, start, udp_packet(amy, dns));
    const auto fragment = [](TestPacket p, std::uint16_t word) {
        store_be16(p.data() + 6, word);
        store_be16(p.data() + 10, 0);
        store_be16(p.data() + 10, internet_checksum(Bytes(p).first(20)));
        return p;
    };
    const TestPacket first = fragment(udp_packet(dns, outside(5000), 16), 0x2000);
    const TestPacket later = fragment(udp_packet(dns, outside(5000), 16), 3);
    EXPECT_EQ(in(nat, start, later).verdict.action, NatAction::no_mapping) << "it overtook the first";
    EXPECT_EQ(in(nat, start, first).flow.destination, amy);
    EXPECT_EQ(in(nat, start, later).flow.destination.address, amy.address);
    EXPECT_EQ(out(nat, start, fragment(udp_packet(amy, dns, 16), 3)).flow.source.address, outside(0).address);
}

TEST(NatTable, RefusesNewMappingsWhenItIsFullAndKeepsTheOld) {
    NatSettings s = settings();
    s.max_mappings = 10;
    NatTable nat(s);
    for (std::uint16_t i = 0; i < 10; ++i) out(nat, start, udp_packet(at("192.168.1.2", i), dns));
    EXPECT_EQ(out(nat, start, udp_packet(amy, dns)).verdict.action, NatAction::exhausted);
    EXPECT_EQ(in(nat, start, udp_packet(dns, outside(3))).verdict.action, NatAction::translated);
    s.max_mappings = 1000;
    s.first_port = s.last_port = 7;
    NatTable narrow(s);
    out(narrow, start, udp_packet(amy, dns));
    EXPECT_EQ(out(narrow, start, udp_packet(bob, dns)).flow.source, outside(7));
    EXPECT_EQ(out(narrow, start, udp_packet(at("192.168.1.4", 5000), dns)).verdict.action, NatAction::exhausted);
}

TEST(NatTable, SaysWhatItCannotTranslate) {
    NatTable nat(settings());
    EXPECT_EQ(out(nat, start, ipv4_packet(amy, dns, 47, TestPacket(20))).verdict.action, NatAction::unsupported);
    TestPacket cut(25);
    EXPECT_EQ(nat.outbound(start, cut).action, NatAction::malformed);
    EXPECT_EQ(in(nat, start, udp_packet(dns, amy)).verdict.action, NatAction::untouched);
}

TEST(NatTable, ForgetsDynamicMappingsWhenTheOutsideAddressChanges) {
    NatTable nat(settings());
    nat.forward(6, 8080, at("192.168.1.10", 80), 1);
    out(nat, start, udp_packet(amy, dns));
    nat.set_outside(at("203.0.113.2").address);
    ASSERT_EQ(nat.mappings().size(), 1u);
    EXPECT_TRUE(nat.mappings()[0].is_static);
    EXPECT_EQ(nat.session_count(), 0u);
}

TEST(NatTable, IsSmallWhenItIsEmpty) { EXPECT_LE(sizeof(NatTable), 480u); }

TEST(NatTable, SurvivesDamagedPackets) {
    Random random(17);
    NatTable nat(settings());
    nat.forward(17, 53, amy, 1);
    for (int i = 0; i < 50000; ++i) {
        TestPacket p = random() % 2 ? udp_packet(amy, dns) : tcp_packet(dns, outside(5000), tcp_ack);
        if (random() % 2) p = error_packet(dns, outside(0), p, 3, random() % 60);
        for (int changes = static_cast<int>(random() % 4); changes > 0; --changes)
            p[random() % p.size()] = static_cast<std::uint8_t>(random());
        p.resize(p.size() - random() % 2);
        random() % 2 ? nat.outbound(start + 1ms * i, p) : nat.inbound(start + 1ms * i, p);
        ASSERT_NE(nat.find_outside(17, 53), nullptr) << "the static mapping stays";
    }
}

// A model without limits: which mapping an endpoint has for whom, and who was sent to when.
void expect_model(NatBehavior mapping, NatBehavior filtering) {
    Random random(11);
    NatTable nat(settings(mapping, filtering));
    Time now = start;
    struct Model {
        Endpoint inside, served;
        std::map<std::uint64_t, Time> remotes;
    };
    std::map<std::uint16_t, Model> by_port;
    const auto number = [](Endpoint e) { return std::uint64_t{e.address.number} << 16 | e.port; };
    const auto served = [&](Endpoint e) {
        if (mapping == NatBehavior::endpoint_independent) return Endpoint{};
        return mapping == NatBehavior::address_dependent ? Endpoint{e.address, 0} : e;
    };
    const auto lets_in = [&](const Model& m, Endpoint from) {
        if (filtering == NatBehavior::endpoint_independent) return true;
        if (filtering == NatBehavior::address_and_port_dependent) return m.remotes.count(number(from)) > 0;
        return std::any_of(m.remotes.begin(), m.remotes.end(),
                           [&](const auto& r) { return r.first >> 16 == from.address.number; });
    };
    for (int step = 0; step < 10000; ++step) {
        now += std::chrono::milliseconds(random() % 2000);
        for (auto it = by_port.begin(); it != by_port.end();) {
            std::erase_if(it->second.remotes, [&](const auto& r) { return r.second <= now; });
            it = it->second.remotes.empty() ? by_port.erase(it) : std::next(it);
        }
        const Endpoint inside{{0xc0a80100 + random() % 20}, static_cast<std::uint16_t>(5000 + random() % 5)};
        const Endpoint remote{{0xc6336400 + random() % 5}, static_cast<std::uint16_t>(1 + random() % 3)};
        if (random() % 2) {
            std::set<std::uint16_t> own, answering;
            for (const auto& [port, m] : by_port)
                if (m.inside == inside) {
                    if (m.served == served(remote)) own.insert(port);
                    if (m.remotes.count(number(remote))) answering.insert(port);
                }
            const Passed passed = out(nat, now, udp_packet(inside, remote));
            ASSERT_EQ(passed.verdict.action, NatAction::translated);
            const std::uint16_t port = passed.flow.source.port;
            ASSERT_EQ(passed.verdict.is_new, own.empty() && answering.empty()) << "step " << step;
            if (passed.verdict.is_new) {
                ASSERT_FALSE(by_port.count(port)) << "step " << step;
                by_port[port] = {inside, served(remote), {}};
            } else {
                ASSERT_TRUE((own.empty() ? answering : own).count(port)) << "step " << step;
            }
            by_port[port].remotes[number(remote)] = now + 300s;
        } else {
            const auto port = static_cast<std::uint16_t>(random() % 2 ? 5000 + random() % 5 : 40000 + random() % 100);
            const Passed passed = in(nat, now, udp_packet(remote, outside(port)));
            const auto model = by_port.find(port);
            if (model == by_port.end()) {
                ASSERT_EQ(passed.verdict.action, NatAction::no_mapping) << "step " << step;
            } else if (!lets_in(model->second, remote)) {
                ASSERT_EQ(passed.verdict.action, NatAction::filtered) << "step " << step;
            } else {
                ASSERT_EQ(passed.flow.destination, model->second.inside);
                model->second.remotes[number(remote)] = now + 300s;
            }
        }
        ASSERT_EQ(nat.size(), by_port.size()) << "step " << step;
    }
}

TEST(NatTable, AgreesWithANaiveModelInRandomTraffic) {
    for (const NatBehavior mapping : behaviors)
        for (const NatBehavior filtering : behaviors) {
            SCOPED_TRACE(static_cast<int>(mapping) * 10 + static_cast<int>(filtering));
            expect_model(mapping, filtering);
        }
}

}  // namespace
}  // namespace layerlab::proto::machine
