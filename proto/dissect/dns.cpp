#include "proto/wire/dns.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "proto/dissect/context.hpp"
#include "proto/dissect/dns_text.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/related.hpp"
#include "proto/wire/dns_record.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Dns;
using wire::DnsType;

enum class Flavour { unicast, multicast, link_local };

std::string type_text(std::uint64_t type) { return to_string(static_cast<DnsType>(type)); }

// Walks over one message. Every step adds the items that are there and returns false when the message ends too early.
class Walk {
  public:
    Walk(Context& c, Bytes message, Flavour flavour) : c_(c), message_(message), flavour_(flavour) {}

    void run() {
        if (message_.size() >= 4) header();
        if (message_.size() < Dns::min_size) return c_.too_short(message_, Dns::min_size);
        at_ = Dns::min_size;
        const std::uint8_t* p = message_.data();
        relate_dns(c_, p[2] & 0x80, load_be16(p));
        if (questions(load_be16(p + 4)) && records(load_be16(p + 6), update_ ? "Prerequisites" : "Answers") &&
            records(load_be16(p + 8), update_ ? "Updates" : "Authoritative nameservers") &&
            records(load_be16(p + 10), "Additional records"))
            return;
        c_.too_short(message_.subspan(std::min(at_, message_.size())), needed_);
    }

  private:
    Bytes here(std::size_t size) const { return message_.subspan(at_, size); }
    bool want(std::size_t size) {
        if (message_.size() - at_ >= size) return true;
        needed_ = size;
        return false;
    }

    void header() {
        c_.add_fields(message_, Dns::front);
        const bool response = message_[2] & 0x80;
        if (flavour_ == Flavour::link_local) {
            c_.add_fields(message_, Dns::llmnr_flags);
            if (response) c_.add_fields(message_, FieldTable<1>{&Dns::rcode.info});
        } else if (response) {
            c_.add_fields(message_, Dns::response_flags);
        } else {
            c_.add_fields(message_, Dns::query_flags);
            if (message_[3] & 0x20) c_.add_fields(message_, FieldTable<1>{&Dns::authenticated.info});
            c_.add_fields(message_, FieldTable<1>{&Dns::checking_disabled.info});
        }
        update_ = (message_[2] >> 3 & 15) == 5;
        c_.add_fields(message_, update_ ? Dns::update_counts : Dns::counts);
    }

    // Adds a number of `size` octets and moves on.
    template <class T>
    bool number(const Field<T>& field, std::size_t size) {
        if (!want(size)) return false;
        c_.add(field, here(size));
        at_ += size;
        return true;
    }
    // Adds a name and moves on.
    bool name(const Field<std::string_view>& field) {
        const DnsNameText name = dns_name_text(message_, at_);
        if (!name.ok) return unreadable();
        c_.add(field, here(name.size), c_.wants(field.info) ? c_.keep(name.text) : std::string_view{});
        at_ += name.size;
        return true;
    }
    bool unreadable() {
        needed_ = message_.size() - at_ + 1;
        return false;
    }
    // A length octet and so many octets of text.
    bool text(const Field<std::uint8_t>& length, const Field<std::string_view>& field) {
        if (!want(1)) return false;
        const std::size_t size = message_[at_];
        if (!number(length, 1) || !want(size)) return false;
        const std::string_view raw = as_text(here(size));  // multicast DNS text is UTF-8: RFC 6763 section 6.5
        const bool utf8 = flavour_ == Flavour::multicast;
        c_.add(field, here(size), c_.keep(utf8 ? printable_text(raw) : printable_ascii(raw)));
        at_ += size;
        return true;
    }
    bool texts(const Field<std::uint8_t>& length, const Field<std::string_view>& field, std::size_t end) {
        while (at_ < end)
            if (!text(length, field)) return false;
        return true;
    }
    // `title()` is asked for only where headings are wanted.
    template <class Title>
    void heading(Title title, Bytes where) {
        if (!c_.wants(ws::heading.info)) return;
        c_.add(ws::heading, where);
        c_.note(std::string(title()));
    }
    // The class of multicast DNS has a flag in its highest bit: RFC 6762 sections 5.4 and 10.2.
    template <class T>
    bool klass(const Field<T>& field, const Field<bool>& flag) {
        if (!want(2)) return false;
        const std::uint16_t value = load_be16(message_.data() + at_);
        if (flavour_ == Flavour::multicast) {
            c_.add(field, here(2), std::uint64_t{value & 0x7fffu});
            c_.add(flag, here(2), std::uint64_t{value >> 15 & 1u});
        } else {
            c_.add(field, here(2));
        }
        at_ += 2;
        return true;
    }

