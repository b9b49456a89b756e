#include "sim/scenario/source.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::scenario {
namespace {

proto::Result<std::string> text_of(const std::string& path) {
    if (path == "a.lab") return std::string("one\r\n\tt\xc3\xa4st x\n");
    if (path == "long.lab") {
        std::string text = "ok\n";
        text.append(max_line_length + 1, 'x');
        return text;
    }
    if (path == "big.lab") return std::string(max_file_size + 1, '\n');
    return proto::fail("cannot read " + path, "is it there?");
}

TEST(Sources, CountColumnsInCharacters) {
    Sources s;
    ASSERT_EQ(s.open("a.lab", text_of).value(), 0);
    EXPECT_EQ(s.line({1, 0, 1, 1}), "one");
    EXPECT_EQ(s.position({2, 0, 8, 1}), "a.lab:2:7");
    EXPECT_EQ(s.position({}), "a.lab");
    EXPECT_EQ(s.line({99, 0, 1, 1}), "");
}

TEST(Sources, ReadAFileOnce) {
    Sources s;
    int reads = 0;
    const ReadFile read = [&](const std::string& path) {
        ++reads;
        return text_of(path);
    };
    EXPECT_EQ(s.open("a.lab", read).value(), 0);
    EXPECT_EQ(s.open("a.lab", read).value(), 0);
    EXPECT_EQ(reads, 1);
}

TEST(Sources, RefuseWhatIsTooLong) {
    Sources s;
    EXPECT_EQ(s.open("long.lab", text_of).error().message, "line 2 of long.lab is longer than 60000 bytes");
    EXPECT_EQ(s.open("big.lab", text_of).error().message, "big.lab is bigger than 16 MiB");
    EXPECT_EQ(s.open("none.lab", text_of).error().hint, "is it there?");
}

TEST(Sources, ResolvePathsAsTheImporterMeansThem) {
    EXPECT_EQ(resolve_path("a.lab", "b.lab"), "b.lab");
    EXPECT_EQ(resolve_path("x/a.lab", "b.lab"), "x/b.lab");
    EXPECT_EQ(resolve_path("x/y/a.lab", ".././/b.lab"), "x/b.lab");
    EXPECT_EQ(resolve_path("/x/a.lab", "b.lab"), "/x/b.lab");
    EXPECT_EQ(resolve_path("x/a.lab", "/b.lab"), "/b.lab");
    EXPECT_EQ(resolve_path("a.lab", "../b.lab"), "../b.lab");
}

TEST(Sources, ASpanReachesFromTheFirstToTheLastWord) {
    EXPECT_EQ(span({3, 0, 5, 2}, {3, 0, 10, 4}), (Place{3, 0, 5, 9}));
    EXPECT_EQ(span({3, 0, 5, 2}, {4, 0, 1, 4}), (Place{3, 0, 5, 2}));
}

}  // namespace
}  // namespace layerlab::sim::scenario
