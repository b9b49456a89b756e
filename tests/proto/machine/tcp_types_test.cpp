#include "proto/machine/tcp_types.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace layerlab::proto::machine {
namespace {

TEST(TcpTypes, NamesStatesAsTheToolsDo) {
    EXPECT_STREQ(netstat_name(TcpState::established), "ESTABLISHED");
    EXPECT_STREQ(netstat_name(TcpState::fin_wait_1), "FIN_WAIT1");
    EXPECT_STREQ(ss_name(TcpState::established), "ESTAB");
    EXPECT_STREQ(ss_name(TcpState::syn_received), "SYN-RECV");
}

TEST(TcpTypes, NamesEveryNoteDifferently) {
    std::set<std::string> names;
    const int count = static_cast<int>(TcpNote::slow_start_left) + 1;
    for (int i = 0; i < count; ++i) names.insert(note_name(static_cast<TcpNote>(i)));
    EXPECT_EQ(names.size(), static_cast<std::size_t>(count));
    EXPECT_EQ(names.count(""), 0u);
}

TEST(TcpTypes, SaysErrorsAsStrerrorDoes) {
    EXPECT_STREQ(error_text(TcpError::refused), "Connection refused");
    EXPECT_STREQ(error_text(TcpError::host_unreachable), "No route to host");
    EXPECT_STREQ(error_text(TcpError::none), "");
}

}  // namespace
}  // namespace layerlab::proto::machine
