#include "capture/placed_source.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <thread>

#include "capture/compression.hpp"
#include "capture/open.hpp"
#include "capture/pcap_file.hpp"
#include "capture/pcapng_writer.hpp"
#include "tests/capture/file_builder.hpp"

namespace layerlab::capture {
namespace {

using testing::HasSubstr;

struct PlacedSources : testing::Test {
    void SetUp() override {
        std::string name = (std::filesystem::temp_directory_path() / "layerlab-placed-XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder = name;
    }
    void TearDown() override { std::filesystem::remove_all(folder); }
    std::string path(const std::string& name) const { return (folder / name).string(); }
    void append(const std::string& name, proto::Bytes bytes) const {
        std::ofstream out(path(name), std::ios::binary | std::ios::app);
        out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }
    // All frames by next(), then each once more by its place.
    static std::vector<std::string> read_twice(PlacedSource& source) {
        std::vector<std::string> texts;
        std::vector<std::uint64_t> places;
        for (;;) {
            const auto frame = source.next();
            if (!frame || !*frame) break;
            texts.emplace_back(proto::as_text((*frame)->bytes));
            places.push_back(source.place());
        }
        EXPECT_TRUE(source.settle());
        const auto file = source.reader();
        if (!file) return {};
        std::vector<std::uint8_t> scratch;
        for (std::size_t i = 0; i < texts.size(); ++i)
            EXPECT_EQ(texts[i], proto::as_text(file->read(places[i], scratch).bytes)) << i;
        return texts;
    }

    std::filesystem::path folder;
};

TEST_F(PlacedSources, FindFramesOfAllFormatsAgain) {
    for (const char* name : {"x.pcap", "x.pcapng", "x.pcapng.gz", "x.pcap.zst"}) {
        auto bytes = create_capture_bytes(path(name));
        ASSERT_TRUE(bytes);
        std::unique_ptr<FrameSink> sink;
        const bool is_pcapng = std::string(name).find("pcapng") != std::string::npos;
        ByteSink* raw = bytes->get();
        if (is_pcapng) {
            auto writer = PcapngWriter::create(std::move(*bytes));
            ASSERT_TRUE((*writer)->add_interface({.name = "a", .description = ""}));
            sink = std::move(*writer);
        } else {
            sink = std::move(*PcapWriter::create(std::move(*bytes), LinkType::ethernet));
        }
        std::vector<std::string> wanted;
        for (int i = 0; i < 500; ++i) {
            wanted.push_back(std::string(static_cast<std::size_t>(20 + i), static_cast<char>('a' + i % 26)));
            Frame frame;
            frame.bytes =
                proto::Bytes(reinterpret_cast<const std::uint8_t*>(wanted.back().data()), wanted.back().size());
            frame.original_length = 2000;
            frame.comment = i % 7 == 0 ? "a comment" : "";
            ASSERT_TRUE(sink->write(frame));
        }
        ASSERT_TRUE(raw->flush());
        sink.reset();
        const auto source = open_placed(path(name), std::make_shared<Patience>());
        ASSERT_TRUE(source) << source.error().message;
        EXPECT_EQ(read_twice(**source), wanted) << name;
    }
}

TEST_F(PlacedSources, WaitForTheRestOfARecordOfAFileThatIsFollowed) {
    FileBuilder b;
    b.pcap_header().pcap_record(1, 2, "first").pcap_record(3, 4, "second");
    const std::size_t half = b.out.size() - 3;
    append("x.pcap", proto::Bytes(b.out).first(half));
    const auto patience = std::make_shared<Patience>();
    const auto source = open_placed(path("x.pcap"), patience, true);
    ASSERT_TRUE(source);
    ASSERT_EQ(proto::as_text((**(*source)->next()).bytes), "first");
    std::thread writer([&] {
        while (!patience->waits) std::this_thread::yield();
        append("x.pcap", proto::Bytes(b.out).subspan(half));
    });
    const auto second = (*source)->next();
    writer.join();
    ASSERT_TRUE(second && *second);
    EXPECT_EQ(proto::as_text((*second)->bytes), "second");
    std::thread stopper([&] {
        while (!patience->waits) std::this_thread::yield();
        patience->stop = true;
    });
    const auto end = (*source)->next();
    stopper.join();
    ASSERT_TRUE(end);
    EXPECT_FALSE(*end);
}

TEST_F(PlacedSources, SayThatAFollowedFileHasBecomeShorter) {
    FileBuilder b;
    b.pcap_header().pcap_record(1, 2, "first");
    append("x.pcap", b.out);
    const auto source = open_placed(path("x.pcap"), std::make_shared<Patience>(), true);
    ASSERT_TRUE(source);
    ASSERT_TRUE((*source)->next());
    std::filesystem::resize_file(path("x.pcap"), 10);
    const auto next = (*source)->next();
    ASSERT_FALSE(next);
    EXPECT_THAT(next.error().message, HasSubstr("shorter"));
}

TEST_F(PlacedSources, SayWhatIsWrong) {
    const auto patience = std::make_shared<Patience>();
    EXPECT_THAT(open_placed(path("nothing"), patience).error().message, HasSubstr("No such file"));
    EXPECT_THAT(open_placed(folder.string(), patience).error().message, HasSubstr("directory"));
    append("empty", {});
    EXPECT_THAT(open_placed(path("empty"), patience).error().message, HasSubstr("empty"));
    FileBuilder cut;
    cut.pcap_header().pcap_record(1, 2, "first").u32(5).u32(5).u32(100).u32(100).text("cut");
    append("cut", cut.out);
    const auto source = open_placed(path("cut"), patience);
    ASSERT_TRUE(source);
    ASSERT_TRUE((*source)->next());
    EXPECT_THAT((*source)->next().error().message, HasSubstr("ends inside record 2"));
}

}  // namespace
}  // namespace layerlab::capture
