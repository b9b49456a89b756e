#include "proto/statistics/conversations.hpp"

#include <gtest/gtest.h>

#include "tests/proto/statistics/fed.hpp"

namespace layerlab::proto::statistics {
namespace {

using namespace test;
using Texts = std::vector<std::string>;

Conversations of(const std::vector<Octets>& frames) {
    Conversations conversations;
    feed(Conversations::wanted(), frames, [&](const auto& in, const auto& d) { conversations.add(in, d); });
    return conversations;
}

// 54 octets from the client, 56 and 54 from the server; another client; a datagram.
const std::vector<Octets> frames{
    tcp_frame({.from_client = false, .port = 80, .payload = octets("ab")}),
    tcp_frame({.from_client = true, .port = 80}),
    udp_frame(1000, 2000, octets("hi")),
    tcp_frame({.from_client = false, .port = 80}),
    tcp_frame({.from_client = true, .port = 80, .client_port = 40001}),
};

TEST(Conversations, CountBothDirectionsFromTheFirstFrameOn) {
    const Conversations conversations = of(frames);
    const Table table = conversations.table(ConversationKind::tcp);
    EXPECT_EQ(table.title, "TCP conversations");
    ASSERT_EQ(table.rows.size(), 2u);
    EXPECT_EQ(texts(table.rows[0]), (Texts{"10.0.0.2:80", "10.0.0.1:40000", "2", "110", "1", "54", "3", "164",
                                           "0.000000000", "0.003000000"}));
    EXPECT_EQ(texts(table.rows[1]),
              (Texts{"10.0.0.1:40001", "10.0.0.2:80", "1", "54", "0", "0", "1", "54", "0.004000000", "0.000000000"}));
}

TEST(Conversations, ExistAtEachLayer) {
    const Conversations conversations = of(frames);
    EXPECT_EQ(conversations.table(ConversationKind::udp).rows.size(), 1u);
    ASSERT_EQ(conversations.table(ConversationKind::ipv4).rows.size(), 1u);
    EXPECT_EQ(conversations.table(ConversationKind::ipv4).rows[0][6].text, "5");
    EXPECT_EQ(conversations.table(ConversationKind::ethernet).rows.size(), 1u);
    EXPECT_TRUE(conversations.table(ConversationKind::ipv6).rows.empty());
}

TEST(Conversations, GiveTheEndpoints) {
    const Table table = of(frames).endpoints(ConversationKind::ipv4);
    ASSERT_EQ(table.rows.size(), 2u);
    EXPECT_EQ(texts(table.rows[0]), (Texts{"10.0.0.1", "5", "262", "3", "152", "2", "110"}));
    EXPECT_EQ(texts(table.rows[1]), (Texts{"10.0.0.2", "5", "262", "2", "110", "3", "152"}));
}

TEST(Conversations, LeaveOutWhatAnErrorQuotes) {
    Octets quote = udp_frame(1000, 2000, octets("hi"));
    quote.erase(quote.begin(), quote.begin() + 14);
    Datagram d;
    d.protocol = 1;
    const Octets error = ethernet_frame(0x0800, ipv4_packet(d, Octets{3, 3, 0, 0, 0, 0, 0, 0} + quote));
    const Conversations conversations = of({error});
    EXPECT_EQ(conversations.table(ConversationKind::ipv4).rows.size(), 1u);
    EXPECT_TRUE(conversations.table(ConversationKind::udp).rows.empty());
}

TEST(Conversations, KnowTheirKindsByName) {
    for (const ConversationKind kind : conversation_kinds) EXPECT_EQ(conversation_kind(name_of(kind)), kind);
    EXPECT_FALSE(conversation_kind("sctp"));
}

TEST(Conversations, AreTheSamePutTogetherFromParts) {
    const std::vector<Octets> both_ways{tcp_frame({.from_client = false}), udp_frame(1000, 2000, octets("hi")),
                                        tcp_frame({}), udp_frame(2000, 1000, octets("ho")), tcp_frame({})};
    Conversations whole, odd, even;
    feed(Conversations::wanted(), both_ways, [&](const auto& in, const auto& d) {
        whole.add(in, d);
        (in.number % 2 ? odd : even).add(in, d);
    });
    even.merge(std::move(odd));
    for (const ConversationKind kind : conversation_kinds) {
        const Table expected = whole.table(kind), merged = even.table(kind);
        ASSERT_EQ(merged.rows.size(), expected.rows.size());
        for (std::size_t i = 0; i < expected.rows.size(); ++i)
            EXPECT_EQ(texts(merged.rows[i]), texts(expected.rows[i])) << name_of(kind);
    }
}

}  // namespace
}  // namespace layerlab::proto::statistics
