#include "proto/dissect/filter.hpp"

#include <gtest/gtest.h>

#include "proto/dissect/registry.hpp"
#include "tests/proto/dissect/filter_sample.hpp"

namespace layerlab::proto::dissect {
namespace {

Filter compiled(std::string_view text) {
    auto filter = compile_filter(text, sample::extra);
    EXPECT_TRUE(filter) << text << ": " << filter.error().message;
    return *filter;
}
std::string needs(std::string_view text) {
    std::string names;
    const Filter filter = compiled(text);
    for (const Protocol* protocol : filter.needs_one_of()) names += std::string(protocol->name()) + " ";
    return names;
}

TEST(Filter, SaysWhichProtocolsAFrameMustHave) {
    EXPECT_EQ(needs("arp"), "arp ");
    EXPECT_EQ(needs("arp.opcode == 1 or udp.port == 53"), "arp udp ");
    EXPECT_EQ(needs("ip.src == 10.0.0.1 and (arp or udp)"), "ip ");
    EXPECT_EQ(needs("not arp"), "");
    EXPECT_EQ(needs("arp or not udp"), "");
    EXPECT_EQ(needs("not arp and udp"), "udp ");
    EXPECT_EQ(needs("len(udp) > 8"), "udp ");
    EXPECT_EQ(needs(""), "");
}

TEST(Filter, KnowsWhetherItDependsOnEarlierFrames) {
    EXPECT_FALSE(compiled("ip.ttl == 64 and udp").is_stateful());
    EXPECT_TRUE(compiled("udp or frame.time_delta > 1").is_stateful());
}

TEST(Filter, ListsTheFieldsThatItReads) {
    const Filter filter = compiled("x.port == 80 and ip.addr == 10.0.0.1");
    std::vector<std::string> names;
    for (const FieldInfo* field : filter.fields()) names.emplace_back(field->name);
    EXPECT_EQ(names, (std::vector<std::string>{"x.port", "ip.src", "ip.dst"}));
}

TEST(Filter, OutlivesTheTextItWasMadeOf) {
    Filter filter = compiled("");
    {
        const std::string text = "x.name contains \"Example\" and x.name matches \"com$\"";
        filter = compiled(text);
    }
    EXPECT_TRUE(filter.matches(sample::dissection(), sample::frame()));
}

TEST(Filter, UnderlinesWhatIsWrong) {
    EXPECT_EQ(underline("ip.tll == 1", {"", "", 0, 6}), "ip.tll == 1\n^~~~~~");
    EXPECT_EQ(underline("a and", {"", "", 5, 1}), "a and\n     ^");
    EXPECT_EQ(underline("\xc3\xa9 x", {"", "", 3, 1}), "\xc3\xa9 x\n  ^");
    EXPECT_EQ(underline("", {"", "", 0, 0}), "\n^");
}

// Every field of every protocol can be asked for, and compared with itself.
TEST(Filter, KnowsEveryFieldOfTheRegistry) {
    for (const Protocol* protocol : protocols()) {
        EXPECT_TRUE(compile_filter(protocol->name())) << protocol->name();
        for (const FieldInfo* field : protocol->fields) {
            EXPECT_TRUE(compile_filter(field->name)) << field->name;
            EXPECT_TRUE(compile_filter(std::string(field->name) + " == " + field->name)) << field->name;
        }
    }
}

}  // namespace
}  // namespace layerlab::proto::dissect
