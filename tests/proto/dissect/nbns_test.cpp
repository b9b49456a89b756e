#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Nbns, ReadsAQuery) {
    Watcher w;
    w.see(sample::nbns);
    EXPECT_EQ(w.path(), "eth:ip:udp:nbns");
    EXPECT_EQ(w.value("nbns.id"), "4660");
    EXPECT_EQ(w.value("nbns.count.queries"), "1");
    EXPECT_EQ(w.value("nbns.name"), "FILESERVER<20>");
    EXPECT_EQ(w.value("nbns.type"), "32");
}

}  // namespace
}  // namespace layerlab::proto::dissect
