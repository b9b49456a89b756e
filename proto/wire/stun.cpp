#include "proto/wire/stun.hpp"

#include <algorithm>

namespace layerlab::proto::wire {

namespace {

namespace attribute = stun_attribute;

constexpr std::size_t header_size = Stun::min_size;

std::size_t padded(std::size_t n) { return (n + 3) & ~std::size_t{3}; }

bool has_sound_length(Bytes m) {
    return m.size() >= header_size && m[0] < 0x40 && header_size + load_be16(m.data() + 2) == m.size();
}

// What is between this side and a secret or another protocol, and needs no understanding to answer.
bool is_passed_over(std::uint16_t type) {
    return type >= 0x8000 || type == attribute::username || type == attribute::message_integrity;
}

bool read_attribute(StunMessage& m, std::uint16_t type, Bytes value) {
    const auto address = [&](std::optional<StunEndpoint>& to, const std::uint8_t* mask = nullptr) {
        to = read_stun_address(value, mask);
        return to.has_value();
    };
    switch (type) {
        case attribute::mapped_address: return address(m.mapped);
        case attribute::xor_mapped_address: return address(m.xor_mapped, m.id.data());
        case attribute::source_address: return address(m.source);
        case attribute::changed_address: return address(m.changed);
        case attribute::response_origin: return address(m.origin);
        case attribute::other_address: return address(m.other);
        case attribute::change_request:
            if (value.size() != 4) return false;
            m.change_ip = (value[3] & 4) != 0;
            m.change_port = (value[3] & 2) != 0;
            return true;
        case attribute::response_port:
            if (value.size() < 2) return false;
            m.response_port = load_be16(value.data());
            return true;
        case attribute::padding: m.padding = static_cast<std::uint16_t>(value.size()); return true;
        case attribute::error_code:
            if (value.size() < 4) return false;
            m.error = static_cast<std::uint16_t>((value[2] & 7) * 100 + value[3]);
            m.reason = as_text(value.subspan(4));
            return true;
        case attribute::unknown_attributes:
            for (std::size_t at = 0; at + 2 <= value.size(); at += 2) m.unknown.push_back(load_be16(&value[at]));
            return true;
        case attribute::software: m.software = as_text(value); return true;
        default:
            if (!is_passed_over(type)) m.unknown.push_back(type);
            return true;
    }
}

class Writer {
  public:
    explicit Writer(const StunMessage& m) : m_(m), out_(bytes_) {}

    std::vector<std::uint8_t> message() {
        out_.be16(m_.type);
        out_.be16(0);
        out_.bytes(m_.id);
        if (m_.change_ip || m_.change_port) {
            begin(attribute::change_request, 4);
            out_.be32((m_.change_ip ? 4u : 0u) | (m_.change_port ? 2u : 0u));
        }
        address(attribute::mapped_address, m_.mapped);
        address(attribute::source_address, m_.source);
        address(attribute::changed_address, m_.changed);
        address(attribute::xor_mapped_address, m_.xor_mapped, m_.id.data());
        if (m_.error != 0) {
            begin(attribute::error_code, 4 + m_.reason.size());
            out_.be16(0);
            out_.u8(static_cast<std::uint8_t>(m_.error / 100));
            out_.u8(static_cast<std::uint8_t>(m_.error % 100));
            text(m_.reason);
        }
        if (!m_.unknown.empty()) {
            begin(attribute::unknown_attributes, 2 * m_.unknown.size());
            for (const std::uint16_t type : m_.unknown) out_.be16(type);
            fill();
        }
        if (m_.response_port) {
            begin(attribute::response_port, 4);
            out_.be16(*m_.response_port);
            out_.be16(0);
        }
        if (m_.padding) {
            begin(attribute::padding, *m_.padding);
            out_.zeros(*m_.padding);
            fill();
        }
        address(attribute::response_origin, m_.origin);
        address(attribute::other_address, m_.other);
        if (!m_.software.empty()) {
            begin(attribute::software, m_.software.size());
            text(m_.software);
        }
        out_.patch_be16(2, static_cast<std::uint16_t>(out_.size() - header_size));
        return std::move(bytes_);
    }

