#include "proto/statistics/follow.hpp"

#include <gtest/gtest.h>

#include "tests/proto/statistics/fed.hpp"

namespace layerlab::proto::statistics {
namespace {

using namespace test;
using Texts = std::vector<std::string>;
using wire::TcpFlags;

// "0:abc" for octets of side 0, "1:-5" for five that are missing.
Texts followed(FollowStream follow, const std::vector<Octets>& frames) {
    std::vector<StreamPiece> pieces;
    feed(follow.wanted(), frames, [&](const auto& in, const auto& d) { follow.add(in, d, pieces); });
    follow.finish(pieces);
    Texts texts;
    for (const StreamPiece& p : pieces)
        texts.push_back(
            std::to_string(p.side) + ":" +
            (p.missing > 0 ? "-" + std::to_string(p.missing) : std::string(p.octets.begin(), p.octets.end())));
    return texts;
}

Octets from_client(std::uint32_t sequence, std::string_view text, std::uint32_t acknowledgment = 900) {
    return tcp_frame({.sequence = sequence, .acknowledgment = acknowledgment, .payload = octets(text)});
}
Octets from_server(std::uint32_t sequence, std::string_view text, std::uint32_t acknowledgment) {
    return tcp_frame(
        {.from_client = false, .sequence = sequence, .acknowledgment = acknowledgment, .payload = octets(text)});
}

const FollowStream first_tcp(FollowStream::Transport::tcp, 0);

TEST(FollowStream, PutsSegmentsInOrderAndDropsRepetitions) {
    const Octets syn = tcp_frame({.sequence = 99, .flags = TcpFlags::syn});
    EXPECT_EQ(followed(first_tcp, {syn, from_client(100, "ab"), from_client(104, "ef"), from_client(102, "cd"),
                                   from_client(100, "abcd"), from_client(105, "fg"), from_server(900, "ok", 107)}),
              (Texts{"0:ab", "0:cd", "0:ef", "0:g", "1:ok"}));
}

TEST(FollowStream, SaysWhatTheCaptureLacks) {
    EXPECT_EQ(followed(first_tcp, {from_client(100, "ab"), from_client(107, "hi"), from_server(900, "ok", 109)}),
              (Texts{"0:ab", "0:-5", "0:hi", "1:ok"}));
    EXPECT_EQ(followed(first_tcp, {from_client(100, "ab"), from_client(103, "d")}), (Texts{"0:ab", "0:-1", "0:d"}));
}

TEST(FollowStream, GoesOnWhereSequenceNumbersWrap) {
    EXPECT_EQ(followed(first_tcp, {from_client(0xffff'fffe, "ab"), from_client(2, "ef"), from_client(0, "cd")}),
              (Texts{"0:ab", "0:cd", "0:ef"}));
}

TEST(FollowStream, KnowsItsSidesAndLeavesOthersAlone) {
    FollowStream second(FollowStream::Transport::udp, 1);
    std::vector<StreamPiece> pieces;
    feed(second.wanted(), {udp_frame(1, 2, octets("no")), udp_frame(3, 4, octets("yes")), from_client(1, "no")},
         [&](const auto& in, const auto& d) { second.add(in, d, pieces); });
    ASSERT_TRUE(second.found());
    EXPECT_EQ(text_of(second.side(0), true), "10.0.0.1:3");
    EXPECT_EQ(text_of(second.side(1), true), "10.0.0.2:4");
    ASSERT_EQ(pieces.size(), 1u);
    EXPECT_EQ(pieces[0].frame, 2u);
    EXPECT_EQ(pieces[0].octets, octets("yes"));
}

}  // namespace
}  // namespace layerlab::proto::statistics
