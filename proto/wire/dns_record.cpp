#include "proto/wire/dns_record.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>

namespace layerlab::proto::wire {
namespace {

struct NamedNumber {
    std::uint16_t number;
    const char* name;
};

constexpr std::array<NamedNumber, 41> type_names{{
    {1, "A"},           {2, "NS"},     {5, "CNAME"},  {6, "SOA"},      {11, "WKS"},   {12, "PTR"},    {13, "HINFO"},
    {14, "MINFO"},      {15, "MX"},    {16, "TXT"},   {17, "RP"},      {18, "AFSDB"}, {24, "SIG"},    {25, "KEY"},
    {28, "AAAA"},       {29, "LOC"},   {33, "SRV"},   {35, "NAPTR"},   {36, "KX"},    {37, "CERT"},   {39, "DNAME"},
    {41, "OPT"},        {43, "DS"},    {44, "SSHFP"}, {46, "RRSIG"},   {47, "NSEC"},  {48, "DNSKEY"}, {50, "NSEC3"},
    {51, "NSEC3PARAM"}, {52, "TLSA"},  {59, "CDS"},   {60, "CDNSKEY"}, {64, "SVCB"},  {65, "HTTPS"},  {99, "SPF"},
    {249, "TKEY"},      {250, "TSIG"}, {251, "IXFR"}, {252, "AXFR"},   {255, "ANY"},  {257, "CAA"},
}};
constexpr std::array<NamedNumber, 5> class_names{{{1, "IN"}, {3, "CH"}, {4, "HS"}, {254, "NONE"}, {255, "ANY"}}};

template <std::size_t N>
const char* name_of(const std::array<NamedNumber, N>& names, std::uint16_t number) {
    for (const NamedNumber& n : names)
        if (n.number == number) return n.name;
    return nullptr;
}

bool same_word(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (ascii_lower(a[i]) != ascii_lower(b[i])) return false;
    return true;
}

template <std::size_t N>
std::optional<std::uint16_t> number_of(const std::array<NamedNumber, N>& names, std::string_view prefix,
                                       std::string_view text) {
    for (const NamedNumber& n : names)
        if (same_word(n.name, text)) return n.number;
    if (text.size() <= prefix.size() || text.size() > prefix.size() + 5) return std::nullopt;
    if (!same_word(text.substr(0, prefix.size()), prefix)) return std::nullopt;
    unsigned value = 0;
    for (const char c : text.substr(prefix.size())) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    if (value > 0xffff) return std::nullopt;
    return static_cast<std::uint16_t>(value);
}

// Reads the parts of one rdata, which may have compressed names but must end where its length says.
class RdataReader {
  public:
    RdataReader(Bytes message, std::size_t at, std::size_t size) : message_(message.first(at + size)), at_(at) {}

    DomainName name() {
        if (!ok_) return {};
        auto name = DomainName::decode(message_, at_);
        if (!name) error_ = name.error().message;
        ok_ = name.has_value();
        return name.value_or(DomainName{});
    }
    std::uint16_t be16() { return want(2) ? load_be16(message_.data() + at_ - 2) : std::uint16_t{0}; }
    std::uint32_t be32() { return want(4) ? load_be32(message_.data() + at_ - 4) : 0; }
    Bytes take(std::size_t n) { return want(n) ? message_.subspan(at_ - n, n) : Bytes{}; }
    std::size_t left() const { return message_.size() - at_; }
    bool ok() const { return ok_; }

    Result<Rdata> done(Rdata data, DnsType type) const {
        if (!error_.empty()) return fail(error_);
        if (!ok_) return fail(fmt::format("the data of a record of type {} are too short", to_string(type)));
        if (left() > 0) return fail(fmt::format("the data of a record of type {} are too long", to_string(type)));
        return data;
    }

