#include "sim/net/capture_player.hpp"

#include <gmock/gmock.h>

#include "tests/sim/net/frames.hpp"

namespace layerlab::sim {
namespace {

using namespace std::chrono_literals;
using test::Bare;
using test::Buffer;
using test::TestWorld;
using testing::ElementsAre;
using testing::HasSubstr;

const MacAddress recorded_client{{2, 0xaa, 0, 0, 0, 1}}, recorded_server{{2, 0xaa, 0, 0, 0, 2}};
constexpr std::uint8_t fin = 1, syn = 2, rst = 4, psh = 8, ack = 16;

Ipv4Address a(const char* text) { return test::address(text); }

Buffer segment(std::uint16_t from, std::uint16_t to, std::uint32_t seq, std::uint32_t acknowledged, std::uint8_t flags,
               std::string_view payload) {
    Buffer s;
    proto::ByteWriter out(s);
    out.be16(from);
    out.be16(to);
    out.be32(seq);
    out.be32(acknowledged);
    out.u8(0x50);
    out.u8(flags);
    out.be16(60'000);
    out.be32(0);  // checksum and urgent pointer: the player repairs the first
    out.bytes(proto::as_bytes(payload));
    return s;
}

Ipv6Address six(const char* text) { return *Ipv6Address::parse(text); }

Buffer ipv6(const Ipv6Address& to, const Ipv6Address& from, std::uint8_t protocol, const Buffer& transport) {
    Buffer p(40);
    p[0] = 0x60;
    proto::store_be16(p.data() + 4, static_cast<std::uint16_t>(transport.size()));
    p[6] = protocol;
    p[7] = 255;
    from.store(p.data() + 8);
    to.store(p.data() + 24);
    p.insert(p.end(), transport.begin(), transport.end());
    return p;
}

// The live host is 10.0.0.1 or 2001:db8:a::1, the played one .2 or ::2.
struct ARecording {
    bool over_ipv6 = false;
    std::shared_ptr<Recording> recording = std::make_shared<Recording>();
    Duration now{};

    ARecording& add(const Buffer& frame) {
        recording->frames.push_back({recording->frames.size() + 1, now, recording->bytes.size(), frame.size()});
        recording->bytes.insert(recording->bytes.end(), frame.begin(), frame.end());
        now += 1ms;
        return *this;
    }
    ARecording& client(std::uint8_t protocol, const Buffer& transport) {
        if (over_ipv6)
            return add(test::ethernet(recorded_server, recorded_client, 0x86dd,
                                      ipv6(six("2001:db8:a::1"), six("2001:db8:a::2"), protocol, transport)));
        return add(test::ethernet(recorded_server, recorded_client, 0x0800,
                                  test::ipv4(a("10.0.0.2"), a("10.0.0.1"), protocol, transport)));
    }
    ARecording& server(std::uint8_t protocol, const Buffer& transport) {
        if (over_ipv6)
            return add(test::ethernet(recorded_client, recorded_server, 0x86dd,
                                      ipv6(six("2001:db8:a::2"), six("2001:db8:a::1"), protocol, transport)));
        return add(test::ethernet(recorded_client, recorded_server, 0x0800,
                                  test::ipv4(a("10.0.0.1"), a("10.0.0.2"), protocol, transport)));
    }
};

// The player, cabled to a node that notes what comes: the modelled 192.0.2.1, which was 10.0.0.1.
struct ThePlayer : testing::Test {
    ThePlayer() {
        w.simulator().add(live);
        w.connect(player, live);
    }
    void set(const ARecording& recording) {
        CaptureSettings settings;
        settings.recording = recording.recording;
        settings.map.map(a("10.0.0.1"), a("192.0.2.1"));
        settings.map.map(a("10.0.0.2"), a("192.0.2.9"));
        settings.map.map(six("2001:db8:a::1"), six("2001:db8:b::1"));
        settings.map.map(six("2001:db8:a::2"), six("2001:db8:b::9"));
        settings.modelled[a("192.0.2.1")] = settings.modelled[six("2001:db8:b::1")] = live.ports()[0].mac;
        player.set(std::move(settings));
        player.on_end = [this] { ended = w.simulator().now(); };
    }
    void play(std::uint32_t percent = 100) {
        Context context{w.simulator(), player.id(), 42, 7};
        player.play(context, percent);
    }
    void say(const Buffer& frame) {
        Context context{w.simulator(), live.id()};
        live.send(context, 0, w.simulator().packets().make(Bytes(frame)));
        w.run_for(100us);
    }
    void say_tcp(std::uint32_t seq, std::uint32_t acknowledged, std::uint8_t flags, std::string_view payload = {},
                 std::uint16_t from = 80, std::uint16_t to = 40'000) {
        const Buffer tcp = segment(from, to, seq, acknowledged, flags, payload);
        say(test::ethernet(recorded_client, live.ports()[0].mac, over_ipv6 ? 0x86dd : 0x0800,
                           over_ipv6 ? ipv6(six("2001:db8:b::9"), six("2001:db8:b::1"), 6, tcp)
                                     : test::ipv4(a("192.0.2.1"), a("192.0.2.9"), 6, tcp)));
    }
    // "S 100 0" "A 101 9001 GET": flags, seq, ack and payload of what the live host got since the last call.
    std::vector<std::string> heard() {
        std::vector<std::string> texts;
        for (; seen < live.seen.size(); ++seen) {
            const Buffer& frame = live.seen[seen].bytes;
            Buffer repaired = frame;
            proto::machine::repair_checksums(repaired);
            EXPECT_EQ(frame, repaired);
            const auto packet = proto::machine::parse_played(Bytes(frame).subspan(14));
            if (!packet) continue;
            const auto s = proto::machine::PlayedSegment::parse(
                Bytes(frame).subspan(14).first(packet->length).subspan(packet->transport));
            if (!s) continue;
            std::string flags = s->syn ? "S" : s->fin ? "F" : s->rst ? "R" : "";
            if (s->has_ack) flags += "A";
            std::string text = flags + " " + std::to_string(s->seq) + " " + std::to_string(s->has_ack ? s->ack : 0);
            if (!s->payload.empty()) text += " " + std::string(proto::as_text(s->payload));
            texts.push_back(std::move(text));
        }
        return texts;
    }
    std::vector<std::string> differences(bool end) {
        std::vector<std::string> texts;
        for (const PlayedDifference& d : player.differences(end))
            texts.push_back(std::to_string(d.frame) + ": " + d.text);
        return texts;
    }

    ARecording conversation() const {
        ARecording r{over_ipv6};
        r.client(6, segment(40'000, 80, 100, 0, syn, ""));
        r.server(6, segment(80, 40'000, 5000, 101, syn | ack, ""));
        r.client(6, segment(40'000, 80, 101, 5001, psh | ack, "GET"));
        r.server(6, segment(80, 40'000, 5001, 104, psh | ack, "hello"));
        r.server(6, segment(80, 40'000, 5006, 104, fin | ack, ""));
        r.client(6, segment(40'000, 80, 104, 5007, fin | ack, ""));
        r.server(6, segment(80, 40'000, 5007, 105, ack, ""));
        return r;
    }

    bool over_ipv6 = false;
    TestWorld w;
    CapturePlayer& player = w.add_capture_player("old");
    Bare live{70, "web"};
    std::size_t seen = 0;
    Time ended = proto::never;
};

TEST_F(ThePlayer, PlaysAtTheRecordedTimesWithMappedAddresses) {
    ARecording r;
    r.client(17, test::udp({a("10.0.0.2"), 1000}, {a("10.0.0.1"), 9}, test::buffer(10)));
    r.server(17, test::udp({a("10.0.0.1"), 9}, {a("10.0.0.2"), 1000}, test::buffer(10)));
    r.client(17, test::udp({a("10.0.0.2"), 1000}, {a("10.0.0.1"), 9}, test::buffer(20)));
    set(r);
    play(200);
    w.run_for(10ms);
    ASSERT_EQ(live.seen.size(), 2u);                                     // what the modelled host said is left out
    EXPECT_EQ(live.seen[1].at - live.seen[0].at, Duration(1ms) + 16ns);  // two octets more take longer on the cable
    EXPECT_EQ(live.seen[0].cause, 42u);
    EXPECT_EQ(ended, proto::time_at(1'000'000));
    const Buffer& frame = live.seen[0].bytes;
    EXPECT_TRUE(std::equal(frame.begin(), frame.begin() + 6, live.ports()[0].mac.octets.begin()));
    EXPECT_TRUE(std::equal(frame.begin() + 6, frame.begin() + 12, recorded_client.octets.begin()));
    EXPECT_EQ(Ipv4Address::load(frame.data() + 26), a("192.0.2.9"));
    EXPECT_EQ(Ipv4Address::load(frame.data() + 30), a("192.0.2.1"));
    Buffer repaired = frame;
    proto::machine::repair_checksums(repaired);
    EXPECT_EQ(frame, repaired);
    EXPECT_THAT(differences(true), ElementsAre("2: the live host does not answer"));
}

TEST_F(ThePlayer, AnswersArpForWhatItPlays) {
    set(conversation());
    Buffer request(28);
    proto::store_be32(request.data(), 0x0001'0800);
    proto::store_be32(request.data() + 4, 0x0604'0001);
    std::copy_n(live.ports()[0].mac.octets.begin(), 6, request.begin() + 8);
    a("192.0.2.1").store(request.data() + 14);
    a("192.0.2.9").store(request.data() + 24);
    say(test::ethernet(proto::broadcast_mac, live.ports()[0].mac, 0x0806, request));
    ASSERT_EQ(live.seen.size(), 1u);
    const Buffer& reply = live.seen[0].bytes;
    EXPECT_EQ(proto::load_be16(reply.data() + 14 + 6), 2);
    EXPECT_TRUE(std::equal(recorded_client.octets.begin(), recorded_client.octets.end(), reply.begin() + 14 + 8));
    EXPECT_EQ(Ipv4Address::load(reply.data() + 14 + 14), a("192.0.2.9"));
    EXPECT_EQ(Ipv4Address::load(reply.data() + 14 + 24), a("192.0.2.1"));
    a("192.0.2.77").store(request.data() + 24);  // not one of its own
    say(test::ethernet(proto::broadcast_mac, live.ports()[0].mac, 0x0806, request));
    EXPECT_EQ(live.seen.size(), 1u);
}

TEST_F(ThePlayer, GivesAHostAnotherMacWhereTheModelHasItsOwn) {
    set(conversation());
    CaptureSettings settings;
    settings.recording = conversation().recording;
    settings.map.map(a("10.0.0.1"), a("192.0.2.1"));
    settings.modelled[a("192.0.2.1")] = live.ports()[0].mac;
    settings.taken = {recorded_client, recorded_server};
    player.set(std::move(settings));
    play();
    w.run_for(1ms);
    ASSERT_EQ(live.seen.size(), 1u);
    const Buffer& frame = live.seen[0].bytes;
    EXPECT_FALSE(std::equal(frame.begin() + 6, frame.begin() + 12, recorded_client.octets.begin()));
    EXPECT_EQ(frame[6], 0x02);
    EXPECT_TRUE(std::equal(frame.begin(), frame.begin() + 6, live.ports()[0].mac.octets.begin()));
}

// Connections over either family.
struct ThePlayerOver : ThePlayer, testing::WithParamInterface<bool> {
    void SetUp() override { over_ipv6 = GetParam(); }
};
INSTANTIATE_TEST_SUITE_P(Families, ThePlayerOver, testing::Bool(),
                         [](const auto& family) { return family.param ? "Ipv6" : "Ipv4"; });

TEST_P(ThePlayerOver, FollowsALivePeer) {
    set(conversation());
    play();
    w.run_for(5ms);
    EXPECT_THAT(heard(), ElementsAre("S 100 0"));  // the rest waits for an answer
    say_tcp(900'000, 101, syn | ack);
    EXPECT_THAT(heard(), ElementsAre("A 101 900001 GET"));
    say_tcp(900'001, 104, psh | ack, "hello");
    say_tcp(900'006, 104, fin | ack);
    w.run_for(5ms);
    EXPECT_THAT(heard(), ElementsAre("FA 104 900007"));
    EXPECT_NE(ended, proto::never);
    EXPECT_FALSE(player.is_playing());
    EXPECT_THAT(differences(true), ElementsAre());
}

TEST_P(ThePlayerOver, AcknowledgesByItselfWhatTheRecordingHasNoPacketFor) {
    set(conversation());
    play();
    say_tcp(900'000, 101, syn | ack);
    w.run_for(5ms);
    heard();
    say_tcp(900'001, 104, ack, "hel");
    EXPECT_THAT(heard(), ElementsAre());
    w.run_for(50ms);
    EXPECT_THAT(heard(), ElementsAre("A 104 900004"));
    say_tcp(900'004, 104, ack, "l");
    say_tcp(900'005, 104, psh | fin | ack, "o, and more");
    EXPECT_THAT(heard(), ElementsAre("FA 104 900017"));
    say_tcp(900'005, 104, psh | fin | ack, "o, and more");  // again, as if that had been lost
    EXPECT_THAT(heard(), ElementsAre("A 105 900017"));
    EXPECT_THAT(differences(true), ElementsAre("5: the live host says 15 bytes, the recorded one 5"));
}

TEST_P(ThePlayerOver, SaysWhereTheLiveAnswerDiffers) {
    set(conversation());
    play();
    say_tcp(900'000, 101, syn | ack);
    w.run_for(5ms);
    say_tcp(900'001, 104, psh | fin | ack, "gone");
    EXPECT_THAT(differences(false), ElementsAre("4: recorded \"hello\", live \"gone\""));
}

TEST_P(ThePlayerOver, LosesPatienceWithAPeerThatSaysNothing) {
    set(conversation());
    play();
    w.run_for(3s);
    EXPECT_THAT(heard(), ElementsAre("S 100 0"));
    EXPECT_FALSE(player.is_playing());
    EXPECT_THAT(differences(true), ElementsAre("2: the live host does not answer"));
}

TEST_P(ThePlayerOver, StopsAConnectionThatIsReset) {
    set(conversation());
    play();
    w.run_for(5ms);
    say_tcp(0, 101, rst | ack);
    EXPECT_FALSE(player.is_playing());
    EXPECT_THAT(heard(), ElementsAre("S 100 0"));
    EXPECT_THAT(differences(true), ElementsAre(HasSubstr("resets the connection")));
}

TEST_P(ThePlayerOver, CutsWhatWasRecordedBeforeItWasCut) {
    ARecording r{over_ipv6};
    const std::string big(4000, 'x');
    r.client(6, segment(40'000, 80, 100, 0, syn, ""));
    r.server(6, segment(80, 40'000, 5000, 101, syn | ack, ""));
    r.client(6, segment(40'000, 80, 101, 5001, psh | fin | ack, big));
    set(r);
    play();
    say_tcp(900'000, 101, syn | ack);
    w.run_for(5ms);
    const auto texts = heard();
    ASSERT_EQ(texts.size(), 4u);
    const std::size_t most = over_ipv6 ? 1440 : 1460;
    EXPECT_EQ(texts[1], "A 101 900001 " + big.substr(0, most));
    EXPECT_EQ(texts[3], "FA " + std::to_string(101 + 2 * most) + " 900001 " + big.substr(0, 4000 - 2 * most));
}

// Played the other way round: the recorded server is played for a live client that has a port of its own.
TEST_P(ThePlayerOver, PlaysAServerForALiveClient) {
    ARecording r{over_ipv6};
    r.server(6, segment(50'000, 25, 100, 0, syn, ""));
    r.client(6, segment(25, 50'000, 5000, 101, syn | ack, ""));
    r.server(6, segment(50'000, 25, 101, 5001, ack, ""));
    r.client(6, segment(25, 50'000, 5001, 101, psh | ack, "220 ready"));
    set(r);
    play();
    w.run_for(10ms);
    EXPECT_THAT(heard(), ElementsAre());
    EXPECT_FALSE(player.is_playing());  // nobody keeps it from ending
    say_tcp(7000, 0, syn, "", 33'333, 25);
    EXPECT_THAT(heard(), ElementsAre("SA 5000 7001", "A 5001 7001 220 ready"));
    EXPECT_EQ(proto::load_be16(live.seen.back().bytes.data() + (over_ipv6 ? 56 : 36)), 33'333);
}

TEST_P(ThePlayerOver, StandsWhateverARecordingHolds) {
    const ARecording whole = conversation();
    for (std::size_t n = 14; n < 60; ++n) {
        ARecording cut;
        for (const Recording::Frame& f : whole.recording->frames) {
            const Bytes bytes = whole.recording->of(f);
            Buffer frame(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(std::min(n, bytes.size())));
            cut.add(frame);
        }
        set(cut);
        play(10'000);
        w.run_for(3s);
        EXPECT_FALSE(player.is_playing()) << n;
    }
}

// By IPv6: the live host 2001:db8:b::1, which was 2001:db8:a::1, and the played 2001:db8:b::9, which was 2001:db8:a::2.
struct ThePlayerOverIpv6 : ThePlayer {
    static Buffer packet(bool by_client, std::uint8_t protocol, const Buffer& transport, const char* to = nullptr) {
        const auto from = six(by_client ? "2001:db8:a::2" : "2001:db8:a::1");
        const auto destination = six(to ? to : by_client ? "2001:db8:a::1" : "2001:db8:a::2");
        const MacAddress group{{0x33, 0x33, 0xff, 0, 0, 1}};
        const MacAddress peer = by_client ? recorded_server : recorded_client;
        return test::ethernet(to ? group : peer, by_client ? recorded_client : recorded_server, 0x86dd,
                              ipv6(destination, from, protocol, transport));
    }
    static Buffer echo(std::uint8_t type) { return {type, 0, 0, 0, 0, 7, 0, 1, 'x'}; }
    static Buffer solicitation() {
        Buffer s(24);
        s[0] = 135;
        six("2001:db8:a::1").store(s.data() + 8);
        s.insert(s.end(), {1, 1, 2, 0xaa, 0, 0, 0, 1});
        return s;
    }
    Bytes last() const { return live.seen.back().bytes; }
};

TEST_F(ThePlayerOverIpv6, PlaysTheOtherSideOfALiveHost) {
    ARecording r;
    r.add(packet(true, 58, echo(128))).add(packet(false, 58, echo(129))).add(packet(true, 58, echo(128)));
    set(r);
    play();
    w.run_for(10ms);
    ASSERT_EQ(live.seen.size(), 2u);  // the reply is the live host's to make
    EXPECT_EQ(Ipv6Address::load(last().data() + 22), six("2001:db8:b::9"));
    EXPECT_EQ(Ipv6Address::load(last().data() + 38), six("2001:db8:b::1"));
    EXPECT_EQ(MacAddress::load(last().data()), live.ports()[0].mac);
    Buffer repaired(last().begin(), last().end());
    proto::machine::repair_checksums(repaired);
    EXPECT_EQ(Buffer(last().begin(), last().end()), repaired);
}

TEST_F(ThePlayerOverIpv6, AsksTheGroupOfTheNewAddress) {
    ARecording r;
    r.add(packet(true, 58, solicitation(), "ff02::1:ff00:1"));
    CaptureSettings settings;
    settings.recording = r.recording;
    settings.map.map(six("2001:db8:a::1"), six("2001:db8:b::12:3456"));
    settings.modelled[six("2001:db8:b::12:3456")] = live.ports()[0].mac;
    settings.taken.insert(recorded_client);
    player.set(std::move(settings));
    play();
    w.run_for(10ms);
    ASSERT_EQ(live.seen.size(), 1u);
    EXPECT_EQ(MacAddress::load(last().data()), (MacAddress{{0x33, 0x33, 0xff, 0x12, 0x34, 0x56}}));
    EXPECT_EQ(Ipv6Address::load(last().data() + 38), six("ff02::1:ff12:3456"));
    EXPECT_EQ(Ipv6Address::load(last().data() + 62), six("2001:db8:b::12:3456"));
    // The MAC of the option is the one that the frame comes from now.
    EXPECT_EQ(MacAddress::load(last().data() + 80), MacAddress::load(last().data() + 6));
    EXPECT_NE(MacAddress::load(last().data() + 6), recorded_client);
}

TEST_F(ThePlayerOverIpv6, AnswersWhoAsksForWhatItPlays) {
    ARecording r;
    r.add(packet(true, 58, echo(128)));
    set(r);
    play();
    w.run_for(10ms);
    Buffer asks = packet(false, 58, solicitation(), "ff02::1:ff00:9");
    six("2001:db8:b::1").store(asks.data() + 22);
    six("2001:db8:b::9").store(asks.data() + 62);
    say(asks);
    ASSERT_EQ(live.seen.size(), 2u);
    EXPECT_EQ(last()[54], 136);
    EXPECT_EQ(Ipv6Address::load(last().data() + 62), six("2001:db8:b::9"));
    EXPECT_EQ(MacAddress::load(last().data() + 80), recorded_client);
}

TEST_F(ThePlayerOverIpv6, ComparesAnswers) {
    ARecording r;
    r.add(packet(true, 58, echo(128))).add(packet(false, 58, echo(129)));
    set(r);
    play();
    w.run_for(10ms);
    Buffer other = echo(129);
    other.back() = 'y';
    say(test::ethernet(recorded_client, live.ports()[0].mac, 0x86dd,
                       ipv6(six("2001:db8:b::9"), six("2001:db8:b::1"), 58, other)));
    EXPECT_THAT(differences(true), ElementsAre("2: the live answer differs from byte 0 of the data on"));
}

TEST_F(ThePlayerOverIpv6, LeavesTheLinkLocalWordsOfALiveHostOut) {
    ARecording r;
    r.add(packet(false, 58, echo(128)));
    Buffer own = packet(false, 58, solicitation(), "ff02::1:ff00:2");
    six("fe80::1").store(own.data() + 22);
    r.add(own);
    set(r);
    play();
    w.run_for(10ms);
    EXPECT_TRUE(live.seen.empty());
}

}  // namespace
}  // namespace layerlab::sim
