#include "viewer/model/tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/viewer/model/opened.hpp"

namespace layerlab::viewer {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string text_of(const Tables& tables) {
    std::string all;
    for (const Table& table : tables) {
        all += table.title + "\n";
        for (const TableRow& row : table.rows) {
            all += " ";
            for (const std::string& cell : row.cells) all += " " + cell + " |";
            all += "\n";
        }
    }
    return all;
}

class HistoryOf : public testing::TestWithParam<const char*> {};

TEST_P(HistoryOf, IsWhatAFreshRunStoppedThereKnows) {
    const Opened opened = Opened::scenario(GetParam());
    const Lab& lab = *opened.session.lab();
    ASSERT_TRUE(lab.is_sound);
    constexpr int stops = 61;  // before the end, when what still runs is interrupted
    const Duration whole = opened.end() - Time{};
    sim::scenario::Runner fresh(lab.scenario, lab.plan);
    struct : sim::scenario::RunListener {
    } nobody;
    fresh.start(nobody);
    sim::Simulator& simulator = fresh.world().simulator();
    for (int i = 0; i < stops; ++i) {
        // Not evenly: the beginning is where most happens.
        const double share = static_cast<double>(i) / stops;
        const Time stop =
            Time{} + Duration(static_cast<std::int64_t>(static_cast<double>(whole.count()) * share * share));
        while (simulator.next_event() <= stop && fresh.advance(1)) {
        }
        if (simulator.now() < stop) simulator.run_until(stop);
        for (NodeId node = 0; node < fresh.world().size(); ++node) {
            const Tables& then = opened.session.tables()->at(node, stop, opened.session.trace().names());
            const Tables now = tables_of(fresh.world(), node);
            ASSERT_EQ(text_of(then), text_of(now))
                << fresh.world().node_name(node) << " at " << proto::to_seconds(stop);
            ASSERT_TRUE(then == now);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, HistoryOf,
                         testing::Values("first-steps.lab", "addresses/arp-stale-cache.lab", "addresses/caching.lab",
                                         "addresses/dhcp-lease-expiry.lab", "addresses/dns-forward.lab",
                                         "commands/neighbours.lab", "commands/sockets.lab",
                                         "devices/mtu-and-fragmentation.lab", "devices/switch-learning.lab",
                                         "routing/firewall.lab", "routing/nat.lab", "routing/port-forwarding.lab",
                                         "transport/tcp-handshake-and-close.lab"));

constexpr const char* two_on_a_switch = "host a 10.0.0.1/24\nhost b 10.0.0.2/24\nswitch sw\nlink a sw\nlink b sw\n";

TEST(TableHistory, KnowsNothingOfNeighborsBeforeTheFirstPacket) {
    const Opened o(std::string(two_on_a_switch) + "wait 1s\na$ ping -c 1 b\n");
    EXPECT_THAT(o.table("a", TableId::neighbors, at(500ms)).rows, IsEmpty());
    const Table after = o.table("a", TableId::neighbors, at(1500ms));
    ASSERT_THAT(after.rows, SizeIs(1));
    EXPECT_EQ(after.rows[0].cells[0], "10.0.0.2");
    EXPECT_EQ(after.rows[0].cells[1], "REACHABLE");
    EXPECT_GE(after.rows[0].since, at(1s));
}

TEST(TableHistory, LetsANeighborGrowStaleAndAnAddressAgeByTimeAlone) {
    const Opened o(std::string(two_on_a_switch) + "a$ ping -c 1 b\nwait 400s\n");
    EXPECT_EQ(o.table("a", TableId::neighbors, at(29s)).rows.at(0).cells[1], "REACHABLE");
    EXPECT_EQ(o.table("a", TableId::neighbors, at(31s)).rows.at(0).cells[1], "STALE");
    EXPECT_THAT(o.table("sw", TableId::mac_table, at(299s)).rows, SizeIs(2));
    EXPECT_THAT(o.table("sw", TableId::mac_table, at(390s)).rows, IsEmpty());
}

TEST(TableHistory, LightsTheRowThatADecisionIsAbout) {
    const Opened o(std::string(two_on_a_switch) + "a$ ping -c 1 b\n");
    const auto& log = o.session.trace().log();
    int lit = 0;
    for (std::uint64_t n = 0; n < log.end(); ++n) {
        if (log[n].kind != RecordKind::decision || log[n].node != o.node("sw")) continue;
        if (static_cast<sim::Decision>(log[n].code) != sim::Decision::switch_forwarded) continue;
        const Table table = o.table("sw", TableId::mac_table, log[n].at);
        for (const TableRow& row : table.rows) lit += is_about(log[n], table, row) ? 1 : 0;
    }
    EXPECT_EQ(lit, 3);  // the ARP reply, the request and the reply of ping
}

TEST(TableHistory, CountsTheFramesOfAPortUpToAMoment) {
    const Opened o(std::string(two_on_a_switch) + "a$ ping -c 2 b\n");
    const Session& s = o.session;
    EXPECT_EQ(s.tables()->traffic(o.node("a"), 0, 0).sent, 0u);
    const PortTraffic all = s.tables()->traffic(o.node("a"), 0, s.trace().log().end());
    EXPECT_EQ(all.sent, 3u);  // one ARP request, two echo requests
    EXPECT_EQ(all.received, 3u);
    EXPECT_EQ(all.dropped, 0u);
}

TEST(TableHistory, GrowsWithTheRowsNotWithTheirNumberSquared) {
    const auto many = [](int n) {
        std::string kinds, steps;
        for (int i = 1; i <= n; ++i) {
            const std::string name = "h" + std::to_string(i);
            kinds += "host " + name + " 10.0.1." + std::to_string(i) + "/16\nlink " + name + " sw\n";
            steps += name + "$ ping -c 1 10.0.0.1\n";
        }
        return "switch sw\nhost target 10.0.0.1/16\nlink target sw\n" + kinds + steps;
    };
    // Without the counts of frames: a question to everybody is a frame for each, which grows with the square by itself.
    const auto memory = [](const Opened& o) {
        return o.session.tables()->memory() - sizeof(std::uint32_t) * o.session.trace().frame_count();
    };
    const Opened some(many(50)), more(many(200));
    ASSERT_TRUE(more.session.lab()->is_sound);
    EXPECT_THAT(more.table("sw", TableId::mac_table, more.end()).rows, SizeIs(201));
    // Four times the rows; broadcasts make more than four times the frames.
    EXPECT_LT(memory(more), 8 * memory(some));
}

TEST(TableHistory, ForgetsWithTheCable) {
    const Opened o(std::string(two_on_a_switch) + "a$ ping -c 1 b\nwait 1s\nlink b sw down\nwait 1s\n");
    EXPECT_THAT(o.table("sw", TableId::mac_table, o.end()).rows, SizeIs(1));
    EXPECT_THAT(o.table("b", TableId::neighbors, o.end()).rows, IsEmpty());
    EXPECT_EQ(o.table("b", TableId::interfaces, o.end()).rows.at(0).cells[1], "no carrier");
}

}  // namespace
}  // namespace layerlab::viewer
