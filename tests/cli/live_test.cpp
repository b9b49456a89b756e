// Capturing from and replaying onto a pair of cabled interfaces in a network namespace of the test's own. Skipped, with
// the reason, where the rights for one are missing.
#include <algorithm>
#include <sstream>
#include <vector>

#include "capture/open.hpp"
#include "capture/pcap_file.hpp"
#include "capture/pcapng_file.hpp"
#include "tests/capture/own_network.hpp"
#include "tests/cli/program.hpp"

namespace layerlab::cli {
namespace {

using testing::HasSubstr;

struct RealLiveProgram : TheProgram {
    void SetUp() override {
        if (!network_.obstacle().empty()) GTEST_SKIP() << network_.obstacle();
        TheProgram::SetUp();
    }

    // Lines of the shell in the test's folder; $L is the program. What they print comes back.
    Ran shell(const std::string& lines) const {
        const std::string head =
            "cd '" + folder_.string() + "' && L='" + std::string(LAYERLAB_PROGRAM) +
            "'\n"
            // Until the capture in the background listens.
            "listens() { for i in $(seq 200); do grep -q capturing err && return; sleep 0.05; done; }\n";
        Ran ran;
        std::FILE* pipe = popen(("exec 2>&1\n" + head + lines).c_str(), "r");
        if (pipe == nullptr) return ran;
        char block[4096];
        for (std::size_t n; (n = std::fread(block, 1, sizeof block, pipe)) > 0;) ran.text.append(block, n);
        const int status = pclose(pipe);
        if (WIFEXITED(status)) ran.status = WEXITSTATUS(status);
        return ran;
    }

    // Numbered frames, `gap` apart.
    void write_capture(const std::string& name, std::uint32_t count, std::size_t size, std::int64_t gap_ns) const {
        auto file = capture::FileSink::create((folder_ / name).string());
        ASSERT_TRUE(file);
        auto writer = capture::PcapWriter::create(std::move(*file), capture::LinkType::ethernet);
        std::vector<std::uint8_t> bytes(size);
        const std::uint8_t head[14] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x88, 0xb5};
        std::copy(std::begin(head), std::end(head), bytes.begin());
        for (std::uint32_t i = 0; i < count; ++i) {
            proto::store_be32(bytes.data() + 14, i);
            capture::Frame frame;
            frame.time = proto::time_at(1'700'000'000'000'000'000 + i * gap_ns);
            frame.bytes = bytes;
            ASSERT_TRUE((*writer)->write(frame));
        }
        ASSERT_TRUE((*writer)->flush());
    }
    struct Numbers {
        std::vector<std::uint32_t> all;
        std::string error;
    };
    Numbers numbers_in(const std::string& name) const {
        Numbers found;
        auto source = capture::open_capture((folder_ / name).string());
        if (!source) return {{}, source.error().message};
        for (;;) {
            const auto frame = (*source)->next();
            if (!frame) found.error = frame.error().message;
            if (!frame || !*frame) return found;
            found.all.push_back(proto::load_be32((*frame)->bytes.data() + 14));
        }
    }
    static void expect_consecutive(const std::vector<std::uint32_t>& numbers, std::uint32_t modulus = ~0u) {
        for (std::size_t i = 0; i < numbers.size(); ++i) ASSERT_EQ(numbers[i], i % modulus);
    }

