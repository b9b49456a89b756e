#include "capture/file_summary.hpp"

#include <gmock/gmock.h>

#include "tests/capture/file_builder.hpp"

namespace layerlab::capture {
namespace {

FileSummary summary_of(const std::vector<std::uint8_t>& bytes) {
    auto made = summarize_file(std::make_unique<MemorySource>(bytes));
    EXPECT_TRUE(made) << made.error().message;
    return made ? *made : FileSummary{};
}

TEST(FileSummary, CountsFramesAndTimes) {
    FileBuilder b(true);
    b.pcap_header().pcap_record(5, 0, "abcd").pcap_record(4, 500'000, "ab", 60).pcap_record(7, 0, "x");
    const FileSummary s = summary_of(b.out);
    EXPECT_EQ(s.facts.format, "pcap");
    EXPECT_TRUE(s.facts.big_endian);
    EXPECT_EQ(s.file_bytes, b.out.size());
    EXPECT_EQ(s.frames, 3u);
    EXPECT_EQ(s.captured_bytes, 7u);
    EXPECT_EQ(s.original_bytes, 65u);
    EXPECT_EQ(s.shortened, 1u);
    EXPECT_EQ(s.out_of_order, 1u);
    EXPECT_EQ(s.duration(), proto::Duration(2'500'000'000));
    ASSERT_EQ(s.interfaces.size(), 1u);
    EXPECT_EQ(s.interfaces[0].frames, 3u);
    EXPECT_FALSE(s.damage);
}

TEST(FileSummary, ListsInterfacesOfAllSectionsWithTheirLosses) {
    FileBuilder b;
    b.section().interface(1, FileBuilder().option(2, "eth0")).enhanced(0, 1, "x", FileBuilder());
    const auto number = [](char c) { return std::string(1, c) + std::string(7, '\0'); };
    FileBuilder statistics;
    statistics.u32(0).u32(0).u32(0);
    const FileBuilder options = FileBuilder().option(4, number(9)).option(5, number(2));
    statistics.out.insert(statistics.out.end(), options.out.begin(), options.out.end());
    b.block(5, statistics);
    b.section().interface(101, FileBuilder().option(2, "tun0"));
    const FileSummary s = summary_of(b.out);
    EXPECT_EQ(s.facts.sections, 2u);
    ASSERT_EQ(s.interfaces.size(), 2u);
    EXPECT_EQ(s.interfaces[0].info.name, "eth0");
    EXPECT_EQ(s.interfaces[0].frames, 1u);
    EXPECT_EQ(s.interfaces[0].info.received, 9u);
    EXPECT_EQ(s.interfaces[0].info.dropped_by_interface, 2u);
    EXPECT_EQ(s.interfaces[1].section, 1u);
    EXPECT_EQ(s.interfaces[1].frames, 0u);
}

TEST(FileSummary, TellsWhereAFileIsCutOff) {
    FileBuilder b;
    b.pcap_header().pcap_record(1, 0, "abcd").pcap_record(2, 0, "efgh");
    b.out.resize(b.out.size() - 2);
    const FileSummary s = summary_of(b.out);
    EXPECT_EQ(s.frames, 1u);
    ASSERT_TRUE(s.damage);
    EXPECT_THAT(s.damage->message, testing::HasSubstr("byte 44"));
    EXPECT_FALSE(summarize_file(std::make_unique<MemorySource>(proto::as_bytes("no capture"))));
}

}  // namespace
}  // namespace layerlab::capture
