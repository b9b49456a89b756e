#include "proto/wire/dhcp.hpp"

#include <gtest/gtest.h>

#include "proto/dissect/dissect.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/wire/dhcp_options.hpp"

namespace layerlab::proto::dissect {
namespace {

using wire::Dhcp;
using wire::DhcpMessage;
using wire::DhcpOptionFields;
namespace option = wire::dhcp_option;

// Raw IPv4 (LINKTYPE_RAW, 101) and UDP from port 68 to 67 around a message; checksums are left zero.
std::vector<std::uint8_t> datagram(const std::vector<std::uint8_t>& message) {
    std::vector<std::uint8_t> b = {0x45, 0,  0, 0,  0, 0, 0, 0, 64, 17, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255,  // IPv4
                                   0,    68, 0, 67, 0, 0, 0, 0};                                               // UDP
    b.insert(b.end(), message.begin(), message.end());
    store_be16(b.data() + 2, static_cast<std::uint16_t>(b.size()));
    store_be16(b.data() + 24, static_cast<std::uint16_t>(b.size() - 20));
    return b;
}

struct Dissected {
    std::vector<std::uint8_t> bytes;
    Dissection result;

    explicit Dissected(const std::vector<std::uint8_t>& message) : bytes(datagram(message)) {
        FrameIn in;
        in.link_type = 101;
        in.bytes = bytes;
        in.original_length = bytes.size();
        dissect_alone(in, result);
    }
    // Values of all items of that name.
    std::vector<std::uint64_t> numbers(std::string_view name) const {
        std::vector<std::uint64_t> values;
        for (const Item& item : result.items)
            if (item.field->name == name) values.push_back(item.number);
        return values;
    }
    std::vector<std::string> texts(std::string_view name) const {
        std::vector<std::string> values;
        for (const Item& item : result.items)
            if (item.field->name == name) values.emplace_back(as_text(item.bytes));
        return values;
    }
    bool has_dhcp() const {
        for (const Layer& layer : result.layers)
            if (layer.protocol == &dhcp) return true;
        return false;
    }
};

DhcpMessage discover() {
    DhcpMessage m;
    m.id = 0x12345678;
    m.set_mac({{2, 0, 0, 0, 0, 1}});
    m.add_type(wire::DhcpType::discover);
    return m;
}

using Numbers = std::vector<std::uint64_t>;
using Texts = std::vector<std::string>;

TEST(DissectDhcp, ShowsHeaderFieldsByWiresharksNames) {
    DhcpMessage m = discover();
    m.seconds = 7;
    m.broadcast = true;
    m.your_address = {0x0a000005};
    m.boot_file = "kernel";
    const Dissected d(*m.encode());
    ASSERT_TRUE(d.has_dhcp());
    EXPECT_FALSE(d.result.malformed);
    EXPECT_EQ(d.numbers("dhcp.type"), Numbers{1});
    EXPECT_EQ(d.numbers("dhcp.id"), Numbers{0x12345678});
    EXPECT_EQ(d.numbers("dhcp.secs"), Numbers{7});
    EXPECT_EQ(d.numbers("dhcp.flags"), Numbers{0x8000});
    EXPECT_EQ(d.numbers("dhcp.flags.bc"), Numbers{1});
    EXPECT_EQ(d.numbers("dhcp.ip.your"), Numbers{0x0a000005});
    EXPECT_EQ(d.numbers("dhcp.hw.mac_addr"), Numbers{0x0200'0000'0001});
    EXPECT_EQ(d.texts("dhcp.hw.addr_padding"), Texts{std::string(10, '\0')});
    EXPECT_EQ(d.texts("dhcp.server"), Texts{""});
    EXPECT_EQ(d.texts("dhcp.file"), Texts{"kernel"});
    EXPECT_EQ(d.numbers("dhcp.cookie"), Numbers{0x63825363});
    std::string info;
    dhcp.summarize(LayerView(d.result, d.result.layers.size() - 1), info);
    EXPECT_EQ(info, "DHCP Discover - Transaction ID 0x12345678");
}

TEST(DissectDhcp, ShowsEachFormOfOption) {
    DhcpMessage m = discover();
    m.add_addresses(option::router, {{1}, {2}});
    m.add_text(option::host_name, std::string_view("amy\0", 4));
    m.add_uint32(2, 0xffffffff);  // -1 s
    m.add_bytes(option::request_list, std::vector<std::uint8_t>{1, 3});
    m.add_bytes(option::client_id, std::vector<std::uint8_t>{1, 2, 0, 0, 0, 0, 9});
    m.add_bytes(33, std::vector<std::uint8_t>{10, 0, 0, 0, 10, 0, 0, 1});  // static route
    m.add_bytes(25, std::vector<std::uint8_t>{0, 68, 5, 220});             // MTU plateaus
    m.add_bytes(222, std::vector<std::uint8_t>{1});                        // unknown
    const Dissected d(*m.encode());
    EXPECT_FALSE(d.result.malformed);
    EXPECT_EQ(d.numbers("dhcp.option.type"), (Numbers{53, 3, 12, 2, 55, 61, 33, 25, 222, 0}));  // 0: the end
    EXPECT_EQ(d.numbers("dhcp.option.length"), (Numbers{1, 8, 4, 4, 2, 7, 8, 4, 1}));
    EXPECT_EQ(d.numbers("dhcp.option.end"), Numbers{255});
    EXPECT_EQ(d.numbers("dhcp.option.dhcp"), Numbers{1});
    EXPECT_EQ(d.numbers("dhcp.option.router"), (Numbers{1, 2}));
    EXPECT_EQ(d.texts("dhcp.option.hostname"), Texts{"amy"});
    EXPECT_EQ(d.numbers("dhcp.option.time_offset"), Numbers{~std::uint64_t{0}});
    EXPECT_EQ(d.numbers("dhcp.option.request_list_item"), (Numbers{1, 3}));
    EXPECT_EQ(d.numbers("dhcp.hw.mac_addr"), (Numbers{0x0200'0000'0001, 0x0200'0000'0009}));
    EXPECT_EQ(d.numbers("dhcp.option.static_route.ip"), Numbers{0x0a000000});
    EXPECT_EQ(d.numbers("dhcp.option.static_route.router"), Numbers{0x0a000001});
    EXPECT_EQ(d.numbers("dhcp.option.path_mtu_plateau_table_item"), (Numbers{68, 1500}));
}

TEST(DissectDhcp, FollowsTheOverloadIntoFileAndServerName) {
    DhcpMessage m = discover();
    m.add_bytes(43, std::vector<std::uint8_t>(200, 1));
    m.add_uint32(option::lease_time, 60);
    const Dissected d(*m.encode(300));
    EXPECT_EQ(d.numbers("dhcp.option.option_overload"), Numbers{3});
    EXPECT_EQ(d.numbers("dhcp.option.ip_address_lease_time"), Numbers{60});
}

TEST(DissectDhcp, ShowsClientIdentifiersThatAreNoHardwareAddress) {
    DhcpMessage m = discover();
    m.add_bytes(option::client_id, std::vector<std::uint8_t>{0, 'a', 'b'});
    EXPECT_EQ(Dissected(*m.encode()).texts("dhcp.client_id.undef"), Texts{"ab"});
    m.options.back().value = {255, 1, 2, 3, 4};
    EXPECT_EQ(Dissected(*m.encode()).texts("dhcp.client_id").size(), 1u);
}

TEST(DissectDhcp, TakesSwappedSecondsAsWiresharkDoes) {
    DhcpMessage m = discover();
    m.seconds = 0x1a00;
    EXPECT_EQ(Dissected(*m.encode()).numbers("dhcp.secs"), Numbers{26});
}

TEST(DissectDhcp, SaysWhatIsMalformed) {
    DhcpMessage m = discover();
    m.add_bytes(option::subnet_mask, std::vector<std::uint8_t>{255});
    const Dissected wrong(*m.encode());
    EXPECT_TRUE(wrong.result.malformed);
    EXPECT_EQ(wrong.numbers("dhcp.option.end"), Numbers{255});  // and goes on
    auto bytes = *discover().encode();
    bytes[243] = 12;
    bytes[244] = 200;  // longer than what is left
    EXPECT_TRUE(Dissected(bytes).result.malformed);
}

TEST(DissectDhcp, ABootpMessageHasNoOptions) {
    auto bytes = *discover().encode();
    bytes[236] = 1;
    const Dissected d(bytes);
    EXPECT_FALSE(d.result.malformed);
    EXPECT_TRUE(d.numbers("dhcp.option.type").empty());
    EXPECT_EQ(d.texts("dhcp.vendor_specific_options").size(), 1u);
}

TEST(DissectDhcp, SurvivesTruncationAtEveryByte) {
    DhcpMessage m = discover();
    m.add_addresses(option::router, {{1}, {2}});
    m.add_text(option::host_name, "amy");
    const auto whole = *m.encode();
    for (std::size_t n = 1; n < whole.size(); ++n) {
        const Dissected d({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n)});
        EXPECT_TRUE(d.has_dhcp()) << n;
        EXPECT_TRUE(n >= 236 || d.result.malformed) << n;
        for (const Item& item : d.result.items) EXPECT_LE(item.offset + item.size, d.bytes.size());
    }
}

}  // namespace
}  // namespace layerlab::proto::dissect
