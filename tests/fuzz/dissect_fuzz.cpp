// libFuzzer target: the dissector. The first two bytes are the link type; then come frames, each behind its length in
// two bytes, that one Dissector sees in a row, so that reassembly is reached. Numbers that are no link types wrap what
// comes in headers of ours, so that every protocol is near: 0xf000 UDP and 0xf001 TCP with the server's port in two
// bytes, 0xf002 IPv4 with the protocol, 0xf003 Ethernet with the type. There the highest bit of a length turns the
// direction.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <unordered_set>
#include <vector>

#include "proto/base/bytes.hpp"
#include "proto/dissect/dissect.hpp"
#include "proto/dissect/registry.hpp"
#include "proto/dissect/value.hpp"

using namespace layerlab::proto;

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

bool is_listed(const FieldInfo* field) {
    static const std::unordered_set<const FieldInfo*> all = [] {
        std::unordered_set<const FieldInfo*> fields;
        for (const dissect::Protocol* protocol : dissect::protocols()) {
            fields.insert(&protocol->heading.info);
            fields.insert(protocol->fields.begin(), protocol->fields.end());
        }
        const auto common = dissect::common_fields();
        fields.insert(common.begin(), common.end());
        return fields;
    }();
    return all.count(field) != 0;
}

// Every item lies within its source and is of a field that filters know, and every layer lies within the items.
void check_places(const dissect::Dissection& d, Bytes frame) {
    for (const dissect::Item& item : d.items) {
        check(item.field != nullptr);
        const bool is_known = *item.field->name == '\0' || is_listed(item.field);  // some headings have no name
        if (!is_known) std::fprintf(stderr, "in no list: %s\n", item.field->name);
        check(is_known);
        check(std::size_t{item.offset} + item.size <= d.source(item.source, frame).size());
        check(dissect::value_text(item).size() < 10'000'000);
    }
    std::uint32_t last = 0;
    for (const dissect::Layer& layer : d.layers) {
        check(layer.first_item >= last && layer.first_item <= d.items.size());
        last = layer.first_item;
    }
}

// Who wants no items of headers sees the same layers.
void check_layers(const dissect::Dissection& all, const dissect::Dissection& bare) {
    if (all.items.size() >= dissect::Context::max_items) return;
    check(all.layers.size() == bare.layers.size());
    for (std::size_t i = 0; i < all.layers.size(); ++i) {
        const dissect::Layer &a = all.layers[i], &b = bare.layers[i];
        check(a.protocol == b.protocol && a.offset == b.offset && a.size == b.size && a.source == b.source);
    }
}

constexpr std::uint16_t over_udp = 0xf000, over_tcp = 0xf001, over_ethernet = 0xf003;

// Puts headers before payloads. Checksums stay zero: they are not verified then, because a wrong one would keep a
// stream from being put together.
class Wrapper {
  public:
    Wrapper(std::uint16_t kind, std::uint16_t number) : kind_(kind), number_(number) {}

    const std::vector<std::uint8_t>& wrap(Bytes payload, bool from_server) {
        out_.clear();
        ByteWriter w(out_);
        w.bytes(std::array<std::uint8_t, 12>{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1});
        w.be16(kind_ == over_ethernet ? number_ : 0x0800);
        if (kind_ == over_ethernet) {
            w.bytes(payload);
            return out_;
        }
        const std::size_t header = kind_ == over_tcp ? 20 : kind_ == over_udp ? 8 : 0;
        const auto protocol = static_cast<std::uint8_t>(kind_ == over_tcp ? 6 : kind_ == over_udp ? 17 : number_);
        w.be16(0x4500);
        w.be16(static_cast<std::uint16_t>(20 + header + payload.size()));
        w.be32(0);
        w.u8(64);
        w.u8(protocol);
        w.be16(0);
        w.be32(from_server ? 0x0a000002 : 0x0a000001);
        w.be32(from_server ? 0x0a000001 : 0x0a000002);
        if (header > 0) {
            w.be16(from_server ? number_ : client_port);
            w.be16(from_server ? client_port : number_);
        }
        if (kind_ == over_udp) {
            w.be16(static_cast<std::uint16_t>(8 + payload.size()));
            w.be16(0);
        }
        if (kind_ == over_tcp) add_tcp(w, payload.size(), from_server);
        w.bytes(payload);
        return out_;
    }

  private:
    static constexpr std::uint16_t client_port = 40000;

    void add_tcp(ByteWriter& w, std::size_t size, bool from_server) {
        std::uint32_t& sequence = from_server ? server_sequence_ : client_sequence_;
        w.be32(sequence);
        w.be32(from_server ? client_sequence_ : server_sequence_);
        w.be16(0x5018);
        w.be16(65535);
        w.be32(0);
        sequence += static_cast<std::uint32_t>(size);
    }

    std::uint16_t kind_, number_;
    std::uint32_t client_sequence_ = 1, server_sequence_ = 1;
    std::vector<std::uint8_t> out_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ByteReader in(Bytes(data, size));
    dissect::FrameIn frame;
    const std::uint16_t link_type = in.be16();
    const bool is_wrapped = link_type >= over_udp && link_type <= over_ethernet;
    Wrapper wrapper(link_type, is_wrapped ? in.be16() : std::uint16_t{0});
    frame.link_type = is_wrapped ? std::uint16_t{1} : link_type;
    dissect::Options options;
    options.verify_checksums = !is_wrapped;
    dissect::Wanted applications;
    applications.add_applications();
    dissect::Options bare_options = options;
    bare_options.wanted = &applications;
    dissect::Dissector dissector(options), bare(bare_options);
    for (frame.number = 1; in.ok() && in.left() > 0 && frame.number < 1000; ++frame.number) {
        const unsigned word = in.be16();
        const std::size_t length = is_wrapped ? word & 0x7fffu : word;
        frame.bytes = in.take(std::min(length, in.left()));
        frame.original_length = std::max(length, frame.bytes.size());
        if (is_wrapped) {
            frame.bytes = wrapper.wrap(frame.bytes, word & 0x8000);
            frame.original_length = frame.bytes.size();
        }
        frame.time += std::chrono::milliseconds(1);
        const dissect::Dissection& all = dissector.dissect(frame);
        check_places(all, frame.bytes);
        check_layers(all, bare.dissect(frame));
        dissect::Dissection alone;
        dissect::dissect_alone(frame, alone, options);
        check_places(alone, frame.bytes);
    }
    return 0;
}
