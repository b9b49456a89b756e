#include "proto/dissect/plain_headers.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "proto/dissect/registry.hpp"
#include "proto/wire/ethernet.hpp"
#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;
using wire::TcpFlags;

Octets tagged(Octets frame) {
    const Octets tag{0x81, 0, 0, 7};
    frame.insert(frame.begin() + 12, tag.begin(), tag.end());
    return frame;
}

// Of UDP or ICMPv6, without a checksum.
Octets ipv6_frame(std::uint8_t next, const Octets& payload) {
    Octets packet{0x60, 0, 0, 0, 0, static_cast<std::uint8_t>(payload.size()), next, 64};
    for (const std::uint8_t last : {std::uint8_t{1}, std::uint8_t{2}})
        packet = packet + Octets{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last};
    return ethernet_frame(0x86dd, packet + payload);
}

std::vector<Octets> conversation() {
    const Octets question = {0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 2, 'd', 'e', 0, 0, 1, 0, 1};
    const Octets get = octets("GET / HTTP/1.1\r\nHost: a.de\r\n\r\n");
    const Octets front = octets("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab"), back = octets("cd");
    const auto size = [](const Octets& o) { return static_cast<std::uint32_t>(o.size()); };
    const Octets udp_header{0, 53, 0, 53, 0, static_cast<std::uint8_t>(8 + question.size()), 0, 0};
    Datagram ping;
    ping.protocol = 1;
    return {
        udp_frame(5000, 53, question),
        tagged(udp_frame(1000, 2000, octets("hi"))),
        ipv6_frame(17, udp_header + question),
        ipv6_frame(58, {128, 0, 0, 0, 0, 1, 0, 1}),
        ethernet_frame(0x0800, ipv4_packet(ping, {8, 0, 0xf7, 0xff, 0, 0, 0, 0})) + Octets(18),
        tcp_frame({.sequence = 100, .flags = TcpFlags::syn, .port = 80, .options = {2, 4, 5, 0xb4, 1, 3, 3, 7}}),
        tcp_frame({.sequence = 101, .acknowledgment = 901, .port = 80, .payload = get}),
        tcp_frame({.from_client = false, .sequence = 901, .port = 80, .payload = front}),
        tcp_frame({.from_client = false, .sequence = 901, .port = 80, .payload = front}),
        tcp_frame({.from_client = false,
                   .sequence = 901 + size(front),
                   .flags = TcpFlags::ack | TcpFlags::fin,
                   .port = 80,
                   .payload = back}),
    };
}

// "eth 0+60, ip 14+46, ...": the layers and their places.
std::string layers_of(const Dissection& d) {
    std::string text;
    for (const Layer& layer : d.layers)
        text += fmt::format("{} {}:{}+{}, ", layer.protocol->name(), layer.source, layer.offset, layer.size);
    return text;
}

// What is seen where nobody wants the headers, beside what is seen where somebody does.
struct Both {
    explicit Both(const Wanted& bare) : bare_wanted(bare), full_wanted(bare) {
        full_wanted.add(wire::Ethernet::type.info);
    }

    void see(const Octets& frame, std::string_view what) {
        plain.see(frame);
        full.see(frame);
        EXPECT_EQ(layers_of(plain.last()), layers_of(full.last())) << what;
        EXPECT_EQ(plain.value("http.request.method"), full.value("http.request.method")) << what;
    }

    Wanted bare_wanted, full_wanted;
    Watcher plain{{.wanted = &bare_wanted}}, full{{.wanted = &full_wanted}};
};

Wanted applications() {
    Wanted wanted;
    wanted.add_applications();
    return wanted;
}

TEST(PlainHeaders, HaveTheLayersThatTheProtocolsMake) {
    Both nothing{Wanted()}, all{applications()};
    for (const Octets& frame : conversation()) nothing.see(frame, "nothing"), all.see(frame, "applications");
    EXPECT_EQ(all.plain.path(), "eth:ip:tcp:http:data");
    EXPECT_LE(nothing.plain.last().items.size(), 1u) << "the frame's heading";
    EXPECT_FALSE(nothing.bare_wanted.wants_headers());
    EXPECT_TRUE(nothing.full_wanted.wants_headers());
}

TEST(PlainHeaders, AreLeftToTheProtocolsWhereTheyAreNotPlain) {
    const auto layers = [](const Wanted& wanted, const Octets& frame, std::size_t on_wire) {
        Watcher watcher({.wanted = &wanted});
        return layers_of(watcher.on_wire(on_wire).see(frame).last());
    };
    for (const Wanted& bare : {Wanted(), applications()}) {
        Wanted full = bare;
        full.add(wire::Ethernet::type.info);
        for (const Octets& frame : conversation()) {
            for (std::size_t size = 0; size < frame.size(); ++size) {  // ending too early, and cut off
                const Octets part(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size));
                EXPECT_EQ(layers(bare, part, 0), layers(full, part, 0)) << size;
                EXPECT_EQ(layers(bare, part, frame.size()), layers(full, part, frame.size())) << size;
            }
            for (std::size_t at = 12; at < std::min<std::size_t>(frame.size(), 80); ++at)
                for (const unsigned flip : {0x01u, 0x04u, 0x10u, 0x20u, 0x80u, 0xffu}) {
                    Octets other = frame;
                    other[at] = static_cast<std::uint8_t>(other[at] ^ flip);
                    EXPECT_EQ(layers(bare, other, 0), layers(full, other, 0)) << at << " ^ " << flip;
                }
        }
    }
}

TEST(PlainHeaders, ServeFiltersForWhatStandsAbove) {
    const FieldInfo* const method[] = {&find_protocol("http")->heading.info};
    Both some{Wanted(method)};
    for (const Octets& frame : conversation()) some.see(frame, "http");
    EXPECT_EQ(some.plain.value("http"), some.full.value("http"));
    EXPECT_EQ(some.plain.value("http"), "1");
}

}  // namespace
}  // namespace layerlab::proto::dissect
