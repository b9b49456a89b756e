#include "sim/programs/shell_words.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::programs {
namespace {

using Words = std::vector<std::string>;

TEST(ShellWords, SplitAtBlanksAndKeepQuotedTextTogether) {
    EXPECT_EQ(split_command("ping -c 1  pc2 ").words, (Words{"ping", "-c", "1", "pc2"}));
    EXPECT_EQ(split_command(R"(curl -H 'A: b c' "x \" \n \\" d\ e '' a'b'"c")").words,
              (Words{"curl", "-H", "A: b c", "x \" \\n \\", "d e", "", "abc"}));
    EXPECT_EQ(split_command("echo 'a|b;c' \"x>y\" '$(z)' $HOME a\\|b \"\\`\"").words,
              (Words{"echo", "a|b;c", "x>y", "$(z)", "$HOME", "a|b", "`"}));
    EXPECT_TRUE(split_command("  ").words.empty());
}

TEST(ShellWords, ATrailingAmpersandRunsInTheBackground) {
    const ShellWords w = split_command("nc -l 80  &");
    EXPECT_TRUE(w.background);
    EXPECT_EQ(w.length, 8u);
    EXPECT_EQ(w.words.size(), 3u);
    EXPECT_FALSE(split_command("echo \\&").background);
    EXPECT_TRUE(split_command("sleep 1&").background);
}

TEST(ShellWords, WhatTheShellDoesNotKnowIsToldWithItsPlace) {
    const auto told = [](std::string_view text) {
        const ShellWords w = split_command(text);
        return std::to_string(w.at) + "+" + std::to_string(w.count) + " " + w.error;
    };
    EXPECT_EQ(told("ping a | grep b"), "7+1 pipes are not part of this shell");
    EXPECT_EQ(told("ping a>b"), "6+1 redirections are not part of this shell");
    EXPECT_EQ(told("ping a < b"), "7+1 redirections are not part of this shell");
    EXPECT_EQ(told("a && b"), "2+2 lists of commands are not part of this shell");
    EXPECT_EQ(told("a || b"), "2+2 lists of commands are not part of this shell");
    EXPECT_EQ(told("a ; b"), "2+1 lists of commands are not part of this shell");
    EXPECT_EQ(told("curl http://x/?a=1&b=2"), "18+1 lists of commands are not part of this shell");
    EXPECT_EQ(told("echo $(date)"), "5+1 command substitution is not part of this shell");
    EXPECT_EQ(told("echo `date`"), "5+1 command substitution is not part of this shell");
    EXPECT_EQ(told("echo \"a `b`\""), "8+1 command substitution is not part of this shell");
    EXPECT_EQ(told("echo \"a$(b)\""), "7+1 command substitution is not part of this shell");
    EXPECT_EQ(told("(a)"), "0+1 subshells are not part of this shell");
    EXPECT_EQ(told("a\nb"), "1+1 lists of commands are not part of this shell");
    EXPECT_EQ(told("echo \\"), "5+1 the line ends with a backslash");
    std::string many;
    for (int i = 0; i < 5000; ++i) many += "a ";
    EXPECT_EQ(told(many), "8192+1807 too many words");
    EXPECT_EQ(told("echo 'a"), "5+1 the quote is never closed");
    EXPECT_EQ(split_command("a | b").hint, "one command per line; in quotes | is an ordinary character");
    EXPECT_EQ(split_command("a `b`").hint, "one command per line; in single quotes ` is an ordinary character");
}

}  // namespace
}  // namespace layerlab::sim::programs
