#include "capture/frame_file.hpp"

#include <gmock/gmock.h>

#include "capture/open.hpp"
#include "tests/capture/file_builder.hpp"
#include "tests/capture/kept_bytes.hpp"

namespace layerlab::capture {
namespace {

std::unique_ptr<FrameSource> opened(const std::vector<std::uint8_t>& bytes) {
    auto source = open_capture(std::make_unique<MemorySource>(bytes));
    EXPECT_TRUE(source) << source.error().message;
    return source ? std::move(*source) : nullptr;
}
std::vector<std::uint8_t> copied(const std::vector<std::uint8_t>& bytes, const FrameFileSettings& settings) {
    std::vector<std::uint8_t> out;
    FrameFile file(std::make_unique<KeptBytes>(out), settings);
    const auto source = opened(bytes);
    for (auto frame = source->next(); frame && *frame; frame = source->next())
        EXPECT_TRUE(file.write(**frame, *source));
    EXPECT_TRUE(file.finish(*source));
    EXPECT_TRUE(file.flush());
    return out;
}

TEST(FrameFile, TellsTheFormatByTheName) {
    EXPECT_EQ(format_named("a/x.pcap"), FileFormat::pcap);
    EXPECT_EQ(format_named("x.cap.gz"), FileFormat::pcap);
    EXPECT_EQ(format_named("x.pcapng.zst"), FileFormat::pcapng);
    EXPECT_EQ(format_named("x.txt"), std::nullopt);
    EXPECT_EQ(format_named("pcap"), std::nullopt);
}

TEST(FrameFile, CopiesAPcapFileOctetForOctet) {
    for (const std::uint32_t magic : {0xa1b2c3d4u, 0xa1b23c4du}) {
        FileBuilder b;
        b.pcap_header(magic).pcap_record(1, 999'999, "abc", 60).pcap_record(0, 5, "");
        EXPECT_EQ(copied(b.out, {.format = FileFormat::pcap}), b.out);
    }
}

TEST(FrameFile, KeepsTheInterfacesOfEverySection) {
    FileBuilder b;
    b.section().interface(1, FileBuilder().option(2, "eth0")).interface(101, FileBuilder().option(2, "tun0"));
    b.enhanced(1, 7, "x", FileBuilder().option(1, "a comment"));
    b.section().interface(1, FileBuilder().option(2, "eth9")).enhanced(0, 8, "y", FileBuilder());
    const std::vector<std::uint8_t> out = copied(b.out, {});
    const auto source = opened(out);
    auto frame = source->next();
    ASSERT_TRUE(frame && *frame);
    EXPECT_EQ((*frame)->interface, 1u);
    EXPECT_EQ((*frame)->link_type, LinkType::raw_ip);
    EXPECT_EQ((*frame)->comment, "a comment");
    EXPECT_EQ((*frame)->time, proto::time_at(7000));
    frame = source->next();
    ASSERT_TRUE(frame && *frame);
    EXPECT_EQ((*frame)->interface, 2u);
    ASSERT_EQ(source->interfaces().size(), 3u);
    EXPECT_EQ(source->interfaces()[0].name, "eth0");
    EXPECT_EQ(source->interfaces()[2].name, "eth9");
    EXPECT_EQ(source->interfaces()[2].time_resolution, 6);
}

TEST(FrameFile, LeavesTextsOutWhenTold) {
    FileBuilder b;
    b.section()
        .interface(1, FileBuilder().option(2, "amys-laptop"))
        .enhanced(0, 7, "x", FileBuilder().option(1, "amy"));
    const std::vector<std::uint8_t> out = copied(b.out, {.keep_texts = false});
    EXPECT_EQ(proto::as_text(out).find("amy"), std::string_view::npos);
}

TEST(FrameFile, SaysWhatPcapCannotHold) {
    FileBuilder b;
    b.section().interface(1, FileBuilder()).interface(101, FileBuilder());
    b.enhanced(0, 1, "x", FileBuilder()).enhanced(1, 2, "y", FileBuilder());
    std::vector<std::uint8_t> out;
    FrameFile file(std::make_unique<KeptBytes>(out), {.format = FileFormat::pcap});
    const auto source = opened(b.out);
    EXPECT_TRUE(file.write(**source->next(), *source));
    const auto second = file.write(**source->next(), *source);
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().message, testing::HasSubstr("one link type"));
}

}  // namespace
}  // namespace layerlab::capture
