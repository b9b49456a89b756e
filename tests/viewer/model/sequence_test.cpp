#include "viewer/model/sequence.hpp"

#include <gmock/gmock.h>

#include "tests/viewer/lab_session.hpp"
#include "viewer/model/exports.hpp"
#include "viewer/model/journey.hpp"
#include "viewer/model/stream.hpp"

namespace layerlab::viewer::test {
namespace {

using testing::HasSubstr;

const std::string switched =
    "pc a 10.0.0.1/24\npc b 10.0.0.2/24\nswitch sw\nlink a sw\nlink b sw\nb serve http { \"/\" \"hello\" }\n"
    "a$ curl -s http://10.0.0.2/\n";

TEST(Sequence, TakesHostsAndRoutersAndJumpsOverSwitches) {
    const auto session = session_of(switched);
    const Sequence s = sequence_of(*session);
    EXPECT_THAT(s.participants, testing::UnorderedElementsAre(node_of(*session, "a"), node_of(*session, "b")));
    ASSERT_FALSE(s.arrows.empty());
    for (const SequenceArrow& a : s.arrows) {
        EXPECT_NE(a.from, a.to);
        EXPECT_LT(a.begin, a.end);
        EXPECT_LT(a.y0, a.y1);
        EXPECT_TRUE(a.lost.empty());
    }
}

TEST(Sequence, ShowsASwitchThatWasAdded) {
    const auto session = session_of(switched);
    const std::size_t before = sequence_of(*session).arrows.size();
    session->apply(command::SetParticipants{{node_of(*session, "a"), node_of(*session, "sw"), node_of(*session, "b")}});
    EXPECT_GT(sequence_of(*session).arrows.size(), before);
}

TEST(Sequence, EndsALossInACrossAndMarksWhatIsSentAgain) {
    const auto session = session_of(
        "seed 3\npc a 10.0.0.1/24\npc b 10.0.0.2/24\nlink a b rate 10Mbps delay 10ms loss 3%\nb serve tcp 9 discard\n"
        "a send tcp b:9 1MB\nwait 3s\n");
    session->apply(command::SetFilter{"tcp.len > 0"});
    session->finish();
    int lost = 0, repeated = 0;
    for (const std::int64_t at : {100, 500, 1000, 1500, 2000}) {
        session->apply(command::Seek{proto::time_at(at * 1'000'000)});
        for (const SequenceArrow& a : sequence_of(*session).arrows) {
            lost += !a.lost.empty();
            repeated += describe(*session, a).is_repeat;
        }
    }
    EXPECT_GT(lost, 0);
    EXPECT_GT(repeated, 0);
}

TEST(Sequence, MakesOnlyTheFramesAroundThePresent) {
    const auto session = session_of("pc a\npc b\nlink a b\na$ ping -c 200 -i 0.01 b\n");
    const Sequence s = sequence_of(*session, 100);
    EXPECT_LE(s.arrows.size(), 100u);
    EXPECT_TRUE(s.has_later);
}

TEST(SequenceExport, WritesSvgAndMermaid) {
    const auto session = session_of(switched);
    const auto svg = export_text(*session, "sequence.svg"), mermaid = export_text(*session, "sequence.mmd");
    ASSERT_TRUE(svg && mermaid);
    EXPECT_THAT(*svg, testing::StartsWith("<svg"));
    EXPECT_THAT(*svg, testing::EndsWith("</svg>\n"));
    EXPECT_THAT(*svg, HasSubstr(">a</text>"));
    EXPECT_THAT(*mermaid, testing::StartsWith("sequenceDiagram\n    participant d0 as a\n"));
    EXPECT_THAT(*mermaid, HasSubstr("d0->>d1: "));
    EXPECT_FALSE(export_text(*session, "sequence.gif"));
}

TEST(Journey, FollowsAPacketFromHopToHop) {
    const auto session = session_of(two_lans);
    session->apply(command::SetFilter{"icmp.type == 8"});
    session->finish();
    session->apply(command::SelectFrame{session->list().rows().front()});
    const Journey j = journey_of(*session);
    ASSERT_EQ(j.hops.size(), 4u);  // a sends, r receives, r sends, b receives
    EXPECT_EQ(j.hops[0].what, "sent");
    EXPECT_EQ(j.hops[3].what, "arrived");
    EXPECT_THAT(j.hops[2].changes, testing::Contains("Time to Live 64 \u2192 63"));
    EXPECT_EQ(j.beginning, "a$ ping -c 2 b");
    ASSERT_FALSE(j.after.empty());
}

TEST(Journey, KnowsFragmentsOfAPacket) {
    const auto session = session_of(
        "pc a\nrouter r1\nrouter r2\npc b\nlink a r1\nlink r1.mid r2.mid mtu 1000\nlink r2 b\n"
        "a$ ping -c 1 -s 4000 b\n");
    session->apply(command::SetFilter{"ip.frag_offset > 0"});
    session->apply(command::ShowOnlyAt{node_of(*session, "r2")});
    session->finish();
    ASSERT_FALSE(session->list().rows().empty());
    session->apply(command::SelectFrame{session->list().rows().front()});
    const Journey j = journey_of(*session);
    ASSERT_FALSE(j.before.empty());
    EXPECT_EQ(j.before.back().relation, "was cut into");
    EXPECT_EQ(j.beginning, "a$ ping -c 1 -s 4000 b");
}

TEST(Stream, ShowsWhatBothSidesSaid) {
    const auto session = session_of(switched);
    session->apply(command::SetFilter{"http.request"});
    session->finish();
    ASSERT_FALSE(session->list().rows().empty());
    const StreamText s = stream_of(session->trace(), session->list().rows().front());
    ASSERT_TRUE(s.is_there);
    EXPECT_EQ(s.server, "10.0.0.2:80");
    ASSERT_EQ(s.pieces.size(), 2u);
    EXPECT_TRUE(s.pieces[0].from_client);
    EXPECT_THAT(s.pieces[0].text, testing::StartsWith("GET / HTTP/1.1\n"));
    EXPECT_THAT(s.pieces[1].text, testing::EndsWith("hello"));
    session->apply(command::SetFilter{s.filter});
    EXPECT_FALSE(session->list().error());
}

TEST(Stream, IsNotThereForArp) {
    const auto session = session_of(two_lans);
    EXPECT_FALSE(stream_of(session->trace(), 1).is_there);
}

TEST(Stream, PutsLostSegmentsInOrder) {
    const auto session = session_of(
        "seed 5\npc a 10.0.0.1/24\npc b 10.0.0.2/24\nlink a b rate 10Mbps delay 10ms loss 3%\n"
        "b serve tcp 9 discard\na send tcp b:9 200kB\nwait 20s\n");
    session->apply(command::SetFilter{"tcp.len > 0"});
    session->finish();
    ASSERT_FALSE(session->list().rows().empty());
    const StreamText s = stream_of(session->trace(), session->list().rows().front());
    EXPECT_EQ(s.client_bytes, 200'000u);
}

}  // namespace
}  // namespace layerlab::viewer::test
