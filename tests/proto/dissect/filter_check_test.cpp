#include "proto/dissect/filter_check.hpp"

#include <gtest/gtest.h>

#include "tests/proto/dissect/filter_sample.hpp"

namespace layerlab::proto::dissect {
namespace {

struct Row {
    const char* filter;
    const char* marks;  // under the filter: where the fault is
    const char* message;
    const char* hint;
};

TEST(FilterCheck, PointsAtTheFaultAndSaysWhatHelps) {
    for (const Row& row : {
             Row{"x.prot == 80", "^~~~~~", "\"x.prot\" is neither a field nor a protocol", "did you mean \"x.port\"?"},
             Row{"x and x.nmae", "      ^~~~~~", "\"x.nmae\" is neither a field nor a protocol",
                 "did you mean \"x.name\"?"},
             Row{"x.port == 65536", "          ^~~~~", "65536 is too large for x.port", "it holds at most 65535"},
             Row{"x.port == 8o", "          ^~", "\"8o\" is not a valid number", "for example 80 or 0x50"},
             Row{"x.port == \"80\"", "          ^~~~", "an unsigned number is not compared with a string",
                 "write the number without quotes"},
             Row{"x.addr == 10.0.0", "          ^~~~~~", "\"10.0.0\" is not an IPv4 address",
                 "for example 10.0.0.1 or 10.0.0.0/8"},
             Row{"x.mac == 00:11", "         ^~~~~", "\"00:11\" is not an Ethernet address",
                 "it has six bytes; for a part write a slice: eth.src[0:3] == 00:11:22"},
             Row{"x.port == x.mac", "          ^~~~~", "an unsigned number cannot be compared with an Ethernet address",
                 ""},
             Row{"x.port == x.prot", "          ^~~~~~", "\"x.prot\" is neither a field nor a protocol",
                 "did you mean \"x.port\"?"},
             Row{"x.port matches \"8\"", "^~~~~~", "an unsigned number does not match a pattern",
                 "patterns match text and bytes; string(...) makes text of a value"},
             Row{"x.name matches 8", "               ^", "a pattern is written in double quotes",
                 "for example matches \"^www\""},
             Row{"x.name matches \"(\"", "               ^~~", "not a regular expression: missing ): (",
                 "the syntax is RE2's: no look-around, no back references"},
             Row{"x.port contains 8", "^~~~~~", "an unsigned number cannot be searched in",
                 "use ==, or string(...) to look at it as text"},
             Row{"x.port[0] == 1", "^~~~~~", "an unsigned number cannot be sliced",
                 "text, bytes, addresses and protocols can"},
             Row{"x.mac[a] == 1", "     ^~~", "not a range of positions", "for example [0:3], [2-5], [4], [:2], [-4:]"},
             Row{"x.mac[1:0] == 1", "     ^~~~~", "a slice has at least one byte",
                 "for example [0:3], [2-5], [4], [:2], [-4:]"},
             Row{"x.op#0", "     ^", "layers are counted from 1", "for example ip.src#2 or ip.src#[1-2]"},
             Row{"size(x) > 1", "^~~~", "there is no function \"size\"",
                 "functions are abs count len lower max min string upper"},
             Row{"len(x.port) > 1", "    ^~~~~~", "an unsigned number has no length", "text, bytes and protocols have"},
             Row{"upper(x.port) == 1", "      ^~~~~~", "an unsigned number has no upper and lower case", "text has"},
             Row{"len(x)", "^~~", "a function alone is no test", "compare it: len(...) > 0"},
             Row{"1 == 1", "^", "one side must be a field or a function", "for example ip.ttl == 64"},
             Row{"\"abc\"", "^~~~~", "a field must stand here", "for example ip.ttl, or tcp.port == 80"},
             Row{"x.name + 1 == 2", "^~~~~~", "text cannot be calculated with", "numbers can"},
             Row{"x.port in {1, x.op}", "              ^~~~", "a set holds values, not fields",
                 "compare with == instead"},
             Row{"x.blob == hello", "          ^~~~~", "\"hello\" is not a byte string",
                 "write bytes as aa:bb:cc, text in double quotes"},
             Row{"-x.name == 1", " ^~~~~~", "text has no negative", ""},
         }) {
        const auto filter = compile_filter(row.filter, sample::extra);
        ASSERT_FALSE(filter) << row.filter;
        EXPECT_EQ(filter.error().message, row.message) << row.filter;
        EXPECT_EQ(filter.error().hint, row.hint) << row.filter;
        EXPECT_EQ(underline(row.filter, filter.error()), std::string(row.filter) + "\n" + row.marks);
    }
}

TEST(FilterCheck, NamesItsFunctions) { EXPECT_EQ(filter_functions().size(), 8u); }

}  // namespace
}  // namespace layerlab::proto::dissect
