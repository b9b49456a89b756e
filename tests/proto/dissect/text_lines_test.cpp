#include "proto/dissect/text_lines.hpp"

#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

TEST(TextLines, TakesLinesWithEitherEnd) {
    std::string_view text = "one\r\ntwo\nthree";
    EXPECT_EQ(next_line(text), "one");
    EXPECT_EQ(next_line(text), "two");
    EXPECT_EQ(next_line(text), "three");
    EXPECT_TRUE(text.empty());
}

TEST(TextLines, TakesWordsAndNumbers) {
    std::string_view text = "RETR  12x";
    EXPECT_EQ(next_word(text), "RETR");
    EXPECT_EQ(leading_number(text), 12u);
    EXPECT_EQ(leading_number("x", 7), 7u);
}

TEST(TextLines, KnowsReplyCodes) {
    EXPECT_EQ(reply_code("250-hello"), 250u);
    EXPECT_EQ(reply_code("250"), 250u);
    EXPECT_EQ(reply_code("2500 x"), 0u);
    EXPECT_EQ(reply_code("hello"), 0u);
}

// A header field of a name that is known gets its value without the blanks around it.
TEST(TextLines, FindsHeadersByTheirShortFormToo) {
    test::Watcher w;
    w.see(test::sample::sip);
    EXPECT_EQ(w.value("sip.Call-ID"), "abc@10.0.0.1");
    EXPECT_EQ(w.value("sip.Content-Type"), "application/sdp");
}

}  // namespace
}  // namespace layerlab::proto::dissect
