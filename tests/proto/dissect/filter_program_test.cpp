#include "proto/dissect/filter_program.hpp"

#include <gtest/gtest.h>

#include "tests/proto/dissect/filter_sample.hpp"

namespace layerlab::proto::dissect {
namespace {

struct Row {
    const char* filter;
    bool expected;
};
void expect_all(std::initializer_list<Row> rows) {
    for (const Row& row : rows) EXPECT_EQ(sample::holds(row.filter), row.expected ? "yes" : "no") << row.filter;
}

TEST(FilterProgram, AsksWhetherFieldsAndProtocolsAreThere) {
    expect_all({{"x", true},
                {"y", false},
                {"x.port", true},
                {"x.absent", false},
                {"not y", true},
                {"!x", false},
                {"x and y", false},
                {"x or y", true},
                {"x xor y", true},
                {"x ^^ x", false},
                {"x xor x xor x", true},
                {"", true},
                {"x.flag", true}});
}

TEST(FilterProgram, ComparesAnyOccurrenceButAllForNotEqual) {
    expect_all(
        {{"x.port == 80", true},     {"x.port == 53", true},  {"x.port == 81", false},     {"x.port != 80", false},
         {"x.port != 81", true},     {"x.port !== 80", true}, {"x.port ~= 80", true},      {"x.port any_ne 80", true},
         {"x.port === 80", false},   {"x.op === 1", false},   {"all x.port > 50", true},   {"all x.port > 60", false},
         {"any x.port != 80", true}, {"x.port > 400", true},  {"x.port > 443", false},     {"x.port >= 443", true},
         {"x.port lt 53", false},    {"x.port le 53", true},  {"not x.port == 80", false}, {"80 == x.port", true}});
}

TEST(FilterProgram, HoldsNothingForAbsentFields) {
    expect_all({{"x.absent == 1", false},
                {"x.absent != 1", false},
                {"all x.absent == 1", false},
                {"not x.absent == 1", true},
                {"x.absent in {1}", false},
                {"x.absent not in {1}", true},
                {"x.absent < 1", false},
                {"count(x.absent) == 0", false}});
}

TEST(FilterProgram, ComparesEachTypeInItsOrder) {
    expect_all({{"x.balance == -5", true},
                {"x.balance < 0", true},
                {"x.balance > -6", true},
                {"x.flag == 1", true},
                {"x.flag == True", true},
                {"x.flag == false", false},
                {"x.op == \"Reply\"", true},
                {"x.op == Request", true},
                {"x.mac == 00:11:22:33:44:55", true},
                {"x.mac > 00:11:22:33:44:54", true},
                {"x.name == \"www.Example.com\"", true},
                {"x.name == www.Example.com", true},
                {"x.name < \"x\"", true},
                {"x.name == \"www\"", false},
                {"x.blob == de:ad:be:ef", true},
                {"x.blob < de:ad:bf", true},
                {"x.delay == 1.5", true},
                {"x.delay > 1.500000001", false},
                {"x.delay > -1", true},
                {"x.addr6 == fe80::1", true}});
}

TEST(FilterProgram, ComparesAddressesWithinPrefixes) {
    expect_all({{"x.addr == 10.0.0.0/8", true},
                {"x.addr == 10.1.2.0/24", true},
                {"x.addr == 10.1.3.0/24", false},
                {"x.addr != 10.0.0.0/8", false},
                {"x.addr == 0.0.0.0/0", true},
                {"x.addr == 10.1.2.3/32", true},
                {"x.addr < 10.0.0.0/8", false},
                {"x.addr >= 10.0.0.0/8", true},
                {"x.addr6 == fe80::/10", true},
                {"x.addr6 == fe80::/64", true},
                {"x.addr6 == fec0::/10", false},
                {"x.addr6 == ::/0", true},
                {"x.addr6 == fe80::1/128", true},
                {"x.addr6 == fe80::2/128", false},
                {"x.addr in {192.168.0.0/16, 10.0.0.0/8}", true},
                {"x.addr in {10.1.2.1..10.1.2.9}", true},
                {"x.addr in {10.1.2.4..10.1.2.9}", false}});
}

TEST(FilterProgram, LooksIntoSets) {
    expect_all({{"x.port in {1, 80}", true},
                {"x.port in {1..10, 400..500}", true},
                {"x.port in {1..10}", false},
                {"x.port not in {80}", false},
                {"not x.port in {1}", true},
                {"x.name in {\"a\", \"www.Example.com\"}", true},
                {"x.balance in {-9..-1}", true},
                {"x.delay in {1 .. 1.5}", true},
                {"x.port in {9..1}", false}});
}

TEST(FilterProgram, SearchesTextBytesAndProtocols) {
    expect_all({{"x.name contains \"Exam\"", true},
                {"x.name contains \"exam\"", false},
                {"lower(x.name) contains \"exam\"", true},
                {"x.name contains Exam", true},
                {"x.blob contains ad:be", true},
                {"x.blob contains \"\\xad\"", true},
                {"x contains \"GET\"", true},
                {"x contains 47:45:54", true},
                {"x contains index", true},
                {"y contains \"GET\"", false},
                {"x.mac contains 22:33", true},
                {"x.name matches \"^WWW\\\\.\"", true},
                {"x.name matches \"(?-i)^WWW\"", false},
                {"x.name ~ r\"\\.com$\"", true},
                {"x matches \"get /\\\\S+\"", true},
                {"x.blob matches \"\\xbe\\xef$\"", true},
                {"x.name matches \"^com\"", false},
                {"x.name contains \"\"", true}});
}

TEST(FilterProgram, CutsSlices) {
    expect_all({{"x.mac[0:3] == 00:11:22", true}, {"x.mac[3-5] == 33:44:55", true},
                {"x.mac[-1] == 55", true},        {"x.mac[:2] == 00:11", true},
                {"x.mac[4:] == 44:55", true},     {"x.mac[0,2,4-5] == 00:22:44:55", true},
                {"x.mac[6] == 0", false},         {"x.mac[0:7] == 0", false},
                {"x.mac[-7] == 0", false},        {"x.mac[5:2]", false},
                {"x.name[0:3] == \"www\"", true}, {"x.name[0:3] == 77:77:77", true},
                {"x.name[-3:] == \"com\"", true}, {"x.addr[3] == 3", true},
                {"x.addr6[0:2] == fe:80", true},  {"x[0:2] == \"x-\"", true},
                {"x[8:3] == \"GET\"", false},     {"x.blob[1:3][1:] == be:ef", true},
                {"x.blob[0] == 0xde", true},      {"x.mac[-2--1] == 44:55", true}});
}

TEST(FilterProgram, RestrictsFieldsToLayers) {
    expect_all({{"x.op#1 == 1", true},
                {"x.op#1 == 2", false},
                {"x.op#2 == 2", true},
                {"x.op#3", false},
                {"x.port#[1-2] == 53", true},
                {"x.port#[2-] == 80", false},
                {"x#2", true}});
}

TEST(FilterProgram, Calculates) {
    expect_all({{"x.port & 1", true},
                {"x.op & 4", false},
                {"x.op & 3 == 2", true},
                {"x.port + 1 == 81", true},
                {"x.port - 90 < 0", true},
                {"x.op * 3 == 6", true},
                {"x.port / 2 == 40", true},
                {"x.port % 10 == 3", true},
                {"x.port / 0 == 1", false},
                {"x.port % 0 == 0", false},
                {"{x.port + 1} * 2 == 162", true},
                {"-x.port == -80", true},
                {"x.mac[5] & 0f == 05", true},
                {"x.mac[0:2] & ff:10 == 00:10", true},
                {"x.port == x.op + 52", true},
                {"x.delay + 0.5 == 2", true},
                {"x.balance / -1 == 5", true},
                {"x.balance % -1 == 0", true},
                {"x.balance * -1 > 4", true}});
}

TEST(FilterProgram, CallsFunctions) {
    expect_all({{"len(x.name) == 15", true},
                {"len(x.blob) == 4", true},
                {"len(x) == 8", true},
                {"count(x.port) == 3", true},
                {"upper(x.name) == \"WWW.EXAMPLE.COM\"", true},
                {"string(x.port) matches \"^4\"", true},
                {"string(x.addr) == \"10.1.2.3\"", true},
                {"string(x.mac) contains \"33:44\"", true},
                {"string(x.addr6) == \"fe80::1\"", true},
                {"abs(x.balance) == 5", true},
                {"max(x.port) == 443", true},
                {"min(x.port, x.op) == 1", true},
                {"max(x.port, 1000) == 1000", true},
                {"max(x.absent) == 1", false},
                {"string(x.delay) contains \"1.5\"", true}});
}

TEST(FilterProgram, EndsQuicklyOnAFrameWithVeryManyOccurrences) {
    Dissection many;
    for (std::uint64_t i = 0; i < 20'000; ++i) many.items.push_back({.field = &sample::port.info, .number = i % 65536});
    const auto filter = compile_filter("x.port + x.port + x.port + x.port == 65536", sample::extra);
    ASSERT_TRUE(filter);
    EXPECT_FALSE(filter->matches(many, {}));
}

}  // namespace
}  // namespace layerlab::proto::dissect
