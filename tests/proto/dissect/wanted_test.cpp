#include "proto/dissect/wanted.hpp"

#include <gtest/gtest.h>
#include <set>

#include "proto/dissect/frame.hpp"
#include "proto/dissect/tcp_fields.hpp"
#include "proto/dissect/text.hpp"
#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;
using wire::TcpFlags;

// A name asked, a page fetched in two segments of which one is sent again, a port that is closed.
std::vector<Octets> some_frames() {
    const Octets question = {0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 2, 'd', 'e', 0, 0, 1, 0, 1};
    const Octets get = octets("GET / HTTP/1.1\r\nHost: a.de\r\n\r\n");
    const Octets front = octets("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab"), back = octets("cd");
    const auto size = [](const Octets& o) { return static_cast<std::uint32_t>(o.size()); };
    Octets damaged = tcp_frame({.sequence = 7, .port = 80, .client_port = 40001, .payload = get});
    damaged.back() ^= 1;
    return {
        udp_frame(5000, 53, question),
        tcp_frame({.sequence = 100, .flags = TcpFlags::syn, .port = 80, .options = {2, 4, 5, 0xb4, 1, 3, 3, 7}}),
        tcp_frame({.from_client = false,
                   .sequence = 900,
                   .acknowledgment = 101,
                   .flags = TcpFlags::syn | TcpFlags::ack,
                   .port = 80}),
        tcp_frame({.sequence = 101, .acknowledgment = 901, .port = 80, .payload = get}),
        tcp_frame({.from_client = false, .sequence = 901, .port = 80, .payload = front}),
        tcp_frame({.from_client = false, .sequence = 901, .port = 80, .payload = front}),
        tcp_frame({.from_client = false, .sequence = 901 + size(front), .port = 80, .payload = back}),
        damaged,
        ethernet_frame(0x0806, Octets(10, 1)),
        udp_frame(1000, 2000, octets("hi")),
    };
}

Options wanting(const Wanted& wanted) {
    Options options;
    options.wanted = &wanted;
    return options;
}

TEST(Wanted, GivesEachFieldTheValuesItHasWhenAllAreMade) {
    std::set<const FieldInfo*> seen;
    Watcher all;
    for (const Octets& frame : some_frames())
        for (const Item& item : all.see(frame).last().items) seen.insert(item.field);
    ASSERT_GT(seen.size(), 100u);
    for (const FieldInfo* field : seen) {
        const FieldInfo* const fields[] = {field};
        const Wanted wanted(fields);
        Watcher whole, part(wanting(wanted));
        for (const Octets& frame : some_frames())
            EXPECT_EQ(part.see(frame).value(field->name), whole.see(frame).value(field->name)) << field->name;
    }
}

TEST(Wanted, LeavesOutWhatNobodyAskedFor) {
    const Wanted nothing;
    Watcher w(wanting(nothing));
    w.see(some_frames()[3]);
    EXPECT_EQ(w.path(), "eth:ip:tcp");
    EXPECT_LE(w.last().items.size(), 8u);  // the headings, and what shares a slot by chance
    EXPECT_EQ(w.see(ethernet_frame(0x0806, Octets(3, 1))).value("_ws.malformed"), "1");
}

TEST(Wanted, ColumnsAreTheSame) {
    const Wanted columns = Wanted::for_columns();
    Watcher whole, part(wanting(columns));
    for (const Octets& frame : some_frames()) {
        whole.see(frame);
        part.see(frame);
        std::string expected, found;
        append_line(expected, whole.in(), whole.last());
        append_line(found, part.in(), part.last());
        EXPECT_EQ(found, expected);
    }
}

TEST(Wanted, KnowsWhatLeadsToAField) {
    const auto wanted = [](const FieldInfo& field) {
        const FieldInfo* const fields[] = {&field};
        return Wanted(fields);
    };
    EXPECT_FALSE(wanted(wire::Tcp::source_port.info).wants_streams());
    EXPECT_FALSE(wanted(TcpFields::length.info).wants_streams());
    EXPECT_TRUE(wanted(TcpFields::sequence.info).wants_streams());
    EXPECT_FALSE(wanted(TcpFields::sequence.info).wants_applications());
    EXPECT_TRUE(wanted(TcpFields::reassembled.info).wants_applications());
    EXPECT_TRUE(wanted(FrameFields::protocols.info).wants_applications());
}

}  // namespace
}  // namespace layerlab::proto::dissect