    bool questions(unsigned count) {
        if (count == 0) return true;
        heading([&] { return update_ ? "Zone" : "Queries"; }, message_.subspan(at_));
        const auto in_section = c_.indent();
        for (; count > 0; --count) {
            const DnsNameText name = dns_name_text(message_, at_);
            if (!name.ok) return unreadable();
            const std::size_t whole = std::min(name.size + 4, message_.size() - at_);
            const auto title = [&] {
                if (whole < name.size + 4) return name.text;
                return name.text + ": type " + type_text(load_be16(message_.data() + at_ + name.size));
            };
            heading(title, here(whole));
            const auto in_question = c_.indent();
            const std::string_view text = c_.keep(name.text);
            c_.add(Dns::query_name, here(name.size), text);
            const bool some = name.length > 1;
            c_.generate(Dns::query_name_length, std::uint64_t{some ? name.length : 0});
            c_.generate(Dns::label_count,
                        some ? 1u + static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '.')) : 0u);
            at_ += name.size;
            if (!number(Dns::query_type, 2) || !klass(Dns::query_class, Dns::query_unicast)) return false;
        }
        return true;
    }

    bool records(unsigned count, const char* title) {
        if (count == 0) return true;
        heading([&] { return title; }, message_.subspan(at_));
        const auto in_section = c_.indent();
        for (; count > 0; --count)
            if (!record()) return false;
        return true;
    }

    // A record is shown only if all of it is there: so does Wireshark.
    bool record() {
        const DnsNameText name = dns_name_text(message_, at_);
        if (!name.ok) return unreadable();
        if (!want(name.size + 10)) return false;
        const std::uint8_t* fixed = message_.data() + at_ + name.size;
        const auto type = static_cast<DnsType>(load_be16(fixed));
        const std::size_t size = load_be16(fixed + 8);
        if (!want(name.size + 10 + size)) return false;
        heading([&] { return fmt::format("{}: type {}", name.text, to_string(type)); }, here(name.size + 10 + size));
        const auto in_record = c_.indent();
        owner(name, type);
        number(Dns::type, 2);
        type == DnsType::opt ? opt_fixed() : plain_fixed();
        number(Dns::data_length, 2);
        const std::size_t end = at_ + size;
        if (!rdata(type, end)) return false;
        at_ = end;
        return true;
    }
    // The owner of a service is shown in its parts: RFC 2782.
    void owner(const DnsNameText& name, DnsType type) {
        std::string_view rest = c_.keep(name.text);
        const Bytes where = here(name.size);
        at_ += name.size;
        if (type != DnsType::srv) return c_.add(Dns::name, where, rest);
        for (const auto* field : {&Dns::srv_service, &Dns::srv_protocol}) {
            const std::size_t dot = std::min(rest.find('.'), rest.size());
            c_.add(*field, where, rest.substr(0, dot));
            if (dot == rest.size()) return;
            rest.remove_prefix(dot + 1);
        }
        c_.add(Dns::srv_name, where, rest);
    }
    void plain_fixed() {
        klass(Dns::klass, Dns::cache_flush);
        number(Dns::ttl, 4);
    }
    // RFC 6891 section 6.1.3.
    void opt_fixed() {
        klass(Dns::udp_payload_size, Dns::cache_flush);
        number(Dns::extended_rcode, 1);
        number(Dns::edns_version, 1);
        const std::uint16_t z = load_be16(message_.data() + at_);
        const Bytes where = here(2);
        number(Dns::edns_z, 2);
        c_.add(Dns::dnssec_ok, where, std::uint64_t{z >> 15 & 1u});
        c_.add(Dns::edns_reserved, where, std::uint64_t{z & 0x7fffu});
    }

    bool rdata(DnsType type, std::size_t end) {
        switch (type) {
            case DnsType::a: return number(Dns::a, 4);
            case DnsType::aaaa: return number(Dns::aaaa, 16);
            case DnsType::ns: return name(Dns::ns);
            case DnsType::cname: return name(Dns::cname);
            case DnsType::ptr: return name(Dns::ptr);
            case DnsType::mx: return number(Dns::mx_preference, 2) && name(Dns::mx_exchange);
            case DnsType::soa: return soa();
            case DnsType::srv:
                return number(Dns::srv_priority, 2) && number(Dns::srv_weight, 2) && number(Dns::srv_port, 2) &&
                       name(Dns::srv_target);
            case DnsType::txt: return texts(Dns::txt_length, Dns::txt, end);
            case DnsType::opt: return options(end);
            default: break;
        }
        switch (static_cast<unsigned>(type)) {
            case 13: return text(Dns::hinfo_cpu_length, Dns::hinfo_cpu) && text(Dns::hinfo_os_length, Dns::hinfo_os);
            case 39: return name(Dns::dname);
            case 99: return texts(Dns::spf_length, Dns::spf, end);
            case 47: return name(Dns::nsec_next) && type_bitmap(end);
            default: break;
        }
        if (end > at_) c_.add(Dns::data, here(end - at_));
        return true;
    }
    // The types that exist, RFC 4034 section 4.1.2: windows of a number, a length and at most 32 octets of bits.
    bool type_bitmap(std::size_t end) {
        while (at_ < end) {
            if (!want(2)) return false;
            const unsigned window = message_[at_];
            const std::size_t size = message_[at_ + 1];
            at_ += 2;
            if (!want(size)) return false;
            for (std::size_t bit = 0; bit < 8 * size; ++bit)
                if (message_[at_ + bit / 8] & 0x80u >> bit % 8)
                    c_.add(Dns::type, message_.subspan(at_ + bit / 8, 1), window * 256u + bit);
            at_ += size;
        }
        return true;
    }
    bool soa() {
        return name(Dns::soa_primary) && name(Dns::soa_mailbox) && number(Dns::soa_serial, 4) &&
               number(Dns::soa_refresh, 4) && number(Dns::soa_retry, 4) && number(Dns::soa_expire, 4) &&
               number(Dns::soa_minimum, 4);
    }
    bool options(std::size_t end) {
        constexpr unsigned cookie = 10;  // RFC 7873
        while (at_ < end) {
            if (!want(4)) return false;
            const unsigned code = load_be16(message_.data() + at_);
            const std::size_t size = load_be16(message_.data() + at_ + 2);
            c_.add(Dns::option, here(std::min(4 + size, message_.size() - at_)));
            number(Dns::option_code, 2);
            number(Dns::option_length, 2);
            if (!want(size)) return false;
            c_.add(Dns::option_data, here(size));
            if (code == cookie && size >= 8) {
                c_.add(Dns::client_cookie, here(8));
                if (size > 8) c_.add(Dns::server_cookie, message_.subspan(at_ + 8, size - 8));
            }
            at_ += size;
        }
        return true;
    }

    Context& c_;
    Bytes message_;
    Flavour flavour_;
    std::size_t at_ = 0;
    std::size_t needed_ = 0;
    bool update_ = false;
};

