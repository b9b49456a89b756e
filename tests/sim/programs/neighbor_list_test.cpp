#include "sim/programs/neighbor_list.hpp"

#include <gmock/gmock.h>

#include "tests/sim/programs/shell_world.hpp"

namespace layerlab::sim::programs {
namespace {

class NeighborList : public ShellWorld {};

TEST_F(NeighborList, SortsByAddressAndRemoves) {
    Host& pc = add("pc", "10.0.0.1/24");
    for (const char* address : {"10.0.0.9", "10.0.0.3", "10.0.0.5"})
        run(pc, std::string("arp -s ") + address + " 52:54:00:00:00:01");
    const auto rows = neighbor_rows(pc, world.simulator().now());
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[0].entry.address, ip("10.0.0.3"));
    EXPECT_EQ(rows[2].entry.address, ip("10.0.0.9"));
}

}  // namespace
}  // namespace layerlab::sim::programs
