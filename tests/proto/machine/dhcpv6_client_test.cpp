#include "proto/machine/dhcpv6_client.hpp"

#include <gtest/gtest.h>

#include "proto/machine/dhcpv6_server.hpp"

namespace layerlab::proto::machine {
namespace {

using wire::Dhcpv6Message;
using wire::Dhcpv6Type;

struct Dhcpv6ClientTest : testing::Test, Dhcpv6Out {
    Dhcpv6Client client{{0, 3, 0, 1, 1}, 5};
    std::vector<Dhcpv6Message> sent;
    std::string log;

    void send(const Dhcpv6Message& m) override { sent.push_back(m); }
    void bound(const wire::Dhcpv6Address& a, bool is_new) override {
        log += (is_new ? "bound " : "kept ") + a.address.to_string() + ";";
    }
    void unbound(const Ipv6Address& a) override { log += "unbound " + a.to_string() + ";"; }
    void configured(const Dhcpv6Message& m) override { log += "dns " + std::to_string(m.dns_servers.size()) + ";"; }
    std::uint32_t random() override { return 1000; }  // no spread

    Dhcpv6Message answer(Dhcpv6Type type, std::uint8_t preference = 0, const char* address = "2001:db8::100") {
        Dhcpv6Message m;
        m.type = type;
        m.id = sent.back().id;
        m.client_duid = {0, 3, 0, 1, 1};
        m.server_duid = {0, 3, 0, 1, 9};
        m.preference = preference;
        if (address) {
            m.iaid = 5;
            m.addresses = {{Ipv6Address::parse(address).value(), 500, 800}};
        }
        m.dns_servers.resize(1);
        return m;
    }
    void bind() {
        client.start(Time(0s), *this);
        client.on_message(Time(0s), answer(Dhcpv6Type::advertise, 255), *this);
        client.on_message(Time(0s), answer(Dhcpv6Type::reply), *this);
    }
    std::string types() const {
        std::string out;
        for (const Dhcpv6Message& m : sent) out += std::to_string(static_cast<int>(m.type)) + " ";
        return out;
    }
};

TEST_F(Dhcpv6ClientTest, SolicitsRequestsAndIsBound) {
    client.start(Time(0s), *this);
    EXPECT_EQ(client.next_deadline(), Time(1s));
    client.on_message(Time(100ms), answer(Dhcpv6Type::advertise), *this);
    EXPECT_EQ(types(), "1 ");  // collects for the first second
    client.on_deadline(Time(1s), *this);
    EXPECT_EQ(types(), "1 3 ");
    EXPECT_EQ(sent.back().server_duid, (std::vector<std::uint8_t>{0, 3, 0, 1, 9}));
    client.on_message(Time(2s), answer(Dhcpv6Type::reply), *this);
    EXPECT_EQ(client.state(), Dhcpv6State::bound);
    EXPECT_EQ(log, "bound 2001:db8::100;dns 1;");
}

TEST_F(Dhcpv6ClientTest, TheHighestPreferenceIsTakenAtOnce) {
    client.start(Time(0s), *this);
    client.on_message(Time(0s), answer(Dhcpv6Type::advertise, 255), *this);
    EXPECT_EQ(types(), "1 3 ");
}

TEST_F(Dhcpv6ClientTest, WaitsTwiceAsLongEachTime) {
    client.start(Time(0s), *this);
    for (const std::int64_t at : {1, 3, 7, 15}) {
        EXPECT_EQ(client.next_deadline(), Time(std::chrono::seconds(at)));
        client.on_deadline(client.next_deadline(), *this);
    }
    EXPECT_EQ(types(), "1 1 1 1 1 ");
    EXPECT_EQ(sent.back().elapsed, 1500);
}

TEST_F(Dhcpv6ClientTest, RenewsThenRebindsThenGivesUp) {
    bind();
    EXPECT_EQ(client.next_deadline(), Time(250s));
    client.on_deadline(Time(250s), *this);
    EXPECT_EQ(sent.back().type, Dhcpv6Type::renew);
    client.on_deadline(Time(400s), *this);
    EXPECT_EQ(sent.back().type, Dhcpv6Type::rebind);
    EXPECT_TRUE(sent.back().server_duid.empty());
    client.on_deadline(Time(800s), *this);
    EXPECT_EQ(log, "bound 2001:db8::100;dns 1;unbound 2001:db8::100;");
    EXPECT_EQ(sent.back().type, Dhcpv6Type::solicit);
}

TEST_F(Dhcpv6ClientTest, ARenewedAddressIsKept) {
    bind();
    client.on_deadline(Time(250s), *this);
    client.on_message(Time(251s), answer(Dhcpv6Type::reply), *this);
    EXPECT_EQ(log, "bound 2001:db8::100;dns 1;kept 2001:db8::100;dns 1;");
    EXPECT_EQ(client.next_deadline(), Time(501s));
}

TEST_F(Dhcpv6ClientTest, ReleasesAndStops) {
    bind();
    client.release(Time(1s), *this);
    EXPECT_EQ(sent.back().type, Dhcpv6Type::release);
    EXPECT_FALSE(client.address());
    client.on_message(Time(1s), answer(Dhcpv6Type::reply, 0, nullptr), *this);
    EXPECT_EQ(client.state(), Dhcpv6State::stopped);
    EXPECT_EQ(client.next_deadline(), never);
}

TEST_F(Dhcpv6ClientTest, TakesNothingFromAnswersToOthers) {
    client.start(Time(0s), *this);
    Dhcpv6Message m = answer(Dhcpv6Type::advertise, 255);
    m.id ^= 1;
    client.on_message(Time(0s), m, *this);
    m = answer(Dhcpv6Type::advertise, 255);
    m.client_duid.back() = 7;
    client.on_message(Time(0s), m, *this);
    client.on_message(Time(0s), answer(Dhcpv6Type::reply), *this);  // nobody has been asked
    EXPECT_EQ(types(), "1 ");
    EXPECT_EQ(log, "");
}

TEST_F(Dhcpv6ClientTest, AsksForTheRestOnly) {
    client.ask_information(Time(0s), *this);
    EXPECT_EQ(sent.back().type, Dhcpv6Type::information_request);
    EXPECT_FALSE(sent.back().iaid);
    client.on_message(Time(0s), answer(Dhcpv6Type::reply, 0, nullptr), *this);
    EXPECT_EQ(log, "dns 1;");
    EXPECT_EQ(client.next_deadline(), never);
}

}  // namespace
}  // namespace layerlab::proto::machine
