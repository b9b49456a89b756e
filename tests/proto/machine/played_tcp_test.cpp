#include "proto/machine/played_tcp.hpp"

#include <gmock/gmock.h>
#include <string_view>

namespace layerlab::proto::machine {
namespace {

using testing::HasSubstr;

// A recorded conversation: the player's numbers begin at 100, the recorded peer's at 5000, the live one's at 9'000'000.
constexpr std::uint32_t player = 100, recorded = 5000, live = 9'000'000;

PlayedSegment segment(std::uint64_t frame, std::uint32_t seq, std::uint32_t ack, std::string_view payload = {}) {
    PlayedSegment s;
    s.frame = frame;
    s.seq = seq;
    s.ack = ack;
    s.has_ack = ack != 0;
    s.payload = as_bytes(payload);
    return s;
}
PlayedSegment syn(PlayedSegment s) {
    s.syn = true;
    return s;
}
PlayedSegment fin(PlayedSegment s) {
    s.fin = true;
    return s;
}

struct PlayedTcpTest : testing::Test {
    void SetUp() override {
        tcp_.recorded_by_player(open_);
        tcp_.recorded_by_peer(syn(segment(2, recorded, player + 1)));
        tcp_.recorded_by_player(request_);
        tcp_.recorded_by_peer(segment(4, recorded + 1, player + 5, "HTTP 200 OK\r\n"));
        tcp_.recorded_by_peer(fin(segment(5, recorded + 14, player + 5, "hello")));
        tcp_.recorded_by_player(close_);
    }
    void connect() {
        tcp_.said(open_);
        tcp_.heard(syn(segment(0, live, player + 1)));
    }

    PlayedTcp tcp_;
    const PlayedSegment open_ = syn(segment(1, player, 0));
    const PlayedSegment request_ = segment(3, player + 1, recorded + 1, "GET\n");
    const PlayedSegment close_ = fin(segment(6, player + 5, recorded + 20));
};

TEST_F(PlayedTcpTest, WaitsForWhatTheRecordedSegmentAnswers) {
    EXPECT_FALSE(tcp_.is_server());
    EXPECT_TRUE(tcp_.is_ready(open_));
    EXPECT_FALSE(tcp_.is_ready(request_));
    connect();
    EXPECT_TRUE(tcp_.is_bound());
    EXPECT_TRUE(tcp_.is_ready(request_));
    EXPECT_FALSE(tcp_.is_ready(close_));
    EXPECT_EQ(tcp_.acknowledgment(), live + 1);
    tcp_.said(request_);
    EXPECT_EQ(tcp_.next_seq(), player + 5);
    EXPECT_TRUE(tcp_.heard(segment(0, live + 1, player + 5, "HTTP 200 OK\r\n")));
    EXPECT_FALSE(tcp_.is_ready(close_));
    EXPECT_TRUE(tcp_.heard(fin(segment(0, live + 14, player + 5, "hello"))));
    EXPECT_TRUE(tcp_.is_ready(close_));
    EXPECT_EQ(tcp_.acknowledgment(), live + 20);
    EXPECT_TRUE(tcp_.has_unsaid_ack());
    tcp_.said(close_);
    EXPECT_FALSE(tcp_.has_unsaid_ack());
    EXPECT_FALSE(tcp_.difference(true));
}

TEST_F(PlayedTcpTest, TakesDataInAnyOrderAndCut) {
    connect();
    EXPECT_TRUE(tcp_.heard(segment(0, live + 7, player + 1, "00 OK\r\nhel")));
    EXPECT_EQ(tcp_.acknowledgment(), live + 1);
    EXPECT_TRUE(tcp_.heard(fin(segment(0, live + 17, player + 1, "lo"))));
    EXPECT_TRUE(tcp_.heard(segment(0, live + 1, player + 1, "HTTP 20")));
    EXPECT_EQ(tcp_.acknowledgment(), live + 20);                            // the FIN behind the gap counts
    EXPECT_TRUE(tcp_.heard(fin(segment(0, live + 17, player + 1, "lo"))));  // again
    EXPECT_EQ(tcp_.acknowledgment(), live + 20);
    EXPECT_FALSE(tcp_.difference(true));
}

TEST_F(PlayedTcpTest, SaysAtWhichFrameThePeerSaysSomethingElse) {
    connect();
    tcp_.heard(segment(0, live + 1, player + 5, "HTTP 404 Not Found\r\n"));
    const auto found = tcp_.difference(false);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->frame, 4u);
    EXPECT_EQ(found->text, "recorded \"HTTP 200 OK\", live \"HTTP 404 Not Found\"");
    EXPECT_FALSE(tcp_.difference(true));  // once
}

TEST_F(PlayedTcpTest, GoesOnWithAShorterAnswerThatEnds) {
    connect();
    tcp_.heard(fin(segment(0, live + 1, player + 5, "HTTP 200")));
    EXPECT_TRUE(tcp_.is_ready(close_));
    EXPECT_EQ(tcp_.acknowledgment(), live + 10);
    const auto found = tcp_.difference(true);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->frame, 4u);
    EXPECT_EQ(found->text, "the live host says 8 bytes, the recorded one 18");
}

