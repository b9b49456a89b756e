// layerlab conversations, endpoints, hierarchy, io and follow, as a user runs them.
#include "tests/cli/program.hpp"

namespace layerlab::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Statistics : TheProgram {
    void SetUp() override {
        TheProgram::SetUp();
        write("web.lab",
              "host a 10.0.0.1/24\nhost b 10.0.0.2/24\nlink a b\nb serve http { \"/\" \"hello\" }\na$ ping -c 2 b\na$ "
              "curl -s "
              "b\n");
        const Ran ran = run("run web.lab -q --pcap web.pcapng --at a");
        ASSERT_EQ(ran.status, 0) << ran.text;
    }
};

TEST_F(Statistics, ComeAsTextCsvAndJson) {
    for (const char* what : {"conversations", "endpoints", "hierarchy", "io"}) {
        const std::string command = std::string(what) + " web.pcapng";
        const Ran text = run(command), csv = run(command + " --csv"), json = run(command + " --json");
        EXPECT_EQ(text.status, 0) << text.text;
        EXPECT_EQ(csv.status, 0) << csv.text;
        EXPECT_EQ(json.status, 0) << json.text;
        EXPECT_THAT(csv.text, HasSubstr("\r\n")) << what;
        EXPECT_THAT(json.text, StartsWith("{")) << what;
        EXPECT_NE(text.text, csv.text) << what;
        expect_complaint(command + " --csv --json", {"--json"});
        expect_complaint(command + " -Y 'ip.nothing == 1'", {"the filter is wrong"});
        expect_complaint(std::string(what) + " nothing.pcap", {"nothing.pcap: cannot open"});
    }
}

TEST_F(Statistics, NameWhoTalksToWhom) {
    const Ran all = run("conversations web.pcapng"), tcp = run("conversations web.pcapng -t tcp");
    EXPECT_THAT(all.text, HasSubstr("10.0.0.1"));
    EXPECT_THAT(tcp.text, HasSubstr("10.0.0.2:80"));
    EXPECT_THAT(run("endpoints web.pcapng -t ip --csv").text, HasSubstr("10.0.0.2"));
    expect_complaint("conversations web.pcapng -t carrier-pigeon", {"carrier-pigeon"});
    EXPECT_THAT(run("hierarchy web.pcapng").text, HasSubstr("http"));
    EXPECT_THAT(run("hierarchy web.pcapng -Y icmp").text, testing::Not(HasSubstr("http")));
}

TEST_F(Statistics, CountInEachInterval) {
    const Ran io = run("io web.pcapng --interval 0.5 --count icmp --count tcp --csv");
    EXPECT_EQ(io.status, 0) << io.text;
    EXPECT_THAT(io.text, HasSubstr("icmp"));
    expect_complaint("io web.pcapng --interval 0", {"--interval"});
    expect_complaint("io web.pcapng --count 'tcp..'", {"the filter is wrong"});
}

TEST_F(Statistics, FollowAStream) {
    const Ran text = run("follow web.pcapng tcp 0");
    EXPECT_EQ(text.status, 0) << text.text;
    EXPECT_THAT(text.text, HasSubstr("> GET / HTTP/1.1"));
    EXPECT_THAT(text.text, HasSubstr("< hello"));
    EXPECT_THAT(run("follow web.pcapng tcp 0 --hex").text, HasSubstr("00000000  47 45 54 20"));
    EXPECT_THAT(run("follow web.pcapng tcp 0 --raw").text, StartsWith("GET / HTTP/1.1\r\n"));
    EXPECT_THAT(run("follow web.pcapng tcp 0 --json").text, StartsWith("{\"side\":0,"));
    expect_complaint("follow web.pcapng tcp 7", {"has no tcp stream 7", "conversations"});
    expect_complaint("follow web.pcapng sctp 0", {"sctp"});
    expect_complaint("follow web.pcapng tcp x", {"x"});
}

TEST_F(Statistics, TellOfTheFramesBeforeTheDamage) {
    const std::string whole = read("web.pcapng");
    write("cut.pcapng", whole.substr(0, whole.size() - 40));
    const Ran ran = run("conversations cut.pcapng -t ip");
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.text, HasSubstr("10.0.0.2"));
    EXPECT_THAT(ran.text, HasSubstr("layerlab: cut.pcapng: byte "));
}

}  // namespace
}  // namespace layerlab::cli
