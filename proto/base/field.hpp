// The declaration of a protocol field, and typed views of headers that are made from such declarations.
//
// A header is a struct of static constexpr Field<T> members and their table:
//
//     struct Udp {                                              // RFC 768
//         static constexpr std::size_t min_size = 8;
//         static constexpr Field<std::uint16_t> source_port{"udp.srcport", "Source Port", bits(0, 16)};
//         ...
//         static constexpr FieldTable<4> table{&source_port.info, ...};
//     };
//     auto udp = View<Udp>::parse(bytes);                       // nullopt when shorter than min_size
//     if (udp && (*udp)[Udp::destination_port] == 53) ...
//
// Getter, setter, dissection tree, filter, JSON and reference page all read the same FieldInfo. Names are Wireshark's.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "proto/base/address.hpp"
#include "proto/base/bytes.hpp"
#include "proto/base/time.hpp"

namespace layerlab::proto {

enum class FieldType : std::uint8_t {
    none,      // a heading: present or absent, no value (also a whole protocol: "dns")
    boolean,   // 0 or 1
    uint,      // unsigned number
    sint,      // signed number, two's complement in `number`
    mac,       // MacAddress
    ipv4,      // Ipv4Address
    ipv6,      // Ipv6Address
    bytes,     // byte string
    text,      // character string
    duration,  // nanoseconds, signed
};

enum class Shown : std::uint8_t { decimal, hex };

// A number with the name the standard gives it: {1, "Request"}.
struct ValueName {
    std::uint64_t value;
    const char* name;
};
struct ValueNames {
    const ValueName* first = nullptr;
    std::size_t count = 0;

    constexpr ValueNames() = default;
    template <std::size_t N>
    constexpr ValueNames(const std::array<ValueName, N>& names) : first(names.data()), count(N) {}  // NOLINT
    // nullptr where the standard has no name.
    constexpr const char* find(std::uint64_t value) const {
        for (std::size_t i = 0; i < count; ++i)
            if (first[i].value == value) return first[i].name;
        return nullptr;
    }
};

// Where a field stands in its header, counted in bits from the header's first bit, most significant first.
struct BitRange {
    std::uint16_t first = 0;
    std::uint16_t width = 0;  // 0: no fixed place (options, computed fields)
};
constexpr BitRange bits(std::uint16_t first, std::uint16_t width) { return {first, width}; }
constexpr BitRange octets(std::uint16_t first, std::uint16_t count) {
    return {static_cast<std::uint16_t>(first * 8), static_cast<std::uint16_t>(count * 8)};
}
inline constexpr BitRange anywhere{};

struct FieldInfo {
    const char* name;   // filter name: "ip.ttl"
    const char* title;  // "Time to Live"
    FieldType type = FieldType::uint;
    BitRange place{};
    std::uint8_t shift = 0;  // the value shown is the bits shifted left: header lengths in words are shown in bytes
    std::uint8_t level = 0;  // depth in the tree below its protocol: the flags of a flag word are at 1
    Shown shown = Shown::decimal;
    ValueNames names{};
    const char* source = "";  // "RFC 791 section 3.1"
};

// How a field is shown beyond its type; designated initialisers keep the tables readable.
struct FieldOptions {
    std::uint8_t shift = 0;
    std::uint8_t level = 0;
    Shown shown = Shown::decimal;
    ValueNames names{};
    const char* source = "";
};

template <class T>
constexpr FieldType field_type_of() {
    if constexpr (std::is_same_v<T, bool>)
        return FieldType::boolean;
    else if constexpr (std::is_same_v<T, MacAddress>)
        return FieldType::mac;
    else if constexpr (std::is_same_v<T, Ipv4Address>)
        return FieldType::ipv4;
    else if constexpr (std::is_same_v<T, Ipv6Address>)
        return FieldType::ipv6;
    else if constexpr (std::is_same_v<T, Bytes>)
        return FieldType::bytes;
    else if constexpr (std::is_same_v<T, std::string_view>)
        return FieldType::text;
    else if constexpr (std::is_same_v<T, void>)
        return FieldType::none;
    else if constexpr (std::is_same_v<T, Duration>)
        return FieldType::duration;
    else if constexpr (std::is_signed_v<T>)
        return FieldType::sint;
    else
        return FieldType::uint;
}

// A field whose value is a T: bool, an unsigned number, an address; Bytes, std::string_view or void where the place
// is not fixed.
template <class T>
struct Field {
    FieldInfo info;

