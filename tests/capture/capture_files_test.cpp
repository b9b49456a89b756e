#include "capture/capture_files.hpp"

#include <filesystem>
#include <gmock/gmock.h>

#include "capture/open.hpp"
#include "capture/pcapng_file.hpp"
#include "tests/capture/file_builder.hpp"

namespace layerlab::capture {
namespace {

using testing::HasSubstr;

struct CaptureFilesTest : testing::Test {
    void SetUp() override {
        std::string name = (std::filesystem::temp_directory_path() / "layerlab-files-XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    CaptureFileSettings settings(const std::string& name) const {
        CaptureFileSettings s;
        s.path = (folder_ / name).string();
        s.interface = {.name = "va", .description = ""};
        s.statistics = [] { return PcapngWriter::Statistics{.received = 7, .delivered = 7}; };
        return s;
    }
    static void write(CaptureFiles& files, std::uint32_t first, std::uint32_t end) {
        for (std::uint32_t i = first; i < end; ++i) {
            Frame frame;
            const std::string text = "frame " + std::to_string(i);
            frame.time = proto::time_at(i);
            frame.bytes = proto::as_bytes(text);
            ASSERT_TRUE(files.write(frame));
        }
    }
    std::vector<std::string> read(const std::string& name) const {
        auto source = open_capture((folder_ / name).string());
        if (!source) return {source.error().message};
        const ReadAll all(**source);
        std::vector<std::string> texts;
        for (const auto& kept : all.frames) texts.push_back(kept.bytes);
        if (!all.error.empty()) texts.push_back(all.error);
        return texts;
    }

    std::filesystem::path folder_;
};

TEST(CaptureFiles, NumberTheirNames) {
    EXPECT_EQ(CaptureFiles::numbered("out.pcapng", 3, 5), "out-3.pcapng");
    EXPECT_EQ(CaptureFiles::numbered("a.b/out.pcapng.gz", 3, 12), "a.b/out-03.pcapng.gz");
    EXPECT_EQ(CaptureFiles::numbered("a.b/out", 12, 12), "a.b/out-12");
    EXPECT_EQ(CaptureFiles::numbered("a/.hidden", 1, 2), "a/.hidden-1");
}

TEST_F(CaptureFilesTest, WriteWhatTheirNamesSay) {
    for (const char* name : {"x.pcapng", "x.pcap", "x.pcapng.gz", "x.pcap.zst", "x"}) {
        auto files = CaptureFiles::open(settings(name));
        ASSERT_TRUE(files) << files.error().message;
        EXPECT_THAT(read(name), testing::IsEmpty()) << name;  // a capture already
        write(**files, 0, 3);
        ASSERT_TRUE((*files)->flush());
        EXPECT_THAT(read(name), testing::ElementsAre("frame 0", "frame 1", "frame 2")) << name;
        write(**files, 3, 4);
        ASSERT_TRUE((*files)->finish());
        EXPECT_THAT(read(name), testing::SizeIs(4)) << name;
    }
    auto plain = FileSource::open((folder_ / "x.pcap").string());
    std::uint8_t magic[4];
    ASSERT_TRUE((*plain)->read(magic));
    EXPECT_EQ(magic[0], 0x4d);  // little endian, nanoseconds
}

TEST_F(CaptureFilesTest, TurnAroundAndLoseNothingAtTheSeams) {
    CaptureFileSettings s = settings("ring.pcapng");
    s.most_bytes = 1000;
    s.count = 3;
    auto files = CaptureFiles::open(std::move(s));
    ASSERT_TRUE(files);
    std::uint32_t written = 0;
    std::string path = (*files)->path();
    std::vector<std::uint32_t> firsts{0};
    while (firsts.size() < 6) {
        write(**files, written, written + 1);
        if ((*files)->path() != path) firsts.push_back(written);
        path = (*files)->path();
        ++written;
    }
    write(**files, written, written + 2);
    written += 2;
    ASSERT_TRUE((*files)->finish());
    // The last three turns are there: 4, 5 and 6 of the six, in files 1, 2 and 3.
    std::vector<std::string> all;
    for (const char* name : {"ring-1.pcapng", "ring-2.pcapng", "ring-3.pcapng"}) {
        EXPECT_LT(std::filesystem::file_size(folder_ / name), 1200u);
        for (std::string& text : read(name)) all.push_back(std::move(text));
    }
    ASSERT_EQ(all.size(), written - firsts[3]);
    for (std::uint32_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], "frame " + std::to_string(firsts[3] + i));
}

TEST_F(CaptureFilesTest, SayWhatCannotBeWritten) {
    const auto files = CaptureFiles::open(settings("no/such/folder/x.pcapng"));
    ASSERT_FALSE(files);
    EXPECT_THAT(files.error().message, HasSubstr("No such file"));
    CaptureFileSettings many = settings("x");
    many.count = CaptureFiles::most_files + 1;
    EXPECT_FALSE(CaptureFiles::open(std::move(many)));
}

}  // namespace
}  // namespace layerlab::capture
