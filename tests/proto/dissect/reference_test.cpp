#include "proto/dissect/reference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/dissect/registry.hpp"

namespace layerlab::proto::dissect {
namespace {

using testing::HasSubstr;

TEST(Reference, NamesEveryProtocolAndField) {
    const std::string all = protocol_reference(), filters = filter_reference();
    for (const Protocol* protocol : protocols()) {
        EXPECT_THAT(all, HasSubstr(protocol->name()));
        const std::string page = protocol_page(protocol->name());
        for (const FieldInfo* field : protocol->fields) {
            EXPECT_THAT(page, HasSubstr(field->name));
            EXPECT_THAT(filters, HasSubstr(field->name));
        }
    }
}

TEST(Reference, SaysWhereAFieldStands) {
    EXPECT_THAT(protocol_page("ip"), HasSubstr("ip.ttl"));
    EXPECT_THAT(protocol_page("ip"), HasSubstr("(byte 8)"));
    EXPECT_EQ(protocol_page("no-such-protocol"), "");
}

TEST(Reference, NamesWhatStandsForTwoFields) { EXPECT_THAT(filter_reference(), HasSubstr("    ip.addr ")); }

}  // namespace
}  // namespace layerlab::proto::dissect
