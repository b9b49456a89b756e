#include <gmock/gmock.h>

#include "tests/sim/programs/shell_world.hpp"

namespace layerlab::sim::programs {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

class TracerouteCommand : public ShellWorld {
  protected:
    void SetUp() override {
        world.connect(*gw, *web);
        configure(*gw, 1, "203.0.113.1/24");
        configure(*web, 0, "203.0.113.10/24");
        web->stack().set_default_gateway(ip("203.0.113.1"), 0);
        gw->stack().forwards = true;
    }
    Host* pc = &add("pc", "10.0.0.2/24", "10.0.0.1");
    Host* gw = &add("gw", "10.0.0.1/24");
    Host* web = &world.add_host("web");
};

TEST_F(TracerouteCommand, FindsTheWayByUdpIcmpAndTcp) {
    EXPECT_THAT(run(*pc, "traceroute web").output,
                MatchesRegex("traceroute to web \\(203.0.113.10\\), 30 hops max, 60 byte packets\n"
                             " 1  gw \\(10.0.0.1\\)  0.0.. ms  0.0.. ms  0.0.. ms\n"
                             " 2  web \\(203.0.113.10\\)  0.0.. ms  0.0.. ms  0.0.. ms\n"));
    pass(std::chrono::seconds(10));
    for (const char* method : {"-I", "-T", "-T -p 81", "-U"})
        EXPECT_THAT(run(*pc, std::string("traceroute -n -q 1 ") + method + " 203.0.113.10").output,
                    MatchesRegex("traceroute to 203.0.113.10 \\(203.0.113.10\\), 30 hops max, 60 byte packets\n"
                                 " 1  10.0.0.1  0.0.. ms\n 2  203.0.113.10  0.0.. ms\n"))
            << method;
}

TEST_F(TracerouteCommand, MarksWhatIsUnreachable) {
    EXPECT_THAT(run(*pc, "traceroute -n -q 1 -N 1 198.51.100.1").output, HasSubstr(" 1  10.0.0.1  0.0"));
    pass(std::chrono::seconds(10));
    EXPECT_THAT(run(*pc, "traceroute -n -q 1 -N 1 198.51.100.1").output, HasSubstr(" ms !N\n"));
    EXPECT_THAT(run(*pc, "traceroute -n -q 1 -m 3 10.0.0.45").output,
                MatchesRegex("traceroute .*\n 1  10.0.0.2  3000.0.. ms !H\n"));
    const Ran unknown = run(*pc, "traceroute nosuch");
    EXPECT_EQ(unknown.status, 2);
    EXPECT_EQ(unknown.output,
              "nosuch: Temporary failure in name resolution\n"
              "Cannot handle \"host\" cmdline arg `nosuch' on position 1 (argc 1)\n");
    pc->stack().routes().remove({Ipv4Address{}, 0});
    EXPECT_THAT(run(*pc, "traceroute -n 203.0.113.10").output, HasSubstr("\nconnect: Network is unreachable\n"));
}

}  // namespace
}  // namespace layerlab::sim::programs