  private:
    void begin(std::uint16_t type, std::size_t size) {
        out_.be16(type);
        out_.be16(static_cast<std::uint16_t>(size));
    }
    void fill() { out_.zeros(padded(out_.size()) - out_.size()); }
    void text(const std::string& t) {
        out_.text(t);
        fill();
    }
    void address(std::uint16_t type, const std::optional<StunEndpoint>& e, const std::uint8_t* mask = nullptr) {
        if (!e) return;
        const bool is_v6 = e->address.is_v6();
        std::array<std::uint8_t, 18> value{};
        store_be16(value.data(), e->port);
        if (is_v6)
            std::copy_n(e->address.v6().octets.begin(), 16, value.begin() + 2);
        else
            e->address.v4().store(value.data() + 2);
        const std::size_t size = is_v6 ? 18 : 6;
        if (mask != nullptr) {
            for (std::size_t i = 0; i < 2; ++i) value[i] ^= mask[i];
            for (std::size_t i = 2; i < size; ++i) value[i] ^= mask[i - 2];
        }
        begin(type, size + 2);
        out_.be16(is_v6 ? 2 : 1);
        out_.bytes(Bytes(value).first(size));
    }

    const StunMessage& m_;
    std::vector<std::uint8_t> bytes_;
    ByteWriter out_;
};

}  // namespace

std::optional<StunEndpoint> read_stun_address(Bytes value, const std::uint8_t* mask) {
    if (value.size() < 8) return std::nullopt;
    const std::size_t size = value[1] == 1 ? 4 : value[1] == 2 ? 16 : 0;
    if (size == 0 || value.size() != 4 + size) return std::nullopt;
    std::array<std::uint8_t, 18> plain{};
    std::copy(value.begin() + 2, value.end(), plain.begin());
    if (mask != nullptr) {
        for (std::size_t i = 0; i < 2; ++i) plain[i] ^= mask[i];
        for (std::size_t i = 0; i < size; ++i) plain[2 + i] ^= mask[i];
    }
    StunEndpoint e;
    e.port = load_be16(plain.data());
    if (size == 4)
        e.address = Ipv4Address::load(plain.data() + 2);
    else
        e.address = Ipv6Address::load(plain.data() + 2);
    return e;
}

std::optional<StunMessage> decode_stun(Bytes bytes) {
    if (!has_sound_length(bytes)) return std::nullopt;
    StunMessage m;
    m.type = load_be16(bytes.data());
    std::copy_n(bytes.begin() + 4, 16, m.id.begin());
    Bytes rest = bytes.subspan(header_size);
    while (!rest.empty()) {
        if (rest.size() < 4) return std::nullopt;
        const std::size_t size = load_be16(rest.data() + 2);
        if (4 + size > rest.size()) return std::nullopt;
        if (!read_attribute(m, load_be16(rest.data()), rest.subspan(4, size))) return std::nullopt;
        rest = rest.subspan(std::min(4 + padded(size), rest.size()));
    }
    return m;
}

std::vector<std::uint8_t> encode_stun(const StunMessage& message) { return Writer(message).message(); }

bool looks_like_stun(Bytes payload) {
    return has_sound_length(payload) && payload.size() % 4 == 0 && load_be32(payload.data() + 4) == stun_cookie;
}

bool looks_like_classic_stun(Bytes payload) {
    if (!has_sound_length(payload) || load_be32(payload.data() + 4) == stun_cookie) return false;
    if (ClassicStun::type.info.names.find(load_be16(payload.data())) == nullptr) return false;
    if (payload.size() == header_size) return true;
    return payload.size() >= header_size + 4 &&
           ClassicStunAttribute::type.info.names.find(load_be16(payload.data() + header_size)) != nullptr;
}

}  // namespace layerlab::proto::wire
