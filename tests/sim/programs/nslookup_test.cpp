#include <gmock/gmock.h>

#include "tests/sim/programs/dns_world.hpp"

namespace layerlab::sim::programs {
namespace {

using testing::HasSubstr;

constexpr const char* server = "Server:\t\t192.0.2.53\nAddress:\t192.0.2.53#53\n\n";

class NslookupCommand : public DnsWorld {};

TEST_F(NslookupCommand, PrintsAddressesAliasesAndMailServers) {
    EXPECT_EQ(run(*desk, "nslookup www.example.com").output,
              std::string(server) + "Name:\twww.example.com\nAddress: 192.0.2.100\n\n");
    EXPECT_EQ(run(*desk, "nslookup two.example.com").output,
              std::string(server) +
                  "Name:\ttwo.example.com\nAddress: 192.0.2.1\nName:\ttwo.example.com\nAddress: 2001:db8::2\n\n");
    EXPECT_EQ(run(*desk, "nslookup alias.example.com").output,
              std::string(server) +
                  "alias.example.com\tcanonical name = www.example.com.\nName:\twww.example.com\nAddress: "
                  "192.0.2.100\n\n");
    EXPECT_EQ(run(*desk, "nslookup -type=mx example.com").output,
              std::string(server) + "example.com\tmail exchanger = 10 mail.example.com.\n\n");
    EXPECT_EQ(run(*desk, "nslookup 192.0.2.100").output, "100.2.0.192.in-addr.arpa\tname = www.example.com.\n\n");
}

TEST_F(NslookupCommand, SearchesTheDomainOfTheHost) {
    desk->settings().search_domain = "example.com";
    EXPECT_THAT(run(*desk, "nslookup www").output, HasSubstr("Name:\twww.example.com\n"));
}

TEST_F(NslookupCommand, SaysWhatItCannotFind) {
    const Ran none = run(*desk, "nslookup nope.example.com");
    EXPECT_EQ(none.output, std::string(server) + "** server can't find nope.example.com: NXDOMAIN\n\n");
    EXPECT_EQ(none.status, 1);
    EXPECT_EQ(run(*desk, "nslookup -retry=1 www.example.com 192.0.2.10").output,
              ";; communications error to 192.0.2.10#53: connection refused\n;; no servers could be reached\n\n");
    EXPECT_EQ(run(*desk, "nslookup -type=aaaa mail.example.com").output,
              std::string(server) + "*** Can't find mail.example.com: No answer\n\n");
}

}  // namespace
}  // namespace layerlab::sim::programs
