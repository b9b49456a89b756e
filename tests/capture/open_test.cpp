#include "capture/open.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/capture/file_builder.hpp"

namespace layerlab::capture {
namespace {

using testing::HasSubstr;
using namespace std::string_view_literals;

TEST(OpenCapture, TellsTheFormatsByTheirFirstBytes) {
    FileBuilder pcap(true), pcapng(true);
    pcap.pcap_header().pcap_record(1, 2, "classic");
    pcapng.section().interface(1, pcapng.same()).enhanced(0, 1, "next", pcapng.same());
    for (const FileBuilder* file : {&pcap, &pcapng}) {
        auto source = open_capture(file->source());
        ASSERT_TRUE(source) << source.error().message;
        EXPECT_EQ(ReadAll(**source).frames.at(0).bytes, file == &pcap ? "classic" : "next");
    }
}

TEST(OpenCapture, SaysWhatAFileThatIsNoCaptureLooksLike) {
    const std::pair<std::string_view, const char*> cases[] = {{"", "it is empty"},
                                                              {"BZh91AY"sv, "it is compressed by bzip2"},
                                                              {"host pc1 pc2\n", "it is text"},
                                                              {"PK\x03\x04", "it is a zip archive"},
                                                              {"\x01\x02\x03\x04", "begins with 01 02 03 04"},
                                                              {"\xd4\xc3"sv, "begins with d4 c3"}};
    for (const auto& [bytes, what] : cases) {
        const auto source = open_capture(std::make_unique<MemorySource>(proto::as_bytes(bytes), "x.pcap"));
        ASSERT_FALSE(source);
        EXPECT_THAT(source.error().message, HasSubstr(what));
        EXPECT_THAT(source.error().message, HasSubstr("x.pcap"));
    }
}

TEST(OpenCapture, SaysThatAFileIsMissing) {
    const auto source = open_capture(std::string("no/such/file.pcap"));
    ASSERT_FALSE(source);
    EXPECT_THAT(source.error().message, HasSubstr("No such file"));
}

}  // namespace
}  // namespace layerlab::capture
