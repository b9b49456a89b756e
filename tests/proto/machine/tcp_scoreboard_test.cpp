#include "proto/machine/tcp_scoreboard.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

constexpr Duration rtt = 100ms;

// Ten segments of 1000 bytes from position 1 on, sent a millisecond apart.
struct Board : TcpScoreboard {
    explicit Board(int segments = 10) {
        for (int i = 0; i < segments; ++i) {
            const Time sent{Duration(1ms) * i};
            push({begin(i), sent, 0, 1000, false, false, false, false, false, false, false}, sent);
        }
    }
    static std::uint64_t begin(int i) { return 1 + 1000 * static_cast<std::uint64_t>(i); }
    News report_segments(Time now, int first, int last) {
        News news;
        report(now, {Block{begin(first), begin(last + 1)}}, 1, 0, rtt, news);
        return news;
    }
    int find(Time now) {
        int again = 0;
        next_check = find_losses(now, 1, [&](const Flight&) { ++again; });
        return again;
    }
    Time next_check = never;
};

TEST(TcpScoreboard, CountsReportsOnce) {
    Board board;
    EXPECT_EQ(board.report_segments(Time(105ms), 2, 4).delivered, 3000u);
    EXPECT_EQ(board.sacked(), 3000u);
    EXPECT_EQ(board.report_segments(Time(106ms), 2, 5).delivered, 1000u);
    EXPECT_EQ(board.sacked_segments(), 4u);
    EXPECT_EQ(board.highest_reported(), Board::begin(6));
    TcpScoreboard::News news;
    board.acknowledge(Time(107ms), Board::begin(6), 0, rtt, news);
    EXPECT_EQ(news.delivered, 2000u);  // the others were known
    EXPECT_EQ(board.sacked(), 0u);
    EXPECT_EQ(board.size(), 4u);
}

TEST(TcpScoreboard, FindsWhatWasSentBeforeWhatWasReported) {
    Board board;
    board.report_segments(Time(105ms), 3, 5);
    board.rack().set_window(rtt, rtt, false, true);
    board.find(Time(105ms));
    EXPECT_EQ(board.lost(), 3000u);
    EXPECT_TRUE(board.has_lost());
    EXPECT_EQ(board.next_lost(), 0u);
    EXPECT_FALSE(board[6].lost);  // sent later than anything reported
}

TEST(TcpScoreboard, SaysWhenWhatIsMissingWillBeLost) {
    Board board;
    board.report_segments(Time(103ms), 3, 3);
    board.rack().set_window(rtt, rtt, false, false);
    board.find(Time(103ms));
    EXPECT_EQ(board.lost(), 0u);
    EXPECT_EQ(board.next_check, Time(125ms));  // the first: sent at 0, a round trip and a quarter
    board.find(Time(126ms));
    EXPECT_EQ(board.lost(), 2000u);
    EXPECT_EQ(board.next_check, Time(127ms));
}

TEST(TcpScoreboard, FindsALostRetransmission) {
    Board board;
    board.report_segments(Time(105ms), 1, 5);
    board.rack().set_window(rtt, rtt, false, true);
    board.find(Time(105ms));
    board.sent_again(0, Time(105ms), 7, true);
    EXPECT_FALSE(board.has_lost());
    EXPECT_EQ(board.outstanding(), 1000u);
    const Time later{106ms};
    board.push({Board::begin(10), later, 0, 1000, false, false, false, false, false, false, false}, later);
    board.report_segments(Time(206ms), 10, 10);
    EXPECT_EQ(board.find(Time(206ms)), 1);
    EXPECT_EQ(board.outstanding(), 0u);
    EXPECT_TRUE(board.has_lost());
}

TEST(TcpScoreboard, SparesAfterATimeoutWhatWasSentLately) {
    Board board;
    board.report_segments(Time(105ms), 5, 5);
    const Time late{300ms};
    board.push({Board::begin(10), late, 0, 1000, false, false, false, false, false, false, false}, late);
    board.mark_all_lost(Time(350ms), true);
    EXPECT_EQ(board.lost(), 9000u);  // all but the reported and the last
    board.mark_all_lost(Time(350ms), false);
    EXPECT_EQ(board.lost(), 10000u);
}

TEST(TcpScoreboard, ForgetsWhatItThoughtLost) {
    Board board;
    board.mark_all_lost(Time(1s), true);
    board.sent_again(0, Time(1s), 1, true);
    board.unmark_lost();
    EXPECT_EQ(board.lost(), 0u);
    EXPECT_EQ(board.outstanding(), 0u);
    EXPECT_EQ(board.next_lost(), board.size());
}

TEST(TcpScoreboard, TellsReorderingByAnOriginalThatFollowsALaterOne) {
    Board board;
    board.report_segments(Time(105ms), 3, 3);
    EXPECT_FALSE(board.rack().has_reordered());
    board.report_segments(Time(106ms), 1, 1);
    EXPECT_TRUE(board.rack().has_reordered());
}

TEST(TcpScoreboard, CutsAFlightInTwo) {
    Board board(1);
    board.mark_lost(0);
    board.split(0, 400);
    ASSERT_EQ(board.size(), 2u);
    EXPECT_EQ(board[0].payload(), 400u);
    EXPECT_EQ(board[1].begin, 401u);
    EXPECT_EQ(board[1].payload(), 600u);
    EXPECT_EQ(board.lost(), 1000u);
}

TEST(TcpScoreboard, LeavesTimeOutWhenARetransmissionWasAcknowledged) {  // Karn
    Board board(2);
    board.mark_lost(0);
    board.sent_again(0, Time(500ms), 1, false);
    TcpScoreboard::News news;
    board.acknowledge(Time(600ms), Board::begin(2), 0, rtt, news);
    EXPECT_TRUE(news.ambiguous);
    EXPECT_TRUE(board.empty());
}

}  // namespace
}  // namespace layerlab::proto::machine
