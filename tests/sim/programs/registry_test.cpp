#include "sim/programs/registry.hpp"

#include <gmock/gmock.h>

namespace layerlab::sim::programs {
namespace {

TEST(Registry, IsSortedAndFindsEveryCommand) {
    std::string_view before;
    for (const Command& command : commands()) {
        EXPECT_LT(before, std::string_view(command.name));
        before = command.name;
        EXPECT_EQ(find_command(command.name), &command);
        EXPECT_NE(command.main, nullptr);
    }
    EXPECT_EQ(find_command("pin"), nullptr);
    EXPECT_EQ(find_command(""), nullptr);
}

}  // namespace
}  // namespace layerlab::sim::programs
