// A frame dissected by hand, with fields of every type, to try filters on without any dissector.
#pragma once

#include <gtest/gtest.h>
#include <string>

#include "proto/base/time.hpp"
#include "proto/dissect/filter.hpp"
#include "proto/dissect/protocol.hpp"

namespace layerlab::proto::dissect::sample {

inline constexpr std::array<ValueName, 2> operation_names{{{1, "Request"}, {2, "Reply"}}};
inline constexpr Field<std::uint16_t> operation{"x.op", "Operation", octets(0, 2), {.names = operation_names}};
inline constexpr Field<std::uint16_t> port{"x.port", "Port", octets(2, 2)};
inline constexpr Field<std::uint16_t> absent{"x.absent", "Absent", octets(4, 2)};
inline constexpr Field<std::int32_t> balance{"x.balance", "Balance"};
inline constexpr Field<bool> flag{"x.flag", "Flag", bits(0, 1)};
inline constexpr Field<MacAddress> mac{"x.mac", "Ethernet Address", octets(6, 6)};
inline constexpr Field<Ipv4Address> address{"x.addr", "Address", octets(12, 4)};
inline constexpr Field<Ipv6Address> address6{"x.addr6", "IPv6 Address"};
inline constexpr Field<Bytes> blob{"x.blob", "Blob"};
inline constexpr Field<std::string_view> name{"x.name", "Name"};
inline constexpr Field<Duration> delay{"x.delay", "Delay"};
inline constexpr FieldTable<11> table{&operation.info, &port.info, &absent.info,  &balance.info,
                                      &flag.info,      &mac.info,  &address.info, &address6.info,
                                      &blob.info,      &name.info, &delay.info};

inline void dissect_nothing(Context&, Bytes) {}
inline constinit const Protocol x{
    .heading = {"x", "Sample"}, .column = "X", .fields = table, .dissect = dissect_nothing};
inline constinit const Protocol y{.heading = {"y", "Other"}, .column = "Y", .fields = {}, .dissect = dissect_nothing};

inline constexpr FieldTable<13> extra{&operation.info, &port.info,      &absent.info,   &balance.info, &flag.info,
                                      &mac.info,       &address.info,   &address6.info, &blob.info,    &name.info,
                                      &delay.info,     &x.heading.info, &y.heading.info};

// The frame: eight bytes "x-header", then what x carries, in which another x lies.
inline const std::string frame_text = "x-headerGET /index.html with payload";
inline Bytes frame() { return as_bytes(frame_text); }

// x { op 1, port 80, port 443, balance -5, flag, mac, addr 10.1.2.3, addr6, blob, name, delay } x { op 2, port 53 }
inline const Dissection& dissection() {
    static const std::uint8_t v6[16] = {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    static const std::uint8_t blob_bytes[4] = {0xde, 0xad, 0xbe, 0xef};
    static const Dissection made = [] {
        Dissection d;
        const auto size = static_cast<std::uint32_t>(frame_text.size());
        const auto number = [&](const FieldInfo& field, std::uint64_t v) {
            d.items.push_back({.field = &field, .number = v});
        };
        const auto bytes = [&](const FieldInfo& field, Bytes v) { d.items.push_back({.field = &field, .bytes = v}); };
        d.layers.push_back({&x, 0, 0, size, 0});
        d.items.push_back({.field = &x.heading.info, .offset = 0, .size = 8});
        number(operation.info, 1);
        number(port.info, 80);
        number(port.info, 443);
        number(balance.info, static_cast<std::uint64_t>(-5));
        number(flag.info, 1);
        number(mac.info, 0x001122334455);
        number(address.info, 0x0a010203);
        bytes(address6.info, v6);
        bytes(blob.info, blob_bytes);
        bytes(name.info, as_bytes("www.Example.com"));
        number(delay.info, 1'500'000'000);
        d.layers.push_back({&x, static_cast<std::uint32_t>(d.items.size()), 8, size - 8, 0});
        d.items.push_back({.field = &x.heading.info, .offset = 8, .size = size - 8});
        number(operation.info, 2);
        number(port.info, 53);
        return d;
    }();
    return made;
}

// "yes", "no", or the message of an error.
inline std::string holds(std::string_view text) {
    const auto filter = compile_filter(text, extra);
    if (!filter) return filter.error().message;
    return filter->matches(dissection(), frame()) ? "yes" : "no";
}

}  // namespace layerlab::proto::dissect::sample
