#include "proto/machine/tcp_undo.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

TEST(TcpUndo, KnowsWhenAllRetransmissionsWereDuplicates) {  // RFC 3708
    TcpUndo undo;
    undo.begin(1000, 0, true);
    EXPECT_FALSE(undo.all_duplicates());  // nothing was sent again yet
    undo.retransmitted(10);
    undo.retransmitted(11);
    undo.duplicate(2000, 1);
    EXPECT_FALSE(undo.all_duplicates());
    undo.duplicate(900, 1);  // an older affair
    EXPECT_FALSE(undo.all_duplicates());
    undo.duplicate(3000, 1);
    EXPECT_TRUE(undo.all_duplicates());
    undo.end();
    EXPECT_FALSE(undo.all_duplicates());
}

TEST(TcpUndo, SeesFromAnOldEchoThatTheOriginalArrived) {  // RFC 3522
    TcpUndo undo;
    undo.begin(1000, 0, true);
    undo.retransmitted(0xffff'ffff);
    undo.retransmitted(5);
    EXPECT_TRUE(undo.original_arrived(true, 0xffff'fffe));
    EXPECT_FALSE(undo.original_arrived(true, 0xffff'ffff));  // the retransmission itself
    EXPECT_FALSE(undo.original_arrived(false, 0xffff'fffe));
    undo.forget_time();
    EXPECT_FALSE(undo.original_arrived(true, 0xffff'fffe));
}

TEST(TcpUndo, KeepsTheFirstTimeThroughATimeoutInRecovery) {
    TcpUndo undo;
    undo.begin(1000, 0, true);
    undo.retransmitted(100);
    undo.begin(1000, 1, false);
    undo.retransmitted(300);
    EXPECT_FALSE(undo.original_arrived(true, 150));
    EXPECT_TRUE(undo.original_arrived(true, 50));
}

}  // namespace
}  // namespace layerlab::proto::machine
