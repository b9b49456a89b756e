#include "proto/dissect/tcp_payload.hpp"

#include <gtest/gtest.h>

#include "proto/dissect/protocols.hpp"
#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

// A DNS query for "a." over TCP: two octets of length, header, name, type A, class IN.
const Octets query{0, 19, 0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1};

Octets part(const Octets& stream, std::size_t first, std::size_t size, std::uint16_t flags = wire::TcpFlags::ack) {
    Segment s;
    s.port = 53;
    s.sequence = 1000 + static_cast<std::uint32_t>(first);
    s.flags = flags;
    const auto at = stream.begin() + static_cast<std::ptrdiff_t>(first);
    s.payload = Octets(at, at + static_cast<std::ptrdiff_t>(size));
    return tcp_frame(s);
}

TEST(TcpPayload, ShowsAPduOnTheFrameThatCompletesIt) {
    Watcher w;
    EXPECT_EQ(w.see(part(query, 0, 1)).path(), "eth:ip:tcp");
    EXPECT_EQ(w.see(part(query, 1, 9)).path(), "eth:ip:tcp");
    w.see(part(query, 10, 11));
    EXPECT_EQ(w.path(), "eth:ip:tcp:dns");
    EXPECT_EQ(w.value("dns.id"), "4660");
    EXPECT_EQ(w.value("tcp.reassembled.length"), "21");
}

TEST(TcpPayload, ShowsSeveralPdusOfOneSegment) {
    Watcher w;
    EXPECT_EQ(w.see(part(query + query, 0, 42)).path(), "eth:ip:tcp:dns:dns");
    EXPECT_EQ(w.value("tcp.reassembled.length"), "");
}

TEST(TcpPayload, PutsSegmentsInOrder) {
    Watcher w;
    w.see(part(query, 0, 5));
    EXPECT_EQ(w.see(part(query, 15, 6)).path(), "eth:ip:tcp");
    EXPECT_EQ(w.see(part(query, 10, 5)).path(), "eth:ip:tcp");
    EXPECT_EQ(w.see(part(query, 5, 5)).path(), "eth:ip:tcp:dns");
}

// As Wireshark, which does not join what is damaged with anything.
TEST(TcpPayload, ShowsASegmentWithAWrongChecksumAsItIsAndGoesOn) {
    const auto damaged = [](Octets frame) {
        frame[14 + 20 + 16] ^= 1;
        return frame;
    };
    Watcher w;
    EXPECT_EQ(w.see(damaged(part(query, 0, 21))).value("tcp.checksum.status"), "0");
    EXPECT_EQ(w.value("dns.id"), "4660");
    EXPECT_EQ(w.see(part(query + query, 21, 21)).path(), "eth:ip:tcp:dns");
    w.see(damaged(part(query, 0, 5)));
    EXPECT_EQ(w.see(part(query + query + query, 42, 21)).path(), "eth:ip:tcp:dns") << "old octets do not turn it back";
    Watcher parts;
    parts.see(part(query, 0, 5));
    EXPECT_EQ(parts.see(damaged(part(query, 5, 16))).value("tcp.reassembled.length"), "");
}

TEST(TcpPayload, DoesNotShowOctetsTwice) {
    Watcher w;
    w.see(part(query, 0, 21));
    EXPECT_EQ(w.see(part(query, 0, 21), 300ms).path(), "eth:ip:tcp");
    EXPECT_EQ(w.see(part(query + query, 11, 31)).path(), "eth:ip:tcp:dns");  // the first ten octets are old
}

TEST(TcpPayload, AnyCutAndOrderGivesTheSamePdus) {
    const Octets stream = query + query + query;
    for (std::size_t size = 1; size <= stream.size(); ++size) {
        Watcher w;
        std::size_t seen = 0;
        w.see(part(stream, 0, 1));
        for (std::size_t round = 2; round > 0; --round)  // every second segment first, then the others
            for (std::size_t i = round - 1; i * size + 1 < stream.size(); i += 2) {
                w.see(part(stream, 1 + i * size, std::min(size, stream.size() - 1 - i * size)));
                for (const Layer& layer : w.last().layers) seen += layer.protocol == &dns;
            }
        EXPECT_EQ(seen, 3u) << "segments of " << size;
    }
}

TEST(TcpPayload, ShowsASegmentAsItIsWithoutReassembly) {
    Options options;
    options.reassemble_tcp = false;
    Watcher w(options);
    EXPECT_EQ(w.see(part(query, 0, 21)).path(), "eth:ip:tcp:dns");
    w.see(part(query, 0, 10));
    EXPECT_EQ(w.path().substr(0, 14), "eth:ip:tcp:dns");
    EXPECT_FALSE(w.last().malformed);
}

TEST(TcpPayload, ShowsAPduThatIsLargerThanIsKeptAsData) {
    Watcher w;
    Segment s;
    s.port = 80;
    s.sequence = 1000;
    s.payload = octets("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n");
    w.see(tcp_frame(s));
    bool shown = false;
    for (int i = 0; i < 400 && !shown; ++i) {
        s.sequence += static_cast<std::uint32_t>(s.payload.size());
        s.payload = Octets(60000, 'x');
        shown = w.see(tcp_frame(s)).path() == "eth:ip:tcp:data";
    }
    EXPECT_TRUE(shown);
}

TEST(TcpPayload, GoesOnBehindAHoleThatIsNeverFilled) {
    Watcher w;
    const Octets big(1400, 0);
    Segment s;
    s.port = 9;
    s.sequence = 1000;
    s.payload = octets("x");
    w.see(tcp_frame(s));
    s.sequence = 5000;
    s.payload = big;
    bool shown = false;
    for (int i = 0; i < 4000 && !shown; ++i, s.sequence += 1400) shown = w.see(tcp_frame(s)).path() != "eth:ip:tcp";
    EXPECT_TRUE(shown);
}

}  // namespace
}  // namespace layerlab::proto::dissect
