#include "proto/wire/dhcp_options.hpp"

#include <gtest/gtest.h>
#include <string>

namespace layerlab::proto::wire {
namespace {

TEST(DhcpOptions, AreInAscendingOrderAndFoundByTheirCode) {
    int before = 0;
    for (const DhcpOptionInfo& info : dhcp_options) {
        EXPECT_GT(info.code, before);
        before = info.code;
        EXPECT_EQ(find_dhcp_option(info.code), &info);
        EXPECT_STRNE(dhcp_option_title(info.code), "Unknown") << before;
    }
    EXPECT_EQ(find_dhcp_option(0), nullptr);
    EXPECT_EQ(find_dhcp_option(255), nullptr);
    EXPECT_STREQ(dhcp_option_title(222), "Unknown");
}

TEST(DhcpOptions, CarryWiresharksNames) {
    EXPECT_STREQ(find_dhcp_option(53)->field.name, "dhcp.option.dhcp");
    EXPECT_STREQ(find_dhcp_option(53)->field.names.find(5), "ACK");
    EXPECT_STREQ(find_dhcp_option(55)->field.names.find(6), "Domain Name Server");
    EXPECT_STREQ(find_dhcp_option(33)->second.name, "dhcp.option.static_route.router");
    EXPECT_EQ(find_dhcp_option(43)->field.name, nullptr);
    EXPECT_STREQ(ValueNames(dhcp_option_names).find(255), "End");
}

TEST(DhcpOptions, KnowWhichLengthsAreWrong) {
    const auto ok = [](int code, std::size_t length) {
        return dhcp_length_fault(*find_dhcp_option(static_cast<std::uint8_t>(code)), length) == nullptr;
    };
    EXPECT_TRUE(ok(1, 4));
    EXPECT_FALSE(ok(1, 8));
    EXPECT_TRUE(ok(3, 8));
    EXPECT_FALSE(ok(3, 0));
    EXPECT_FALSE(ok(3, 7));
    EXPECT_FALSE(ok(33, 4));
    EXPECT_TRUE(ok(19, 1));
    EXPECT_FALSE(ok(22, 1));
    EXPECT_FALSE(ok(25, 3));
    EXPECT_FALSE(ok(55, 0));
    EXPECT_FALSE(ok(61, 1));
    EXPECT_TRUE(ok(12, 0));
    EXPECT_TRUE(ok(43, 0));
    EXPECT_FALSE(ok(2, 3));
}

}  // namespace
}  // namespace layerlab::proto::wire
