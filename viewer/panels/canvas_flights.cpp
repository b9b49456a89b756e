// Frames on their way, and where they end.
#include <algorithm>
#include <map>
#include <numbers>

#include "proto/dissect/text.hpp"
#include "viewer/panels/canvas_ground.hpp"

namespace layerlab::viewer {
namespace {

constexpr std::size_t most_flights = 3000, most_named = 150;
constexpr double seconds_of_a_burst = 0.9;

// How much of the run passes while something is shown for `seconds`.
Duration while_shown(const Session& session, double seconds) {
    if (!session.playing()) return Duration{};
    return Duration(static_cast<std::int64_t>(std::min(seconds * session.speed() * 1e9, 1e18)));
}

// Even, with a gentle start and end.
float eased(float t) {
    constexpr float gentle = 0.3f;
    return t + (t * t * (3 - 2 * t) - t) * gentle;
}

struct Painted {
    std::string protocol;
    Colour colour;
};
Painted painted(const Session& session, FrameNumber n) {
    static Buffer scratch;
    static proto::dissect::Dissection dissection;
    const Bytes bytes = session.trace().bytes(n, scratch);
    const proto::dissect::FrameIn in = frame_in(session.trace(), n, bytes, &session.indices().flows);
    proto::dissect::dissect_alone(in, dissection);
    Painted out{proto::dissect::columns_of(in, dissection).protocol, {}};
    out.colour = session.colour_rules().colour_of(dissection, bytes).value_or(protocol_colour(out.protocol));
    return out;
}

Colour quick_colour(const Session& session, FrameNumber n) {
    if (!session.colour_rules().empty()) return painted(session, n).colour;
    static Buffer scratch;
    return colour_of(session.trace().kind(n, scratch));
}

struct Course {
    ImVec2 from, to;
    bool seen = false;
};

// The way of a frame that leaves at a port; a little to the right of the cable, so that both ways have room.
Course course_from(const Ground& ground, NodeId node, PortId port) {
    const Topology& t = ground.session.trace().topology();
    const std::uint32_t cable = t.cable_at(node, port);
    if (cable == none) return {};
    const CableLine line = ground.line(cable);
    const TraceCable& c = t.cables[cable];
    const bool is_forward = c.ends[0].node == node && c.ends[0].port == port;
    Course course{is_forward ? line.from : line.to, is_forward ? line.to : line.from, line.seen};
    const float length = distance(course.from, course.to);
    if (length < 1) return course;
    const float aside = ground.has_pictures() ? 5 * ground.look.scale : 1.5f;
    const ImVec2 shift{-(course.to.y - course.from.y) / length * aside, (course.to.x - course.from.x) / length * aside};
    course.from = {course.from.x + shift.x, course.from.y + shift.y};
    course.to = {course.to.x + shift.x, course.to.y + shift.y};
    return course;
}

// From a pill's middle to its edge in the direction of the course.
float half_along(const Course& course, ImVec2 half) {
    const float length = std::max(1.0f, distance(course.from, course.to));
    const float x = std::abs(course.to.x - course.from.x) / length, y = std::abs(course.to.y - course.from.y) / length;
    return std::min(x > 0.01f ? half.x / x : 1e9f, y > 0.01f ? half.y / y : 1e9f);
}

// A small tip at the edge of a pill says which way it goes.
void draw_tip(const Ground& ground, const Course& course, ImVec2 middle, ImVec2 half, ImU32 fill) {
    const float length = distance(course.from, course.to);
    const ImVec2 way{(course.to.x - course.from.x) / length, (course.to.y - course.from.y) / length};
    const float tip = ground.look.gap(0.75f), wide = ground.look.gap(0.5f), back = half_along(course, half) - 1;
    const ImVec2 base{middle.x + way.x * back, middle.y + way.y * back};
    ground.list->AddTriangleFilled({base.x + way.x * tip, base.y + way.y * tip},
                                   {base.x - way.y * wide, base.y + way.x * wide},
                                   {base.x + way.y * wide, base.y - way.x * wide}, fill);
}

DrawnFrame draw_flight(const Ground& ground, const Course& course, FrameNumber n, float progress, bool is_named) {
    const Palette& p = ground.look.colours();
    const float scale = ground.look.scale;
    const bool is_selected = ground.session.selected().number != 0 &&
                             (ground.session.selected().number == n ||
                              ground.session.selected().number == ground.session.trace().partner(n));
    if (!is_named && !is_selected) {
        const float r = std::clamp(4.5f * ground.zoom, 2.0f, 5.0f) * scale;
        const ImVec2 middle = between(course.from, course.to, eased(progress));
        ground.list->AddCircleFilled(middle, r + 1, colour(p.ground), r < 3 ? 6 : 0);
        ground.list->AddCircleFilled(middle, r, colour(quick_colour(ground.session, n)), r < 3 ? 6 : 0);
        return {n, middle, r + 3};
    }
    const auto [name, fill] = painted(ground.session, n);
    const ImVec2 words = measure(ground.look.small, name);
    const ImVec2 half{words.x / 2 + ground.look.gap(0.75f), words.y / 2 + ground.look.gap(0.125f)};
    // Beside the devices, not over them.
    const float length = distance(course.from, course.to);
    const float clear = std::min(0.45f * length, half_along(course, half) + ground.look.gap(0.5f)) / length;
    const ImVec2 middle = between(course.from, course.to, clear + eased(progress) * (1 - 2 * clear));
    const ImVec2 low{middle.x - half.x, middle.y - half.y}, high{middle.x + half.x, middle.y + half.y};
    const float edge = 1.5f * scale;
    ground.list->AddRectFilled({low.x - edge, low.y - edge}, {high.x + edge, high.y + edge}, colour(p.ground),
                               half.y + edge);
    draw_tip(ground, course, middle, half, colour(fill));
    ground.list->AddRectFilled(low, high, colour(fill), half.y);
    if (is_selected) {
        const float out = 3.5f * scale;
        ground.list->AddRect({low.x - out, low.y - out}, {high.x + out, high.y + out}, colour(p.accent), half.y + out,
                             0, 2 * scale);
    }
    draw_text(ground.list, ground.look.small, {middle.x - words.x / 2, middle.y - words.y / 2}, ink_on(fill), name);
    return {n, middle, half.x};
}

}  // namespace

void draw_way(const Ground& ground) {
    const Trace& trace = ground.session.trace();
    const FrameNumber n = ground.session.selected().number;
    if (n == 0 || trace.frame(n).packet == proto::no_packet) return;
    std::vector<FrameNumber> frames = trace.frames_of(trace.frame(n).packet);
    constexpr std::size_t enough = 400;
    if (frames.size() > enough) frames.resize(enough);
    std::vector<std::uint32_t> cables;
    for (const FrameNumber f : frames) {
        const Record& r = trace.frame(f);
        const std::uint32_t cable = trace.topology().cable_at(r.node, r.port);
        if (cable != none) cables.push_back(cable);
    }
    std::sort(cables.begin(), cables.end());
    cables.erase(std::unique(cables.begin(), cables.end()), cables.end());
    for (const std::uint32_t cable : cables) {
        const CableLine line = ground.line(cable);
        if (line.seen)
            ground.list->AddLine(line.from, line.to, colour(ground.look.colours().accent, 0.22f),
                                 std::max(3.0f, 10 * std::min(ground.zoom, 1.0f)) * ground.look.scale);
    }
}

std::vector<DrawnFrame> draw_flights(const Ground& ground) {
    const Session& session = ground.session;
    const Trace& trace = session.trace();
    constexpr double seconds_of_a_capture_frame = 0.3;
    std::vector<Flight> flights = session.indices().flights.at(
        trace, session.now(), session.frames_so_far(), while_shown(session, seconds_of_a_capture_frame), most_flights);
    // What arrives at this very moment has been seen; only what the steps have not reached yet is still on its way,
    // and the arrival that is selected.
    const FrameNumber selected = session.selected().number;
    std::erase_if(flights, [&](const Flight& f) {
        const FrameNumber arrival = trace.partner(f.frame);
        return arrival != 0 && f.arrives == session.now() && trace.position(arrival) < session.cursor() &&
               arrival != selected;
    });
    std::vector<DrawnFrame> drawn;
    const bool is_named = ground.zoom >= 0.5f && flights.size() <= most_named;
    // The oldest first, the selected one on top.
    std::stable_sort(flights.begin(), flights.end(), [&](const Flight& a, const Flight& b) {
        const auto is_chosen = [&](const Flight& f) {
            return selected != 0 && (f.frame == selected || trace.partner(f.frame) == selected);
        };
        return std::pair(is_chosen(a), a.frame) < std::pair(is_chosen(b), b.frame);
    });
    // A cable that is full of frames shows dots.
    std::map<std::pair<NodeId, PortId>, std::size_t> on_course;
    for (const Flight& f : flights) ++on_course[{trace.frame(f.frame).node, trace.frame(f.frame).port}];
    for (const Flight& f : flights) {
        const Record& r = trace.frame(f.frame);
        const Course course = course_from(ground, r.node, r.port);
        if (!course.seen) continue;
        const auto there = static_cast<float>(on_course[{r.node, r.port}]);
        const bool has_room = distance(course.from, course.to) > (there + 0.5f) * 40 * ground.look.scale;
        // In a capture only the moment is known: halfway.
        const float progress = trace.is_capture && !session.playing() ? 0.5f : f.progress(session.now());
        drawn.push_back(draw_flight(ground, course, f.frame, progress, is_named && has_room));
    }
    return drawn;
}

namespace {

// Where a frame ended: at the port where it came in or was to go out, or on the device itself.
ImVec2 place_of_drop(const Ground& ground, const Record& r) {
    const Course course = course_from(ground, r.node, r.port);
    if (!course.seen) return ground.place(r.node);
    return ground.has_pictures() ? between(course.from, course.to, 0.06f) : course.from;
}

void draw_drop(const Ground& ground, const Record& r, float age, bool is_selected) {
    if (!ground.has_place(r.node)) return;
    const ImVec2 at = place_of_drop(ground, r);
    if (!ground.sees(at, ground.look.gap(20))) return;
    const Palette& p = ground.look.colours();
    const auto reason = static_cast<sim::DropReason>(r.code);
    const bool is_quiet = reason == sim::DropReason::not_for_me;
    const float fade = age < 0.6f ? 1 : std::max(0.0f, (1 - age) / 0.4f);
    const Colour ink = is_quiet ? p.muted : Colour{0xD55E00};
    const float inner = (is_quiet ? 3 : 5 + 3 * age) * ground.look.scale;
    const float outer = (is_quiet ? 6 : 10 + 9 * age) * ground.look.scale;
    constexpr int rays = 8;
    for (int i = 0; i < rays; ++i) {
        const float angle = (static_cast<float>(i) + 0.5f) * 2 * std::numbers::pi_v<float> / rays;
        const ImVec2 way{std::cos(angle), std::sin(angle)};
        ground.list->AddLine({at.x + way.x * inner, at.y + way.y * inner}, {at.x + way.x * outer, at.y + way.y * outer},
                             colour(ink, fade), (is_quiet ? 1.5f : 2.5f) * ground.look.scale);
    }
    if (is_selected)
        ground.list->AddCircle(at, outer + 4 * ground.look.scale, colour(p.accent), 0, 2 * ground.look.scale);
    if (is_quiet ? !is_selected : !ground.has_names()) return;
    const std::string words = sim::to_string(reason);
    const ImVec2 size = measure(ground.look.small, words);
    const ImVec2 low{at.x - size.x / 2, at.y - outer - size.y - 4 * ground.look.scale};
    const float pad = 5 * ground.look.scale;
    ground.list->AddRectFilled({low.x - pad, low.y - 1}, {low.x + size.x + pad, low.y + size.y + 1},
                               colour(p.panel, fade), 4 * ground.look.scale);
    ground.list->AddRect({low.x - pad, low.y - 1}, {low.x + size.x + pad, low.y + size.y + 1}, colour(ink, fade),
                         4 * ground.look.scale);
    ground.list->AddText(ground.look.small, ground.look.small->FontSize, low, colour(p.text, fade), words.c_str());
}

}  // namespace

void draw_drops(const Ground& ground) {
    const Session& session = ground.session;
    const auto& drops = session.indices().activity.drops();
    const Time now = session.now();
    const Duration window = while_shown(session, seconds_of_a_burst);
    auto end = std::partition_point(drops.begin(), drops.end(),
                                    [&](const Activity::Mark& m) { return m.position < session.cursor(); });
    constexpr int most = 200;
    for (int i = 0; i < most && end != drops.begin(); ++i) {
        const Activity::Mark& mark = *--end;
        if (mark.at + window < now) break;
        const bool is_selected = session.selected_record() == mark.position;
        const float age = window == Duration{} ? 0.35f
                                               : static_cast<float>(static_cast<double>((now - mark.at).count()) /
                                                                    static_cast<double>(window.count()));
        draw_drop(ground, session.trace().log()[mark.position], age, is_selected);
    }
}

}  // namespace layerlab::viewer
