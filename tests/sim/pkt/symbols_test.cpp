#include "sim/pkt/symbols.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::pkt {
namespace {

TEST(PktSymbols, HaveTheValuesOfLinux) {
    EXPECT_EQ(symbol("SO_ERROR"), 4);
    EXPECT_EQ(symbol("TCP_NODELAY"), 1);
    EXPECT_EQ(symbol("O_NONBLOCK"), 2048);
    EXPECT_EQ(symbol("ECONNRESET"), 104);
    EXPECT_FALSE(symbol("SO_SOMETHING"));
    EXPECT_EQ(errno_of("EINPROGRESS"), 115);
    EXPECT_EQ(errno_name(111), "ECONNREFUSED");
    EXPECT_EQ(errno_name(9999), "an unknown error");
}

}  // namespace
}  // namespace layerlab::sim::pkt