  private:
    bool want(std::size_t n) {
        ok_ = ok_ && left() >= n;
        if (ok_) at_ += n;
        return ok_;
    }
    Bytes message_;
    std::size_t at_;
    bool ok_ = true;
    std::string error_;
};

Soa read_soa(RdataReader& reader) {
    Soa soa;
    soa.primary = reader.name();
    soa.mailbox = reader.name();
    soa.serial = reader.be32();
    soa.refresh = reader.be32();
    soa.retry = reader.be32();
    soa.expire = reader.be32();
    soa.minimum = reader.be32();
    return soa;
}

Txt read_txt(RdataReader& reader) {
    Txt txt;
    do {
        const Bytes length = reader.take(1);
        if (!reader.ok()) break;
        txt.strings.emplace_back(as_text(reader.take(length[0])));
    } while (reader.ok() && reader.left() > 0);
    return txt;
}

Srv read_srv(RdataReader& reader) {
    Srv srv;
    srv.priority = reader.be16();
    srv.weight = reader.be16();
    srv.port = reader.be16();
    srv.target = reader.name();
    return srv;
}

}  // namespace

std::string to_string(DnsType type) {
    const auto number = static_cast<std::uint16_t>(type);
    const char* name = name_of(type_names, number);
    return name != nullptr ? name : fmt::format("TYPE{}", number);
}

std::string to_string(DnsClass klass) {
    const auto number = static_cast<std::uint16_t>(klass);
    const char* name = name_of(class_names, number);
    return name != nullptr ? name : fmt::format("CLASS{}", number);
}

Result<DnsType> parse_dns_type(std::string_view text) {
    const auto number = number_of(type_names, "TYPE", text);
    if (!number)
        return fail(fmt::format("\"{}\" is not a record type", text), "known: A AAAA CNAME MX NS PTR SOA SRV TXT");
    return static_cast<DnsType>(*number);
}

Result<DnsClass> parse_dns_class(std::string_view text) {
    const auto number = number_of(class_names, "CLASS", text);
    if (!number) return fail(fmt::format("\"{}\" is not a class", text), "known: IN CH HS");
    return static_cast<DnsClass>(*number);
}

Result<Rdata> decode_rdata(Bytes message, std::size_t at, std::size_t size, DnsType type, DnsClass klass) {
    RdataReader reader(message, at, size);
    const bool internet = klass == DnsClass::in;
    switch (type) {
        case DnsType::a:
            if (!internet) break;
            return reader.done(Ipv4Address{reader.be32()}, type);
        case DnsType::aaaa: {
            if (!internet) break;
            const Bytes octets = reader.take(16);
            return reader.done(reader.ok() ? Ipv6Address::load(octets.data()) : Ipv6Address{}, type);
        }
        case DnsType::ns:
        case DnsType::cname:
        case DnsType::ptr: {
            DomainName name = reader.name();
            return reader.done(std::move(name), type);
        }
        case DnsType::soa: {
            Soa soa = read_soa(reader);
            return reader.done(std::move(soa), type);
        }
        case DnsType::mx: {
            Mx mx;
            mx.preference = reader.be16();
            mx.exchange = reader.name();
            return reader.done(std::move(mx), type);
        }
        case DnsType::txt: {
            Txt txt = read_txt(reader);
            return reader.done(std::move(txt), type);
        }
        case DnsType::srv: {
            Srv srv = read_srv(reader);
            return reader.done(std::move(srv), type);
        }
        default: break;
    }
    const Bytes raw = reader.take(size);
    return Rdata(RawRdata(raw.begin(), raw.end()));
}

void encode_rdata(const Rdata& data, DnsType type, std::vector<std::uint8_t>& out, NameWriter& names) {
    ByteWriter writer(out);
    if (const auto* raw = std::get_if<RawRdata>(&data)) {
        writer.bytes(*raw);
    } else if (const auto* a = std::get_if<Ipv4Address>(&data)) {
        writer.be32(a->number);
    } else if (const auto* aaaa = std::get_if<Ipv6Address>(&data)) {
        writer.bytes(aaaa->octets);
    } else if (const auto* name = std::get_if<DomainName>(&data)) {
        const bool well_known = type == DnsType::ns || type == DnsType::cname || type == DnsType::ptr;
        well_known ? names.write(*name) : names.write_uncompressed(*name);
    } else if (const auto* soa = std::get_if<Soa>(&data)) {
        names.write(soa->primary);
        names.write(soa->mailbox);
        for (const std::uint32_t n : {soa->serial, soa->refresh, soa->retry, soa->expire, soa->minimum}) writer.be32(n);
    } else if (const auto* mx = std::get_if<Mx>(&data)) {
        writer.be16(mx->preference);
        names.write(mx->exchange);
    } else if (const auto* txt = std::get_if<Txt>(&data)) {
        for (const std::string& s : txt->strings) {
            const std::string_view text = std::string_view(s).substr(0, 255);
            writer.u8(static_cast<std::uint8_t>(text.size()));
            writer.text(text);
        }
    } else if (const auto* srv = std::get_if<Srv>(&data)) {
        for (const std::uint16_t n : {srv->priority, srv->weight, srv->port}) writer.be16(n);
        names.write_uncompressed(srv->target);
    }
}

}  // namespace layerlab::proto::wire
