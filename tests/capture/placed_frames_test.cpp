#include "capture/placed_frames.hpp"

#include <cstdio>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/capture/file_builder.hpp"

namespace layerlab::capture {
namespace {

FileDescriptor file_of(const std::vector<std::uint8_t>& bytes) {
    FileDescriptor fd(::open("/tmp", O_TMPFILE | O_RDWR, 0600));
    EXPECT_EQ(::write(fd.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    return fd;
}
std::string text(proto::Bytes bytes) { return std::string(proto::as_text(bytes)); }

TEST(PlacedFrames, ReadsRecordsOfPcapInBothByteOrders) {
    for (const bool big : {false, true}) {
        FileBuilder b(big);
        b.pcap_header().pcap_record(1, 2, "first").pcap_record(3, 4, "second", 1500);
        PlacedFrames::Layout layout;
        layout.order.big = big;
        const PlacedFrames file(file_of(b.out), layout);
        std::vector<std::uint8_t> scratch;
        EXPECT_EQ(text(file.read(24, scratch).bytes), "first");
        const auto second = file.read(24 + 16 + 5, scratch);
        EXPECT_EQ(text(second.bytes), "second");
        EXPECT_EQ(second.original_length, 1500u);
        EXPECT_EQ(file.original_length(24 + 16 + 5), 1500u);
    }
}

TEST(PlacedFrames, GivesNothingWhereNoRecordIs) {
    FileBuilder b;
    b.pcap_header().pcap_record(1, 2, "first").u32(0).u32(0).u32(0x7fff'ffff).u32(0);
    const PlacedFrames file(file_of(b.out), {});
    std::vector<std::uint8_t> scratch;
    for (std::uint64_t place = 0; place < b.out.size() + 40; ++place) (void)file.read(place, scratch);
    EXPECT_TRUE(file.read(24 + 16 + 5, scratch).bytes.empty()) << "a length that cannot be";
    EXPECT_TRUE(file.read(b.out.size() - 3, scratch).bytes.empty()) << "half a header";
    EXPECT_TRUE(file.read(std::uint64_t{1} << 50, scratch).bytes.empty());
    PlacedFrames::Layout pcapng;
    pcapng.is_pcapng = true;
    const PlacedFrames other(file_of(b.out), pcapng);
    for (std::uint64_t place = 0; place < b.out.size() + 40; ++place) (void)other.read(place, scratch);
}

TEST(FrameSpool, GivesBackWhatWasPutIn) {
    auto spool = FrameSpool::create();
    ASSERT_TRUE(spool);
    std::vector<std::uint64_t> places;
    constexpr std::uint32_t many = 3000;
    for (std::uint32_t i = 0; i < many; ++i) {
        const std::vector<std::uint8_t> bytes(i % 1500, static_cast<std::uint8_t>(i));
        Frame frame;
        frame.bytes = bytes;
        frame.original_length = 2000;
        const auto place = spool->append(frame);
        ASSERT_TRUE(place);
        places.push_back(*place);
    }
    ASSERT_TRUE(spool->flush());
    const auto file = spool->reader();
    ASSERT_TRUE(file);
    std::vector<std::uint8_t> scratch;
    for (std::uint32_t i = many; i-- > 0;) {  // backwards, as somebody scrolls
        const auto found = file->read(places[i], scratch);
        ASSERT_EQ(found.bytes.size(), i % 1500);
        EXPECT_EQ(found.original_length, 2000u);
        if (!found.bytes.empty()) {
            EXPECT_EQ(found.bytes.back(), static_cast<std::uint8_t>(i));
        }
    }
}

}  // namespace
}  // namespace layerlab::capture
