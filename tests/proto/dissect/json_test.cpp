#include "proto/dissect/json.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

nlohmann::json json_of(const Watcher& w) {
    std::string line;
    append_json(line, w.in(), w.last());
    EXPECT_EQ(line.back(), '\n');
    return nlohmann::json::parse(line);
}

TEST(Json, HasOneObjectForAFrame) {
    Watcher w;
    const auto j = json_of(w.see(udp_frame(1000, 2000, octets("hi"))));
    EXPECT_EQ(j["frame"], 1);
    EXPECT_EQ(j["time"], "1.001000000");
    EXPECT_EQ(j["len"], 44);
    EXPECT_EQ(j["layers"], (nlohmann::json{"eth", "ip", "udp", "data"}));
    EXPECT_EQ(j["fields"]["ip.src"], "10.0.0.1");
    EXPECT_EQ(j["fields"]["ip.ttl"], 64);
    EXPECT_EQ(j["fields"]["ip.flags.df"], 0);
    EXPECT_EQ(j["fields"]["eth.src"], "02:00:00:00:00:01");
    EXPECT_EQ(j["fields"]["data.data"], "68:69");
}

TEST(Json, ListsAFieldThatOccursSeveralTimes) {
    Watcher w;
    const Octets inner = ipv4_packet({}, udp_datagram({}, 1, 2, {}));
    Datagram outer;
    outer.protocol = 4;
    const auto j = json_of(w.see(ethernet_frame(0x0800, ipv4_packet(outer, inner))));
    EXPECT_EQ(j["fields"]["ip.proto"], (nlohmann::json{4, 17}));
}

TEST(Json, ReplacesInvalidText) {
    FrameIn in;
    in.comment = "bad \xff quote \" line\n";
    Dissection out;
    dissect_alone(in, out);
    std::string line;
    append_json(line, in, out);
    EXPECT_EQ(nlohmann::json::parse(line)["fields"]["frame.comment"], "bad \ufffd quote \" line\n");
}

TEST(Json, LeavesOutATimeThatIsNotKnown) {
    FrameIn in;
    in.has_time = false;
    Dissection out;
    dissect_alone(in, out);
    std::string line;
    append_json(line, in, out);
    EXPECT_FALSE(nlohmann::json::parse(line).contains("time"));
}

}  // namespace
}  // namespace layerlab::proto::dissect
