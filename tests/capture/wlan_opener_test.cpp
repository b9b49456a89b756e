#include "capture/wlan_opener.hpp"

#include <deque>
#include <gtest/gtest.h>

#include "tests/proto/machine/wpa2_frames.hpp"

namespace layerlab::capture {
namespace {

using proto::test::wpa2_frames;
using Octets = std::vector<std::uint8_t>;

struct Given final : FrameSource {
    std::deque<Octets> frames;
    LinkType link_type = LinkType::ieee80211;
    Octets last;

    proto::Result<std::optional<Frame>> next() override {
        if (frames.empty()) return std::nullopt;
        last = std::move(frames.front());
        frames.pop_front();
        Frame frame;
        frame.link_type = link_type;
        frame.bytes = last;
        frame.original_length = static_cast<std::uint32_t>(last.size());
        return frame;
    }
};

Octets with_radiotap(std::initializer_list<std::uint8_t> header, const Octets& frame) {
    Octets made(header);
    made.insert(made.end(), frame.begin(), frame.end());
    return made;
}

Frame frame_of(const Octets& octets, LinkType type = LinkType::ieee80211_radiotap) {
    Frame frame;
    frame.link_type = type;
    frame.bytes = octets;
    frame.original_length = static_cast<std::uint32_t>(octets.size());
    return frame;
}

TEST(WlanOpener, PutsWhatWasOpenedBesideTheFrame) {
    auto given = std::make_unique<Given>();
    given->frames.assign(wpa2_frames.begin(), wpa2_frames.end());
    proto::machine::Wpa2Reader reader;
    ASSERT_TRUE(reader.add_network("layer lab", "correct horse"));
    WlanOpener opener(std::move(given), std::move(reader));
    std::string opened;
    for (std::size_t i = 0; i < wpa2_frames.size(); ++i) {
        const auto frame = opener.next();
        ASSERT_TRUE(frame && *frame);
        EXPECT_EQ(Octets((*frame)->bytes.begin(), (*frame)->bytes.end()), wpa2_frames[i]);
        opened += (*frame)->opened.empty() ? '-' : 'o';
    }
    EXPECT_EQ(opened, "-----ooooo-oo--o");
    EXPECT_FALSE(*opener.next());
}

TEST(WlanOpener, FindsTheFrameBehindRadiotap) {
    const Octets plain = with_radiotap({0, 0, 8, 0, 0, 0, 0, 0}, {1, 2, 3, 4, 5, 6});
    EXPECT_EQ(wlan_frame(frame_of(plain)).size(), 6u);
    const Octets with_check = with_radiotap({0, 0, 9, 0, 2, 0, 0, 0, 0x10}, {1, 2, 3, 4, 5, 6});
    EXPECT_EQ(wlan_frame(frame_of(with_check)).size(), 2u);
    const Octets with_time = with_radiotap(
        {0, 0, 25, 0, 3, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0x10}, {1, 2, 3, 4, 5});
    EXPECT_EQ(wlan_frame(frame_of(with_time)).size(), 1u);
}

TEST(WlanOpener, FindsNothingInOtherOrDamagedFrames) {
    const Octets four{1, 2, 3, 4};
    EXPECT_TRUE(wlan_frame(frame_of(four, LinkType::ethernet)).empty());
    const std::vector<Octets> damaged{{0, 0, 99, 0, 0, 0, 0, 0},
                                      {0, 0, 3, 0, 0, 0, 0, 0},
                                      {0, 0, 8},
                                      {0, 0, 9, 0, 2, 0, 0, 0, 0x10, 1, 2},
                                      {0, 0, 12, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
    for (const Octets& octets : damaged) EXPECT_TRUE(wlan_frame(frame_of(octets)).empty()) << octets.size();
    Frame cut = frame_of(four, LinkType::ieee80211);
    cut.original_length = 5;
    EXPECT_TRUE(wlan_frame(cut).empty());
}

}  // namespace
}  // namespace layerlab::capture
