// The sequence diagram as SVG 1.1 and as Mermaid's sequenceDiagram.
#include <fmt/format.h>

#include "viewer/model/palette.hpp"
#include "viewer/model/sequence.hpp"

namespace layerlab::viewer {
namespace {

constexpr float left = 110, top = 56, lane = 190;

std::string escaped(std::string_view s) {
    std::string out;
    for (const char c : s) switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += c;
        }
    return out;
}

std::string hex(Colour c) { return fmt::format("#{:06X}", c.rgb); }

std::size_t lane_of(const Sequence& s, NodeId node) {
    for (std::size_t i = 0; i < s.participants.size(); ++i)
        if (s.participants[i] == node) return i;
    return 0;
}
float x_of(const Sequence& s, NodeId node) { return left + lane * (0.5f + static_cast<float>(lane_of(s, node))); }

class Svg {
  public:
    explicit Svg(const Palette& palette) : p_(palette) {}

    void open(float width, float height) {
        out_ = fmt::format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} "
            "{1:.0f}\" font-family=\"Inter, sans-serif\" font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" "
            "fill=\"{2}\"/>\n",
            width, height, hex(p_.panel));
    }
    void line(float x0, float y0, float x1, float y1, Colour c, float width = 1, const char* more = "") {
        fmt::format_to(std::back_inserter(out_),
                       "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" "
                       "stroke-width=\"{}\" {}/>\n",
                       x0, y0, x1, y1, hex(c), width, more);
    }
    void text(float x, float y, Colour c, std::string_view s, const char* anchor = "middle", const char* more = "") {
        fmt::format_to(std::back_inserter(out_),
                       "<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"{}\" text-anchor=\"{}\" {}>{}</text>\n", x, y, hex(c),
                       anchor, more, escaped(s));
    }
    void head(float x, float y, bool to_right, Colour c) {
        const float back = to_right ? -8.0f : 8.0f;
        fmt::format_to(std::back_inserter(out_), "<path d=\"M{:.1f} {:.1f} l{} -4 v8 z\" fill=\"{}\"/>\n", x, y, back,
                       hex(c));
    }
    void cross(float x, float y, Colour c) {
        line(x - 5, y - 5, x + 5, y + 5, c, 2);
        line(x - 5, y + 5, x + 5, y - 5, c, 2);
    }
    std::string close() { return std::move(out_) + "</svg>\n"; }

  private:
    const Palette& p_;
    std::string out_;
};

std::string label_of(const ArrowText& text) {
    constexpr std::size_t longest = 30;
    std::string label = text.protocol + " " + text.label;
    if (text.is_repeat) label = "again: " + label;
    if (label.size() > longest) {
        std::size_t cut = longest - 1;
        while (cut > 0 && (static_cast<unsigned char>(label[cut]) & 0xc0) == 0x80) --cut;  // not inside of a character
        label = label.substr(0, cut) + "\u2026";
    }
    return label;
}

}  // namespace

std::string sequence_svg(const Session& session) {
    const Sequence s = sequence_of(session);
    const Palette& p = palette(session.view().theme);
    const Trace& trace = session.trace();
    Svg svg(p);
    svg.open(left + lane * static_cast<float>(s.participants.size()) + 20, top + s.height + 20);
    for (const NodeId node : s.participants) {
        const float x = x_of(s, node);
        svg.text(x, 30, p.text, trace.names().node_name(node), "middle", "font-weight=\"600\"");
        svg.line(x, 40, x, top + s.height, p.line);
    }
    for (const SequenceTick& tick : s.ticks) {
        svg.text(left - 12, top + tick.y + 4, p.muted, proto::to_seconds(tick.at), "end",
                 "font-family=\"JetBrains Mono, monospace\" font-size=\"11\"");
        if (tick.is_break) svg.text(left - 50, top + tick.y - 15, p.muted, "\u22ee");
    }
    for (const SequenceArrow& a : s.arrows) {
        const ArrowText text = describe(session, a);
        const Colour c = protocol_colour(text.protocol);
        const float x0 = x_of(s, a.from), y0 = top + a.y0, y1 = top + a.y1;
        float x1 = x_of(s, a.to), y_end = y1;
        const bool ends_on_the_way = !a.lost.empty() && !a.ends_there;
        if (a.from == a.to) x1 = x0 + lane / 2;
        if (ends_on_the_way) {
            x1 = (x0 + x1) / 2;
            y_end = (y0 + y1) / 2;
        }
        svg.line(x0, y0, x1, y_end, c, 1.5f, text.is_repeat ? "stroke-dasharray=\"5 3\"" : "");
        if (a.lost.empty())
            svg.head(x1, y_end, x1 > x0, c);
        else {
            svg.cross(x1, y_end, p.bad);
            svg.text(x1 + 10, y_end + 4, p.bad, a.lost, "start", "font-size=\"12\"");
        }
        svg.text((x0 + (ends_on_the_way ? x_of(s, a.to) : x1)) / 2, (y0 + y_end) / 2 - 4, p.text, label_of(text),
                 "middle", "font-size=\"12\"");
    }
    return svg.close();
}

std::string sequence_mermaid(const Session& session) {
    const Sequence s = sequence_of(session);
    const Trace& trace = session.trace();
    std::string out = "sequenceDiagram\n";
    const auto id = [](NodeId node) { return fmt::format("d{}", node); };
    for (const NodeId node : s.participants)
        fmt::format_to(std::back_inserter(out), "    participant {} as {}\n", id(node), trace.names().node_name(node));
    for (const SequenceArrow& a : s.arrows) {
        ArrowText text = describe(session, a);
        std::string label = (text.is_repeat ? "again: " : "") + text.protocol + " " + text.label;
        if (!a.lost.empty()) label += " (" + a.lost + ")";
        // These two would end the line of text.
        for (char& c : label)
            if (c == ';' || c == '#') c = ',';
        fmt::format_to(std::back_inserter(out), "    {}{}{}: {} {}\n", id(a.from), a.lost.empty() ? "->>" : "-x",
                       id(a.to), proto::to_seconds(a.begin), label);
    }
    return out;
}

}  // namespace layerlab::viewer
