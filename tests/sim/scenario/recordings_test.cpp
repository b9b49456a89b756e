#include "sim/scenario/recordings.hpp"

#include "capture/open.hpp"
#include "sim/scenario/pcapng_recorder.hpp"
#include "tests/capture/file_builder.hpp"
#include "tests/capture/kept_bytes.hpp"
#include "tests/sim/scenario/played.hpp"

namespace layerlab::sim::scenario {
namespace {

using testing::HasSubstr;

std::string with_recording(Scenario& scenario, const std::vector<std::uint8_t>& file) {
    Diagnostics diagnostics;
    read_recordings(
        scenario,
        [&](const std::string& lab, const std::string& path) {
            return capture::open_capture(std::make_unique<capture::MemorySource>(file, lab + "/" + path));
        },
        diagnostics);
    return diagnostics.render(scenario.sources);
}

// What a port of a scenario saw, as a pcapng file.
std::vector<std::uint8_t> recorded(const std::string& text, const std::string& at) {
    std::vector<std::uint8_t> bytes;
    Parsed parsed(text);
    Runner runner(parsed.result.scenario, parsed.plan);
    auto recorder =
        PcapngRecorder::create(std::make_unique<capture::KeptBytes>(bytes), parsed.result.scenario, parsed.plan, {at});
    EXPECT_TRUE(recorder);
    runner.subscribe(**recorder);
    RunListener silent;
    EXPECT_EQ(runner.run(silent).failed(), 0u);
    EXPECT_TRUE((*recorder)->finish());
    return bytes;
}

const std::string conversation =
    "host a 10.0.0.2/24\nhost b 10.0.0.1/24\nlink a b\nb serve http { \"/\" \"hello\" }\n"
    "a$ curl -s 10.0.0.1/\n| hello\na$ curl -s 10.0.0.1/no\n";

std::string replay(const std::string& page) {
    return "server web 192.0.2.1/24\ncapture old \"x.pcapng\" map 10.0.0.1 -> web, 10.0.0.2 -> 192.0.2.9\n"
           "link web old\nweb serve http { \"/\" \"" +
           page +
           "\" }\nat 0s old replay speed 5\n"
           "expect 2 at web: http.request\nexpect 1 at web: http.response.code == 200\n"
           "expect 1 at web: http.response.code == 404\nexpect none at web: tcp.analysis.retransmission\n"
           "expect none at web: tcp.flags.reset == 1\nexpect 4 at web: tcp.flags.fin == 1\n";
}

RunResult played(const std::string& text, const std::vector<std::uint8_t>& file) {
    Parsed parsed(text);
    EXPECT_EQ(with_recording(parsed.result.scenario, file), "");
    RecordLog log;
    return run(parsed, log);
}

TEST(Recordings, OfTheModelItselfPlayAgainstTheModel) {
    const RunResult result = played(replay("hello"), recorded(conversation, "b"));
    EXPECT_EQ(result.failed(), 0u);
    EXPECT_THAT(result.warnings, testing::IsEmpty());
}

TEST(Recordings, TellWhereTheLiveHostSaysSomethingElse) {
    const RunResult result = played(replay("HELLO"), recorded(conversation, "b"));
    EXPECT_EQ(result.failed(), 0u);
    ASSERT_EQ(result.warnings.size(), 1u);
    // The first difference of the two answers: another page has another tag.
    EXPECT_THAT(result.warnings[0], HasSubstr("of the capture: recorded \"ETag: "));
    EXPECT_THAT(result.warnings[0], HasSubstr(", live \"ETag: "));
}

TEST(Recordings, ThatCannotBeReadAreErrorsAtTheirNames) {
    Parsed parsed("host b\ncapture old \"x.pcap\"\nlink old b\n");
    EXPECT_THAT(with_recording(parsed.result.scenario, {}), HasSubstr("x.lab:2:13: error: x.lab/x.pcap: this is not a "
                                                                      "capture file: it is empty"));
}

TEST(Recordings, SayWhichFramesCannotBePlayed) {
    capture::FileBuilder file;
    const std::string frame(60, 'x');
    file.pcap_header().pcap_record(1, 0, frame).pcap_record(2, 0, frame, 90).pcap_record(3, 0, "short");
    Parsed parsed("host b\ncapture old \"x.pcap\"\nlink old b\n");
    const std::string told = with_recording(parsed.result.scenario, file.out);
    EXPECT_THAT(told, HasSubstr("frames of x.pcap that are not played: 1 are no Ethernet frames, 1 were cut off"));
    const auto& setting = std::get<CaptureSetting>(parsed.result.scenario.settings.at(0).value);
    ASSERT_TRUE(setting.recording);
    EXPECT_EQ(setting.recording->frames.size(), 1u);
}

}  // namespace
}  // namespace layerlab::sim::scenario
