#include "viewer/model/palette.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string>

namespace layerlab::viewer {
namespace {

constexpr Palette dark{{0x14171C},
                       {0x1B1F26},
                       {0x2A303A},
                       {0xE6E9EF},
                       {0x8B94A3},
                       {0x4C9FFF},
                       {0xFF6B4A},
                       {0x3FB68B},
                       {0x232934},
                       {0x24364F},
                       {{0}, {0x2B2F36}, {0x3A3222}, {0x1F3730}, {0x20304A}, {0x2F2846}, {0x2F2846}, {0x322A4C}}};
constexpr Palette light{{0xF5F6F8},
                        {0xFFFFFF},
                        {0xDFE3E8},
                        {0x1D232B},
                        {0x5B6573},
                        {0x1A63CC},
                        {0xC2330B},
                        {0x0E7A4F},
                        {0xEEF1F5},
                        {0xD8E7FB},
                        {{0}, {0xE9ECF0}, {0xFBF0D9}, {0xDDF3EA}, {0xDDE9FB}, {0xEAE4FB}, {0xEAE4FB}, {0xE9E2FC}}};

struct Named {
    std::string_view name;
    Colour colour;
};
constexpr std::array named{
    Named{"arp", {0xE69F00}},  Named{"icmp", {0xCC79A7}},          Named{"icmpv6", {0xCC79A7}},
    Named{"udp", {0x56B4E9}},  Named{"tcp", {0x3D7DD8}},           Named{"dns", {0x009E73}},
    Named{"mdns", {0x009E73}}, Named{"dhcp", {0x9DB92C}},          Named{"dhcpv6", {0x9DB92C}},
    Named{"http", {0x8E6CEF}}, Named{"tls", {0x7788A0}},           Named{"ospf", {0x1BA3A3}},
    Named{"rip", {0x1BA3A3}},  Named{"bgp", {0x1BA3A3}},           Named{"stp", {0x8B94A3}},
    Named{"lldp", {0x8B94A3}}, Named{"_ws.malformed", {0xD55E00}}, Named{"malformed", {0xD55E00}},
    Named{"drop", {0xD55E00}}};

double linear(std::uint32_t channel) {
    const double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}
double luminance(Colour c) {
    return 0.2126 * linear(c.rgb >> 16 & 0xff) + 0.7152 * linear(c.rgb >> 8 & 0xff) + 0.0722 * linear(c.rgb & 0xff);
}

}  // namespace

const Palette& palette(Theme theme) { return theme == Theme::dark ? dark : light; }

Colour protocol_colour(std::string_view protocol) {
    std::string lower(protocol);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const Named& n : named)
        if (n.name == lower) return n.colour;
    return {0x8B94A3};
}

double contrast(Colour a, Colour b) {
    const double x = luminance(a) + 0.05, y = luminance(b) + 0.05;
    return x > y ? x / y : y / x;
}

Colour ink_on(Colour ground) {
    return contrast(ground, {0xFFFFFF}) >= contrast(ground, {0x14171C}) ? Colour{0xFFFFFF} : Colour{0x14171C};
}

Colour mix(Colour a, Colour b, double amount) {
    Colour out;
    for (const int shift : {16, 8, 0}) {
        const double x = a.rgb >> shift & 0xff, y = b.rgb >> shift & 0xff;
        out.rgb |= static_cast<std::uint32_t>(std::lround(x + (y - x) * amount)) << shift;
    }
    return out;
}

}  // namespace layerlab::viewer
