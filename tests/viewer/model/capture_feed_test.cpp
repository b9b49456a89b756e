// Captures in the viewer: what is read at once, files that grow, files that are damaged.
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>

#include "capture/file_bytes.hpp"
#include "capture/pcap_file.hpp"
#include "tests/viewer/captured.hpp"

namespace layerlab::viewer {
namespace {

using testing::HasSubstr;

struct CaptureFeeds : testing::Test {
    void SetUp() override {
        std::string name = (std::filesystem::temp_directory_path() / "layerlab-feed-XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder = name;
        path = (folder / "x.pcap").string();
        auto sink = capture::FileSink::create(path, capture::FlushPolicy::every_record);
        ASSERT_TRUE(sink);
        writer = std::move(*capture::PcapWriter::create(std::move(*sink), capture::LinkType::ethernet));
    }
    void TearDown() override {
        session.reset();
        std::filesystem::remove_all(folder);
    }
    void write(std::uint8_t sender, std::uint8_t target) {
        const auto bytes = test::arp_request(sender, target);
        capture::Frame frame;
        frame.time = proto::time_at(1'000'000'000'000 + written++ * 1'000'000);
        frame.bytes = bytes;
        frame.original_length = static_cast<std::uint32_t>(bytes.size());
        ASSERT_TRUE(writer->write(frame));
    }
    void open(bool follows) {
        CaptureInput input;
        input.name = path;
        input.grows = follows;
        input.open = [this, follows, patience = input.patience] {
            return capture::open_placed(path, patience, follows);
        };
        session = std::make_unique<Session>(read_capture(std::move(input)));
        session->finish();
    }
    // Pictures until there are so many frames, at most for ten seconds.
    void wait_for(FrameNumber count) {
        for (int i = 0; i < 200 && session->trace().frame_count() < count; ++i)
            session->tick(std::chrono::milliseconds(16), std::chrono::milliseconds(50));
        ASSERT_EQ(session->trace().frame_count(), count);
    }

    std::filesystem::path folder;
    std::string path;
    std::unique_ptr<capture::PcapWriter> writer;
    std::int64_t written = 0;
    std::unique_ptr<Session> session;
};

TEST_F(CaptureFeeds, FollowAFileThatGrowsAndStandAtItsEnd) {
    write(1, 2);
    open(true);
    ASSERT_EQ(session->trace().frame_count(), 1u);
    EXPECT_TRUE(session->grows());
    session->apply(command::Follow{});
    for (std::uint8_t i = 2; i < 10; ++i) {
        write(i, 1);
        wait_for(i);
        EXPECT_TRUE(session->following());
        EXPECT_EQ(session->frames_so_far(), i);
    }
    EXPECT_EQ(session->list().rows().size(), 9u);
    EXPECT_EQ(session->problem(), "");
}

TEST_F(CaptureFeeds, StandStillWhileSomebodyLooksAndGoOnWhenAsked) {
    write(1, 2);
    write(2, 1);
    open(true);
    session->apply(command::Follow{});
    session->apply(command::SelectFrame{1});
    EXPECT_FALSE(session->following());
    write(3, 1);
    wait_for(3);
    EXPECT_EQ(session->frames_so_far(), 1u) << "paused: the capture goes on, the picture does not";
    session->apply(command::Follow{});
    EXPECT_EQ(session->frames_so_far(), 3u);
    session->apply(command::Play{false});
    EXPECT_FALSE(session->following());
    session->apply(command::Play{true});
    EXPECT_TRUE(session->following()) << "it stands at the end already";
}

TEST_F(CaptureFeeds, KeepTheLayoutWhenHostsCome) {
    for (std::uint8_t i = 2; i < 12; ++i) write(i, 1);
    open(true);
    const auto before = session->view().places;
    for (std::uint8_t i = 12; i < 30; ++i) write(i, 1);
    wait_for(28);
    const auto& after = session->view().places;
    ASSERT_GT(after.size(), before.size());
    for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(before[i], after[i]);
}

TEST_F(CaptureFeeds, ShowWhatIsWholeOfADamagedFile) {
    write(1, 2);
    write(2, 1);
    std::filesystem::resize_file(path, std::filesystem::file_size(path) - 5);
    open(false);
    EXPECT_EQ(session->trace().frame_count(), 1u);
    EXPECT_THAT(session->problem(), HasSubstr("ends inside record 2"));
}

TEST_F(CaptureFeeds, StandAFileThatIsOverwrittenWhileItIsLookedAt) {
    for (std::uint8_t i = 1; i < 50; ++i) write(i, 1);
    open(false);
    ASSERT_EQ(session->trace().frame_count(), 49u);
    std::ofstream(path, std::ios::binary) << std::string(500, '\xff');
    for (FrameNumber n = 1; n < 50; ++n) {
        session->apply(command::SelectFrame{n});
        session->tick({});
    }
}

TEST_F(CaptureFeeds, KeepSixteenBytesForAFrame) {
    constexpr FrameNumber many = 200'000;
    for (FrameNumber i = 0; i < many; ++i) write(static_cast<std::uint8_t>(1 + i % 9), 1);
    open(false);
    ASSERT_EQ(session->trace().frame_count(), many);
    const CaptureStore& store = session->trace().capture();
    // The number of its conversation is kept beside the index, in four bytes.
    EXPECT_LT(static_cast<double>(store.rows().memory()) / many + 4, 16.01);
    EXPECT_TRUE(session->list().rows().size() == many);
}

}  // namespace
}  // namespace layerlab::viewer
