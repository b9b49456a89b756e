#include "proto/wire/dns_record_text.hpp"

#include <fmt/format.h>
#include <limits>
#include <optional>

namespace layerlab::proto::wire {
namespace {

using Words = std::span<const std::string_view>;

template <class T>
Result<T> number(std::string_view text, std::string_view what, T most = std::numeric_limits<T>::max()) {
    std::uint64_t value = 0;
    bool ok = !text.empty() && text.size() <= 10;
    for (const char c : text) {
        ok = ok && c >= '0' && c <= '9';
        if (ok) value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (!ok || value > most)
        return fail(fmt::format("\"{}\" is not a {}", text, what), fmt::format("a whole number from 0 to {}", most));
    return static_cast<T>(value);
}

std::optional<std::uint32_t> ttl_of(std::string_view text) {
    if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
    std::uint64_t unit = 1;
    switch (ascii_lower(text.back())) {
        case 's': unit = 1; break;
        case 'm': unit = 60; break;
        case 'h': unit = 3600; break;
        case 'd': unit = 86400; break;
        case 'w': unit = 604800; break;
        default: unit = 0;
    }
    if (unit != 0) text.remove_suffix(1);
    const auto count = number<std::uint32_t>(text, "TTL", max_dns_ttl);
    if (!count) return std::nullopt;
    const std::uint64_t seconds = *count * (unit == 0 ? 1 : unit);
    if (seconds > max_dns_ttl) return std::nullopt;
    return static_cast<std::uint32_t>(seconds);
}

Result<DomainName> owner_name(std::string_view text, const DomainName& origin) {
    auto absolute = DomainName::parse(text);
    if (text != "@" && absolute && !origin.is_root() && absolute->is_within(origin)) return absolute;
    return DomainName::parse(text, origin);
}

Result<DomainName> data_name(std::string_view text, const DomainName& origin) {
    const bool has_dot = text.find('.') != std::string_view::npos;
    return DomainName::parse(text, has_dot ? DomainName{} : origin);
}

// Bounds the words of the data; `example` shows what they should look like.
Result<void> count_words(Words words, std::size_t least, std::size_t most, std::string_view example) {
    if (words.size() < least) return fail("the data of the record are missing", fmt::format("for example {}", example));
    if (words.size() > most)
        return fail(fmt::format("\"{}\" is too much", words[most]), fmt::format("for example {}", example));
    return {};
}

Result<Rdata> mx_data(Words words, const DomainName& origin) {
    auto preference = number<std::uint16_t>(words[0], "preference");
    if (!preference) return tl::unexpected<Error>(preference.error());
    auto exchange = data_name(words[1], origin);
    if (!exchange) return tl::unexpected<Error>(exchange.error());
    return Rdata(Mx{*preference, std::move(*exchange)});
}

Result<Rdata> srv_data(Words words, const DomainName& origin) {
    Srv srv;
    const char* const what[] = {"priority", "weight", "port"};
    std::uint16_t* const to[] = {&srv.priority, &srv.weight, &srv.port};
    for (std::size_t i = 0; i < 3; ++i) {
        auto n = number<std::uint16_t>(words[i], what[i]);
        if (!n) return tl::unexpected<Error>(n.error());
        *to[i] = *n;
    }
    auto target = data_name(words[3], origin);
    if (!target) return tl::unexpected<Error>(target.error());
    srv.target = std::move(*target);
    return Rdata(std::move(srv));
}

Result<Rdata> soa_data(Words words, const DomainName& origin) {
    Soa soa;
    auto primary = data_name(words[0], origin);
    auto mailbox = data_name(words[1], origin);
    if (!primary) return tl::unexpected<Error>(primary.error());
    if (!mailbox) return tl::unexpected<Error>(mailbox.error());
    soa.primary = std::move(*primary);
    soa.mailbox = std::move(*mailbox);
    auto serial = number<std::uint32_t>(words[2], "serial");
    if (!serial) return tl::unexpected<Error>(serial.error());
    soa.serial = *serial;
    std::uint32_t* const to[] = {&soa.refresh, &soa.retry, &soa.expire, &soa.minimum};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto seconds = ttl_of(words[3 + i]);
        if (!seconds) return fail(fmt::format("\"{}\" is not a time", words[3 + i]), "seconds, or 5m 1h 2d");
        *to[i] = *seconds;
    }
    return Rdata(std::move(soa));
}

Result<Rdata> txt_data(Words words) {
    constexpr std::size_t max_rdata = 0xffff;
    Txt txt;
    std::size_t size = 0;
    for (std::string_view word : words) {
        do {
            txt.strings.emplace_back(word.substr(0, 255));
            word.remove_prefix(txt.strings.back().size());
            size += 1 + txt.strings.back().size();
            if (size > max_rdata) return fail("the text is longer than a record can hold", "at most 65535 bytes");
        } while (!word.empty());
    }
    return Rdata(std::move(txt));
}

// "\# 4 0a000001": RFC 3597 section 5.
Result<Rdata> raw_data(Words words) {
    if (words.empty() || words[0] != "\\#")
        return fail("the data of this type cannot be written in words", "as bytes: \\# 4 0a000001");
    RawRdata raw;
    int high = -1;
    for (const std::string_view word : words.subspan(words.size() > 1 ? 2 : 1)) {
        for (const char c : word) {
            const char l = ascii_lower(c);
            const int digit = l >= '0' && l <= '9' ? l - '0' : l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
            if (digit < 0) return fail(fmt::format("\"{}\" is not hexadecimal", word), "for example \\# 2 0a0b");
            if (high >= 0) raw.push_back(static_cast<std::uint8_t>(high << 4 | digit));
            high = high >= 0 ? -1 : digit;
        }
    }
    const auto size = number<std::uint16_t>(words.size() > 1 ? words[1] : "", "number of bytes");
    if (!size) return tl::unexpected<Error>(size.error());
    if (high >= 0 || *size != raw.size()) return fail("the number of bytes does not fit", "for example \\# 2 0a0b");
    return Rdata(std::move(raw));
}

template <class T>
Result<Rdata> as_rdata(Result<T> value) {
    if (!value) return tl::unexpected<Error>(value.error());
    return Rdata(std::move(*value));
}

struct DataForm {
    DnsType type;
    std::size_t words, most;
    const char* example;
};
constexpr std::size_t many = 64;
constexpr DataForm forms[] = {
    {DnsType::a, 1, 1, "www A 192.0.2.1"},
    {DnsType::aaaa, 1, 1, "www AAAA 2001:db8::1"},
    {DnsType::ns, 1, 1, "@ NS ns.example.org"},
    {DnsType::cname, 1, 1, "web CNAME www"},
    {DnsType::ptr, 1, 1, "100 PTR www.example.org"},
    {DnsType::mx, 2, 2, "@ MX 10 mail.example.org"},
    {DnsType::txt, 1, many, "@ TXT \"some text\""},
    {DnsType::srv, 4, 4, "_sip._tcp SRV 0 5 5060 sip.example.org"},
    {DnsType::soa, 7, 7, "@ SOA ns hostmaster 1 1h 15m 1w 1h"},
};

Result<Rdata> parse_data(DnsType type, Words words, const DomainName& origin) {
    for (const DataForm& form : forms) {
        if (form.type != type || (!words.empty() && words[0] == "\\#")) continue;
        const auto counted = count_words(words, form.words, form.most, form.example);
        if (!counted) return tl::unexpected<Error>(counted.error());
        switch (type) {
            case DnsType::a: return as_rdata(Ipv4Address::parse(words[0]));
            case DnsType::aaaa: return as_rdata(Ipv6Address::parse(words[0]));
            case DnsType::mx: return mx_data(words, origin);
            case DnsType::txt: return txt_data(words);
            case DnsType::srv: return srv_data(words, origin);
            case DnsType::soa: return soa_data(words, origin);
            default: return as_rdata(data_name(words[0], origin));
        }
    }
    return raw_data(words);
}

// \# with bytes is allowed for known types too; they must then be well formed.
Result<Rdata> known_form(Result<Rdata> data, DnsType type) {
    if (!data || !std::holds_alternative<RawRdata>(*data)) return data;
    const RawRdata& raw = std::get<RawRdata>(*data);
    return decode_rdata(raw, 0, raw.size(), type, DnsClass::in);
}

bool is_query_type(DnsType type) {
    const auto number = static_cast<std::uint16_t>(type);
    return type == DnsType::opt || number == 0 || (number >= 128 && number <= 255);  // RFC 6895 section 3.1
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<std::uint8_t>(c);
        if (byte < 0x20 || byte >= 0x7f) {
            out += fmt::format("\\{:03}", byte);
            continue;
        }
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
    return out + '"';
}

std::string raw_to_string(const RawRdata& raw) {
    std::string out = fmt::format("\\# {}", raw.size());
    if (!raw.empty()) out.push_back(' ');
    for (const std::uint8_t byte : raw) out += fmt::format("{:02X}", byte);
    return out;
}

}  // namespace

Result<ResourceRecord> parse_record(const DomainName& origin, Words words, std::uint32_t default_ttl) {
    ResourceRecord record;
    record.ttl = default_ttl;
    if (words.empty()) return fail("a record is missing", "for example www A 192.0.2.1");
    auto owner = owner_name(words[0], origin);
    if (!owner) return tl::unexpected<Error>(owner.error());
    record.name = std::move(*owner);
    words = words.subspan(1);
    bool have_ttl = false, have_class = false;
    for (; !words.empty(); words = words.subspan(1)) {
        const auto ttl = have_ttl ? std::nullopt : ttl_of(words[0]);
        if (ttl) {
            record.ttl = *ttl;
            have_ttl = true;
        } else if (!have_class && (words[0] == "IN" || words[0] == "in")) {
            have_class = true;
        } else {
            break;
        }
    }
    if (words.empty()) return fail("the type of the record is missing", "for example www A 192.0.2.1");
    const auto type = parse_dns_type(words[0]);
    if (!type) return tl::unexpected<Error>(type.error());
    if (is_query_type(*type)) return fail(fmt::format("{} cannot stand in a zone", to_string(*type)));
    record.type = *type;
    auto data = known_form(parse_data(*type, words.subspan(1), origin), *type);
    if (!data) return tl::unexpected<Error>(data.error());
    record.data = std::move(*data);
    return record;
}

std::string rdata_to_string(const ResourceRecord& record) {
    const Rdata& data = record.data;
    if (const auto* a = std::get_if<Ipv4Address>(&data)) return a->to_string();
    if (const auto* aaaa = std::get_if<Ipv6Address>(&data)) return aaaa->to_string();
    if (const auto* name = std::get_if<DomainName>(&data)) return name->to_string();
    if (const auto* mx = std::get_if<Mx>(&data)) return fmt::format("{} {}", mx->preference, mx->exchange.to_string());
    if (const auto* soa = std::get_if<Soa>(&data))
        return fmt::format("{} {} {} {} {} {} {}", soa->primary.to_string(), soa->mailbox.to_string(), soa->serial,
                           soa->refresh, soa->retry, soa->expire, soa->minimum);
    if (const auto* srv = std::get_if<Srv>(&data))
        return fmt::format("{} {} {} {}", srv->priority, srv->weight, srv->port, srv->target.to_string());
    if (const auto* txt = std::get_if<Txt>(&data)) {
        std::string out;
        for (const std::string& s : txt->strings) out += (out.empty() ? "" : " ") + quoted(s);
        return out;
    }
    return raw_to_string(std::get<RawRdata>(data));
}

std::string to_string(const ResourceRecord& record) {
    return fmt::format("{}\t{}\t{}\t{}\t{}", record.name.to_string(), record.ttl, to_string(record.klass),
                       to_string(record.type), rdata_to_string(record));
}

}  // namespace layerlab::proto::wire
