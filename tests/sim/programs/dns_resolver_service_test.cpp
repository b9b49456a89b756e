#include "sim/programs/dns_resolver_service.hpp"

#include <gmock/gmock.h>

#include "tests/sim/programs/dns_world.hpp"

namespace layerlab::sim::programs {
namespace {

using testing::HasSubstr;

class DnsResolverService : public DnsWorld {
  protected:
    void serve(bool forwards, std::vector<IpAddress> servers) {
        start(*resolver, "unbound", make_dns_resolver({forwards, std::move(servers)}));
        desk->settings().dns_servers = {ip("192.0.2.54")};
    }
    Host* resolver = &add("resolver", "192.0.2.54/24");
};

TEST_F(DnsResolverService, ForwardsAndAnswersFromItsCache) {
    serve(true, {ip("192.0.2.53")});
    const std::string first = run(*desk, "dig www.example.com").output;
    EXPECT_THAT(first, HasSubstr(";; flags: qr rd ra; QUERY: 1, ANSWER: 1"));
    EXPECT_THAT(first, HasSubstr("www.example.com.\t155\tIN\tA\t192.0.2.100\n"));
    Context context{world.simulator(), ns->id()};
    ns->set_up(context, false);
    pass(std::chrono::seconds(5));
    EXPECT_THAT(run(*desk, "dig www.example.com +tcp").output,
                HasSubstr("www.example.com.\t150\tIN\tA\t192.0.2.100\n"));
    EXPECT_THAT(run(*desk, "nslookup www.example.com").output, HasSubstr("Non-authoritative answer:\nName:\twww"));
    EXPECT_THAT(run(*desk, "dig other.example.com +time=20").output, HasSubstr("status: SERVFAIL"));
}

TEST_F(DnsResolverService, FollowsReferralsFromTheRoot) {
    Host& root = add("root", "192.0.2.60/24");
    start(root, "named",
          make_dns_server(
              {make_zone(".", {{"example.com.", "NS", "ns.example.com."}, {"ns.example.com.", "A", "192.0.2.53"}})}));
    serve(false, {ip("192.0.2.60")});
    EXPECT_EQ(run(*desk, "dig +short alias.example.com").output, "www.example.com.\n192.0.2.100\n");
    EXPECT_THAT(run(*desk, "dig nope.example.com +tcp").output, HasSubstr("status: NXDOMAIN"));
    EXPECT_THAT(run(*desk, "host nowhere.test").output, HasSubstr("Host nowhere.test not found: 3(NXDOMAIN)"));
}

}  // namespace
}  // namespace layerlab::sim::programs