    constexpr Field(const char* name, const char* title, BitRange place = anywhere, FieldOptions o = {})
        : info{name, title, field_type_of<T>(), place, o.shift, o.level, o.shown, o.names, o.source} {}
};

template <std::size_t N>
using FieldTable = std::array<const FieldInfo*, N>;

// The table of these fields: table_of(source_port, destination_port).
template <class... T>
constexpr FieldTable<sizeof...(T)> table_of(const Field<T>&... fields) {
    return {&fields.info...};
}

// The number in `width` (1..64) bits from bit `first` on. The bytes must hold them. Folds to one load and a swap when
// the place is a constant.
[[gnu::always_inline]] inline std::uint64_t read_bits(const std::uint8_t* p, BitRange place) {
    const std::size_t byte = place.first / 8u;
    const unsigned skip = place.first % 8u, width = place.width;
    if (skip == 0 && width == 8) return p[byte];
    if (skip == 0 && width == 16) return load_be16(p + byte);
    if (skip == 0 && width == 32) return load_be32(p + byte);
    if (skip == 0 && width == 64) return load_be64(p + byte);
    if (skip + width <= 8) return (p[byte] >> (8 - skip - width)) & ((1u << width) - 1);
    if (skip + width <= 16) return (load_be16(p + byte) >> (16 - skip - width)) & ((1u << width) - 1);
    std::uint64_t value = 0;
    for (unsigned bit = 0; bit < width; ++bit) {
        const unsigned at = place.first + bit;
        value = value << 1 | ((p[at / 8] >> (7 - at % 8)) & 1u);
    }
    return value;
}
[[gnu::always_inline]] inline void write_bits(std::uint8_t* p, BitRange place, std::uint64_t value) {
    const std::size_t byte = place.first / 8u;
    const unsigned skip = place.first % 8u, width = place.width;
    if (skip == 0 && width == 8) {
        p[byte] = static_cast<std::uint8_t>(value);
    } else if (skip == 0 && width == 16) {
        store_be16(p + byte, static_cast<std::uint16_t>(value));
    } else if (skip == 0 && width == 32) {
        store_be32(p + byte, static_cast<std::uint32_t>(value));
    } else if (skip == 0 && width == 64) {
        store_be64(p + byte, value);
    } else {
        for (unsigned bit = 0; bit < width; ++bit) {
            const unsigned at = place.first + bit;
            const auto mask = static_cast<std::uint8_t>(0x80u >> at % 8);
            const bool on = (value >> (width - 1 - bit)) & 1u;
            p[at / 8] = static_cast<std::uint8_t>(on ? p[at / 8] | mask : p[at / 8] & ~mask);
        }
    }
}

// A header that is known to be there: checked once by parse(), free after that. H has min_size in bytes.
template <class H>
class View {
  public:
    static std::optional<View> parse(Bytes bytes) {
        if (bytes.size() < H::min_size) return std::nullopt;
        return View(bytes.data());
    }
    // The caller has made sure that H::min_size bytes are there.
    explicit View(const std::uint8_t* p) : p_(p) {}

    template <class T>
    [[gnu::always_inline]] T operator[](const Field<T>& field) const {
        const BitRange place = field.info.place;
        if constexpr (std::is_same_v<T, bool>)
            return read_bits(p_, place) != 0;
        else if constexpr (std::is_unsigned_v<T>)
            return static_cast<T>(read_bits(p_, place) << field.info.shift);
        else
            return T::load(p_ + place.first / 8u);
    }
    const std::uint8_t* data() const { return p_; }

  private:
    const std::uint8_t* p_;
};

template <class H>
class MutableView : public View<H> {
  public:
    static std::optional<MutableView> parse(MutableBytes bytes) {
        if (bytes.size() < H::min_size) return std::nullopt;
        return MutableView(bytes.data());
    }
    explicit MutableView(std::uint8_t* p) : View<H>(p), p_(p) {}

    template <class T>
    [[gnu::always_inline]] void set(const Field<T>& field, std::type_identity_t<T> value) const {
        const BitRange place = field.info.place;
        if constexpr (std::is_same_v<T, bool>)
            write_bits(p_, place, value ? 1 : 0);
        else if constexpr (std::is_unsigned_v<T>)
            write_bits(p_, place, std::uint64_t{value} >> field.info.shift);
        else
            value.store(p_ + place.first / 8u);
    }
    std::uint8_t* data() const { return p_; }

  private:
    std::uint8_t* p_;
};

}  // namespace layerlab::proto
