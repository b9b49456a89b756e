#include "capture/compression.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "capture/open.hpp"
#include "capture/pcapng_file.hpp"
#include "tests/capture/file_builder.hpp"
#include "tests/capture/kept_bytes.hpp"

namespace layerlab::capture {
namespace {

using testing::HasSubstr;

constexpr Compression both[] = {Compression::gzip, Compression::zstd};

std::vector<std::uint8_t> packed(Compression how, proto::Bytes bytes) {
    std::vector<std::uint8_t> out;
    EXPECT_TRUE(compressed(how, std::make_unique<KeptBytes>(out))->append(bytes));
    return out;
}

FileBuilder twenty_frames() {
    FileBuilder file;
    file.pcap_header();
    for (unsigned i = 0; i < 20; ++i) file.pcap_record(i, 0, "frame " + std::to_string(i * i * i));
    return file;
}

TEST(Compression, IsToldByTheFirstBytesAndByTheName) {
    std::vector<std::uint8_t> nothing;
    compressed(Compression::gzip, std::make_unique<KeptBytes>(nothing)).reset();  // nothing was appended
    EXPECT_TRUE(nothing.empty());
    for (const Compression how : both) EXPECT_EQ(compression_of(packed(how, twenty_frames().out)), how);
    EXPECT_EQ(compression_of(twenty_frames().out), Compression::none);
    EXPECT_EQ(compression_named("a/b.pcapng.gz"), Compression::gzip);
    EXPECT_EQ(compression_named("b.pcap.zst"), Compression::zstd);
    EXPECT_EQ(compression_named("gz"), Compression::none);
    EXPECT_EQ(compression_named("-"), Compression::none);
}

TEST(Compression, CapturesAreReadThroughIt) {
    for (const Compression how : both) {
        const auto bytes = packed(how, twenty_frames().out);
        auto source = open_capture(std::make_unique<MemorySource>(bytes, "x"));
        ASSERT_TRUE(source) << source.error().message;
        const ReadAll all(**source);
        ASSERT_EQ(all.frames.size(), 20u);
        EXPECT_EQ(all.frames[3].bytes, "frame 27");
        EXPECT_EQ(all.error, "");
    }
}

TEST(Compression, WhatIsCutOffKeepsItsFramesAndSaysWhere) {
    FileBuilder file;  // of noise, so that the packed file is long
    file.pcap_header();
    for (unsigned i = 0; i < 60; ++i) file.pcap_record(i, 0, std::string(3, static_cast<char>(i * i * 7)));
    for (const Compression how : both) {
        const auto bytes = packed(how, file.out);
        std::size_t most = 0;
        for (std::size_t n = 4; n < bytes.size(); ++n) {
            auto source = open_capture(std::make_unique<MemorySource>(proto::Bytes(bytes).first(n), "x.gz"));
            std::string error;
            if (source) {
                const ReadAll all(**source);
                EXPECT_GE(all.frames.size(), most) << n;
                most = all.frames.size();
                error = all.error;
            } else {
                error = source.error().message;
            }
            EXPECT_THAT(error, HasSubstr("x.gz: byte ")) << n;
            EXPECT_THAT(error, HasSubstr("cut off")) << n;
        }
        EXPECT_EQ(most, how == Compression::gzip ? 60u : most);
    }
}

TEST(Compression, DamageIsNamedWithItsPlace) {
    for (const Compression how : both) {
        auto bytes = packed(how, twenty_frames().out);
        bytes[bytes.size() / 2] ^= 0x55;
        bytes.back() ^= 0x55;
        auto source = open_capture(std::make_unique<MemorySource>(bytes, "x"));
        const std::string error = source ? ReadAll(**source).error : source.error().message;
        EXPECT_THAT(error, HasSubstr(how == Compression::gzip ? "of the gzip data: " : "of the zstd data: "));
    }
}

TEST(Compression, AFlushLeavesSomethingWhole) {
    for (const Compression how : both) {
        std::vector<std::uint8_t> out;
        auto sink = compressed(how, std::make_unique<KeptBytes>(out));
        const FileBuilder file = twenty_frames();
        const proto::Bytes bytes(file.out);
        ASSERT_TRUE(sink->append(bytes.first(24)));
        ASSERT_TRUE(sink->flush());
        const auto early = out;
        ASSERT_TRUE(sink->append(bytes.subspan(24)));
        ASSERT_TRUE(sink->flush());
        ASSERT_TRUE(sink->flush());  // nothing new
        auto first = open_capture(std::make_unique<MemorySource>(early));
        ASSERT_TRUE(first);
        EXPECT_EQ(ReadAll(**first).error, "");
        auto whole = open_capture(std::make_unique<MemorySource>(out));
        ASSERT_TRUE(whole);
        EXPECT_EQ(ReadAll(**whole).frames.size(), 20u);
    }
}

// A source that is never ready for long: one byte at a time, as a slow pipe.
class Drops final : public ByteSource {
  public:
    explicit Drops(proto::Bytes bytes) : left_(bytes) {}
    proto::Result<std::size_t> read(proto::MutableBytes into) override {
        if (left_.empty() || into.empty()) return std::size_t{0};
        into[0] = left_[0];
        left_ = left_.subspan(1);
        return std::size_t{1};
    }
    const std::string& name() const override { return name_; }

  private:
    proto::Bytes left_;
    std::string name_ = "drops";
};

TEST(Compression, ASlowSourceGivesTheSame) {
    for (const Compression how : {Compression::none, Compression::gzip, Compression::zstd}) {
        std::vector<std::uint8_t> bytes = twenty_frames().out;
        if (how != Compression::none) bytes = packed(how, bytes);
        auto source = open_capture(std::make_unique<Drops>(bytes));
        ASSERT_TRUE(source) << source.error().message;
        EXPECT_EQ(ReadAll(**source).frames.size(), 20u);
    }
}

long peak_kilobytes() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss;
}

TEST(Compression, ABombIsReadWithFlatMemory) {
    for (const Compression how : both) {
        std::vector<std::uint8_t> bomb;
        auto sink = compressed(how, std::make_unique<KeptBytes>(bomb));
        // A block of an unknown type and half a gigabyte: the reader steps over it.
        FileBuilder head;
        head.section().u32(0x7777).u32(1u << 29);
        ASSERT_TRUE(sink->append(head.out));
        const std::vector<std::uint8_t> zeros(1 << 20);
        for (unsigned i = 0; i < 512; ++i) ASSERT_TRUE(sink->append(zeros));
        sink.reset();
        EXPECT_LT(bomb.size(), 4u << 20);
        const long before = peak_kilobytes();
        auto source = open_capture(std::make_unique<MemorySource>(bomb, "bomb"));
        ASSERT_TRUE(source);
        EXPECT_THAT(ReadAll(**source).error, HasSubstr("ends with length 0"));
        EXPECT_LT(peak_kilobytes() - before, 16 * 1024);
    }
}

}  // namespace
}  // namespace layerlab::capture
