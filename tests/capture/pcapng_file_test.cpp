#include "capture/pcapng_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/capture/file_builder.hpp"

namespace layerlab::capture {
namespace {

using testing::HasSubstr;

// Interface options: name "lan", times in units of `resolution`.
FileBuilder named(const FileBuilder& like, std::string_view name, char resolution = 9) {
    FileBuilder options = like.same();
    options.option(2, name).option(9, std::string(1, resolution)).option(0, "");
    return options;
}

ReadAll read(const FileBuilder& file) {
    auto reader = PcapngReader::open(file.source());
    EXPECT_TRUE(reader) << reader.error().message;
    return ReadAll(**reader);
}

TEST(PcapngReader, ReadsSectionsOfDifferentByteOrder) {
    FileBuilder file(false), second(true);
    file.section().interface(1, named(file, "lan")).enhanced(0, 5'000'000'001, "one", file.same());
    second.section().interface(113, named(second, "any")).enhanced(0, 6'000'000'002, "two", second.same());
    file.out.insert(file.out.end(), second.out.begin(), second.out.end());
    const ReadAll all = read(file);
    ASSERT_EQ(all.frames.size(), 2u) << all.error;
    EXPECT_EQ(all.frames[0].bytes, "one");
    EXPECT_EQ(epoch_seconds(all.frames[0].frame), "5.000000001");
    EXPECT_EQ(all.frames[1].frame.link_type, LinkType::linux_sll);
    EXPECT_EQ(all.frames[1].frame.number, 2u);
    EXPECT_EQ(epoch_seconds(all.frames[1].frame), "6.000000002");
}

TEST(PcapngReader, NamesInterfacesAndJoinsComments) {
    FileBuilder file;
    file.section().interface(1, named(file, "lan")).interface(1, named(file, "wan"));
    file.enhanced(1, 1, "x", file.same().option(1, "first").option(0x8000, "?").option(1, "second"));
    auto reader = PcapngReader::open(file.source());
    ASSERT_TRUE(reader);
    auto frame = (*reader)->next();
    ASSERT_TRUE(frame && *frame);
    EXPECT_EQ((*frame)->comment, "first\nsecond");
    EXPECT_EQ((*reader)->interface_name((*frame)->interface), "wan");
    EXPECT_EQ((*reader)->interface_name(7), "");
    EXPECT_EQ((*reader)->interfaces().size(), 2u);
}

TEST(PcapngReader, ReadsSimpleAndObsoletePackets) {
    FileBuilder file;
    file.section().interface(1, file.same(), 4);
    file.block(3, file.same().u32(10).text("abcd"));  // ten bytes on the wire, snapshot length four
    file.block(2, file.same().u16(0).u16(0).u32(0).u32(7).u32(2).u32(2).text("ef"));
    const ReadAll all = read(file);
    ASSERT_EQ(all.frames.size(), 2u) << all.error;
    EXPECT_FALSE(all.frames[0].frame.has_time);
    EXPECT_EQ(epoch_seconds(all.frames[0].frame), "");
    EXPECT_EQ(all.frames[0].bytes, "abcd");
    EXPECT_EQ(all.frames[0].frame.original_length, 10u);
    EXPECT_EQ(all.frames[1].bytes, "ef");
    EXPECT_EQ(epoch_seconds(all.frames[1].frame), "0.000007000");
}

TEST(PcapngReader, StepsOverBlocksThatItDoesNotKnow) {
    FileBuilder file;
    file.section().block(0x0bad, file.same().u32(1).text("custom")).block(4, file.same()).interface(1, file.same());
    file.block(0x7777'7777, file.same().text(std::string(700'000, 'z'))).enhanced(0, 0, "kept", file.same());
    EXPECT_EQ(read(file).frames.at(0).bytes, "kept");
}

TEST(PcapngReader, CountsInterfacesAnewInEachSection) {
    FileBuilder file;
    file.section().interface(1, file.same()).section().enhanced(0, 0, "x", file.same());
    const ReadAll all = read(file);
    EXPECT_TRUE(all.frames.empty());
    EXPECT_THAT(all.error, HasSubstr("a packet of interface 0, but the section has declared 0"));
}

TEST(PcapngReader, ReportsLengthsThatDisagree) {
    FileBuilder file;
    file.section().interface(1, file.same()).enhanced(0, 0, "good", file.same());
    const std::size_t border = file.out.size();
    file.enhanced(0, 0, "bad!", file.same());
    file.out[file.out.size() - 4] ^= 0xf0;
    const ReadAll all = read(file);
    EXPECT_EQ(all.frames.size(), 1u);
    EXPECT_THAT(all.error, HasSubstr("byte " + std::to_string(border) + ": a block of length 36 that ends with"));
}

TEST(PcapngReader, SurvivesAbsurdLengths) {
    struct Case {
        std::uint32_t type, length;
        const char* message;
    };
    for (const Case& c : {Case{6, 0xffff'fffc, "more than 16777216"}, Case{6, 8, "a block of length 8"},
                          Case{6, 33, "a block of length 33"}, Case{0x99, 0xffff'fffc, "the file ends inside a block"},
                          Case{6, 16'000'000, "the file ends inside a block: 16 of 16000000"}}) {
        FileBuilder file;
        file.section().interface(1, file.same()).u32(c.type).u32(c.length).u32(0).u32(0);
        EXPECT_THAT(read(file).error, HasSubstr(c.message));
    }
}

TEST(PcapngReader, RefusesPacketsLargerThanTheirBlock) {
    FileBuilder file;
    file.section().interface(1, file.same());
    file.block(6, file.same().u32(0).u32(0).u32(0).u32(100).u32(100).text("short"));
    EXPECT_THAT(read(file).error, HasSubstr("a packet of 100 captured bytes in a block with room for 8"));
    FileBuilder options;
    options.section().interface(1, options.same()).enhanced(0, 0, "x", options.same().u16(1).u16(60'000).text("cut"));
    EXPECT_THAT(read(options).error, HasSubstr("option 1 of 60000 bytes"));
}

TEST(PcapngReader, KeepsTheWholeFramesOfAFileCutAtAnyByte) {
    FileBuilder file;
    file.section().interface(1, named(file, "lan"));
    const std::size_t start = file.out.size();
    file.enhanced(0, 1, "first", file.same().option(1, "why"));
    const std::size_t first_end = file.out.size();
    file.block(0x0bad, file.same().text("a custom block"));
    const std::size_t custom_end = file.out.size();
    for (std::size_t size = 0; size <= custom_end; ++size) {
        auto reader = PcapngReader::open(std::make_unique<MemorySource>(proto::Bytes(file.out).first(size), "cut"));
        ASSERT_EQ(reader.has_value(), size >= 28) << size;
        if (!reader) continue;
        const ReadAll all(**reader);
        EXPECT_EQ(all.frames.size(), size >= first_end ? 1u : 0u) << size;
        const bool at_border = size == 28 || size == start || size == first_end || size == custom_end;
        EXPECT_EQ(all.error.empty(), at_border) << size << all.error;
    }
}

TEST(PcapngTime, CountsInPowersOfTenAndOfTwo) {
    const auto text = [](std::uint64_t ticks, int resolution, std::int64_t offset) {
        Frame frame;
        set_pcapng_time(frame, ticks, static_cast<std::uint8_t>(resolution), offset);
        return epoch_seconds(frame);
    };
    EXPECT_EQ(text(1'500'000, 6, 0), "1.500000000");
    EXPECT_EQ(text(1'500'000, 6, 100), "101.500000000");
    EXPECT_EQ(text(1'500'000, 6, -2), "-0.500000000");
    EXPECT_EQ(text(3, 0, 0), "3.000000000");
    EXPECT_EQ(text(1'999'999'999'999, 12, 0), "1.999999999");
    EXPECT_EQ(text(0x1'8000, 0x80 | 16, 0), "1.500000000");
    EXPECT_EQ(text(7, 0xff, 0), "0.000000000");
    EXPECT_EQ(text(7, 0x7f, 0), "0.000000000");
    // Beyond the 292 years of 64-bit nanoseconds.
    EXPECT_EQ(text(0xffff'ffff'e1df'd279, 6, 0), "18446744073204.126329000");
}

}  // namespace
}  // namespace layerlab::capture
