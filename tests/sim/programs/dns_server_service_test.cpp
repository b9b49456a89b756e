#include "sim/programs/dns_server_service.hpp"

#include <gmock/gmock.h>

#include "tests/sim/programs/dns_world.hpp"

namespace layerlab::sim::programs {
namespace {

using testing::HasSubstr;

class DnsServerService : public DnsWorld {};

TEST_F(DnsServerService, AnswersOverUdpAndTcp) {
    EXPECT_EQ(run(*desk, "dig +short www.example.com").output, "192.0.2.100\n");
    EXPECT_EQ(run(*desk, "dig +short +tcp www.example.com").output, "192.0.2.100\n");
    EXPECT_THAT(run(*desk, "dig www.other.test").output, HasSubstr("status: REFUSED"));
}

TEST_F(DnsServerService, DoesNotStartWhereThePortIsTaken) {
    Process& second = ns->spawn(world.simulator(), "named", {"named"}, make_dns_server({}), 0, 0, true);
    std::string output;
    second.on_end = [&](Process& p) { output = p.output(); };
    ns->run_pending(world.simulator());
    EXPECT_THAT(output, HasSubstr("address in use"));
}

}  // namespace
}  // namespace layerlab::sim::programs
