#include "proto/dissect/value.hpp"

#include <gtest/gtest.h>

#include "proto/wire/arp.hpp"
#include "proto/wire/ethernet.hpp"

namespace layerlab::proto::dissect {
namespace {

Item item_of(const FieldInfo& field, std::uint64_t number, std::uint32_t size = 0) {
    Item item;
    item.field = &field;
    item.number = number;
    item.size = size;
    return item;
}

TEST(Value, IsWrittenByItsType) {
    EXPECT_EQ(value_text(item_of(wire::Ethernet::source.info, 0x020000000001)), "02:00:00:00:00:01");
    EXPECT_EQ(value_text(item_of(wire::Arp::sender_ip.info, 0x0a000001)), "10.0.0.1");
    EXPECT_EQ(value_text(item_of(wire::Ethernet::type.info, 0x0800)), "2048");
    static constexpr Field<Duration> time{"t", "Time"};
    EXPECT_EQ(value_text(item_of(time.info, 1'500'000'000)), "1.500000000");
}

TEST(Value, TellsTheNameThatTheStandardGives) {
    std::string text;
    append_value_with_name(text, item_of(wire::Ethernet::type.info, 0x0800, 2));
    EXPECT_EQ(text, "IPv4 (0x0800)");
}

TEST(Value, ReplacesWhatCannotBePrinted) {
    std::string text;
    append_printable(text, "a\r\n\x01\xff\u00e9");
    EXPECT_EQ(text, "a\\r\\n\\x01\ufffd\u00e9");
}

TEST(Utf8Length, RefusesOverlongFormsAndSurrogates) {
    EXPECT_EQ(utf8_length("a"), 1u);
    EXPECT_EQ(utf8_length("\u00e9"), 2u);
    EXPECT_EQ(utf8_length("\U0001f600"), 4u);
    EXPECT_EQ(utf8_length("\xc0\x80"), 0u);
    EXPECT_EQ(utf8_length("\xe0\x80\x80"), 0u);
    EXPECT_EQ(utf8_length("\xed\xa0\x80"), 0u);
    EXPECT_EQ(utf8_length("\xf4\x90\x80\x80"), 0u);
    EXPECT_EQ(utf8_length("\xe2\x82"), 0u);
}

}  // namespace
}  // namespace layerlab::proto::dissect
