#include "viewer/model/osi.hpp"

#include <gmock/gmock.h>

#include "tests/viewer/lab_session.hpp"

namespace layerlab::viewer::test {
namespace {

using testing::Contains;
using testing::HasSubstr;

// The first frame of this kind at a device that has this text in its summary of layer 3.
FrameNumber find_frame(const Session& session, const std::string& node, RecordKind kind, const std::string& protocol) {
    const Trace& trace = session.trace();
    for (FrameNumber n = 1; n <= trace.frame_count(); ++n) {
        const Record& r = trace.frame(n);
        if (r.node == node_of(session, node) && r.kind == kind && osi_frame(trace, n)->layers[3].protocol == protocol)
            return n;
    }
    return 0;
}

std::vector<std::string> texts(const std::vector<OsiChange>& changes) {
    std::vector<std::string> out;
    for (const OsiChange& c : changes) out.push_back(change_text(c));
    return out;
}

TEST(OsiFrame, AddsUpToTheBytesOfTheFrame) {
    const auto session = session_of(two_lans);
    const FrameNumber n = find_frame(*session, "a", RecordKind::frame_sent, "ICMP");
    ASSERT_NE(n, 0u);
    const auto f = osi_frame(session->trace(), n);
    const OsiLayer& ethernet = f->layers[2];
    EXPECT_EQ(ethernet.header, 14u);
    EXPECT_EQ(ethernet.header + ethernet.payload + ethernet.trailer, session->trace().size(n));
    EXPECT_EQ(f->layers[3].parts.size(), 2u);  // IP and ICMP
    EXPECT_EQ(f->layers[3].parts[0].size, 20u);
    EXPECT_STREQ(f->layers[3].unit, "packet");
    for (const std::size_t empty : {5u, 6u}) EXPECT_TRUE(f->layers[empty].parts.empty());
}

TEST(OsiFrame, PutsArpIntoTheLinkLayerWithItsPaddingBehind) {
    const auto session = session_of(two_lans);
    const auto f = osi_frame(session->trace(), 1);
    EXPECT_EQ(f->layers[2].protocol, "ARP");
    EXPECT_EQ(f->layers[2].header, 14u + 28u);
    EXPECT_EQ(f->layers[2].trailer, 18u);
    EXPECT_TRUE(f->layers[3].parts.empty());
}

TEST(OsiView, JoinsArrivalAndSendingAtARouterAndSaysWhatChanged) {
    const auto session = session_of(two_lans);
    const FrameNumber arrival = find_frame(*session, "r", RecordKind::frame_delivered, "ICMP");
    ASSERT_NE(arrival, 0u);
    session->apply(command::SelectFrame{arrival});
    const OsiView view = osi_view(*session);
    EXPECT_EQ(view.in, arrival);
    ASSERT_EQ(view.outs.size(), 1u);
    ASSERT_TRUE(view.from && view.to);
    EXPECT_THAT(texts(view.changes[3]), Contains("Time to Live 64 \u2192 63"));
    EXPECT_THAT(texts(view.changes[3]), Contains(HasSubstr("Header Checksum")));
    EXPECT_EQ(view.changes[2].size(), 2u);  // both MAC addresses
    EXPECT_TRUE(view.changes[4].empty());
    EXPECT_FALSE(view.remarks[3].empty());
    EXPECT_EQ(view.open, 3);

    session->apply(command::SelectFrame{view.outs[0]});
    const OsiView same = osi_view(*session);
    EXPECT_EQ(same.in, arrival);
    EXPECT_EQ(texts(same.changes[3]), texts(view.changes[3]));
}

TEST(OsiView, KnowsThatAFrameWasMadeWhereItIsSent) {
    const auto session = session_of(two_lans);
    session->apply(command::SelectFrame{find_frame(*session, "a", RecordKind::frame_sent, "ICMP")});
    const OsiView view = osi_view(*session);
    EXPECT_EQ(view.in, 0u);
    EXPECT_FALSE(view.from);
    const Origin origin = origin_of(*session, session->trace().frame(view.selected).packet);
    EXPECT_EQ(origin.text, "a$ ping -c 2 b");
    EXPECT_EQ(line_text(*session, origin.line), "a$ ping -c 2 b");
}

TEST(OsiView, HidesDecisionsUntilThePredictionIsAnswered) {
    const auto session = session_of(two_lans);
    session->apply(command::SelectFrame{find_frame(*session, "r", RecordKind::frame_delivered, "ICMP")});
    session->apply(command::Predict{true});
    const auto hidden = [&] {
        int count = 0;
        for (const auto& layer : osi_view(*session).remarks)
            for (const OsiRemark& r : layer) count += r.is_hidden;
        return count;
    };
    const int before = hidden();
    EXPECT_GT(before, 0);
    session->apply(command::Answer{});
    EXPECT_EQ(hidden(), before - 1);
}

TEST(OsiView, ShowsADropAtTheLayerThatDropped) {
    const auto session = session_of(
        "pc a 10.0.1.2/24 gateway 10.0.1.1\npc b 10.0.2.2/24 gateway 10.0.2.1\nrouter r\nlink a r.a\nlink b r.b\n"
        "r.a 10.0.1.1/24\nr.b 10.0.2.1/24\na$ ping -c 1 -t 1 10.0.2.2\n");
    const Trace& trace = session->trace();
    bool is_found = false;
    for (FrameNumber n = 1; n <= trace.frame_count() && !is_found; ++n) {
        session->apply(command::SelectFrame{n});
        const OsiView view = osi_view(*session);
        for (const OsiRemark& r : view.remarks[3])
            if (r.is_drop) {
                is_found = true;
                EXPECT_THAT(r.text, HasSubstr("ttl"));
                EXPECT_EQ(view.open, 3);
            }
    }
    EXPECT_TRUE(is_found);
}

TEST(OsiView, IsEmptyWithoutAFrame) {
    const auto session = session_of(two_lans);
    EXPECT_EQ(osi_view(*session).selected, 0u);
}

TEST(OffsetText, ChoosesTheUnitByTheSize) {
    EXPECT_EQ(offset_text(Duration(0)), "+0");
    EXPECT_EQ(offset_text(Duration(672)), "+672 ns");
    EXPECT_EQ(offset_text(Duration(12'300)), "+12.3 us");
    EXPECT_EQ(offset_text(Duration(1'500'000'000)), "+1.5 s");
}

}  // namespace
}  // namespace layerlab::viewer::test
