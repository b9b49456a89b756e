#include "proto/wire/dns_message.hpp"

#include <array>
#include <fmt/format.h>

namespace layerlab::proto::wire {
namespace {

constexpr std::uint16_t bit_qr = 0x8000, bit_aa = 0x0400, bit_tc = 0x0200, bit_rd = 0x0100, bit_ra = 0x0080,
                        bit_ad = 0x0020, bit_cd = 0x0010;
constexpr std::uint32_t edns_do = 0x8000;
constexpr std::size_t smallest_record = 11;  // root, type, class, TTL, length

std::uint16_t flags_of(const DnsHeader& h) {
    unsigned flags = (static_cast<unsigned>(h.opcode) & 15u) << 11 | (static_cast<unsigned>(h.rcode) & 15u);
    flags |= (h.response ? bit_qr : 0u) | (h.authoritative ? bit_aa : 0u) | (h.truncated ? bit_tc : 0u);
    flags |= (h.recursion_desired ? bit_rd : 0u) | (h.recursion_available ? bit_ra : 0u);
    flags |= (h.authentic_data ? bit_ad : 0u) | (h.checking_disabled ? bit_cd : 0u);
    return static_cast<std::uint16_t>(flags);
}

DnsHeader header_of(std::uint16_t id, std::uint16_t flags) {
    DnsHeader h;
    h.id = id;
    h.response = flags & bit_qr;
    h.opcode = static_cast<DnsOpcode>(flags >> 11 & 15);
    h.authoritative = flags & bit_aa;
    h.truncated = flags & bit_tc;
    h.recursion_desired = flags & bit_rd;
    h.recursion_available = flags & bit_ra;
    h.authentic_data = flags & bit_ad;
    h.checking_disabled = flags & bit_cd;
    h.rcode = static_cast<DnsRcode>(flags & 15);
    return h;
}

class Decoder {
  public:
    explicit Decoder(Bytes bytes) : bytes_(bytes) {}

    Result<DnsMessage> run() {
        auto header = decode_dns_header(bytes_);
        if (!header) return tl::unexpected<Error>(header.error());
        message_.header = *header;
        at_ = dns_header_size;
        bool ok = questions(load_be16(bytes_.data() + 4));
        std::vector<ResourceRecord>* const sections[] = {&message_.answers, &message_.authorities,
                                                         &message_.additionals};
        for (std::size_t i = 0; ok && i < 3; ++i)
            for (unsigned n = load_be16(bytes_.data() + 6 + 2 * i); ok && n > 0; --n) ok = record(*sections[i], i == 2);
        if (ok && at_ < bytes_.size()) ok = wrong(fmt::format("{} bytes follow the last record", bytes_.size() - at_));
        if (!ok) return tl::unexpected<Error>(std::move(error_));
        return std::move(message_);
    }

  private:
    bool wrong(std::string message) {
        error_ = {std::move(message), {}};
        return false;
    }
    bool name(DomainName& to) {
        auto decoded = DomainName::decode(bytes_, at_);
        if (!decoded) return wrong(decoded.error().message);
        to = std::move(*decoded);
        return true;
    }
    bool questions(unsigned count) {
        for (; count > 0; --count) {
            DnsQuestion question;
            if (!name(question.name)) return false;
            if (bytes_.size() - at_ < 4) return wrong(fmt::format("the question at byte {} runs past the end", at_));
            question.type = static_cast<DnsType>(load_be16(bytes_.data() + at_));
            question.klass = static_cast<DnsClass>(load_be16(bytes_.data() + at_ + 2));
            at_ += 4;
            message_.questions.push_back(std::move(question));
        }
        return true;
    }
    bool record(std::vector<ResourceRecord>& to, bool additional) {
        ResourceRecord record;
        const std::size_t start = at_;
        if (!name(record.name)) return false;
        if (bytes_.size() - at_ < 10) return wrong(fmt::format("the record at byte {} runs past the end", start));
        const std::uint8_t* p = bytes_.data() + at_;
        record.type = static_cast<DnsType>(load_be16(p));
        record.klass = static_cast<DnsClass>(load_be16(p + 2));
        record.ttl = load_be32(p + 4);
        const std::size_t size = load_be16(p + 8);
        at_ += 10;
        if (bytes_.size() - at_ < size)
            return wrong(fmt::format("the record at byte {} says {} bytes of data, {} are left", start, size,
                                     bytes_.size() - at_));
        if (record.type == DnsType::opt) return additional ? edns(record, size) : wrong("OPT outside the additionals");
        auto data = decode_rdata(bytes_, at_, size, record.type, record.klass);
        if (!data) return wrong(data.error().message);
        record.data = std::move(*data);
        at_ += size;
        to.push_back(std::move(record));
        return true;
    }
    bool edns(const ResourceRecord& record, std::size_t size) {
        if (message_.edns) return wrong("there are two OPT records");
        if (!record.name.is_root()) return wrong("the owner of the OPT record is not the root");
        Edns edns;
        edns.udp_size = static_cast<std::uint16_t>(record.klass);
        edns.version = static_cast<std::uint8_t>(record.ttl >> 16);
        edns.dnssec_ok = record.ttl & edns_do;
        message_.header.rcode =
            static_cast<DnsRcode>((record.ttl >> 24) << 4 | static_cast<std::uint32_t>(message_.header.rcode));
        ByteReader reader(bytes_.subspan(at_, size));
        while (reader.left() > 0) {
            EdnsOption option;
            option.code = reader.be16();
            const Bytes data = reader.take(reader.be16());
            if (!reader.ok()) return wrong("an EDNS option runs past the end of the OPT record");
            option.data.assign(data.begin(), data.end());
            edns.options.push_back(std::move(option));
        }
        at_ += size;
        message_.edns = std::move(edns);
        return true;
    }

