// layerlab info, cut, merge, anonymise and convert, as a user runs them; compared with Wireshark's tools where those
// are.
#include <map>
#include <set>
#include <sstream>

#include "tests/cli/program.hpp"

namespace layerlab::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

struct CaptureTools : TheProgram {
    void SetUp() override {
        TheProgram::SetUp();
        write("net.lab",
              "laptop amy\nswitch sw\nrouter gw\nserver web 203.0.113.80/24 gateway 203.0.113.1\nlink amy sw\nlink sw "
              "gw.lan\n"
              "link gw.wan web\ngw.lan 192.168.1.1/24\ngw.wan 203.0.113.1/24\namy dhcp\n"
              "gw serve dhcp lan 192.168.1.100-192.168.1.150 lease 1h\nweb serve http { \"/\" \"hello from amy\" }\n"
              "after amy has address\namy$ ping -c 3 web\namy$ curl -s web\namy$ ping -c 1 192.168.1.1\n");
        const Ran ran = run("run net.lab -q --pcap net.pcapng");
        ASSERT_EQ(ran.status, 0) << ran.text;
    }
    bool has(const std::string& tool) const { return sh("command -v " + tool + " >/dev/null").status == 0; }
    std::string shown(const std::string& arguments) const { return run("dissect " + arguments).text; }
    static long lines(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }
};

TEST_F(CaptureTools, InfoTellsWhatAFileHolds) {
    const Ran ran = run("info net.pcapng");
    EXPECT_EQ(ran.status, 0) << ran.text;
    for (const char* text : {"pcapng 1.0, little endian", "gw.wan, Ethernet, nanoseconds", "written by      LayerLab",
                             "state           whole", "duration"})
        EXPECT_THAT(ran.text, HasSubstr(text));
    const Ran json = run("info --json net.pcapng net.pcapng");
    EXPECT_EQ(lines(json.text), 2);
    EXPECT_THAT(json.text, HasSubstr("\"whole\":true"));
}

TEST_F(CaptureTools, InfoCountsAsCapinfos) {
    if (!has("capinfos")) GTEST_SKIP() << "capinfos is not here";
    const std::string ours = run("info --json net.pcapng").text;
    std::istringstream theirs(sh("capinfos -Tmcd net.pcapng 2>/dev/null").text);
    std::string name, frames, bytes;
    std::getline(theirs, name);  // the headings
    std::getline(theirs, name, ',');
    std::getline(theirs, frames, ',');
    std::getline(theirs, bytes);
    EXPECT_THAT(ours, HasSubstr("\"frames\":" + frames + ",")) << "capinfos";
    EXPECT_THAT(ours, HasSubstr("\"bytes\":" + bytes + ",")) << "capinfos";
}

TEST_F(CaptureTools, InfoSaysWhereAFileIsDamaged) {
    const std::string whole = read("net.pcapng");
    write("cut.pcapng", whole.substr(0, whole.size() / 2));
    const Ran ran = run("info cut.pcapng");
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.text, HasSubstr("DAMAGED or cut off"));
    EXPECT_THAT(ran.text, HasSubstr("layerlab: cut.pcapng: byte "));
    expect_complaint("info nothing.pcap", {"nothing.pcap: cannot open"});
    write("text", "hello\n");
    expect_complaint("info text", {"text: this is not a capture file"});
}

TEST_F(CaptureTools, CutTakesNumbersTimesAndFilters) {
    EXPECT_EQ(run("cut net.pcapng -w a.pcapng --number 2..3,5,9..10").status, 0);
    EXPECT_EQ(lines(shown("a.pcapng")), 5);
    EXPECT_EQ(shown("a.pcapng -e frame.time_epoch"),
              shown("net.pcapng -Y 'frame.number in {2..3, 5, 9..10}' -e frame.time_epoch"));
    EXPECT_EQ(shown("a.pcapng -e frame.interface_name"),
              shown("net.pcapng -Y 'frame.number in {2..3, 5, 9..10}' -e frame.interface_name"));
    EXPECT_EQ(run("cut net.pcapng -w b.pcapng -Y icmp -c 2 --bytes 50").status, 0);
    EXPECT_EQ(shown("b.pcapng -e frame.cap_len -e frame.len"), "50\t98\n50\t98\n");
    EXPECT_EQ(run("cut net.pcapng -w c.pcapng --to 0.000001").status, 0);
    EXPECT_EQ(run("cut net.pcapng -w d.pcapng --from 2026-01-01T00:00:00.000001001Z").status, 0);
    EXPECT_EQ(lines(shown("c.pcapng")) + lines(shown("d.pcapng")), lines(shown("net.pcapng")));
    EXPECT_EQ(run("cut net.pcapng -w e.pcapng --from 2026-01-01T01:00+01:00").status, 0);
    EXPECT_EQ(shown("e.pcapng"), shown("net.pcapng"));
}

