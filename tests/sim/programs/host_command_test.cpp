#include <gmock/gmock.h>

#include "tests/sim/programs/dns_world.hpp"

namespace layerlab::sim::programs {
namespace {

using testing::HasSubstr;

class HostProgram : public DnsWorld {};

TEST_F(HostProgram, PrintsSentences) {
    EXPECT_EQ(run(*desk, "host www.example.com").output, "www.example.com has address 192.0.2.100\n");
    EXPECT_EQ(run(*desk, "host two.example.com").output,
              "two.example.com has address 192.0.2.1\ntwo.example.com has IPv6 address 2001:db8::2\n");
    EXPECT_EQ(run(*desk, "host alias.example.com").output,
              "alias.example.com is an alias for www.example.com.\nwww.example.com has address 192.0.2.100\n");
    EXPECT_EQ(run(*desk, "host example.com").output, "example.com mail is handled by 10 mail.example.com.\n");
    EXPECT_EQ(run(*desk, "host 192.0.2.100").output, "100.2.0.192.in-addr.arpa domain name pointer www.example.com.\n");
    EXPECT_EQ(run(*desk, "host -t ns www.example.com").output, "www.example.com has no NS record\n");
}

TEST_F(HostProgram, FailsAsTheRealOne) {
    const Ran none = run(*desk, "host nope.example.com");
    EXPECT_EQ(none.output, "Host nope.example.com not found: 3(NXDOMAIN)\n");
    EXPECT_EQ(none.status, 1);
    EXPECT_EQ(run(*desk, "host www.other.test").output, "Host www.other.test not found: 5(REFUSED)\n");
    EXPECT_EQ(run(*desk, "host www.example.com 192.0.2.10").output,
              ";; communications error to 192.0.2.10#53: connection refused\n"
              ";; communications error to 192.0.2.10#53: connection refused\n;; no servers could be reached\n");
    EXPECT_THAT(run(*desk, "host www.example.com ns").output,
                HasSubstr("Using domain server:\nName: ns\nAddress: 192.0.2.53#53\nAliases: \n\nwww.example.com has"));
}

}  // namespace
}  // namespace layerlab::sim::programs
