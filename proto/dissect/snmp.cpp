// SNMP: version, community and the front of the PDU (RFC 1157, RFC 3416), in BER (ITU-T X.690). Of version 3 the
// version alone, because its message may be encrypted.
#include <fmt/format.h>

#include "proto/dissect/cursor.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

constexpr std::array<ValueName, 9> pdu_names{{{0, "get-request"},
                                              {1, "get-next-request"},
                                              {2, "get-response"},
                                              {3, "set-request"},
                                              {4, "trap"},
                                              {5, "getBulkRequest"},
                                              {6, "informRequest"},
                                              {7, "snmpV2-trap"},
                                              {8, "report"}}};
constexpr std::array<ValueName, 3> version_names{{{0, "version-1"}, {1, "v2c"}, {3, "snmpv3"}}};
constexpr std::array<ValueName, 6> error_names{
    {{0, "noError"}, {1, "tooBig"}, {2, "noSuchName"}, {3, "badValue"}, {4, "readOnly"}, {5, "genErr"}}};

struct F {
    static constexpr Field<std::int32_t> version{"snmp.version", "version", anywhere, {.names = version_names}};
    static constexpr Field<std::string_view> community{"snmp.community", "community"};
    static constexpr Field<std::uint32_t> pdu{"snmp.data", "data", anywhere, {.names = pdu_names}};
    static constexpr Field<std::int32_t> request{"snmp.request_id", "request-id"};
    static constexpr Field<std::int32_t> status{"snmp.error_status", "error-status", anywhere, {.names = error_names}};
    static constexpr Field<std::int32_t> index{"snmp.error_index", "error-index"};
    static constexpr Field<std::uint32_t> bindings{"snmp.variable_bindings", "variable-bindings"};
    static constexpr Field<std::string_view> name{"snmp.name", "Object Name"};
    static constexpr auto table = table_of(version, community, pdu, request, status, index, bindings, name);
};

// One value: its tag, its contents, and what follows it.
struct Element {
    std::uint8_t tag = 0;
    Bytes contents, behind;
    bool ok = false;
};
Element read_element(Bytes bytes) {
    Element e;
    if (bytes.size() < 2) return e;
    e.tag = bytes[0];
    std::size_t length = bytes[1], at = 2;
    if (length & 0x80) {
        const std::size_t octets = length & 0x7f;
        if (octets == 0 || octets > 4 || bytes.size() < 2 + octets) return e;
        for (length = 0; at < 2 + octets; ++at) length = length << 8 | bytes[at];
    }
    if (length > bytes.size() - at) return e;
    e.contents = bytes.subspan(at, length);
    e.behind = bytes.subspan(at + length);
    e.ok = true;
    return e;
}

constexpr std::uint8_t integer = 0x02, octet_string = 0x04, object_identifier = 0x06, sequence = 0x30, pdu_class = 0xa0;

std::uint64_t signed_number(Bytes contents) {
    std::uint64_t number = !contents.empty() && contents[0] & 0x80 ? ~std::uint64_t{0} : 0;
    for (const std::uint8_t octet : contents) number = number << 8 | octet;
    return number;
}

// Adds an integer and moves on; false when there is none.
bool add_integer(Context& c, const Field<std::int32_t>& field, Bytes& rest) {
    const Element e = read_element(rest);
    if (!e.ok || e.tag != integer) {
        c.malformed(rest, "no integer where one belongs");
        return false;
    }
    c.add(field, e.contents, signed_number(e.contents));
    rest = e.behind;
    return true;
}

// "1.3.6.1.2.1": the first two numbers share one (X.690 section 8.19).
std::string identifier_text(Bytes contents) {
    std::string text;
    std::uint64_t number = 0;
    bool is_first = true;
    for (const std::uint8_t octet : contents) {
        number = number << 7 | (octet & 0x7fu);
        if (octet & 0x80) continue;
        if (is_first) {
            const std::uint64_t top = number < 80 ? number / 40 : 2;
            text = fmt::format("{}.{}", top, number - top * 40);
            is_first = false;
        } else {
            text += fmt::format(".{}", number);
        }
        number = 0;
    }
    return text;
}

void add_bindings(Context& c, Bytes list) {
    std::uint64_t count = 0;
    for (Element e = read_element(list); e.ok; e = read_element(e.behind)) ++count;
    c.add(F::bindings, list, count);
    const auto deeper = c.indent();
    for (Element e = read_element(list); e.ok; e = read_element(e.behind)) {
        const Element name = read_element(e.contents);
        if (e.tag != sequence || !name.ok || name.tag != object_identifier) continue;
        c.add(F::name, name.contents, c.keep(identifier_text(name.contents)));
    }
}

void add_pdu(Context& c, Bytes bytes) {
    const Element pdu = read_element(bytes);
    if (!pdu.ok || (pdu.tag & 0xe0) != pdu_class) return c.malformed(bytes, "no PDU where one belongs");
    c.add(F::pdu, bytes, std::uint64_t{pdu.tag & 0x1fu});
    const auto deeper = c.indent();
    constexpr unsigned old_trap = 4;
    if ((pdu.tag & 0x1f) == old_trap) return;
    Bytes rest = pdu.contents;
    if (!add_integer(c, F::request, rest) || !add_integer(c, F::status, rest) || !add_integer(c, F::index, rest))
        return;
    const Element list = read_element(rest);
    if (!list.ok || list.tag != sequence) return c.malformed(rest, "no bindings where they belong");
    add_bindings(c, list.contents);
}

void dissect_snmp(Context& c, Bytes bytes) {
    c.begin(snmp, bytes);
    const Element message = read_element(bytes);
    if (!message.ok || message.tag != sequence) return c.malformed(bytes, "no message of SNMP");
    Bytes rest = message.contents;
    const Element version = read_element(rest);
    if (!add_integer(c, F::version, rest)) return;
    if (signed_number(version.contents) > 1) return c.data(rest);
    const Element community = read_element(rest);
    if (!community.ok || community.tag != octet_string) return c.malformed(rest, "no community where one belongs");
    c.add(F::community, community.contents);
    add_pdu(c, community.behind);
}

void summarize_snmp(const LayerView& view, std::string& info) {
    const char* name = F::pdu.info.names.find(view.number(F::pdu, 99));
    info = name ? name : "SNMPv3";
    for (const Item& item : view.items())
        if (item.field == &F::name.info && info.size() < 200) info += fmt::format(" {}", as_text(item.bytes));
}

}  // namespace

constinit const Protocol snmp{.heading = {"snmp", "Simple Network Management Protocol"},
                              .column = "SNMP",
                              .fields = F::table,
                              .dissect = dissect_snmp,
                              .summarize = summarize_snmp,
                              .source = "RFC 3416"};

}  // namespace layerlab::proto::dissect