TEST_F(CaptureTools, CutComplainsOfWhatMakesNoSense) {
    expect_complaint("cut net.pcapng -w x --number 5..2", {"--number 5..2", "as in: 10..20,35,40.."});
    expect_complaint("cut net.pcapng -w x --number a", {"--number a"});
    expect_complaint("cut net.pcapng -w x --number 0", {"--number 0"});
    expect_complaint("cut net.pcapng -w x --from yesterday", {"--from yesterday", "2026-03-01T12:00:05.25Z"});
    expect_complaint("cut net.pcapng -w x --from 2026-02-30", {"this is no time"});
    expect_complaint("cut net.pcapng -w x -Y 'ip.nothing'", {"the filter is wrong"});
    expect_complaint("cut net.pcapng -w net.pcapng", {"cannot write to the file that is read"});
    expect_complaint("cut nothing -w x", {"nothing: cannot open"});
    EXPECT_FALSE(std::filesystem::exists(folder_ / "x")) << "nothing is made when there is nothing to read";
    expect_complaint("cut net.pcapng -w no/where", {"no/where: cannot write"});
}

TEST_F(CaptureTools, KeepWholeFramesOfWhatIsCutOff) {
    const std::string whole = read("net.pcapng");
    write("cut.pcapng", whole.substr(0, whole.size() - 30));
    for (const char* command : {"cut cut.pcapng -w out.pcapng", "anonymise cut.pcapng -w out.pcapng",
                                "convert cut.pcapng out.pcapng", "merge cut.pcapng net.pcapng -w out.pcapng"}) {
        expect_complaint(command, {"layerlab: cut.pcapng: byte ", "the file was cut off", " frames, is in out.pcapng"});
        EXPECT_EQ(run("info out.pcapng").status, 0) << command;
    }
    const std::string half = read("net.pcapng").substr(0, 3000) + std::string(200, '\xff');
    write("hostile.pcapng", half);
    for (const char* command : {"info hostile.pcapng", "cut hostile.pcapng -w o", "anonymise hostile.pcapng -w o"})
        EXPECT_EQ(run(command).status, 2) << command;
}

TEST_F(CaptureTools, ConvertBetweenFormatsAndBack) {
    for (const char* way : {"x.pcap", "x.pcap.gz", "x.pcapng.zst"}) {
        ASSERT_EQ(run(std::string("convert net.pcapng ") + way).status, 0) << way;
        const std::string fields = " -e frame.time_epoch -e frame.len -e ip.id -e tcp.seq_raw";
        EXPECT_EQ(shown(way + fields), shown("net.pcapng" + fields)) << way;
    }
    EXPECT_EQ(run("convert net.pcapng y.pcap --microseconds").status, 0);
    EXPECT_THAT(run("info y.pcap").text, HasSubstr("microseconds"));
    EXPECT_EQ(run("convert y.pcap z.pcapng").status, 0);
    EXPECT_EQ(run("convert z.pcapng w.pcap").status, 0);
    EXPECT_EQ(read("w.pcap"), read("y.pcap"));
    EXPECT_EQ(sh("( cat net.pcapng | " + program() + " convert - - --format pcap > s.pcap )").status, 0);
    ASSERT_EQ(run("convert net.pcapng n.pcap").status, 0);
    EXPECT_EQ(read("s.pcap"), read("n.pcap"));
    EXPECT_EQ(run("convert net.pcapng --text hexdump x.txt").status, 0);
    EXPECT_THAT(read("x.txt"), HasSubstr("\n000010 "));
    if (has("text2pcap")) {
        EXPECT_EQ(sh("text2pcap -t ISO x.txt t.pcapng >/dev/null 2>&1").status, 0);
        EXPECT_EQ(shown("t.pcapng -e frame.len -e ip.id"), shown("net.pcapng -e frame.len -e ip.id"));
    }
}

TEST_F(CaptureTools, MergeInTheOrderOfTimes) {
    EXPECT_EQ(run("cut net.pcapng -w a.pcap -Y arp").status, 0);
    EXPECT_EQ(run("cut net.pcapng -w b.pcap -Y 'not arp'").status, 0);
    EXPECT_EQ(run("merge b.pcap a.pcap -w all.pcapng").status, 0);
    EXPECT_EQ(lines(shown("all.pcapng")), lines(shown("net.pcapng")));
    const Ran info = run("info all.pcapng");
    EXPECT_THAT(info.text, HasSubstr("each frame is as late as the one before, or later"));
    EXPECT_THAT(info.text, HasSubstr("0: b.pcap, Ethernet"));
    EXPECT_THAT(info.text, HasSubstr("1: a.pcap, Ethernet"));
    if (has("mergecap")) {  // of frames at the same time it takes those of the last file first
        ASSERT_EQ(sh("mergecap -w theirs.pcapng a.pcap b.pcap").status, 0);
        EXPECT_EQ(shown("all.pcapng -e frame.time_epoch -e frame.len"),
                  shown("theirs.pcapng -e frame.time_epoch -e frame.len"));
    }
    // The later part first: what is out of order is told.
    EXPECT_EQ(run("cut net.pcapng -w late.pcapng --number 10..").status, 0);
    EXPECT_EQ(run("cut net.pcapng -w early.pcapng --number 1..9").status, 0);
    EXPECT_EQ(sh("cat late.pcapng early.pcapng > both.pcapng").status, 0);
    const Ran told = run("merge both.pcapng -w o.pcapng");
    EXPECT_EQ(told.status, 0) << told.text;
    EXPECT_THAT(told.text, HasSubstr("both.pcapng: 1 frames are earlier than the one before them"));
}