TEST_F(PlayedTcpTest, LosesPatienceAndGoesOn) {
    connect();
    tcp_.heard(segment(0, live + 1, player + 5, "HTTP 200 OK\r\n"));
    EXPECT_TRUE(tcp_.stop_waiting());
    EXPECT_TRUE(tcp_.is_ready(close_));
    EXPECT_EQ(tcp_.acknowledgment(), live + 14);
    PlayedTcp silent;
    silent.recorded_by_player(open_);
    silent.recorded_by_peer(syn(segment(2, recorded, player + 1)));
    EXPECT_FALSE(silent.stop_waiting());
    const auto found = silent.difference(false);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->frame, 2u);
    EXPECT_EQ(found->text, "the live host does not answer");
}

TEST_F(PlayedTcpTest, EndsWithAReset) {
    connect();
    PlayedSegment reset = segment(0, live + 1, player + 1);
    reset.rst = true;
    EXPECT_FALSE(tcp_.heard(reset));
    EXPECT_TRUE(tcp_.is_over());
    const auto found = tcp_.difference(false);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->frame, 4u);
    EXPECT_THAT(found->text, HasSubstr("resets"));
}

// RFC 9293 section 3.1: ports, seq, ack, offset and flags, window, checksum, urgent, options.
TEST_F(PlayedTcpTest, MakesRecordedHeadersOnesOfThisConnection) {
    std::vector<std::uint8_t> header(20);
    store_be32(header.data() + 4, player + 1);
    store_be32(header.data() + 8, recorded + 1);
    header[13] = 0x10;
    store_be16(header.data() + 14, 63);
    const std::vector<std::uint8_t> options{1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2,   // timestamps
                                            1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2};  // selective acknowledgment
    header.insert(header.end(), options.begin(), options.end());
    header[12] = static_cast<std::uint8_t>(header.size() / 4 << 4);

    const std::vector<std::uint8_t> scale{3, 3, 10, 0}, stamps{8, 10, 0, 0, 0, 77, 0, 0, 0, 0, 3, 3, 7, 0};
    PlayedTcp tcp;
    PlayedSegment first = open_, answer = syn(segment(2, recorded, player + 1)),
                  real = syn(segment(0, live, player + 1));
    first.options = answer.options = scale;
    tcp.recorded_by_player(first);
    tcp.recorded_by_peer(answer);
    PlayedTcp bare = tcp;
    real.options = stamps;
    tcp.heard(real);
    auto got = header;
    tcp.adapt(got);
    EXPECT_EQ(load_be32(got.data() + 4), player + 1);
    EXPECT_EQ(load_be32(got.data() + 8), live + 1);
    EXPECT_EQ(load_be16(got.data() + 14), 63);
    EXPECT_EQ(load_be32(got.data() + 28), 77u);  // the live peer's timestamp
    EXPECT_EQ(std::vector<std::uint8_t>(got.begin() + 34, got.end()), std::vector<std::uint8_t>(10, 1));

    bare.heard(syn(segment(0, live, player + 1)));  // no options: no scaling, no timestamps
    got = header;
    bare.adapt(got);
    EXPECT_EQ(load_be16(got.data() + 14), 63 << 10);
    EXPECT_EQ(std::vector<std::uint8_t>(got.begin() + 22, got.begin() + 32), std::vector<std::uint8_t>(10, 1));
}

TEST(PlayedSegment, IsReadFromWholeHeadersOnly) {
    std::vector<std::uint8_t> header(24);
    header[12] = 0x60;
    header[13] = 0x12;
    header.push_back('x');
    const auto whole = PlayedSegment::parse(header);
    ASSERT_TRUE(whole);
    EXPECT_TRUE(whole->syn && whole->has_ack && !whole->fin && !whole->rst);
    EXPECT_EQ(whole->options.size(), 4u);
    EXPECT_EQ(whole->length(), 2u);
    for (std::size_t n = 0; n < 24; ++n) EXPECT_FALSE(PlayedSegment::parse(Bytes(header).first(n))) << n;
    header[12] = 0x40;
    EXPECT_FALSE(PlayedSegment::parse(header));
}

}  // namespace
}  // namespace layerlab::proto::machine
