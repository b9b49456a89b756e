#include "viewer/model/inference.hpp"

#include <gmock/gmock.h>

#include "proto/wire/tcp.hpp"
#include "tests/viewer/captured.hpp"
#include "viewer/model/flow.hpp"
#include "viewer/model/osi.hpp"

namespace layerlab::viewer {
namespace {

using test::capture_session, test::captured_at;
using testing::HasSubstr;

// A web page behind a name: ARP, DNS, TCP and HTTP on one cable.
const std::string web =
    "host amy 10.0.0.1/24\nserver web 10.0.0.2/24\nserver ns 10.0.0.3/24\nswitch s\n"
    "link amy s\nlink web s\nlink ns s\n"
    "ns serve dns lab.example { www A 10.0.0.2 }\namy dns 10.0.0.3\n"
    "web serve http { \"/\" \"Hello.\" }\namy$ curl http://www.lab.example/\n";

std::string all_of(const Session& s, FrameNumber n) {
    std::string text;
    for (const Inference& i : infer(s.trace(), s.indices().flows, n)) text += i.text + "\n";
    return text;
}
FrameNumber first(Session& s, const std::string& filter, FrameNumber from = 1) {
    s.apply(command::SetFilter{filter});
    s.finish();
    const std::vector<FrameNumber> rows = s.list().rows();
    for (const FrameNumber n : rows)
        if (n >= from) return n;
    return 0;
}

TEST(Inference, PairsArpRequestAndReply) {
    const auto s =
        capture_session(captured_at("host a 10.0.0.1/24\nhost b 10.0.0.2/24\nlink a b\na$ ping -c 1 b\n", "a"));
    const FrameNumber request = first(*s, "arp.opcode == 1"), reply = first(*s, "arp.opcode == 2");
    ASSERT_NE(request, 0u);
    ASSERT_NE(reply, 0u);
    EXPECT_THAT(all_of(*s, request), HasSubstr("is answered by frame " + std::to_string(reply)));
    EXPECT_THAT(all_of(*s, reply), HasSubstr("answers frame " + std::to_string(request) + ": who has 10.0.0.2?"));
    const FrameNumber echo = first(*s, "icmp.type == 0");
    EXPECT_THAT(all_of(*s, echo), HasSubstr("answers frame " + std::to_string(first(*s, "icmp.type == 8"))));
}

TEST(Inference, LeadsFromANameToAConnectionToAPage) {
    const auto s = capture_session(captured_at(web, "amy"));
    const FrameNumber query = first(*s, "dns.qry.type == 1 && dns.flags.response == 0");
    const FrameNumber answer = first(*s, "dns.a == 10.0.0.2"),
                      syn = first(*s, "tcp.flags.syn == 1 && tcp.flags.ack == 0");
    const FrameNumber accepted = first(*s, "tcp.flags.syn == 1 && tcp.flags.ack == 1");
    const FrameNumber request = first(*s, "http.request"), response = first(*s, "http.response");
    for (const FrameNumber n : {query, answer, syn, accepted, request, response}) ASSERT_NE(n, 0u);
    EXPECT_THAT(all_of(*s, query), HasSubstr("is answered by frame " + std::to_string(answer)));
    EXPECT_THAT(all_of(*s, answer), HasSubstr("answers frame " + std::to_string(query)));
    EXPECT_THAT(all_of(*s, answer), HasSubstr("led to frame " + std::to_string(syn)));
    EXPECT_THAT(all_of(*s, syn), HasSubstr("goes to www.lab.example"));
    EXPECT_THAT(all_of(*s, syn), HasSubstr("is accepted in frame " + std::to_string(accepted)));
    EXPECT_THAT(all_of(*s, accepted), HasSubstr("that frame " + std::to_string(syn) + " asked for"));
    EXPECT_THAT(all_of(*s, response), HasSubstr("answers frame " + std::to_string(request)));
    EXPECT_THAT(all_of(*s, response), HasSubstr("GET / HTTP/1.1"));
    EXPECT_THAT(all_of(*s, request), HasSubstr("is answered by frame " + std::to_string(response)));
}

TEST(Inference, FollowsTheStepsOfDhcp) {
    const auto s = capture_session(captured_at(
        "host a\nrouter r\nlink a r.lan\na dhcp\nr {\n  lan 10.0.0.1/24\n  serve dhcp lan 10.0.0.10-10.0.0.20\n}\n"
        "wait 3s\n",
        "a"));
    const FrameNumber offer = first(*s, "dhcp.option.dhcp == 2");
    ASSERT_NE(offer, 0u);
    EXPECT_THAT(all_of(*s, offer), HasSubstr("offers an address: follows frame 1 (looks for a server)"));
    EXPECT_THAT(all_of(*s, offer), HasSubstr("is followed by frame " + std::to_string(offer + 1)));
}

TEST(Inference, ShowsItInThePlaceOfTheDevicesReasons) {
    const auto s =
        capture_session(captured_at("host a 10.0.0.1/24\nhost b 10.0.0.2/24\nlink a b\na$ ping -c 1 b\n", "a"));
    s->apply(command::SelectFrame{2});
    const OsiView view = osi_view(*s);
    ASSERT_EQ(view.remarks[2].size(), 1u);
    EXPECT_THAT(view.remarks[2][0].text, HasSubstr("answers frame 1"));
    s->apply(command::SelectRecord{view.remarks[2][0].position});
    EXPECT_EQ(s->selected().number, 1u);
}

TEST(Inference, FollowsARepeatedSegmentAndItsOriginal) {
    const auto s = capture_session(
        captured_at("seed 3\nhost a 10.0.0.1/24\nhost b 10.0.0.2/24\nlink a b rate 10Mbps delay 5ms loss 5%\n"
                    "b serve tcp 9 discard\na send tcp b:9 200kB\n",
                    "a"));
    const FrameNumber again = first(*s, "tcp.analysis.retransmission");
    ASSERT_NE(again, 0u);
    const std::string text = all_of(*s, again);
    ASSERT_THAT(text, HasSubstr("repeats frame "));
    const auto original = static_cast<FrameNumber>(std::stoul(text.substr(text.find("repeats frame ") + 14)));
    Buffer one, two;
    const auto a = flow_of(s->trace(), original, one), b = flow_of(s->trace(), again, two);
    EXPECT_EQ(a->sequence, b->sequence);
    EXPECT_THAT(all_of(*s, original), HasSubstr("is sent again in frame "));
}

TEST(Inference, SaysWhichPacketAnIcmpErrorIsAbout) {
    const auto s =
        capture_session(captured_at("host a 10.0.0.1/24\nhost b 10.0.0.2/24\nlink a b\na send udp b:9 100B\n", "a"));
    const FrameNumber error = first(*s, "icmp.type == 3");
    ASSERT_NE(error, 0u);
    const FrameNumber sent = first(*s, "udp && !icmp");
    EXPECT_THAT(all_of(*s, error), HasSubstr("is about frame " + std::to_string(sent) + ": nobody listens"));
}

TEST(Inference, SaysNothingOfARun) {
    const auto s = test::session_of(test::two_lans);
    EXPECT_TRUE(infer(s->trace(), s->indices().flows, 1).empty());
}

TEST(Inference, StandsFramesOfGarbage) {
    std::vector<test::MemorySource::Frame> frames;
    std::uint32_t x = 1;  // a fixed seed
    for (int i = 0; i < 3000; ++i) {
        std::vector<std::uint8_t> bytes(static_cast<std::size_t>(i % 150));
        for (auto& b : bytes) b = static_cast<std::uint8_t>((x = x * 1'664'525 + 1'013'904'223) >> 24);
        constexpr std::uint16_t types[] = {0x0800, 0x86dd, 0x0806, 0x8100};
        if (bytes.size() > 40) {
            proto::store_be16(&bytes[12], types[i % 4]);
            bytes[14] = i % 4 == 1 ? 0x60 : 0x45;
            constexpr std::uint8_t protocols[] = {1, 6, 17, 58};
            bytes[i % 4 == 1 ? 20 : 23] = protocols[i / 4 % 4];
        }
        frames.push_back({i * 1000, std::move(bytes)});
    }
    const auto s = capture_session(std::move(frames));
    ASSERT_EQ(s->trace().frame_count(), 3000u);
    for (FrameNumber n = 1; n <= s->trace().frame_count(); ++n)
        for (const Inference& i : infer(s->trace(), s->indices().flows, n)) EXPECT_LE(i.other, 3000u);
}

}  // namespace
}  // namespace layerlab::viewer
