#include "sim/programs/stun_service.hpp"

#include <gtest/gtest.h>

#include "proto/wire/stun.hpp"
#include "sim/net/socket.hpp"
#include "tests/sim/net/world.hpp"

namespace layerlab::sim::programs {
namespace {

using namespace std::chrono_literals;
using proto::wire::StunMessage;
using test::address;

// Asks 10.0.0.2 and says from where the answer comes, and what it calls the client: "10.0.0.3:3479 10.0.0.1:4000".
struct Asking : test::TestWorld {
    Host* a = nullptr;
    Host* b = nullptr;
    explicit Asking(bool has_two) {
        a = &add_host("a");
        b = &add_addressed_host("b", *a, "10.0.0.2/24");
        a->stack().add_address(0, test::prefix("10.0.0.1/24"));
        if (has_two) b->stack().add_address(0, test::prefix("10.0.0.3/24"));
        start(*b, stun_service({3478}));
    }
    std::string ask(bool change_ip, bool change_port) {
        std::string said;
        run(*a, [&](Process& self) -> Task<int> {
            auto socket = UdpSocket::open(self, {{}, 4000});
            StunMessage m;
            proto::store_be32(m.id.data(), proto::wire::stun_cookie);
            m.change_ip = change_ip;
            m.change_port = change_port;
            socket->send_to(self, {address("10.0.0.2"), 3478}, proto::wire::encode_stun(m));
            const auto answer = co_await receive(self, *socket, self.now() + 1s);
            const auto reply = answer ? proto::wire::decode_stun(answer->bytes) : std::nullopt;
            if (!reply) co_return 1;
            said = answer->from.to_string();
            if (reply->mapped) said += " " + Endpoint{reply->mapped->address, reply->mapped->port}.to_string();
            if (reply->error != 0) said += " " + std::to_string(reply->error);
            co_return 0;
        });
        return said;
    }
};

TEST(StunService, AnswersFromEachOfItsFourEndpoints) {
    Asking w(true);
    EXPECT_EQ(w.ask(false, false), "10.0.0.2:3478 10.0.0.1:4000");
    EXPECT_EQ(w.ask(false, true), "10.0.0.2:3479 10.0.0.1:4000");
    EXPECT_EQ(w.ask(true, false), "10.0.0.3:3478 10.0.0.1:4000");
    EXPECT_EQ(w.ask(true, true), "10.0.0.3:3479 10.0.0.1:4000");
}

TEST(StunService, DoesWithOneAddress) {
    Asking w(false);
    EXPECT_EQ(w.ask(false, true), "10.0.0.2:3479 10.0.0.1:4000");
    EXPECT_EQ(w.ask(true, false), "10.0.0.2:3478 420");
}

TEST(StunService, SaysThatItHasNoAddressOrNoPort) {
    test::TestWorld w;
    Host& a = w.add_host("a");
    const auto nowhere = w.run(a, stun_service({3478}), {"stun"});
    EXPECT_EQ(nowhere.status, 1);
    EXPECT_EQ(nowhere.output, "stun: no IPv4 address to listen at\n");
    Asking twice(true);
    EXPECT_EQ(twice.run(*twice.b, stun_service({3478}), {"stun"}).output,
              "stun: cannot bind port 3478: Address already in use\n");
}

}  // namespace
}  // namespace layerlab::sim::programs
