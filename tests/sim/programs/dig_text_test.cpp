#include "sim/programs/dig_text.hpp"

#include <gtest/gtest.h>

#include "proto/wire/dns_record_text.hpp"

namespace layerlab::sim::programs {
namespace {

proto::wire::ResourceRecord record(std::vector<std::string_view> words) {
    return *proto::wire::parse_record(*proto::wire::DomainName::parse("lab.test"), words);
}

// Lines that dig 9.18.49 printed.
TEST(DigText, PutsColumnsWhereDigPutsThem) {
    const DigLayout layout;
    EXPECT_EQ(dig_record_text(record({"www", "60", "A", "203.0.113.10"}), layout),
              "www.lab.test.\t\t60\tIN\tA\t203.0.113.10\n");
    EXPECT_EQ(dig_record_text(record({"_sip._tcp", "0", "SRV", "1", "2", "5060", "www.lab.test"}), layout),
              "_sip._tcp.lab.test.\t0\tIN\tSRV\t1 2 5060 www.lab.test.\n");
    EXPECT_EQ(dig_record_text(record({"10.113.0.203.in-addr.arpa.", "60", "PTR", "www.lab.test"}), layout),
              "10.113.0.203.in-addr.arpa. 60\tIN\tPTR\twww.lab.test.\n");
    DigLayout narrow;
    narrow.ttl = false;
    EXPECT_EQ(dig_record_text(record({"www", "60", "A", "203.0.113.10"}), narrow),
              "www.lab.test.\t\tIN\tA\t203.0.113.10\n");
    proto::wire::DnsQuestion question;
    question.name = *proto::wire::DomainName::parse("10.113.0.203.in-addr.arpa");
    EXPECT_EQ(dig_question_text(question), ";10.113.0.203.in-addr.arpa.\tIN\tA\n");
    EXPECT_EQ(dig_question_text({}), ";.\t\t\t\tIN\tA\n");
}

TEST(DigText, SpeaksAsHostAndNslookup) {
    EXPECT_EQ(host_record_text(record({"@", "MX", "10", "mail"})), "lab.test mail is handled by 10 mail.lab.test.\n");
    EXPECT_EQ(host_record_text(record({"@", "TXT", "hello"})), "lab.test descriptive text \"hello\"\n");
    EXPECT_EQ(nslookup_record_text(record({"a", "CNAME", "www"})), "a.lab.test\tcanonical name = www.lab.test.\n");
    EXPECT_EQ(nslookup_record_text(record({"@", "NS", "ns"})), "lab.test\tnameserver = ns.lab.test.\n");
}

}  // namespace
}  // namespace layerlab::sim::programs
