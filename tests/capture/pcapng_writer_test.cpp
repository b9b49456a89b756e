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
