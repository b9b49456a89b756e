#include "proto/dissect/media.hpp"

#include <gtest/gtest.h>

#include "proto/dissect/context.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {
namespace {

const Protocol* kind(std::string_view type, std::string_view body = "") { return media_protocol(type, as_bytes(body)); }

TEST(Media, GoesByTheTypeWithoutParametersAndCase) {
    EXPECT_EQ(kind(""), nullptr);
    EXPECT_EQ(kind("text/html; charset=UTF-8"), &text_lines);
    EXPECT_EQ(kind("TEXT/CSS"), &text_lines);
    EXPECT_EQ(kind("application/json"), &json);
    EXPECT_EQ(kind("text/xml"), &xml);
    EXPECT_EQ(kind("application/zip"), &media);
}

TEST(Media, ImagesMustLookLikeTheirType) {
    EXPECT_EQ(kind("image/png", "\x89PNG\r\n\x1a\n"), &png);
    EXPECT_EQ(kind("image/png", "GIF89a"), &image_gif);
    EXPECT_EQ(kind("image/gif", "nothing"), &media);
    EXPECT_EQ(kind("image/jpeg", "\xff\xd8\xff\xed"), &image_jfif);
    EXPECT_EQ(kind("image/jpg", "\xff\xd8\xff\xed"), &media);
    EXPECT_EQ(kind("image/jpg", std::string_view("\xff\xd8\xff\xe0\0\x10JFIF", 10)), &image_jfif);
    EXPECT_EQ(kind("application/octet-stream", "GIF87a"), &image_gif);
}

TEST(Media, CutsTextIntoLines) {
    const std::string_view text = "one\r\ntwo\n\nlast";
    Dissection out;
    const Options options;
    Context c(out, as_bytes(text), 0, options, nullptr);
    c.next(&text_lines, as_bytes(text));
    std::vector<std::string> lines;
    for (const Item& item : out.items)
        if (item.field == &MediaFields::line.info) lines.emplace_back(as_text(item.bytes));
    EXPECT_EQ(lines, (std::vector<std::string>{"one\r\n", "two\n", "\n", "last"}));
}

TEST(Media, ShowsABoundedNumberOfLines) {
    const std::string text(100000, '\n');
    Dissection out;
    const Options options;
    Context c(out, as_bytes(text), 0, options, nullptr);
    c.next(&text_lines, as_bytes(text));
    EXPECT_LT(out.items.size(), 3000u);
}

}  // namespace
}  // namespace layerlab::proto::dissect
