#include "capture/pcapng_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/pcapng_file.hpp"
#include "tests/capture/file_builder.hpp"

namespace layerlab::capture {
namespace {

struct Written {
    MemorySink* sink = nullptr;
    std::unique_ptr<PcapngWriter> writer;

    Written() {
        auto owned = std::make_unique<MemorySink>();
        sink = owned.get();
        writer = std::move(*PcapngWriter::create(std::move(owned), {.application = "test", .comment = "a run"}));
    }
    std::unique_ptr<PcapngReader> reader() const {
        return std::move(*PcapngReader::open(std::make_unique<MemorySource>(sink->bytes)));
    }
};

TEST(PcapngWriter, WritesWhatTheReaderReads) {
    Written out;
    ASSERT_EQ(*out.writer->add_interface({.name = "pc1.eth0", .description = "first", .bits_per_second = 1000}), 0u);
    ASSERT_EQ(*out.writer->add_interface({.name = "cooked", .description = "", .link_type = LinkType::linux_sll}), 1u);
    Frame frame;
    frame.time = proto::time_at(1'767'225'600'000'000'007);
    frame.original_length = 100;
    frame.bytes = proto::as_bytes("hello");
    frame.comment = "sent by pc1\ndropped: queue";
    ASSERT_TRUE(out.writer->write(frame));
    frame.interface = 1;
    frame.link_type = LinkType::linux_sll;
    frame.comment = "";
    ASSERT_TRUE(out.writer->write(frame));

    auto reader = out.reader();
    const ReadAll all(*reader);
    ASSERT_EQ(all.frames.size(), 2u) << all.error;
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.frames[0].bytes, "hello");
    EXPECT_EQ(all.frames[0].comment, "sent by pc1\ndropped: queue");
    EXPECT_EQ(all.frames[0].frame.original_length, 100u);
    EXPECT_EQ(epoch_seconds(all.frames[0].frame), "1767225600.000000007");
    EXPECT_EQ(all.frames[1].frame.link_type, LinkType::linux_sll);
    EXPECT_EQ(reader->interface_name(0), "pc1.eth0");
    EXPECT_EQ(reader->interfaces()[0].description, "first");
}

// draft-ietf-opsawg-pcapng section 4.6: type 5, interface, time in two words, options.
TEST(PcapngWriter, WritesTheStatisticsOfAnInterface) {
    Written out;
    ASSERT_TRUE(
        out.writer->add_interface({.name = "va", .description = "", .snapshot_length = 96, .filter = "tcp port 80"}));
    const std::size_t at = out.sink->bytes.size();
    PcapngWriter::Statistics s;
    s.begin = proto::time_at(0x0000'0001'0000'0002);
    s.end = proto::time_at(0x0000'0003'0000'0004);
    s.received = 10;
    s.dropped_by_system = 2;
    s.delivered = 8;
    ASSERT_TRUE(out.writer->write_statistics(0, s));
    EXPECT_FALSE(out.writer->write_statistics(1, s));
    FileBuilder body;
    body.u32(0).u32(3).u32(4);
    body.u16(2).u16(8).u32(1).u32(2);   // isb_starttime
    body.u16(3).u16(8).u32(3).u32(4);   // isb_endtime
    body.u16(4).u16(8).u32(10).u32(0);  // isb_ifrecv
    body.u16(7).u16(8).u32(2).u32(0);   // isb_osdrop
    body.u16(8).u16(8).u32(8).u32(0);   // isb_usrdeliv
    body.u32(0);
    FileBuilder wanted;
    wanted.block(5, body);
    EXPECT_EQ(
        std::vector<std::uint8_t>(out.sink->bytes.begin() + static_cast<std::ptrdiff_t>(at), out.sink->bytes.end()),
        wanted.out);
    auto reader = out.reader();
    EXPECT_EQ(ReadAll(*reader).error, "");
    EXPECT_EQ(reader->interfaces()[0].snapshot_length, 96u);
    EXPECT_EQ(reader->interfaces()[0].name, "va");
}

TEST(PcapngWriter, KeepsTheDirectionOfAFrame) {
    Written out;
    ASSERT_TRUE(out.writer->add_interface({.name = "a", .description = ""}));
    Frame frame;
    frame.has_time = false;  // without flags this would become a block that has no options
    frame.bytes = proto::as_bytes("abc");
    for (const std::uint32_t flags : {flag_outbound, flag_inbound, 0xc000'0000u}) {
        frame.flags = flags;
        ASSERT_TRUE(out.writer->write(frame));
    }
    frame.flags = {};
    ASSERT_TRUE(out.writer->write(frame));
    auto reader = out.reader();
    const ReadAll all(*reader);
    ASSERT_EQ(all.frames.size(), 4u) << all.error;
    EXPECT_EQ(all.frames[0].frame.flags, 2u);
    EXPECT_EQ(all.frames[1].frame.flags, 1u);
    EXPECT_EQ(all.frames[2].frame.flags, 0xc000'0000u);
    EXPECT_FALSE(all.frames[3].frame.flags.has_value());
}

TEST(PcapngWriter, KeepsFramesWithoutATime) {
    Written out;
    ASSERT_TRUE(out.writer->add_interface({.name = "a", .description = ""}));
    Frame frame;
    frame.has_time = false;
    frame.bytes = proto::as_bytes("odd");
    ASSERT_TRUE(out.writer->write(frame));
    const auto reader = out.reader();
    const ReadAll all(*reader);
    ASSERT_EQ(all.frames.size(), 1u) << all.error;
    EXPECT_FALSE(all.frames[0].frame.has_time);
    EXPECT_EQ(all.frames[0].bytes, "odd");
}

TEST(PcapngWriter, CutsACommentThatFitsIntoNoOptionBetweenCharacters) {
    Written out;
    ASSERT_TRUE(out.writer->add_interface({.name = "a", .description = ""}));
    std::string comment = "x";
    while (comment.size() < 70'000) comment += "\xc3\xa9";  // é
    Frame frame;
    frame.comment = comment;
    ASSERT_TRUE(out.writer->write(frame));
    const auto reader = out.reader();
    const ReadAll all(*reader);
    ASSERT_EQ(all.frames.size(), 1u) << all.error;
    EXPECT_EQ(all.frames[0].comment.size(), 65'535u);
}

TEST(PcapngWriter, RefusesFramesOfUnknownInterfacesAndOtherLinkTypes) {
    Written out;
    Frame frame;
    EXPECT_FALSE(out.writer->write(frame));
    ASSERT_TRUE(out.writer->add_interface({.name = "a", .description = ""}));
    frame.link_type = LinkType::raw_ip;
    EXPECT_FALSE(out.writer->write(frame));
}

}  // namespace
}  // namespace layerlab::capture