void dissect_message(Context& c, Bytes bytes, const Protocol& protocol, Flavour flavour) {
    c.begin(protocol, bytes);
    Bytes message = bytes;
    if (c.info.over_tcp) {
        if (bytes.size() < 2) return c.too_short(bytes, 2);
        c.add(Dns::length, bytes.first(2));
        message = bytes.subspan(2);
    }
    Walk(c, message, flavour).run();
}

void dissect_dns(Context& c, Bytes bytes) { dissect_message(c, bytes, dns, Flavour::unicast); }
void dissect_mdns(Context& c, Bytes bytes) { dissect_message(c, bytes, mdns, Flavour::multicast); }
void dissect_llmnr(Context& c, Bytes bytes) { dissect_message(c, bytes, llmnr, Flavour::link_local); }

// RFC 1035 section 4.2.2.
std::size_t dns_pdu_size(Context&, Bytes stream) { return stream.size() < 2 ? more : 2u + load_be16(stream.data()); }

// "Standard query response 0x017c A www.google.com CNAME l.google.com A 173.194.78.104".
void summarize_dns(const LayerView& v, std::string& info) {
    constexpr std::size_t enough = 400;
    const auto opcode = v.number(Dns::opcode);
    const char* what = wire::Dns::opcode.info.names.find(opcode);
    info += fmt::format("{}{} 0x{:04x}", what ? what : "Unknown operation", v.number(Dns::response) ? " response" : "",
                        v.number(Dns::id));
    if (const auto rcode = v.number(Dns::rcode); rcode != 0) {
        const char* reason = Dns::rcode.info.names.find(rcode);
        info += fmt::format(" {}", reason ? reason : "Unknown error");
    }
    std::string_view question;
    bool in_bitmap = false;  // the types that an NSEC record lists are not records
    for (const Item& item : v.items()) {
        if (info.size() > enough) break;
        const FieldInfo* f = item.field;
        if (f == &Dns::query_name.info) question = as_text(item.bytes);
        if (f == &Dns::query_type.info) info += fmt::format(" {} {}", type_text(item.number), question);
        if (f == &Dns::query_unicast.info) info += item.number ? ", \"QU\" question" : ", \"QM\" question";
        if (f == &Dns::nsec_next.info) in_bitmap = true;
        if (f == &Dns::name.info || f == &Dns::srv_service.info) in_bitmap = false;
        if (f == &Dns::type.info && !in_bitmap) info += " " + type_text(item.number);
        if (f == &Dns::cache_flush.info && item.number) info += ", cache flush";
        if (f == &Dns::a.info) info += " " + Ipv4Address{static_cast<std::uint32_t>(item.number)}.to_string();
        if (f == &Dns::aaaa.info) info += " " + Ipv6Address::load(item.bytes.data()).to_string();
        for (const auto* shown : {&Dns::mx_preference, &Dns::srv_priority, &Dns::srv_weight, &Dns::srv_port})
            if (f == &shown->info) info += fmt::format(" {}", item.number);
        for (const auto* shown : {&Dns::ns, &Dns::cname, &Dns::ptr, &Dns::mx_exchange, &Dns::soa_primary,
                                  &Dns::srv_target, &Dns::nsec_next})
            if (f == &shown->info) info += fmt::format(" {}", as_text(item.bytes));
    }
}

