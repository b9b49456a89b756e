#include <gmock/gmock.h>

#include "tests/sim/programs/shell_world.hpp"

namespace layerlab::sim::programs {
namespace {

using Split = std::vector<std::string>;

TEST(Shell, SplitsWordsWithTheShellsQuoting) {
    EXPECT_EQ(*split_command_line("  ping -c  1\tpc2 "), (Split{"ping", "-c", "1", "pc2"}));
    EXPECT_EQ(*split_command_line(R"(a 'b "c' "d \"e\x" f\ g '' h"i"j)"),
              (Split{"a", "b \"c", "d \"e\\x", "f g", "", "hij"}));
    EXPECT_EQ(*split_command_line(""), Split{});
}

TEST(Shell, RefusesWhatASimpleCommandCannotBe) {
    for (const char* line : {"ls | wc", "a > b", "a; b", "a && b", "a `b`", "a $(b)", "a \"$(b)\"", "a 'b", "a \\"})
        EXPECT_FALSE(split_command_line(line)) << line;
    EXPECT_TRUE(split_command_line("echo 'a|b;c' \"x>y\" $HOME"));
}

class ShellCommands : public ShellWorld {};

TEST_F(ShellCommands, SaysWhatBashSaysOfAnUnknownCommand) {
    const Ran ran = run(add("pc", "10.0.0.1/24"), "foo --bar");
    EXPECT_EQ(ran.output, "bash: foo: command not found\n");
    EXPECT_EQ(ran.status, 127);
}

TEST_F(ShellCommands, EndsWithTwoOnASyntaxError) {
    Host& pc = add("pc", "10.0.0.1/24");
    EXPECT_EQ(run(pc, "ls | wc").status, 2);
    EXPECT_EQ(run(pc, "").status, 0);
}

}  // namespace
}  // namespace layerlab::sim::programs
