#include "sim/programs/resolve.hpp"

#include <gmock/gmock.h>

#include "tests/sim/programs/dns_world.hpp"

namespace layerlab::sim::programs {
namespace {

using testing::HasSubstr;

class Resolve : public DnsWorld {};

TEST_F(Resolve, PrefersOwnEntriesThenTheScenariosNamesThenDns) {
    EXPECT_EQ(find_in_hosts(*desk, "ns"), ip("192.0.2.53"));
    EXPECT_EQ(find_in_hosts(*desk, "LOCALHOST"), ip("127.0.0.1"));
    EXPECT_EQ(find_in_hosts(*desk, ip("192.0.2.53")), "ns");
    desk->settings().hosts.push_back({"ns", ip("192.0.2.10")});
    EXPECT_EQ(find_in_hosts(*desk, "ns"), ip("192.0.2.10"));
    EXPECT_FALSE(find_in_hosts(*desk, "www.example.com"));
    EXPECT_THAT(run(*desk, "ping -c 1 -W 1 two.example.com").output, HasSubstr("PING two.example.com (192.0.2.1) "));
}

TEST_F(Resolve, FollowsAliasesAndReportsTheCanonicalName) {
    EXPECT_THAT(run(*desk, "ping -c 1 alias.example.com").output, HasSubstr("PING www.example.com (192.0.2.100) "));
}

TEST_F(Resolve, WordsItsFailuresAsTheCLibrary) {
    EXPECT_EQ(run(*desk, "ping nope.example.com").output, "ping: nope.example.com: Name or service not known\n");
    EXPECT_EQ(run(*desk, "ping example.com").output, "ping: example.com: No address associated with hostname\n");
    desk->settings().dns_servers = {ip("192.0.2.10")};
    EXPECT_EQ(run(*desk, "ping www.example.com").output,
              "ping: www.example.com: Temporary failure in name resolution\n");
}

}  // namespace
}  // namespace layerlab::sim::programs
