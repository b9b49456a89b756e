#include "proto/dissect/frame.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

TEST(Frame, TellsLengthsAndProtocols) {
    test::Watcher w;
    w.on_wire(500).see(test::udp_frame(1000, 2000, test::octets("abc")));
    EXPECT_EQ(w.value("frame.len"), "500");
    EXPECT_EQ(w.value("frame.cap_len"), "45");
    EXPECT_EQ(w.value("frame.protocols"), "eth:ip:udp:data");
}

TEST(Frame, LeavesOutTimesThatAreNotKnown) {
    FrameIn in;
    in.has_time = false;
    Dissection out;
    dissect_alone(in, out);
    for (const Item& item : out.items) EXPECT_STRNE(item.field->name, "frame.time_epoch");
}

TEST(Frame, ShowsInterfaceAndDirectionOnlyWhereTheFileNamesThem) {
    const auto count = [](const FrameIn& in, const FieldInfo& field, std::uint64_t number) {
        Dissection out;
        dissect_alone(in, out);
        return std::count_if(out.items.begin(), out.items.end(),
                             [&](const Item& item) { return item.field == &field && item.number == number; });
    };
    FrameIn in;
    EXPECT_EQ(count(in, FrameFields::interface.info, 0), 0);
    EXPECT_EQ(count(in, FrameFields::direction.info, 0), 0);
    in.interface = 0;
    in.flags = 0xff00'0002;
    EXPECT_EQ(count(in, FrameFields::interface.info, 0), 1);
    EXPECT_EQ(count(in, FrameFields::flags.info, 0xff00'0002), 1);
    EXPECT_EQ(count(in, FrameFields::direction.info, 2), 1);
}

TEST(Frame, EndsACommentAtItsFirstZero) {
    FrameIn in;
    in.comment = std::string_view("note\0rest", 9);
    Dissection out;
    dissect_alone(in, out);
    bool found = false;
    for (const Item& item : out.items)
        if (item.field == &FrameFields::comment.info) found = as_text(item.bytes) == "note";
    EXPECT_TRUE(found);
}

}  // namespace
}  // namespace layerlab::proto::dissect
