// Frames that several threads dissect are told of as one thread tells of them.
#include "tests/cli/program.hpp"
#include "tests/source_dir.hpp"

namespace layerlab::cli {
namespace {

struct Lanes : TheProgram, testing::WithParamInterface<const char*> {};

TEST_P(Lanes, TellTheSameAsOneThread) {
    const std::string lab = std::string(tests::source_dir) + "/scenarios/" + GetParam();
    const Ran ran = run("run " + lab + " -q --pcap all.pcapng");
    ASSERT_EQ(ran.status, 0) << ran.text;
    const Ran in_lanes = run("dissect all.pcapng"), in_turn = run("dissect all.pcapng -c 100000000");
    EXPECT_EQ(in_lanes.status, 0) << in_lanes.text;
    EXPECT_GT(in_lanes.text.size(), 1000u);
    EXPECT_EQ(in_lanes.text, in_turn.text);
    const std::string fields = " -e frame.number -e frame.time_delta -e tcp.analysis.retransmission -e http.time";
    const Ran chosen = run("dissect all.pcapng" + fields);
    EXPECT_EQ(chosen.status, 0) << chosen.text;
    EXPECT_EQ(chosen.text, run("dissect all.pcapng -c 100000000" + fields).text);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Lanes,
                         testing::Values("first-steps.lab", "transport/tcp-retransmission.lab",
                                         "devices/mtu-and-fragmentation.lab", "routing/nat.lab",
                                         "routing/traceroute.lab", "ipv6/services.lab", "applications/http.lab",
                                         "addresses/dns-forward.lab"));

}  // namespace
}  // namespace layerlab::cli
