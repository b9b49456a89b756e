// What is known of a TCP segment beyond its own bytes.
#include "viewer/model/tcp_index.hpp"

#include <gmock/gmock.h>
#include <map>
#include <set>

#include "proto/dissect/tcp_analysis.hpp"
#include "proto/dissect/text.hpp"
#include "tests/viewer/lab_session.hpp"

namespace layerlab::viewer::test {
namespace {

using proto::dissect::TcpVerdict;
using testing::HasSubstr;

std::string info_of(const Session& session, FrameNumber n) {
    Buffer scratch;
    const Bytes bytes = session.trace().bytes(n, scratch);
    const auto in = frame_in(session.trace(), n, bytes, &session.indices().flows);
    proto::dissect::Dissection d;
    proto::dissect::dissect_alone(in, d);
    return proto::dissect::columns_of(in, d).info;
}
std::vector<FrameNumber> rows(Session& session, const std::string& filter) {
    session.apply(command::SetFilter{filter});
    session.finish();
    EXPECT_FALSE(session.list().error()) << filter;
    return session.list().rows();
}

const std::string lossy =
    "seed 3\npc a 10.0.0.1/24\npc b 10.0.0.2/24\nlink a b rate 10Mbps delay 10ms loss 3%\nb serve tcp 9 discard\n"
    "a send tcp b:9 300kB\nwait 3s\n";

TEST(TcpIndex, CountsFromTheFirstSequenceNumber) {
    const auto session = session_of(
        "pc a 10.0.0.1/24\npc b 10.0.0.2/24\nlink a b\nb serve http { \"/\" \"hello\" }\n"
        "a$ curl -s http://10.0.0.2/\n");
    const auto segments = rows(*session, "tcp");
    ASSERT_GE(segments.size(), 4u);
    EXPECT_THAT(info_of(*session, segments[0]), HasSubstr("[SYN] Seq=0 "));
    EXPECT_THAT(info_of(*session, segments[1]), HasSubstr("[SYN, ACK] Seq=0 Ack=1 "));
    EXPECT_THAT(info_of(*session, segments[2]), HasSubstr("[ACK] Seq=1 Ack=1 "));
    EXPECT_EQ(rows(*session, "tcp.stream == 0").size(), segments.size());
    EXPECT_TRUE(rows(*session, "tcp.stream == 1").empty());
}

TEST(TcpIndex, MarksWhatItsSenderHasSentBefore) {
    const auto session = session_of(lossy);
    const Trace& trace = session->trace();
    const NodeId a = node_of(*session, "a");
    std::set<std::uint32_t> sequences;
    std::set<FrameNumber> again;  // by its own count: a segment with data whose number was there
    Buffer scratch;
    for (FrameNumber n = 1; n <= trace.frame_count(); ++n) {
        if (trace.frame(n).kind != RecordKind::frame_sent || trace.frame(n).node != a) continue;
        const auto segment = flow_of(trace, n, scratch);
        if (!segment || !segment->is_tcp() || segment->length == 0) continue;
        if (!sequences.insert(segment->sequence).second) again.insert(n);
    }
    ASSERT_GE(again.size(), 3u);
    std::set<FrameNumber> marked;  // one that was lost again has a row for that too
    for (const FrameNumber n : rows(*session, "tcp.analysis.retransmission and tcp.len > 0"))
        if (trace.frame(n).kind == RecordKind::frame_sent) marked.insert(n);
    EXPECT_EQ(marked, again);
    EXPECT_THAT(info_of(*session, *again.begin()), HasSubstr("Retransmission] "));
}

TEST(TcpIndex, SaysOfAnArrivalWhatItSaysOfTheSending) {
    const auto session = session_of(lossy);
    const auto marked = rows(*session, "tcp.analysis.retransmission and tcp.len > 0");
    ASSERT_FALSE(marked.empty());
    int arrived = 0;
    for (const FrameNumber n : marked) {
        const FrameNumber arrival = session->trace().partner(n);
        if (arrival == 0 || session->trace().frame(arrival).kind != RecordKind::frame_delivered) continue;
        ++arrived;
        EXPECT_EQ(info_of(*session, arrival), info_of(*session, n));
    }
    EXPECT_GT(arrived, 0);
}

TEST(TcpIndex, MarksASynThatWaitedForArpTogetherWithTheFirst) {
    // ARP takes four seconds: meanwhile the SYN is made again, and both leave when the answer is there.
    const auto session = session_of(
        "pc a 10.0.0.1/24\npc b 10.0.0.2/24\nlink a b delay 1200ms\nb serve tcp 9 discard\na send tcp b:9 1kB\n"
        "wait 20s\n");
    const auto syns = rows(*session, "tcp.flags.syn == 1 and tcp.flags.ack == 0");
    ASSERT_GE(syns.size(), 2u);
    EXPECT_THAT(info_of(*session, syns[0]), testing::Not(HasSubstr("Retransmission")));
    for (std::size_t i = 1; i < syns.size(); ++i)
        EXPECT_THAT(info_of(*session, syns[i]), HasSubstr("Retransmission]")) << i;
}

TEST(TcpIndex, CountsAnewBehindATranslation) {
    const auto session = session_of(
        "pc a\nrouter r { nat wan }\nserver w 203.0.113.80/24\nlink a r.lan\nlink w r.wan\n"
        "w serve http { \"/\" \"hello\" }\na$ curl -s http://203.0.113.80/\n");
    for (const FrameNumber n : rows(*session, "tcp.flags.syn == 1"))
        EXPECT_THAT(info_of(*session, n), HasSubstr(" Seq=0 ")) << n;
}

}  // namespace
}  // namespace layerlab::viewer::test
