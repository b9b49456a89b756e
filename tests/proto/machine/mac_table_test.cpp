#include "proto/machine/mac_table.hpp"

#include <gtest/gtest.h>
#include <map>

#include "tests/proto/machine/random.hpp"

namespace layerlab::proto::machine {
namespace {

constexpr Time start = time_at(0);
MacAddress mac(std::uint64_t n) { return MacAddress::from_number(0x5254'0000'0000u + n); }

TEST(MacTable, LearnsWhereAnAddressIs) {
    MacTable table;
    EXPECT_EQ(table.lookup(mac(1), 0, start), std::nullopt);
    EXPECT_EQ(table.learn(mac(1), 0, 3, start), Learned::added);
    EXPECT_EQ(table.learn(mac(1), 0, 3, start), Learned::refreshed);
    EXPECT_EQ(table.lookup(mac(1), 0, start), 3);
    EXPECT_EQ(table.learn(mac(1), 0, 4, start), Learned::moved);
    EXPECT_EQ(table.lookup(mac(1), 0, start), 4);
}

TEST(MacTable, KeepsVlansApart) {
    MacTable table;
    table.learn(mac(1), 10, 3, start);
    EXPECT_EQ(table.lookup(mac(1), 20, start), std::nullopt);
    EXPECT_EQ(table.learn(mac(1), 20, 4, start), Learned::added);
    EXPECT_EQ(table.lookup(mac(1), 10, start), 3);
}

TEST(MacTable, ForgetsAnAddressAfterFiveSilentMinutes) {
    MacTable table;
    table.learn(mac(1), 0, 3, start);
    table.learn(mac(2), 0, 3, start + 200s);
    EXPECT_EQ(table.next_deadline(), start + 300s);
    EXPECT_EQ(table.lookup(mac(1), 0, start + 300s - 1ns), 3);
    EXPECT_EQ(table.lookup(mac(1), 0, start + 300s), std::nullopt);
    EXPECT_EQ(table.entries(start + 300s).size(), 1u);
    EXPECT_EQ(table.on_deadline(start + 300s), 1u);
    EXPECT_EQ(table.next_deadline(), start + 500s);
    EXPECT_EQ(table.learn(mac(2), 0, 3, start + 500s), Learned::added);
}

TEST(MacTable, StaysEmptyAndWantsNoWakeUpWhenNothingIsLearned) {
    MacTable table;
    EXPECT_EQ(table.next_deadline(), never);
    EXPECT_EQ(table.learn(broadcast_mac, 0, 1, start), Learned::ignored);
    EXPECT_EQ(table.learn(MacAddress{}, 0, 1, start), Learned::ignored);
    EXPECT_EQ(table.size(), 0u);
    EXPECT_LE(sizeof(MacTable), 64u);
}

TEST(MacTable, DoesNotLearnMoreThanItsBound) {
    MacTable table(300s, 100);
    for (std::uint64_t i = 0; i < 100; ++i) EXPECT_EQ(table.learn(mac(i), 0, 1, start + 1s * i), Learned::added);
    EXPECT_EQ(table.learn(mac(100), 0, 1, start + 200s), Learned::full);
    EXPECT_EQ(table.learn(mac(100), 0, 1, start + 300s), Learned::added) << "the oldest has aged";
    EXPECT_EQ(table.size(), 100u);
}

TEST(MacTable, KeepsStaticEntries) {
    MacTable table;
    EXPECT_TRUE(table.add_static(mac(1), 0, 7));
    EXPECT_EQ(table.learn(mac(1), 0, 2, start), Learned::pinned);
    EXPECT_EQ(table.flush_port(7), 0u);
    EXPECT_EQ(table.lookup(mac(1), 0, start + 10h), 7);
    EXPECT_TRUE(table.remove(mac(1), 0));
    EXPECT_FALSE(table.remove(mac(1), 0));
}

TEST(MacTable, FlushesWhatOnePortLed) {
    MacTable table;
    for (std::uint64_t i = 0; i < 50; ++i) table.learn(mac(i), 0, static_cast<PortNumber>(i % 5), start);
    EXPECT_EQ(table.flush_port(2), 10u);
    EXPECT_EQ(table.lookup(mac(2), 0, start), std::nullopt);
    EXPECT_EQ(table.lookup(mac(3), 0, start), 3);
    EXPECT_EQ(table.flush(), 40u);
    EXPECT_EQ(table.next_deadline(), never);
}

TEST(MacTable, ListsByVlanAndAddress) {
    MacTable table;
    table.learn(mac(9), 1, 1, start);
    table.learn(mac(3), 2, 2, start);
    table.learn(mac(4), 1, 3, start);
    const std::vector<MacTable::Entry> all = table.entries(start);
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0], (MacTable::Entry{mac(4), 1, 3, start, false}));
    EXPECT_EQ(all[1].mac, mac(9));
    EXPECT_EQ(all[2].vlan, 2);
}

TEST(MacTable, AgreesWithAMapWhileAddressesComeMoveAndAge) {
    Random random(7);
    MacTable table(10s);
    std::map<std::pair<VlanId, std::uint64_t>, std::pair<PortNumber, Time>> model;
    Time now = start;
    for (int step = 0; step < 30000; ++step) {
        now += std::chrono::milliseconds(random() % 20);
        const VlanId vlan = static_cast<VlanId>(random() % 3);
        const std::uint64_t n = random() % 400;
        const PortNumber port = static_cast<PortNumber>(random() % 4);
        auto found = model.find({vlan, n});
        if (found != model.end() && now - found->second.second >= 10s) {
            model.erase(found);
            found = model.end();
        }
        if (random() % 3 == 0) {
            const Learned want = found == model.end()          ? Learned::added
                                 : found->second.first == port ? Learned::refreshed
                                                               : Learned::moved;
            ASSERT_EQ(table.learn(mac(n), vlan, port, now), want) << "step " << step;
            model[{vlan, n}] = {port, now};
        } else {
            const auto got = table.lookup(mac(n), vlan, now);
            ASSERT_EQ(got.has_value(), found != model.end()) << "step " << step;
            if (got) {
                ASSERT_EQ(*got, found->second.first);
            }
        }
        if (random() % 500 == 0) {
            table.flush_port(port);
            for (auto it = model.begin(); it != model.end();) it = it->second.first == port ? model.erase(it) : ++it;
        }
        if (table.next_deadline() <= now) table.on_deadline(now);
    }
}

}  // namespace
}  // namespace layerlab::proto::machine
