#include "proto/base/field.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto {
namespace {

constexpr std::array<ValueName, 2> colours{{{1, "red"}, {7, "blue"}}};

struct Sample {
    static constexpr std::size_t min_size = 16;
    static constexpr Field<std::uint8_t> version{"s.version", "Version", bits(0, 4)};
    static constexpr Field<std::uint8_t> length{"s.len", "Length", bits(4, 4), {.shift = 2}};
    static constexpr Field<bool> flag{"s.flag", "Flag", bits(9, 1)};
    static constexpr Field<std::uint16_t> offset{"s.offset", "Offset", bits(11, 13)};
    static constexpr Field<Ipv4Address> address{"s.addr", "Address", octets(4, 4)};
    static constexpr Field<std::uint32_t> odd{"s.odd", "Odd", bits(67, 30)};
    static constexpr Field<std::uint16_t> colour{"s.colour", "Colour", octets(14, 2), {.names = colours}};
};

TEST(Field, ReadsAndWritesBitsWithoutTouchingTheirNeighbors) {
    std::array<std::uint8_t, 16> bytes;
    bytes.fill(0xff);
    const auto view = MutableView<Sample>::parse(bytes);
    ASSERT_TRUE(view);
    view->set(Sample::version, 4);
    view->set(Sample::length, 20);
    view->set(Sample::flag, false);
    view->set(Sample::offset, 0x1234);
    view->set(Sample::address, Ipv4Address{0x0a000001});
    view->set(Sample::odd, 0x2345'6789);
    EXPECT_EQ(bytes[0], 0x45);
    EXPECT_EQ(bytes[1], 0xb2);
    EXPECT_EQ(bytes[2], 0x34);
    EXPECT_EQ(bytes[3], 0xff);
    EXPECT_EQ((*view)[Sample::version], 4);
    EXPECT_EQ((*view)[Sample::length], 20);
    EXPECT_FALSE((*view)[Sample::flag]);
    EXPECT_EQ((*view)[Sample::offset], 0x1234);
    EXPECT_EQ((*view)[Sample::address].to_string(), "10.0.0.1");
    EXPECT_EQ((*view)[Sample::odd], 0x2345'6789u);
    EXPECT_EQ(bytes[8] >> 5, 7);
    EXPECT_EQ(bytes[12] & 0x7f, 0x7f);
}

TEST(Field, ReadsBackEveryNumberAtEveryPlaceAndWidth) {
    for (std::uint16_t first = 0; first < 20; ++first)
        for (std::uint16_t width = 1; width <= 64; ++width) {
            std::array<std::uint8_t, 12> bytes{};
            const std::uint64_t value = 0xa5c3'96f0'1e2d'4b87u >> (64 - width);
            write_bits(bytes.data(), bits(first, width), value);
            ASSERT_EQ(read_bits(bytes.data(), bits(first, width)), value) << first << " " << width;
            write_bits(bytes.data(), bits(first, width), 0);
            ASSERT_EQ(bytes, (std::array<std::uint8_t, 12>{})) << first << " " << width;
        }
}

TEST(Field, ViewsNothingThatIsTooShort) {
    const std::array<std::uint8_t, 15> bytes{};
    EXPECT_FALSE(View<Sample>::parse(bytes));
}

TEST(Field, NamesTheValuesThatHaveNames) {
    EXPECT_STREQ(Sample::colour.info.names.find(7), "blue");
    EXPECT_EQ(Sample::colour.info.names.find(2), nullptr);
    EXPECT_EQ(Sample::colour.info.type, FieldType::uint);
    EXPECT_EQ(Sample::flag.info.type, FieldType::boolean);
    EXPECT_EQ(Sample::address.info.type, FieldType::ipv4);
}

TEST(Bytes, ReadingPastTheEndGivesZerosAndStaysFailed) {
    const std::array<std::uint8_t, 7> bytes{1, 2, 3, 4, 5, 6, 7};
    ByteReader in(bytes);
    EXPECT_EQ(in.u8(), 1);
    EXPECT_EQ(in.be32(), 0x02030405u);
    EXPECT_EQ(in.left(), 2u);
    EXPECT_TRUE(in.ok());
    EXPECT_EQ(in.be64(), 0u);
    EXPECT_FALSE(in.ok());
    EXPECT_EQ(in.be16(), 0);  // would fit, but the reader has failed
    EXPECT_TRUE(in.take(1).empty());
    EXPECT_EQ(in.offset(), 5u);
}

TEST(Bytes, WritesInNetworkOrderAndPatchesLengths) {
    std::vector<std::uint8_t> bytes;
    ByteWriter out(bytes);
    out.be16(0);
    out.u8(9);
    out.be32(0x01020304);
    out.text("hi");
    out.zeros(1);
    out.be64(0x1122334455667788);
    out.patch_be16(0, static_cast<std::uint16_t>(out.size()));
    EXPECT_EQ(bytes, (std::vector<std::uint8_t>{0, 18, 9, 1, 2, 3, 4, 'h', 'i', 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66,
                                                0x77, 0x88}));
}

}  // namespace
}  // namespace layerlab::proto