    Bytes bytes_;
    std::size_t at_ = 0;
    DnsMessage message_;
    Error error_;
};

std::size_t edns_size(const Edns& edns) {
    std::size_t size = smallest_record;
    for (const EdnsOption& option : edns.options) size += 4 + option.data.size();
    return size;
}

class Encoder {
  public:
    Encoder(const DnsMessage& message, std::size_t max_size) : message_(message) {
        limit_ = max_size < max_dns_message ? max_size : max_dns_message;
        const std::size_t reserve = message.edns ? edns_size(*message.edns) : 0;
        limit_ = limit_ > reserve ? limit_ - reserve : 0;
    }

    std::vector<std::uint8_t> run() {
        DnsHeader header = message_.header;
        writer_.zeros(dns_header_size);
        for (const DnsQuestion& question : message_.questions) {
            names_.write(question.name);
            writer_.be16(static_cast<std::uint16_t>(question.type));
            writer_.be16(static_cast<std::uint16_t>(question.klass));
        }
        const std::size_t answers = section(message_.answers);
        bool whole = answers == message_.answers.size();
        const std::size_t authorities = whole ? section(message_.authorities) : 0;
        whole = whole && authorities == message_.authorities.size();
        std::size_t additionals = whole ? section(message_.additionals) : 0;
        if (!whole) header.truncated = true;
        if (message_.edns) {
            edns(*message_.edns);
            ++additionals;
        }
        writer_.patch_be16(0, header.id);
        writer_.patch_be16(2, flags_of(header));
        writer_.patch_be16(4, static_cast<std::uint16_t>(message_.questions.size()));
        writer_.patch_be16(6, static_cast<std::uint16_t>(answers));
        writer_.patch_be16(8, static_cast<std::uint16_t>(authorities));
        writer_.patch_be16(10, static_cast<std::uint16_t>(additionals));
        return std::move(out_);
    }

  private:
    // Returns how many records fitted.
    std::size_t section(const std::vector<ResourceRecord>& records) {
        for (std::size_t i = 0; i < records.size(); ++i) {
            const std::size_t before = out_.size();
            if (record(records[i]) && out_.size() <= limit_) continue;
            out_.resize(before);
            names_.forget_from(before);
            return i;
        }
        return records.size();
    }
    bool record(const ResourceRecord& record) {
        names_.write(record.name);
        writer_.be16(static_cast<std::uint16_t>(record.type));
        writer_.be16(static_cast<std::uint16_t>(record.klass));
        writer_.be32(record.ttl);
        const std::size_t length_at = out_.size();
        writer_.be16(0);
        encode_rdata(record.data, record.type, out_, names_);
        const std::size_t size = out_.size() - length_at - 2;
        if (size > 0xffff) return false;
        writer_.patch_be16(length_at, static_cast<std::uint16_t>(size));
        return true;
    }
    void edns(const Edns& edns) {
        writer_.u8(0);
        writer_.be16(static_cast<std::uint16_t>(DnsType::opt));
        writer_.be16(edns.udp_size);
        const auto extended = static_cast<std::uint32_t>(message_.header.rcode) >> 4;
        writer_.be32(extended << 24 | std::uint32_t{edns.version} << 16 | (edns.dnssec_ok ? edns_do : 0));
        writer_.be16(static_cast<std::uint16_t>(edns_size(edns) - smallest_record));
        for (const EdnsOption& option : edns.options) {
            writer_.be16(option.code);
            writer_.be16(static_cast<std::uint16_t>(option.data.size()));
            writer_.bytes(option.data);
        }
    }

    const DnsMessage& message_;
    std::vector<std::uint8_t> out_;
    ByteWriter writer_{out_};
    NameWriter names_{out_};
    std::size_t limit_;
};

}  // namespace

std::string to_string(DnsRcode rcode) {
    static constexpr std::array<const char*, 17> names{
        "NOERROR",    "FORMERR",    "SERVFAIL",   "NXDOMAIN",   "NOTIMP",  "REFUSED",
        "YXDOMAIN",   "YXRRSET",    "NXRRSET",    "NOTAUTH",    "NOTZONE", "RESERVED11",
        "RESERVED12", "RESERVED13", "RESERVED14", "RESERVED15", "BADVERS"};
    const auto number = static_cast<std::size_t>(rcode);
    return number < names.size() ? names[number] : fmt::format("RESERVED{}", number);
}

std::string to_string(DnsOpcode opcode) {
    static constexpr std::array<const char*, 6> names{"QUERY", "IQUERY", "STATUS", "RESERVED3", "NOTIFY", "UPDATE"};
    const auto number = static_cast<std::size_t>(opcode);
    return number < names.size() ? names[number] : fmt::format("RESERVED{}", number);
}

Result<DnsHeader> decode_dns_header(Bytes message) {
    if (message.size() < dns_header_size)
        return fail(fmt::format("a DNS message of {} bytes is shorter than its header of 12", message.size()));
    return header_of(load_be16(message.data()), load_be16(message.data() + 2));
}

Result<DnsMessage> decode_dns_message(Bytes message) { return Decoder(message).run(); }

std::vector<std::uint8_t> encode_dns_message(const DnsMessage& message, std::size_t max_size) {
    return Encoder(message, max_size).run();
}

}  // namespace layerlab::proto::wire
