#include "proto/dissect/context.hpp"

#include <gtest/gtest.h>

#include "proto/dissect/protocols.hpp"
#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

constexpr Field<std::uint16_t> number{"x.number", "Number"};
constexpr Field<std::string_view> text{"x.text", "Text"};

struct Bench {
    std::vector<std::uint8_t> bytes{1, 2, 3, 4, 5, 6, 7, 8};
    Dissection out;
    Options options;
    Context c{out, bytes, 0, options, nullptr};
};

TEST(Context, FindsTheOffsetOfAnItemFromItsBytes) {
    Bench b;
    b.c.add(number, Bytes(b.bytes).subspan(3, 2));
    EXPECT_EQ(b.out.items[0].offset, 3u);
    EXPECT_EQ(b.out.items[0].size, 2u);
    EXPECT_EQ(b.out.items[0].number, 0x0405u);
}

TEST(Context, TreatsBytesFromElsewhereAsComputed) {
    Bench b;
    b.c.add(text, Bytes{}, b.c.keep("made up"));
    EXPECT_EQ(b.out.items[0].size, 0u);
    EXPECT_EQ(as_text(b.out.items[0].bytes), "made up");
}

TEST(Context, IndentsWhileAnIndentLives) {
    Bench b;
    {
        const auto deeper = b.c.indent();
        b.c.add(number, Bytes(b.bytes).first(2));
    }
    b.c.add(number, Bytes(b.bytes).first(2));
    EXPECT_EQ(b.out.items[0].level, 2);
    EXPECT_EQ(b.out.items[1].level, 1);
}

TEST(Context, SaysHowMuchIsMissingAndShowsTheRestAsData) {
    Bench b;
    b.c.too_short(b.bytes, 20);
    EXPECT_TRUE(b.out.malformed);
    EXPECT_EQ(b.out.items[0].note, "malformed: length 8 < 20");
    ASSERT_EQ(b.out.layers.size(), 1u);
    EXPECT_EQ(b.out.layers[0].protocol, &data_protocol);
}

TEST(Context, DoesNotCallAPacketMalformedThatTheCaptureCutOff) {
    Bench b;
    Context cut(b.out, b.bytes, 100, b.options, nullptr);
    cut.too_short(b.bytes, 20);
    EXPECT_FALSE(b.out.malformed);
    EXPECT_EQ(b.out.items[0].field, &ws::truncated.info);
}

TEST(Context, PutsReassembledBytesIntoASourceOfTheirOwn) {
    Bench b;
    b.c.next_reassembled(nullptr, {9, 9, 9});
    EXPECT_EQ(b.out.layers[0].source, 1);
    EXPECT_EQ(b.out.source(1, {}).size(), 3u);
    b.c.add(number, Bytes(b.bytes).first(2));
    EXPECT_EQ(b.out.items.back().source, 0);
}

TEST(Context, AddsToALayerThatIsNotTheLastOne) {
    Bench b;
    b.c.begin(ethernet, b.bytes);
    b.c.begin(data_protocol, b.bytes);
    b.c.add_to_layer(0, number.info, Bytes(b.bytes).first(2));
    EXPECT_EQ(LayerView(b.out, 0).items().size(), 2u);
    EXPECT_EQ(LayerView(b.out, 1).items().size(), 1u);
}

TEST(Context, LeavesOutItemsBeyondTheLimitAndSaysSo) {
    Bench b;
    for (std::size_t i = 0; i < Context::max_items + 10; ++i) b.c.add(number, Bytes(b.bytes).first(2));
    EXPECT_EQ(b.out.items.size(), Context::max_items + 1);
    EXPECT_EQ(b.out.items.back().field, &ws::malformed.info);
}

TEST(Context, EndsAtTheGreatestDepthOfLayers) {
    test::Octets frame(4 * 200 + 14, 0);
    for (std::size_t i = 0; i < 201; ++i) frame[12 + 4 * i] = 0x81;
    test::Watcher w;
    w.see(frame);
    EXPECT_NE(w.note("_ws.malformed").find("layers within each other"), std::string::npos);
}

}  // namespace
}  // namespace layerlab::proto::dissect
