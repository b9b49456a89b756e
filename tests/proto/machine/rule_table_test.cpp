#include "proto/machine/rule_table.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>

#include "tests/proto/machine/packets.hpp"
#include "tests/proto/machine/random.hpp"

namespace layerlab::proto::machine {
namespace {

constexpr Time start = time_at(0);
constexpr InterfaceId lan = 0, wan = 1;
constexpr std::uint8_t tcp = 6, udp = 17;
const Endpoint amy = at("192.168.1.2", 5000), web = at("198.51.100.80", 80);

Rule rule(RuleAction action, std::optional<std::uint8_t> protocol, RuleSide from, std::vector<PortRange> ports = {},
          std::uint32_t line = 0) {
    Rule r;
    r.action = action;
    r.protocol = protocol;
    r.from = from;
    r.ports = std::move(ports);
    r.line = line;
    return r;
}
RuleVerdict from_lan(RuleTable& table, Time now, const TestPacket& p) { return table.check(now, p, lan, wan); }
RuleVerdict from_wan(RuleTable& table, Time now, const TestPacket& p) { return table.check(now, p, wan, lan); }

// What nearly every home has: out is allowed, in is not.
RuleTable home() {
    RuleTable table;
    table.add(rule(RuleAction::allow, std::nullopt, RuleSide::on(lan), {}, 7));
    table.set_default(RuleAction::block, 8);
    return table;
}

TEST(RuleTable, LetsEverythingPassWithoutRules) {
    RuleTable table;
    EXPECT_TRUE(table.is_open());
    EXPECT_TRUE(from_wan(table, start, tcp_packet(web, amy, tcp_syn)).is_allowed());
    EXPECT_EQ(table.connection_count(), 0u) << "and follows nothing";
}

TEST(RuleTable, TakesTheFirstRuleThatMatches) {
    RuleTable table;
    table.add(rule(RuleAction::block, tcp, RuleSide::on(wan), {{22, 22}}, 10));
    table.add(rule(RuleAction::reject, tcp, {}, {{80, 90}, {22, 22}}, 11));
    table.add(rule(RuleAction::allow, tcp, {}, {}, 12));
    const auto to = [&](std::uint16_t port) { return tcp_packet(web, at("192.168.1.2", port), tcp_syn); };
    const RuleVerdict ssh = from_wan(table, start, to(22));
    EXPECT_EQ(ssh.action, RuleAction::block);
    EXPECT_EQ(ssh.line, 10u);
    EXPECT_EQ(ssh.reason, RuleReason::rule);
    EXPECT_EQ(from_lan(table, start, to(22)).action, RuleAction::reject);
    EXPECT_EQ(from_wan(table, start, to(85)).line, 11u);
    EXPECT_EQ(from_wan(table, start, to(91)).line, 12u);
    EXPECT_EQ(table.counters(0).packets, 1u);
    EXPECT_EQ(table.counters(0).bytes, 40u);
    EXPECT_EQ(table.counters(1).packets, 2u);
}

TEST(RuleTable, MatchesAddressesAndTheInterfaceOfExit) {
    RuleTable table;
    Rule r = rule(RuleAction::block, std::nullopt, RuleSide::in(*Ipv4Prefix::parse("192.168.1.0/24")));
    r.to = RuleSide::on(wan);
    r.log = true;
    table.add(r);
    const TestPacket p = udp_packet(amy, web);
    EXPECT_FALSE(table.check(start, p, lan, wan).is_allowed());
    EXPECT_TRUE(table.check(start, p, lan, wan).log);
    EXPECT_TRUE(table.check(start, p, lan, std::nullopt).is_allowed()) << "for the node itself";
    EXPECT_TRUE(table.check(start, udp_packet(web, amy), lan, wan).is_allowed());
}

TEST(RuleTable, RulesWithPortsDoNotMatchPings) {
    RuleTable table;
    table.add(rule(RuleAction::block, std::nullopt, {}, {{0, 65535}}));
    EXPECT_TRUE(from_wan(table, start, echo_packet(web, amy, true)).is_allowed());
    EXPECT_FALSE(from_wan(table, start, udp_packet(web, amy)).is_allowed());
}

TEST(RuleTable, LetsAnswersInToWhatWasAsked) {
    RuleTable table = home();
    EXPECT_EQ(from_wan(table, start, tcp_packet(web, amy, tcp_syn)).reason, RuleReason::default_rule);
    EXPECT_EQ(from_wan(table, start, tcp_packet(web, amy, tcp_syn)).line, 8u);
    EXPECT_EQ(from_lan(table, start, tcp_packet(amy, web, tcp_syn)).reason, RuleReason::rule);
    const RuleVerdict answer = from_wan(table, start, tcp_packet(web, amy, tcp_syn | tcp_ack));
    EXPECT_TRUE(answer.is_allowed());
    EXPECT_EQ(answer.reason, RuleReason::established);
    EXPECT_EQ(answer.line, 7u) << "the rule that let the connection through";
    EXPECT_FALSE(from_wan(table, start, tcp_packet(at("198.51.100.80", 81), amy, tcp_ack)).is_allowed());
    EXPECT_EQ(table.established_counters().packets, 1u);
    EXPECT_EQ(table.default_counters().packets, 3u);
}

TEST(RuleTable, LetsEchoRepliesAndErrorsInThatBelongToWhatWasSent) {
    RuleTable table = home();
    from_lan(table, start, echo_packet(amy, at("198.51.100.80"), true));
    EXPECT_TRUE(from_wan(table, start, echo_packet(at("198.51.100.80"), amy, false)).is_allowed());
    EXPECT_FALSE(from_wan(table, start, echo_packet(at("198.51.100.80"), at("192.168.1.2", 1), false)).is_allowed());
    const TestPacket sent = udp_packet(amy, web), never_sent = udp_packet(amy, at("198.51.100.80", 81));
    from_lan(table, start, sent);
    const Endpoint router = at("198.51.100.254");
    EXPECT_EQ(from_wan(table, start, error_packet(router, amy, sent, 11)).reason, RuleReason::related);
    EXPECT_FALSE(from_wan(table, start, error_packet(router, amy, never_sent, 11)).is_allowed());
}

TEST(RuleTable, ForgetsConnectionsWhenTheirTimeIsOver) {
    RuleTable table = home();
    from_lan(table, start, udp_packet(amy, web));
    EXPECT_TRUE(from_wan(table, start + 29s, udp_packet(web, amy)).is_allowed());
    EXPECT_TRUE(from_wan(table, start + 148s, udp_packet(web, amy)).is_allowed()) << "answered: two minutes";
    EXPECT_FALSE(from_wan(table, start + 268s, udp_packet(web, amy)).is_allowed());
    from_lan(table, start + 300s, udp_packet(amy, web));
    EXPECT_FALSE(from_wan(table, start + 330s, udp_packet(web, amy)).is_allowed());
    EXPECT_EQ(table.next_deadline(), never);
}

TEST(RuleTable, KeepsATcpConnectionForFiveDaysAndAClosedOneForTwoMinutes) {
    RuleTable table = home();
    from_lan(table, start, tcp_packet(amy, web, tcp_syn));
    from_wan(table, start, tcp_packet(web, amy, tcp_syn | tcp_ack));
    from_lan(table, start, tcp_packet(amy, web, tcp_ack));
    EXPECT_EQ(table.connections()[0].tcp, TcpTracking::State::established);
    EXPECT_EQ(table.connections()[0].expires, start + 120h);
    from_wan(table, start, tcp_packet(web, amy, tcp_rst | tcp_ack));
    EXPECT_EQ(table.connections()[0].expires, start + 120s);
    EXPECT_EQ(table.next_deadline(), start + 120s);
}

TEST(RuleTable, JudgesANewConnectionOnTheSamePortsAnew) {
    RuleTable table = home();
    from_lan(table, start, tcp_packet(amy, web, tcp_syn));
    from_wan(table, start, tcp_packet(web, amy, tcp_rst | tcp_ack));
    EXPECT_FALSE(from_wan(table, start, tcp_packet(web, amy, tcp_syn)).is_allowed()) << "from the other side";
    EXPECT_EQ(from_lan(table, start, tcp_packet(amy, web, tcp_syn)).reason, RuleReason::rule);
}

TEST(RuleTable, RunningConnectionsOutliveANewRule) {
    RuleTable table;
    table.add(rule(RuleAction::allow, tcp, RuleSide::on(lan)));
    from_lan(table, start, tcp_packet(amy, web, tcp_syn));
    table.clear_rules();
    table.add(rule(RuleAction::block, std::nullopt, {}));
    EXPECT_EQ(from_wan(table, start, tcp_packet(web, amy, tcp_syn | tcp_ack)).reason, RuleReason::established);
    table.set_stateful(false);
    EXPECT_FALSE(from_wan(table, start, tcp_packet(web, amy, tcp_ack)).is_allowed());
    EXPECT_EQ(table.connection_count(), 0u);
}

TEST(RuleTable, LaterFragmentsShareTheFateOfTheFirst) {
    RuleTable table;
    table.add(rule(RuleAction::allow, udp, RuleSide::on(wan), {{53, 53}}));
    table.set_default(RuleAction::block, 0);
    const auto fragment = [](TestPacket p, std::uint16_t word) {
        store_be16(p.data() + 6, word);
        return p;
    };
    const Endpoint server = at("192.168.1.9", 53);
    const TestPacket later = fragment(udp_packet(web, server, 16), 3);
    EXPECT_FALSE(from_wan(table, start, later).is_allowed()) << "its ports are unknown";
    EXPECT_TRUE(from_wan(table, start, fragment(udp_packet(web, server, 16), 0x2000)).is_allowed());
    EXPECT_TRUE(from_wan(table, start, later).is_allowed());
}

TEST(RuleTable, BlocksWhatItCannotRead) {
    RuleTable table = home();
    const TestPacket cut(25);
    EXPECT_EQ(from_lan(table, start, cut).reason, RuleReason::malformed);
    EXPECT_FALSE(from_lan(table, start, cut).is_allowed());
}

TEST(RuleTable, SurvivesDamagedPackets) {
    Random random(19);
    RuleTable table = home();
    for (int i = 0; i < 50000; ++i) {
        TestPacket p = random() % 2 ? udp_packet(amy, web) : tcp_packet(web, amy, tcp_ack);
        if (random() % 2) p = error_packet(web, amy, p, 3, random() % 60);
        for (int changes = static_cast<int>(random() % 4); changes > 0; --changes)
            p[random() % p.size()] = static_cast<std::uint8_t>(random());
        p.resize(p.size() - random() % 2);
        const RuleVerdict verdict =
            table.check(start + 1ms * i, p, static_cast<InterfaceId>(random() % 2), std::nullopt);
        ASSERT_TRUE(verdict.index < table.rules().size() || verdict.reason != RuleReason::rule);
    }
}

TEST(RuleTable, ForgetsTheConnectionThatWouldEndFirstWhenItIsFull) {
    RuleTable table(4);
    table.add(rule(RuleAction::allow, std::nullopt, RuleSide::on(lan)));
    table.set_default(RuleAction::block, 0);
    from_lan(table, start, tcp_packet(amy, web, tcp_syn));
    from_wan(table, start, tcp_packet(web, amy, tcp_syn | tcp_ack));
    from_lan(table, start, tcp_packet(amy, web, tcp_ack));
    for (std::uint16_t port = 1; port <= 100; ++port) {
        from_lan(table, start + 1s, udp_packet(at("192.168.1.3", port), web));
        ASSERT_LE(table.connection_count(), 4u);
    }
    EXPECT_TRUE(from_wan(table, start + 2s, tcp_packet(web, amy, tcp_ack)).is_allowed()) << "not the long-lived one";
    EXPECT_TRUE(from_wan(table, start + 2s, udp_packet(web, at("192.168.1.3", 100))).is_allowed());
}

TEST(RuleTable, AgreesWithANaiveModelInRandomTraffic) {
    Random random(21);
    RuleTable table;
    std::vector<Rule> rules;
    for (int i = 0; i < 8; ++i) {
        Rule r = rule(static_cast<RuleAction>(random() % 3), std::nullopt, {});
        if (random() % 2) r.protocol = udp;
        if (random() % 2) r.from = RuleSide::on(static_cast<InterfaceId>(random() % 2));
        if (random() % 2) r.to = RuleSide::in({{0x0a000000 + random() % 4}, 31});
        const auto first = static_cast<std::uint16_t>(random() % 6);
        if (random() % 2) r.ports = {{first, static_cast<std::uint16_t>(first + random() % 3)}};
        rules.push_back(r);
        table.add(r);
    }
    table.set_default(RuleAction::block, 0);
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::pair<Time, bool>> model;  // (one way) -> end, answered
    const auto number = [](Endpoint e) { return std::uint64_t{e.address.number} << 16 | e.port; };
    Time now = start;
    for (int step = 0; step < 20000; ++step) {
        now += std::chrono::milliseconds(random() % 3000);
        const Endpoint a{{0x0a000000 + random() % 4}, static_cast<std::uint16_t>(random() % 8)};
        const Endpoint b{{0x0a000000 + random() % 4}, static_cast<std::uint16_t>(random() % 8)};
        const auto in = static_cast<InterfaceId>(random() % 2);
        const RuleVerdict got = table.check(now, udp_packet(a, b), in, static_cast<InterfaceId>(1 - in));
        std::erase_if(model, [&](const auto& m) { return m.second.first <= now; });
        auto known = model.find({number(a), number(b)});
        const bool is_reversed = known == model.end();
        if (is_reversed) known = model.find({number(b), number(a)});
        if (known != model.end()) {
            ASSERT_EQ(got.reason, RuleReason::established) << "step " << step;
            known->second.second |= is_reversed;
            known->second.first = now + (known->second.second ? 120s : 30s);
            continue;
        }
        std::uint32_t first = 0;
        while (first < rules.size()) {
            const Rule& r = rules[first];
            const bool ports = r.ports.empty() || (r.ports[0].first <= b.port && b.port <= r.ports[0].last);
            const bool from = r.from.kind == RuleSide::Kind::any || r.from.interface == in;
            const bool to = r.to.kind == RuleSide::Kind::any || r.to.prefix.contains(b.address);
            if (ports && from && to) break;
            ++first;
        }
        const RuleAction want = first < rules.size() ? rules[first].action : RuleAction::block;
        ASSERT_EQ(got.action, want) << "step " << step;
        if (want == RuleAction::allow) model[{number(a), number(b)}] = {now + 30s, false};
        ASSERT_EQ(table.connection_count(), model.size());
    }
}

}  // namespace
}  // namespace layerlab::proto::machine
