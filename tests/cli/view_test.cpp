// The viewer from the command line: pictures of captures, live interfaces, and what is wrong with options.
#include <filesystem>

#include "tests/capture/own_network.hpp"
#include "tests/cli/program.hpp"

namespace layerlab::cli {
namespace {

using testing::HasSubstr;

struct ViewProgram : TheProgram {
    bool is_picture(const std::string& name) const {
        std::ifstream in(folder_ / name, std::ios::binary);
        std::string head(4, ' ');
        in.read(head.data(), 4);
        return head == "\x89PNG" && std::filesystem::file_size(folder_ / name) > 10'000;
    }
    bool can_draw() const {
        write("one.lab", "host a\n");
        return run("view one.lab --screenshot one.png").status == 0;
    }
};

TEST_F(ViewProgram, RefusesOptionsThatDoNotGoTogether) {
    write("x.lab", "host a\n");
    EXPECT_THAT(run("view -i lo x.lab").text, HasSubstr("exclude each other"));
    EXPECT_THAT(run("view x.lab -w y.pcapng").text, HasSubstr("live captures"));
    EXPECT_THAT(run("view -i lo --screenshot y.png").text, HasSubstr("--duration"));
    EXPECT_THAT(run("view --follow nothing.pcap").text, HasSubstr("No such file"));
    EXPECT_THAT(run("view -i no-such-interface").text, HasSubstr("no-such-interface"));
}

TEST_F(ViewProgram, DrawsACaptureThatIsStillBeingWritten) {
    if (!can_draw()) GTEST_SKIP() << "EGL without a display is not to be had here";
    write("x.lab", "host a 10.0.0.1/24\nhost b 10.0.0.2/24\nlink a b\na$ ping -c 2 b\n");
    ASSERT_EQ(run("run x.lab --pcap x.pcapng").status, 0);
    std::filesystem::resize_file(folder_ / "x.pcapng", std::filesystem::file_size(folder_ / "x.pcapng") - 7);
    EXPECT_EQ(run("view --follow x.pcapng --screenshot x.png").status, 0);
    EXPECT_TRUE(is_picture("x.png"));
    EXPECT_EQ(sh("(gzip -c x.pcapng | " + program() + " view - --screenshot y.png)").status, 0);
    EXPECT_TRUE(is_picture("y.png"));
}

struct RealViewProgram : ViewProgram {
    void SetUp() override {
        if (!network_.obstacle().empty()) GTEST_SKIP() << network_.obstacle();
        TheProgram::SetUp();
    }
    capture::test::OwnNetwork network_;
};

TEST_F(RealViewProgram, ShowsAndWritesALiveInterface) {
    if (!can_draw()) GTEST_SKIP() << "EGL without a display is not to be had here";
    write("x.lab", "host a 10.0.0.1/24\nhost b 10.0.0.2/24\nlink a b\na$ ping -c 3 b\n");
    ASSERT_EQ(run("run x.lab --pcap x.pcapng --at a").status, 0);
    const Ran ran = sh("(" + program() + " view -i vb --duration 2500ms -w live.pcapng --screenshot live.png & " +
                       "sleep 1; " + program() + " replay x.pcapng -i va --topspeed; wait $!) 2>&1");
    EXPECT_EQ(ran.status, 0) << ran.text;
    EXPECT_TRUE(is_picture("live.png"));
    EXPECT_THAT(run("dissect live.pcapng").text, HasSubstr("Echo (ping) request"));
}

}  // namespace
}  // namespace layerlab::cli
