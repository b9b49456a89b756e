#include "proto/dissect/field_columns.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

std::string line_of(const std::vector<std::string>& names, const Octets& frame) {
    const auto columns = FieldColumns::parse(names);
    if (!columns) return columns.error().message + "|" + columns.error().hint;
    Wanted wanted;
    columns->add_to(wanted);
    Options options;
    options.wanted = &wanted;
    Watcher w(options);
    std::string line;
    columns->append_line(line, w.see(frame).last());
    return line;
}

TEST(FieldColumns, SeparateFieldsByTabsAndOccurrencesByCommas) {
    const Octets frame = udp_frame(1000, 2000, octets("hi"));
    EXPECT_EQ(line_of({"ip.src", "udp.port", "tcp.port", "frame.len"}, frame), "10.0.0.1\t1000,2000\t\t44\n");
    EXPECT_EQ(line_of({"eth.type", "ip.id", "udp", "udp.payload"}, frame),
              "0x0800\t0x0001\tUser Datagram Protocol\t6869\n");
}

TEST(FieldColumns, KnowASimilarName) {
    EXPECT_EQ(line_of({"ip.scr"}, {}), "there is no field \"ip.scr\"|did you mean ip.src?");
    EXPECT_THAT(line_of({"quite.something.else"}, {}), testing::HasSubstr("help filters"));
}

}  // namespace
}  // namespace layerlab::proto::dissect
