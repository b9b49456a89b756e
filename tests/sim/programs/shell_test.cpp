#include <gtest/gtest.h>

#include "tests/sim/programs/shell_world.hpp"

namespace layerlab::sim::programs {
namespace {

class ShellCommands : public ShellWorld {};

TEST_F(ShellCommands, SaysWhatBashSaysOfAnUnknownCommand) {
    const Ran ran = run(add("pc", "10.0.0.1/24"), "foo --bar");
    EXPECT_EQ(ran.output, "bash: foo: command not found\n");
    EXPECT_EQ(ran.status, 127);
}

TEST_F(ShellCommands, EndsWithTwoOnASyntaxError) {
    Host& pc = add("pc", "10.0.0.1/24");
    EXPECT_EQ(run(pc, "ls | wc").status, 2);
    EXPECT_EQ(run(pc, "ls | wc").output, "bash: pipes are not part of this shell\n");
    EXPECT_EQ(run(pc, "sleep 1 &").output, "bash: commands in the background are not part of this shell\n");
    EXPECT_EQ(run(pc, "").status, 0);
}

}  // namespace
}  // namespace layerlab::sim::programs
