#include "sim/programs/dns_exchange.hpp"

#include <gtest/gtest.h>

#include "tests/sim/programs/dns_world.hpp"

namespace layerlab::sim::programs {
namespace {

class DnsExchanges : public DnsWorld {};

TEST(DnsExchangeWords, AreThoseOfBind) {
    DnsExchange exchange;
    EXPECT_STREQ(exchange.reason(), "timed out");
    exchange.outcome = DnsExchange::Outcome::failed;
    exchange.error = SocketError::port_unreachable;
    EXPECT_STREQ(exchange.reason(), "connection refused");
}

TEST(SearchCandidates, PutTheDomainFirstForANameWithoutADot) {
    using Names = std::vector<std::string>;
    EXPECT_EQ(search_candidates("www", "lab.test"), (Names{"www.lab.test", "www"}));
    EXPECT_EQ(search_candidates("www.x", "lab.test"), (Names{"www.x", "www.x.lab.test"}));
    EXPECT_EQ(search_candidates("www.", "lab.test"), Names{"www."});
    EXPECT_EQ(search_candidates("www", ""), Names{"www"});
}

TEST_F(DnsExchanges, AskTheHostItselfWithoutAServer) {
    EXPECT_EQ(dns_servers_of(*desk), std::vector<IpAddress>{ip("192.0.2.53")});
    desk->settings().dns_servers.clear();
    EXPECT_EQ(dns_servers_of(*desk), std::vector<IpAddress>{ip("127.0.0.1")});
}

}  // namespace
}  // namespace layerlab::sim::programs