constexpr auto all_fields = join(Dns::table, Dns::rest, RelatedFields::dns);
constexpr FieldTable<24> summary_fields{&Dns::response.info,
                                        &Dns::opcode.info,
                                        &Dns::id.info,
                                        &Dns::rcode.info,
                                        &Dns::query_name.info,
                                        &Dns::query_type.info,
                                        &Dns::query_unicast.info,
                                        &Dns::nsec_next.info,
                                        &Dns::name.info,
                                        &Dns::srv_service.info,
                                        &Dns::type.info,
                                        &Dns::cache_flush.info,
                                        &Dns::a.info,
                                        &Dns::aaaa.info,
                                        &Dns::mx_preference.info,
                                        &Dns::srv_priority.info,
                                        &Dns::srv_weight.info,
                                        &Dns::srv_port.info,
                                        &Dns::ns.info,
                                        &Dns::cname.info,
                                        &Dns::ptr.info,
                                        &Dns::mx_exchange.info,
                                        &Dns::soa_primary.info,
                                        &Dns::srv_target.info};

}  // namespace

constinit const Protocol dns{.heading = {"dns", "Domain Name System"},
                             .column = "DNS",
                             .fields = all_fields,
                             .dissect = dissect_dns,
                             .pdu_size = dns_pdu_size,
                             .summarize = summarize_dns,
                             .source = "RFC 1035",
                             .summary_fields = summary_fields};
constinit const Protocol mdns{.heading = {"mdns", "Multicast Domain Name System"},
                              .column = "MDNS",
                              .fields = all_fields,
                              .dissect = dissect_mdns,
                              .pdu_size = dns_pdu_size,
                              .summarize = summarize_dns,
                              .source = "RFC 6762",
                              .summary_fields = summary_fields};
constinit const Protocol llmnr{.heading = {"llmnr", "Link-local Multicast Name Resolution"},
                               .column = "LLMNR",
                               .fields = all_fields,
                               .dissect = dissect_llmnr,
                               .pdu_size = dns_pdu_size,
                               .summarize = summarize_dns,
                               .source = "RFC 4795",
                               .summary_fields = summary_fields};

}  // namespace layerlab::proto::dissect
