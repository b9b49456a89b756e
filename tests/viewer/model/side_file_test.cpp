#include "viewer/model/side_file.hpp"

#include <gtest/gtest.h>

#include "tests/viewer/model/run.hpp"

namespace layerlab::viewer {
namespace {

TEST(SideFile, KeepsPlacesAndSplitters) {
    const auto session = run(two_hosts);
    View view = session->view();
    view.places[1] = {-12.5f, 340};
    view.splits["right"] = 0.7f;
    const std::string text = to_side_file(session->trace().topology(), view);
    View other = session->view();
    ASSERT_TRUE(apply_side_file(text, session->trace().topology(), other));
    EXPECT_EQ(other.places[1], (Point{-12.5f, 340}));
    EXPECT_NEAR(other.places[0].x, view.places[0].x, 0.06);
    EXPECT_FLOAT_EQ(other.splits["right"], 0.7f);
}

TEST(SideFile, ChangesNothingWhenMalformed) {
    const auto session = run(two_hosts);
    for (const char* text :
         {"", "no json", "[]", "{}", R"({"version": 2})", R"({"version": 1, "devices": []})",
          R"({"version": 1, "devices": {"a": [1]}})", R"({"version": 1, "devices": {"a": ["x", 2]}})",
          R"({"version": 1, "devices": {"b": [3, 4], "a": [1e99, 2]}})", R"({"version": 1, "splits": {"right": 7}})",
          R"({"version": 1, "splits": 3})"}) {
        View view = session->view();
        const auto applied = apply_side_file(text, session->trace().topology(), view);
        ASSERT_FALSE(applied) << text;
        EXPECT_FALSE(applied.error().message.empty());
        EXPECT_EQ(view.places, session->view().places);
        EXPECT_TRUE(view.splits.empty());
    }
}

TEST(SideFile, LeavesDevicesItDoesNotName) {
    const auto session = run(two_hosts);
    View view = session->view();
    ASSERT_TRUE(apply_side_file(R"({"version": 1, "devices": {"a": [1, 2], "gone": [3, 4]}})",
                                session->trace().topology(), view));
    EXPECT_EQ(view.places[0], (Point{1, 2}));
    EXPECT_EQ(view.places[1], session->view().places[1]);
}

TEST(SideFile, IsWrittenWhenADeviceWasMovedAndReadWhenOpened) {
    std::map<std::string, std::string> disk;
    Files files;
    files.read = [&](const std::string& path) -> proto::Result<std::string> {
        const auto found = disk.find(path);
        if (found == disk.end()) return proto::fail("none");
        return found->second;
    };
    files.write = [&](const std::string& path, const std::string& text) -> proto::Result<void> {
        disk[path] = text;
        return {};
    };
    run(two_hosts, files);
    EXPECT_TRUE(disk.empty());
    run(two_hosts, files)->apply(command::MoveDevice{1, {77, 88}});
    ASSERT_TRUE(disk.contains("test.lab.view"));
    EXPECT_EQ(run(two_hosts, files)->view().places[1], (Point{77, 88}));
    disk["test.lab.view"] = "rubbish";
    EXPECT_NE(run(two_hosts, files)->message(), "");
}

}  // namespace
}  // namespace layerlab::viewer
