#include "capture/pcap_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/capture/file_builder.hpp"

namespace layerlab::capture {
namespace {

using testing::HasSubstr;

ReadAll read(const FileBuilder& file) {
    auto reader = PcapReader::open(file.source());
    EXPECT_TRUE(reader) << reader.error().message;
    return ReadAll(**reader);
}

TEST(PcapReader, ReadsBothByteOrdersAndBothTimeUnits) {
    for (const bool big : {false, true})
        for (const bool nano : {false, true}) {
            FileBuilder file(big);
            file.pcap_header(nano ? 0xa1b23c4d : 0xa1b2c3d4).pcap_record(1700000000, 42, "abc", 1500);
            const ReadAll all = read(file);
            ASSERT_EQ(all.frames.size(), 1u);
            const Frame& frame = all.frames[0].frame;
            EXPECT_EQ(epoch_seconds(frame), nano ? "1700000000.000000042" : "1700000000.000042000");
            EXPECT_EQ(frame.number, 1u);
            EXPECT_EQ(frame.original_length, 1500u);
            EXPECT_EQ(all.frames[0].bytes, "abc");
            EXPECT_EQ(all.error, "");
        }
}

TEST(PcapReader, KeepsTheWholeFramesOfAFileCutAtAnyByte) {
    FileBuilder file;
    file.pcap_header().pcap_record(1, 0, "first").pcap_record(2, 0, "second");
    const std::size_t first_end = 24 + 16 + 5, second_end = first_end + 16 + 6;
    ASSERT_EQ(file.out.size(), second_end);
    for (std::size_t size = 0; size <= second_end; ++size) {
        const proto::Bytes part = proto::Bytes(file.out).first(size);
        auto reader = PcapReader::open(std::make_unique<MemorySource>(part, "cut"));
        ASSERT_EQ(reader.has_value(), size >= 24) << size;
        if (!reader) continue;
        const ReadAll all(**reader);
        EXPECT_EQ(all.frames.size(), size == second_end ? 2u : size >= first_end ? 1u : 0u) << size;
        const bool at_border = size == 24 || size == first_end || size == second_end;
        EXPECT_EQ(all.error.empty(), at_border) << size << all.error;
        EXPECT_THAT(all.error, HasSubstr(at_border ? "" : size > first_end ? "byte 45" : "byte 24"));
    }
}

TEST(PcapReader, RefusesARecordOf4GiBWithoutMemoryForIt) {
    FileBuilder file;
    file.pcap_header().pcap_record(1, 0, "whole").u32(1).u32(2).u32(0xffffffff).u32(0xffffffff);
    const ReadAll all = read(file);
    EXPECT_EQ(all.frames.size(), 1u);
    EXPECT_THAT(all.error, HasSubstr("byte 45: record 2 claims 4294967295 captured bytes"));
}

TEST(PcapReader, SwapsTheLengthsOfOldVersions) {
    FileBuilder file;
    file.pcap_header(0xa1b2c3d4, 1, 2).u32(1).u32(0).u32(100).u32(3).text("abc");
    const ReadAll all = read(file);
    ASSERT_EQ(all.frames.size(), 1u) << all.error;
    EXPECT_EQ(all.frames[0].bytes, "abc");
    EXPECT_EQ(all.frames[0].frame.original_length, 100u);
}

TEST(PcapReader, ReadsTheLongerRecordsOfTheModifiedFormat) {
    FileBuilder file;
    file.pcap_header(0xa1b2cd34)
        .u32(7)
        .u32(1)
        .u32(2)
        .u32(2)
        .u32(0)
        .u32(0)
        .text("ab")
        .u32(8)
        .u32(1)
        .u32(1)
        .u32(1)
        .u32(0)
        .u32(0)
        .text("c");
    const ReadAll all = read(file);
    ASSERT_EQ(all.frames.size(), 2u) << all.error;
    EXPECT_EQ(all.frames[1].bytes, "c");
}

TEST(PcapReader, TellsTheLinkTypeFromTheFrameCheckSequenceBits) {
    FileBuilder file;
    file.pcap_header(0xa1b2c3d4, 0x24000001);  // F bit, FCS of two 16-bit words, Ethernet
    auto reader = PcapReader::open(file.source());
    ASSERT_TRUE(reader);
    EXPECT_EQ((*reader)->link_type(), LinkType::ethernet);
    EXPECT_EQ((*reader)->fcs_bytes(), 4u);
    EXPECT_EQ(link_type_from_file(12), LinkType::raw_ip);
}

TEST(PcapReader, DoesNotBelieveASnapshotLengthOfZero) {
    FileBuilder file;
    file.u32(0xa1b2c3d4).u16(2).u16(4).u32(0).u32(0).u32(0).u32(1).pcap_record(1, 0, "abc");
    EXPECT_EQ(read(file).frames.size(), 1u);
}

TEST(PcapReader, RefusesAnUnknownVersion) {
    FileBuilder file;
    file.u32(0xa1b2c3d4).u16(9).u16(4).u32(0).u32(0).u32(0).u32(1);
    const auto reader = PcapReader::open(file.source());
    ASSERT_FALSE(reader);
    EXPECT_THAT(reader.error().message, HasSubstr("version 9.4"));
}

TEST(PcapReader, MakesTheOriginalLengthAtLeastTheCapturedOne) {
    FileBuilder file;
    file.pcap_header().pcap_record(1, 0, "abcdef", 2);
    EXPECT_EQ(read(file).frames.at(0).frame.original_length, 6u);
}

struct Written {
    MemorySink* sink = nullptr;
    std::unique_ptr<PcapWriter> writer;

    Written() {
        auto owned = std::make_unique<MemorySink>();
        sink = owned.get();
        writer = std::move(*PcapWriter::create(std::move(owned), LinkType::ethernet));
    }
};

TEST(PcapWriter, WritesWhatTheReaderReads) {
    Written out;
    Frame frame;
    frame.time = proto::time_at(1'700'000'000'123'456'789);
    frame.original_length = 60;
    frame.bytes = proto::as_bytes("hello");
    ASSERT_TRUE(out.writer->write(frame));
    auto reader = PcapReader::open(std::make_unique<MemorySource>(out.sink->bytes));
    ASSERT_TRUE(reader);
    const ReadAll all(**reader);
    ASSERT_EQ(all.frames.size(), 1u);
    EXPECT_EQ(all.frames[0].bytes, "hello");
    EXPECT_EQ(all.frames[0].frame.original_length, 60u);
    EXPECT_EQ(epoch_seconds(all.frames[0].frame), "1700000000.123456789");
}

TEST(PcapWriter, RefusesASecondLinkTypeAndTimesThatDoNotFit) {
    Written out;
    Frame frame;
    frame.link_type = LinkType::raw_ip;
    EXPECT_FALSE(out.writer->write(frame));
    frame.link_type = LinkType::ethernet;
    frame.time = proto::time_at(-1);
    EXPECT_FALSE(out.writer->write(frame));
    EXPECT_EQ(out.sink->bytes.size(), 24u);
}

}  // namespace
}  // namespace layerlab::capture