TEST_F(CaptureTools, AnonymiseMapsEachAddressToOneAndLeavesNoContent) {
    const std::string fields = " -e frame.number -e ip.src -e ip.dst";
    ASSERT_EQ(run("anonymise net.pcapng -w a.pcapng --key secret").status, 0);
    ASSERT_EQ(run("anonymise net.pcapng -w b.pcapng --key secret").status, 0);
    ASSERT_EQ(run("anonymise net.pcapng -w c.pcapng --key other").status, 0);
    EXPECT_EQ(read("a.pcapng"), read("b.pcapng"));
    EXPECT_NE(shown("a.pcapng" + fields), shown("c.pcapng" + fields));
    EXPECT_THAT(read("a.pcapng"), Not(HasSubstr("amy")));
    EXPECT_THAT(read("a.pcapng"), Not(HasSubstr("HTTP")));
    std::map<std::string, std::string> became;
    std::set<std::string> results;
    std::istringstream before(shown("net.pcapng -Y ip -e ip.src -e ip.dst")),
        after(shown("a.pcapng -Y ip -e ip.src -e ip.dst"));
    std::string x, y;
    while (before >> x) {
        ASSERT_TRUE(after >> y);
        EXPECT_EQ(became.emplace(x, y).first->second, y) << x;
        results.insert(y);
    }
    EXPECT_EQ(became.size(), results.size());
    EXPECT_EQ(became["255.255.255.255"], "255.255.255.255");
    EXPECT_NE(became["203.0.113.80"], "203.0.113.80");
    // The network of 24 bits is one still.
    const auto front = [](const std::string& a) { return a.substr(0, a.rfind('.')); };
    EXPECT_EQ(front(became["192.168.1.100"]), front(became["192.168.1.1"]));
    const std::string same =
        " -e frame.time_epoch -e frame.len -e frame.cap_len -e tcp.srcport -e udp.dstport -e ip.proto";
    EXPECT_EQ(shown("a.pcapng" + same), shown("net.pcapng" + same));
}

TEST_F(CaptureTools, AnonymiseLeavesChecksumsRightForTshark) {
    if (!has("tshark")) GTEST_SKIP() << "tshark is not here";
    const std::string wrong =
        " -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE -Y "
        "'ip.checksum.status == 0 or tcp.checksum.status == 0 or udp.checksum.status == 0 or icmp.checksum.status == 0 "
        "or "
        "_ws.malformed' 2>/dev/null";
    for (const char* options : {"", "--keep-payload", "--keep-mac-vendor"}) {
        ASSERT_EQ(run(std::string("anonymise net.pcapng -w a.pcapng ") + options).status, 0);
        EXPECT_EQ(sh("tshark -r a.pcapng" + wrong).text, "") << options;
    }
    EXPECT_EQ(sh("tshark -r a.pcapng -Y dhcp -T fields -e dhcp.option.dhcp 2>/dev/null").text,
              sh("tshark -r net.pcapng -Y dhcp -T fields -e dhcp.option.dhcp 2>/dev/null").text);
}

TEST_F(CaptureTools, AnonymiseTakesKeysAndComplainsOfBadOnes) {
    write("key", std::string(32, 'k'));
    write("short", "k");
    EXPECT_EQ(run("anonymise net.pcapng -w a.pcapng --key-file key").status, 0);
    EXPECT_EQ(run("anonymise net.pcapng -w s.pcapng --strip-payload --keep-mac-vendor").status, 0);
    EXPECT_LT(read("s.pcapng").size(), read("a.pcapng").size());
    expect_complaint("anonymise net.pcapng -w x --key-file short", {"short: a key of too few bytes"});
    expect_complaint("anonymise net.pcapng -w x --key-file nothing", {"nothing: cannot open"});
    expect_complaint("anonymise net.pcapng -w x --key a --key-file key", {"--key"});
    expect_complaint("anonymise net.pcapng -w x --keep-payload --strip-payload", {"--keep-payload"});
    // A link type that is not known: nothing of it is left, and that is told.
    std::string radio(
        "\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\x04\0\x69\0\0\0\1\0\0\0\0\0\0\0\6\0\0\0\6\0\0\0secret", 46);
    write("radio.pcap", radio);
    const Ran ran = run("anonymise radio.pcap -w r.pcap");
    EXPECT_EQ(ran.status, 0);
    EXPECT_THAT(ran.text, HasSubstr("1 of 1 frames hold something that is not known; it has become zeros"));
    EXPECT_THAT(read("r.pcap"), Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace layerlab::cli
