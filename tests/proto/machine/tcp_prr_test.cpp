#include "proto/machine/tcp_prr.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

constexpr std::uint32_t mss = 1000;

TEST(TcpPrr, SendsInProportionToWhatArrives) {  // RFC 6937 section 4: 20 segments to 10
    TcpPrr prr;
    prr.begin(20'000);
    std::uint64_t pipe = 19'000, sent = 0;
    for (int i = 0; i < 18; ++i) {
        pipe -= mss;
        const std::uint64_t window = prr.window(mss, pipe, 10'000, mss, false);
        while (pipe + mss <= window) {
            prr.sent(mss);
            pipe += mss;
            sent += mss;
        }
    }
    EXPECT_EQ(sent, 9000u);
    EXPECT_EQ(pipe, 10'000u);
}

TEST(TcpPrr, DoesNotMakeUpForHeavyLossesWhileTheyGoOn) {
    TcpPrr prr;
    prr.begin(20'000);
    EXPECT_EQ(prr.window(mss, 2000, 10'000, mss, false), 3000u);  // as much as arrived
    prr.sent(mss);
    EXPECT_EQ(prr.window(mss, 2000, 10'000, mss, true), 4000u);  // and one more when it goes well
}

}  // namespace
}  // namespace layerlab::proto::machine
