#include "sim/programs/dig_text.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "proto/wire/dns_record_text.hpp"

namespace layerlab::sim::programs {
namespace {

namespace wire = proto::wire;
using wire::DnsType;

// Fills with tabs, then blanks, to a column; at least one character.
void indent(std::string& line, std::size_t column) {
    const std::size_t last_tab_stop = [&] {
        std::size_t at = 0;
        for (const char c : line) at = c == '\t' ? (at / 8 + 1) * 8 : at + 1;
        return at;
    }();
    const std::size_t to = std::max(column, last_tab_stop + 1);
    std::size_t from = last_tab_stop;
    for (std::size_t tabs = to / 8 - from / 8; tabs > 0; --tabs) line += '\t';
    if (to / 8 > from / 8) from = to / 8 * 8;
    line.append(to - from, ' ');
}

std::string flags_text(const wire::DnsHeader& h) {
    std::string flags;
    if (h.response) flags += " qr";
    if (h.authoritative) flags += " aa";
    if (h.truncated) flags += " tc";
    if (h.recursion_desired) flags += " rd";
    if (h.recursion_available) flags += " ra";
    if (h.authentic_data) flags += " ad";
    if (h.checking_disabled) flags += " cd";
    return flags;
}

std::string edns_text(const wire::Edns& edns) {
    std::string out = fmt::format(";; OPT PSEUDOSECTION:\n; EDNS: version: {}, flags:{}; udp: {}\n", edns.version,
                                  edns.dnssec_ok ? " do" : "", edns.udp_size);
    for (const wire::EdnsOption& option : edns.options) {
        std::string hex;
        for (const std::uint8_t byte : option.data) hex += fmt::format("{:02x}", byte);
        if (option.code == 10)
            out += fmt::format("; COOKIE: {}\n", hex);
        else
            out += fmt::format("; OPT={}: {}\n", option.code, hex);
    }
    return out;
}

std::string section_text(const char* name, const std::vector<wire::ResourceRecord>& records, const DigLayout& layout) {
    if (records.empty()) return {};
    std::string out = layout.comments ? fmt::format(";; {} SECTION:\n", name) : std::string();
    for (const wire::ResourceRecord& record : records) out += dig_record_text(record, layout);
    if (layout.comments) out += "\n";
    return out;
}

const char* host_verb(DnsType type) {
    switch (type) {
        case DnsType::a: return "has address";
        case DnsType::aaaa: return "has IPv6 address";
        case DnsType::ns: return "name server";
        case DnsType::cname: return "is an alias for";
        case DnsType::ptr: return "domain name pointer";
        case DnsType::mx: return "mail is handled by";
        case DnsType::txt: return "descriptive text";
        default: return nullptr;
    }
}

}  // namespace

std::string dig_record_text(const wire::ResourceRecord& record, const DigLayout& layout) {
    const std::size_t shift = (layout.ttl ? 0u : 8u) + (layout.klass ? 0u : 8u);
    std::string line = record.name.to_string();
    if (layout.ttl) {
        indent(line, 24);
        line += fmt::to_string(record.ttl);
    }
    if (layout.klass) {
        indent(line, layout.ttl ? 32 : 24);
        line += to_string(record.klass);
    }
    indent(line, 40 - shift);
    line += to_string(record.type);
    indent(line, 48 - shift);
    return line + wire::rdata_to_string(record) + "\n";
}

std::string dig_question_text(const wire::DnsQuestion& question) {
    std::string line = ";" + question.name.to_string();
    indent(line, 32);
    line += to_string(question.klass);
    indent(line, 40);
    return line + to_string(question.type) + "\n";
}

std::string dig_message_text(const wire::DnsMessage& message, const DigLayout& layout) {
    const wire::DnsHeader& h = message.header;
    std::string out;
    if (layout.comments) {
        out += fmt::format(";; ->>HEADER<<- opcode: {}, status: {}, id: {}\n", to_string(h.opcode), to_string(h.rcode),
                           h.id);
        out += fmt::format(";; flags:{}; QUERY: {}, ANSWER: {}, AUTHORITY: {}, ADDITIONAL: {}\n", flags_text(h),
                           message.questions.size(), message.answers.size(), message.authorities.size(),
                           message.additionals.size() + (message.edns ? 1 : 0));
        if (h.response && h.recursion_desired && !h.recursion_available)
            out += ";; WARNING: recursion requested but not available\n";
        out += "\n";
        if (message.edns) out += edns_text(*message.edns);
    }
    if (layout.question && !message.questions.empty()) {
        if (layout.comments) out += ";; QUESTION SECTION:\n";
        for (const wire::DnsQuestion& question : message.questions) out += dig_question_text(question);
        if (layout.comments) out += "\n";
    }
    if (layout.answer) out += section_text("ANSWER", message.answers, layout);
    if (layout.authority) out += section_text("AUTHORITY", message.authorities, layout);
    if (layout.additional) out += section_text("ADDITIONAL", message.additionals, layout);
    return out;
}

std::string host_record_text(const wire::ResourceRecord& record) {
    const std::string name = record.name.to_plain_string();
    const std::string data = wire::rdata_to_string(record);
    if (const char* verb = host_verb(record.type)) return fmt::format("{} {} {}\n", name, verb, data);
    return fmt::format("{} has {} record {}\n", name, to_string(record.type), data);
}

std::string nslookup_record_text(const wire::ResourceRecord& record) {
    const std::string name = record.name.to_plain_string();
    const std::string data = wire::rdata_to_string(record);
    switch (record.type) {
        case DnsType::a:
        case DnsType::aaaa: return fmt::format("Name:\t{}\nAddress: {}\n", name, data);
        case DnsType::ns: return fmt::format("{}\tnameserver = {}\n", name, data);
        case DnsType::cname: return fmt::format("{}\tcanonical name = {}\n", name, data);
        case DnsType::ptr: return fmt::format("{}\tname = {}\n", name, data);
        case DnsType::mx: return fmt::format("{}\tmail exchanger = {}\n", name, data);
        case DnsType::txt: return fmt::format("{}\ttext = {}\n", name, data);
        case DnsType::srv: return fmt::format("{}\tservice = {}\n", name, data);
        case DnsType::soa: {
            const auto* soa = std::get_if<wire::Soa>(&record.data);
            if (!soa) break;
            return fmt::format(
                "{}\n\torigin = {}\n\tmail addr = {}\n\tserial = {}\n\trefresh = {}\n\tretry = {}\n\texpire = {}\n"
                "\tminimum = {}\n",
                name, soa->primary.to_plain_string(), soa->mailbox.to_plain_string(), soa->serial, soa->refresh,
                soa->retry, soa->expire, soa->minimum);
        }
        default: break;
    }
    return fmt::format("{}\trdata_{} = {}\n", name, static_cast<unsigned>(record.type), data);
}

}  // namespace layerlab::sim::programs