    capture::test::OwnNetwork network_;
};

TEST_F(RealLiveProgram, WritesEveryFrameAndCountsIt) {
    write_capture("in.pcap", 3000, 200, 1000);
    for (const char* name : {"x.pcapng", "x.pcap", "x.pcapng.gz", "x.pcap.zst"}) {
        const Ran ran =
            shell("rm -f err; $L capture -i vb -w " + std::string(name) +
                  " --json >counts 2>err & listens; $L replay in.pcap -i va --topspeed; kill -INT $!; wait $!; "
                  "echo status $?; cat counts err");
        EXPECT_THAT(ran.text, HasSubstr("status 0")) << name;
        EXPECT_THAT(ran.text, HasSubstr("3000 frames, 600000 bytes sent on va"));
        EXPECT_THAT(ran.text, HasSubstr("3000 frames received, 3000 written to"));
        EXPECT_THAT(ran.text, HasSubstr("dropped: 0 by the kernel, 0 by the interface, 0 by layerlab"));
        EXPECT_THAT(ran.text, HasSubstr("\"received\":3000,\"written\":3000"));
        const Numbers found = numbers_in(name);
        EXPECT_EQ(found.error, "");
        EXPECT_EQ(found.all.size(), 3000u) << name;
        expect_consecutive(found.all);
    }
    EXPECT_THAT(shell("$L dissect -c 1 x.pcapng").text, HasSubstr("Ethernet 200"));
}

TEST_F(RealLiveProgram, ShowsLinesAsTheyCome) {
    write_capture("in.pcap", 5, 60, 1000);
    const Ran ran = shell(
        "$L capture -i vb -f 'ether[17] < 4' -Y 'frame.number != 2' -c 3 >lines 2>err & listens; "
        "$L replay in.pcap -i va >/dev/null; wait $!; echo status $?; cat lines err");
    EXPECT_THAT(ran.text, HasSubstr("status 0"));
    EXPECT_THAT(ran.text, HasSubstr("3 shown, 1 left out by the filter"));
    EXPECT_THAT(ran.text, HasSubstr("Ethernet 60"));
}

TEST_F(RealLiveProgram, EndsByItself) {
    const Ran ran = shell("$L capture -i vb --duration 300ms -w x.pcapng; echo status $?");
    EXPECT_THAT(ran.text, HasSubstr("0 frames received, 0 written"));
    EXPECT_THAT(ran.text, HasSubstr("status 0"));
    EXPECT_EQ(numbers_in("x.pcapng").error, "");
}

TEST_F(RealLiveProgram, LosesNothingAtTheSeamsOfRotatingFiles) {
    write_capture("in.pcap", 20'000, 100, 1000);
    const Ran ran = shell(
        "$L capture -i vb -w ring.pcapng --ring 50kB,200 2>err & listens; "
        "$L replay in.pcap -i va --pps 50000 >/dev/null; kill -INT $!; wait $!; cat err");
    EXPECT_THAT(ran.text, HasSubstr("20000 frames received, 20000 written"));
    std::vector<std::uint32_t> all;
    std::size_t used = 0;
    for (int i = 1; i <= 200; ++i) {
        char name[32];
        std::snprintf(name, sizeof name, "ring-%03d.pcapng", i);
        const Numbers found = numbers_in(name);
        if (!found.all.empty()) ++used;
        all.insert(all.end(), found.all.begin(), found.all.end());
        EXPECT_LE(std::filesystem::file_size(folder_ / name), 51'000u);
    }
    EXPECT_GT(used, 40u);
    EXPECT_EQ(all.size(), 20'000u);
    expect_consecutive(all);
}

TEST_F(RealLiveProgram, LeavesAFileThatOpensWheneverItIsKilled) {
    write_capture("in.pcap", 1000, 300, 1000);
    for (const char* name : {"x.pcapng", "x.pcap", "x.pcapng.gz"})
        for (const char* after : {"0", "0.3", "0.9"}) {
            shell("rm -f err x.*; $L capture -i vb -w " + std::string(name) +
                  " 2>err & capture=$!; listens; $L replay in.pcap -i va --pps 20000 --loop 1000 >/dev/null & sleep " +
                  after + "; kill -KILL $capture; kill -TERM $!; wait");
            const Numbers found = numbers_in(name);
            EXPECT_THAT(found.error,
                        testing::AnyOf(testing::IsEmpty(), HasSubstr("ends inside"), HasSubstr("cut off")));
            expect_consecutive(found.all, 1000);
            const bool was_flushed = std::string_view(after) == "0.9";
            EXPECT_GE(found.all.size(), was_flushed ? 1000u : 0u) << name;
        }
}

TEST_F(RealLiveProgram, WritesToAPipe) {
    write_capture("in.pcap", 4, 60, 1000);
    const Ran ran =
        shell("$L capture -i vb -c 4 -w - 2>err | $L dissect - & listens; $L replay in.pcap -i va >/dev/null; wait");
    std::size_t lines = 0;
    std::istringstream text(ran.text);
    for (std::string line; std::getline(text, line);) ++lines;
    EXPECT_EQ(lines, 4u) << ran.text;
}

TEST_F(RealLiveProgram, GivesItsPrivilegesUp) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root has some to give up";
    const Ran ran = shell(
        "chmod 700 .; unset SUDO_UID; $L capture -i vb -w x.pcapng 2>err & listens; "
        "grep -E '^(Uid|CapEff|NoNewPrivs)' /proc/$!/status; kill -INT $!; wait $!; cat err");
    EXPECT_THAT(ran.text, HasSubstr("Uid:\t65534\t65534\t65534\t65534"));
    EXPECT_THAT(ran.text, HasSubstr("CapEff:\t0000000000000000"));
    EXPECT_THAT(ran.text, HasSubstr("NoNewPrivs:\t1"));
    EXPECT_EQ(numbers_in("x.pcapng").error, "");
}

TEST_F(RealLiveProgram, ReplaysInOrderAtTheRecordedTimes) {
    write_capture("in.pcap", 10'000, 100, 200'000);
    const Ran ran = shell(
        "$L capture -i vb -w x.pcapng 2>err & listens; $L replay in.pcap -i va --json; kill -INT $!; wait $!; cat err");
    EXPECT_THAT(ran.text, HasSubstr("10000 frames received, 10000 written"));
    const Numbers found = numbers_in("x.pcapng");
    EXPECT_EQ(found.all.size(), 10'000u);
    expect_consecutive(found.all);
    EXPECT_THAT(ran.text, HasSubstr("\"timing_error_us\":{\"median\":"));  // how large depends on who else is at work
}

TEST_F(RealLiveProgram, ReplaysAtOtherPacesAndMapsAddresses) {
    write_capture("in.pcap", 100, 100, 10'000'000);
    EXPECT_THAT(shell("$L replay in.pcap -i va --speed 20").text, HasSubstr("100 frames"));
    const Ran mbps = shell("$L replay in.pcap -i va --mbps 0.8 --loop 2 --json");
    // 200 frames of 800 bits: the last begins after 199 ms.
    const std::size_t at = mbps.text.find("\"seconds\":");
    ASSERT_NE(at, std::string::npos) << mbps.text;
    EXPECT_GE(std::stod(mbps.text.substr(at + 10)), 0.199);
    const Ran macs = shell(
        "timeout 20 $L capture -i vb -Y 'eth.type == 0x88b5' -c 1 --json >lines 2>err & listens; "
        "$L replay in.pcap -i va --topspeed --rewrite-mac >/dev/null; wait; "
        "own=$(ip -o link show va | sed 's|.*link/ether \\([^ ]*\\).*|\\1|'); grep -o \"$own\" lines | head -n 1");
    EXPECT_EQ(macs.text.size(), 18u) << macs.text;
}

TEST_F(TheProgram, SaysWhatIsWrongWithLiveCommands) {
    expect_complaint("capture -i nosuchif0", {"nosuchif0"});
    expect_complaint("capture -i lo -Y 'tcp.prot'", {"the filter is wrong"});
    expect_complaint("capture -i lo --ring 10MB", {"--ring needs a size and a number of files"});
    expect_complaint("capture -i lo --ring 10MB,3", {"--ring needs files"});
    expect_complaint("capture -i lo --duration 5", {"5"});
    expect_complaint("replay x.pcap -i nosuchif0", {"nosuchif0"});
    expect_complaint("replay x.pcap -i lo --speed 0", {"--speed: \"0\" is no number"});
    expect_complaint("replay x.pcap -i lo --map 10.0.0.1", {"there is no ->"});
    expect_complaint("replay - -i lo --loop 2", {"--loop needs a file"});
    EXPECT_THAT(run("interfaces").text, HasSubstr("lo"));
    EXPECT_THAT(run("interfaces --json").text, HasSubstr("\"loopback\":true"));
}

TEST_F(TheProgram, ShowsFramesOfASlowPipeAtOnce) {
    write("head", std::string("\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x01\0\0\0", 24));
    std::string record(16, '\0');
    record[8] = record[12] = 60;
    write("record", record + std::string(60, 'x'));
    const std::string line = "cd '" + folder_.string() +
                             "' && (cat head record; for i in $(seq 100); do "
                             "test -s out && break; sleep 0.1; done; test -s out && touch early; cat record) | '" +
                             std::string(LAYERLAB_PROGRAM) + "' dissect - >out";
    ASSERT_EQ(std::system(line.c_str()), 0);
    EXPECT_TRUE(std::filesystem::exists(folder_ / "early"));
    const std::string shown = read("out");
    EXPECT_EQ(std::count(shown.begin(), shown.end(), '\n'), 2);
}

}  // namespace
}  // namespace layerlab::cli
