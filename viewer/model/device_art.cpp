#include "viewer/model/device_art.hpp"

namespace layerlab::viewer {
namespace {

constexpr Stroke line(float a, float b, float c, float d) { return {Stroke::Shape::line, false, a, b, c, d, 0}; }
constexpr Stroke box(float a, float b, float c, float d, float e = 1) {
    return {Stroke::Shape::box, false, a, b, c, d, e};
}
constexpr Stroke body(float a, float b, float c, float d, float e = 3) {
    return {Stroke::Shape::box, true, a, b, c, d, e};
}
constexpr Stroke disc(float a, float b, float c) { return {Stroke::Shape::ring, true, a, b, c, 0, 0}; }
constexpr Stroke dot(float a, float b, float c) { return {Stroke::Shape::dot, false, a, b, c, 0, 0}; }
constexpr Stroke arc(float a, float b, float c, float d, float e) { return {Stroke::Shape::arc, false, a, b, c, d, e}; }

// A screen beside its tower.
constexpr Stroke host[] = {body(-21, -14, 26, 19, 2), line(-8, 5, -8, 13),    line(-15, 14, -1, 14),
                           body(10, -16, 12, 32),     line(13, -10, 19, -10), line(13, -6, 19, -6),
                           dot(16, 10, 1.5f)};
constexpr Stroke pc[] = {body(-20, -18, 40, 27), line(-5, 9, -5, 16), line(5, 9, 5, 16), line(-12, 17, 12, 17),
                         line(-14, 3, 14, 3)};
constexpr Stroke laptop[] = {body(-15, -15, 30, 21), box(-11, -11, 22, 13), line(-15, 7, -22, 15),
                             line(15, 7, 22, 15),    line(-22, 15, 22, 15), line(-4, 11, 4, 11)};
constexpr Stroke phone[] = {body(-11, -21, 22, 42, 5), line(-3, -17, 3, -17), box(-8, -13, 16, 25), dot(0, 16, 1.5f)};
constexpr Stroke server[] = {body(-14, -21, 28, 42, 2), line(-14, -7, 14, -7), line(-14, 7, 14, 7),
                             line(-8, -14, 2, -14),     line(-8, 0, 2, 0),     line(-8, 14, 2, 14),
                             dot(8, -14, 1.8f),         dot(8, 0, 1.8f),       dot(8, 14, 1.8f)};
// Frames go both ways at once.
constexpr Stroke switch_[] = {body(-23, -13, 46, 26), line(-14, -4, 14, -4), line(14, -4, 9, -8), line(14, -4, 9, 0),
                              line(14, 5, -14, 5),    line(-14, 5, -9, 1),   line(-14, 5, -9, 9)};
// Two halves joined by an arch.
constexpr Stroke bridge[] = {body(-23, 0, 14, 14, 2), body(9, 0, 14, 14, 2), arc(0, 0, 16, 180, 360), line(-9, 7, 9, 7),
                             line(0, -16, 0, 7),      line(-8, -14, -8, 0),  line(8, -14, 8, 0)};
// One bus inside: what comes in goes out everywhere.
constexpr Stroke hub[] = {body(-23, -13, 46, 26), line(-16, -3, 16, -3), line(-15, -3, -15, 5), line(-5, -3, -5, 5),
                          line(5, -3, 5, 5),      line(15, -3, 15, 5),   dot(-15, 6, 2),        dot(-5, 6, 2),
                          dot(5, 6, 2),           dot(15, 6, 2)};
// Two ways in, two ways out.
constexpr Stroke router[] = {disc(0, 0, 21),        line(-16, 0, -5, 0),  line(-5, 0, -9, -4), line(-5, 0, -9, 4),
                             line(16, 0, 5, 0),     line(5, 0, 9, -4),    line(5, 0, 9, 4),    line(0, -5, 0, -16),
                             line(0, -16, -4, -12), line(0, -16, 4, -12), line(0, 5, 0, 16),   line(0, 16, -4, 12),
                             line(0, 16, 4, 12)};
constexpr Stroke firewall[] = {
    body(-21, -17, 42, 34, 2), line(-21, -6, 21, -6), line(-21, 6, 21, 6), line(-7, -17, -7, -6), line(8, -17, 8, -6),
    line(-14, -6, -14, 6),     line(1, -6, 1, 6),     line(14, -6, 14, 6), line(-7, 6, -7, 17),   line(8, 6, 8, 17)};
constexpr Stroke access_point[] = {body(-18, 7, 36, 12, 4), dot(-11, 13, 1.5f),      line(0, 7, 0, -1),
                                   dot(0, -2, 2),           arc(0, -2, 8, 215, 325), arc(0, -2, 14, 215, 325),
                                   arc(0, -2, 20, 215, 325)};
constexpr Stroke modem[] = {body(-21, -1, 42, 17, 4), dot(-13, 8, 1.6f),        dot(-6, 8, 1.6f),
                            dot(1, 8, 1.6f),          line(9, 8, 15, 8),        arc(-8, -10, 6, 180, 360),
                            arc(4, -10, 6, 0, 180),   line(-20, -10, -14, -10), line(10, -10, 18, -10)};
// A terminal with its prompt.
constexpr Stroke linux_[] = {body(-21, -17, 42, 34), line(-21, -9, 21, -9), line(-14, -3, -7, 3),
                             line(-7, 3, -14, 9),    line(-3, 9, 7, 9),     dot(-16, -13, 1.2f)};
constexpr Stroke nic[] = {body(-21, -15, 42, 24, 2), box(-15, -10, 14, 13), box(6, -9, 10, 10), line(-15, 9, -15, 15),
                          line(-9, 9, -9, 15),       line(-3, 9, -3, 15),   line(3, 9, 3, 15),  line(9, 9, 9, 15)};
// A sheet under a lens.
constexpr Stroke capture[] = {body(-17, -21, 27, 36, 2), line(-11, -13, 4, -13), line(-11, -6, 4, -6),
                              line(-11, 1, -3, 1),       disc(7, 7, 8),          line(13, 13, 20, 20)};
constexpr Stroke group[] = {line(0, -8, -11, 8), line(0, -8, 11, 8), line(-11, 8, 11, 8),
                            disc(0, -11, 7),     disc(-13, 10, 7),   disc(13, 10, 7)};

}  // namespace

std::span<const Stroke> strokes_of(DeviceLook look) {
    switch (look) {
        case DeviceLook::host: return host;
        case DeviceLook::pc: return pc;
        case DeviceLook::laptop: return laptop;
        case DeviceLook::phone: return phone;
        case DeviceLook::server: return server;
        case DeviceLook::switch_: return switch_;
        case DeviceLook::bridge: return bridge;
        case DeviceLook::hub: return hub;
        case DeviceLook::router: return router;
        case DeviceLook::firewall: return firewall;
        case DeviceLook::access_point: return access_point;
        case DeviceLook::modem: return modem;
        case DeviceLook::linux_: return linux_;
        case DeviceLook::nic: return nic;
        case DeviceLook::capture: return capture;
        case DeviceLook::group: return group;
    }
    return host;
}

const char* name_of(DeviceLook look) {
    switch (look) {
        case DeviceLook::host: return "host";
        case DeviceLook::pc: return "PC";
        case DeviceLook::laptop: return "laptop";
        case DeviceLook::phone: return "phone";
        case DeviceLook::server: return "server";
        case DeviceLook::switch_: return "switch";
        case DeviceLook::bridge: return "bridge";
        case DeviceLook::hub: return "hub";
        case DeviceLook::router: return "router";
        case DeviceLook::firewall: return "firewall";
        case DeviceLook::access_point: return "access point";
        case DeviceLook::modem: return "modem";
        case DeviceLook::linux_: return "Linux namespace";
        case DeviceLook::nic: return "network card";
        case DeviceLook::capture: return "capture";
        case DeviceLook::group: return "group of receivers";
    }
    return "";
}

}  // namespace layerlab::viewer
