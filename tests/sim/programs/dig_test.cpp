#include <gmock/gmock.h>

#include "sim/programs/dns_resolver_service.hpp"
#include "tests/sim/programs/dns_world.hpp"

namespace layerlab::sim::programs {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

class DigCommand : public DnsWorld {};

TEST_F(DigCommand, PrintsAWholeAnswer) {
    const Ran ran = run(*desk, "dig www.example.com");
    EXPECT_EQ(ran.status, 0);
    EXPECT_THAT(ran.output,
                MatchesRegex("\n; <<>> DiG 9.18[^ ]* <<>> www.example.com\n;; global options: \\+cmd\n;; Got answer:\n"
                             ";; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: [0-9]+\n"
                             ";; flags: qr aa rd; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1\n"
                             ";; WARNING: recursion requested but not available\n\n"
                             ";; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n"
                             ";; QUESTION SECTION:\n;www.example.com.\t\tIN\tA\n\n"
                             ";; ANSWER SECTION:\nwww.example.com.\t155\tIN\tA\t192.0.2.100\n\n"
                             ";; Query time: 0 msec\n;; SERVER: 192.0.2.53#53\\(192.0.2.53\\) \\(UDP\\)\n"
                             ";; WHEN: Thu Jan 01 00:00:00 UTC 2026\n;; MSG SIZE  rcvd: 60\n\n"));
}

TEST_F(DigCommand, ShortensAndSelects) {
    EXPECT_EQ(run(*desk, "dig +short example.com mx").output, "10 mail.example.com.\n");
    EXPECT_EQ(run(*desk, "dig @ns -x 192.0.2.100 +noall +answer").output,
              "100.2.0.192.in-addr.arpa. 3600\tIN\tPTR\twww.example.com.\n");
    EXPECT_THAT(run(*desk, "dig nope.example.com").output, HasSubstr("status: NXDOMAIN"));
    EXPECT_THAT(run(*desk, "dig www.example.com +tcp").output, HasSubstr("(192.0.2.53) (TCP)\n"));
}

TEST_F(DigCommand, TellsWhyNobodyAnswered) {
    Ran ran = run(*desk, "dig @192.0.2.77 www.example.com +tries=1 +time=1");
    EXPECT_EQ(ran.status, 9);
    EXPECT_THAT(ran.output, MatchesRegex(";; communications error to 192.0.2.77#53: timed out\n\n; <<>> .*\n"
                                         "; \\(1 server found\\)\n;; global options: \\+cmd\n"
                                         ";; no servers could be reached\n"));
    ran = run(*desk, "dig @192.0.2.10 +short x.test +tries=2");
    EXPECT_EQ(ran.output,
              ";; communications error to 192.0.2.10#53: connection refused\n"
              ";; communications error to 192.0.2.10#53: connection refused\n;; no servers could be reached\n");
    ran = run(*desk, "dig @198.51.100.1 x.test +tries=1");
    EXPECT_EQ(ran.output,
              ";; UDP setup with 198.51.100.1#53(198.51.100.1) for x.test failed: network unreachable.\n"
              ";; no servers could be reached\n");
}

// A resolver for the desk, a root server, and the server of example.com behind it.
class DigTrace : public DnsWorld {
  protected:
    void SetUp() override {
        DnsWorld::SetUp();
        start(*root, "named",
              make_dns_server({make_zone(".", {{"@", "86400", "NS", "a.root."},
                                               {"a.root.", "A", "192.0.2.60"},
                                               {"example.com.", "NS", "ns.example.com."},
                                               {"ns.example.com.", "A", "192.0.2.53"},
                                               {"lame.test.", "NS", "nowhere.test."}})}));
        start(*resolver, "unbound", make_dns_resolver({false, {ip("192.0.2.60")}}));
        desk->settings().dns_servers = {ip("192.0.2.54")};
        desk->settings().hosts.push_back({"ns.example.com", ip("192.0.2.53")});
    }
    Host* root = &add("root", "192.0.2.60/24");
    Host* resolver = &add("resolver", "192.0.2.54/24");
};

TEST_F(DigTrace, FollowsTheReferralsFromTheRoot) {
    const Ran ran = run(*desk, "dig +trace www.example.com");
    EXPECT_EQ(ran.status, 0);
    EXPECT_THAT(ran.output, MatchesRegex("\n; <<>> DiG 9.18[^ ]* <<>> \\+trace www.example.com\n"
                                         ";; global options: \\+cmd\n"
                                         "\\.\t\t\t86400\tIN\tNS\ta.root.\n"
                                         ";; Received [0-9]+ bytes from 192.0.2.54#53\\(192.0.2.54\\) in 0 ms\n\n"
                                         "example.com.\t\t3600\tIN\tNS\tns.example.com.\n"
                                         ";; Received [0-9]+ bytes from 192.0.2.60#53\\(a.root\\) in 0 ms\n\n"
                                         "www.example.com.\t155\tIN\tA\t192.0.2.100\n"
                                         ";; Received 60 bytes from 192.0.2.53#53\\(ns.example.com\\) in 0 ms\n\n"));
    EXPECT_THAT(run(*desk, "dig +trace +short www.example.com").output,
                "NS a.root. from server 192.0.2.54 in 0 ms.\nA 192.0.2.100 from server 192.0.2.53 in 0 ms.\n");
}

TEST_F(DigTrace, EndsWhereTheWayEnds) {
    EXPECT_THAT(run(*desk, "dig +trace nope.test").output,  // the root says that there is no such name
                MatchesRegex("(.|\n)*from 192.0.2.60#53\\(a.root\\) in 0 ms\n\n"));
    const Ran lame = run(*desk, "dig +trace www.lame.test");
    EXPECT_EQ(lame.status, 10);
    EXPECT_THAT(lame.output, HasSubstr("couldn't get address for 'nowhere.test': "));
    Context context{world.simulator(), ns->id()};
    ns->set_up(context, false);
    const Ran silent = run(*desk, "dig +trace +time=1 +tries=1 www.example.com");
    EXPECT_EQ(silent.status, 9);
    EXPECT_THAT(silent.output, HasSubstr(";; communications error to 192.0.2.53#53: "));
    EXPECT_THAT(run(*desk, "dig +trace @192.0.2.77 +time=1 +tries=1 example.com").output,
                HasSubstr(";; no servers could be reached\n"));
}

}  // namespace
}  // namespace layerlab::sim::programs
