// Plots as text: numbers for the axis, comma-separated values, SVG.
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "viewer/model/plots.hpp"
#include "viewer/model/session.hpp"

namespace layerlab::viewer {
namespace {

std::string escaped(std::string_view s) {
    std::string out;
    for (const char c : s) switch (c) {
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '&': out += "&amp;"; break;
            case '"': out += "&quot;"; break;
            default: out += c;
        }
    return out;
}

std::string hex(Colour c) { return fmt::format("#{:06X}", c.rgb); }

double seconds(Time t) { return static_cast<double>(proto::nanoseconds(t)) / 1e9; }

}  // namespace

std::string with_prefix(double value, std::string_view unit) {
    struct Prefix {
        double from;
        const char* sign;
    };
    constexpr Prefix prefixes[] = {{1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1, ""}, {1e-3, "m"}, {1e-6, "u"}, {1e-9, "n"}};
    const double size = std::abs(value);
    if (size < 1e-12) return fmt::format("0 {}", unit);
    for (const Prefix& p : prefixes)
        if (size >= p.from * 0.99999) return fmt::format("{:.4g} {}{}", value / p.from, p.sign, unit);
    return fmt::format("{:.3g} {}", value, unit);
}

double tick_step(double range, int wanted) {
    if (!(range > 0) || wanted < 1) return 1;
    const double rough = range / wanted, power = std::pow(10, std::floor(std::log10(rough)));
    for (const double step : {1.0, 2.0, 5.0})
        if (step * power >= rough * 0.999) return step * power;
    return 10 * power;
}

proto::Result<std::string> export_plot(const Session& session, const std::string& what) {
    constexpr std::size_t bins = 1000;
    const Plot plot = make_plot(session.trace(), session.indices(), session.plot(), Time{}, session.end(), bins);
    if (plot.lines.empty()) return proto::fail("there is nothing to plot", "choose another series");
    return what.ends_with(".csv") ? to_csv(plot) : to_svg(plot, session.view().theme);
}

std::string to_csv(const Plot& plot) {
    std::string out = "series,seconds,value,unit\n";
    for (const PlotLine& line : plot.lines)
        for (const PlotPoint& p : line.points) {
            std::string name;
            for (const char c : line.name) name += c == '"' ? std::string("\"\"") : std::string(1, c);
            out += fmt::format("\"{}\",{:.9f},{:.10g},{}\n", name, p.at, p.value, plot.unit);
        }
    return out;
}

std::string to_svg(const Plot& plot, Theme theme) {
    const Palette& p = palette(theme);
    constexpr double width = 960, height = 420, left = 90, right = 20, top = 56, bottom = 44;
    const double from = seconds(plot.from), to = std::max(seconds(plot.to), from + 1e-9);
    double most = 0;
    for (const PlotLine& line : plot.lines)
        for (const PlotPoint& point : line.points) most = std::max(most, point.value);
    const double step = tick_step(most > 0 ? most : 1, 5), high = std::ceil((most > 0 ? most : 1) / step) * step;
    const auto x = [&](double at) { return left + (at - from) / (to - from) * (width - left - right); };
    const auto y = [&](double value) { return height - bottom - value / high * (height - top - bottom); };
    std::string out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" font-family=\"Inter, sans-serif\" "
        "font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" fill=\"{}\"/>\n"
        "<text x=\"{}\" y=\"24\" fill=\"{}\" font-size=\"16\" font-weight=\"600\">{}</text>\n",
        width, height, hex(p.panel), left, hex(p.text), escaped(plot.title));
    for (double v = 0; v <= high * 1.0001; v += step)
        out += fmt::format(
            "<path d=\"M{:.1f} {:.1f}H{:.1f}\" stroke=\"{}\"/><text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"{}\" "
            "text-anchor=\"end\">{}</text>\n",
            left, y(v), width - right, hex(p.line), left - 8, y(v) + 4, hex(p.muted),
            escaped(with_prefix(v, plot.unit)));
    const double across = tick_step(to - from, 6);
    for (double t = std::ceil(from / across) * across; t <= to; t += across)
        out += fmt::format("<text x=\"{:.1f}\" y=\"{}\" fill=\"{}\" text-anchor=\"middle\">{}</text>\n", x(t),
                           height - bottom + 22, hex(p.muted), escaped(with_prefix(t, "s")));
    double legend = left;
    for (const PlotLine& line : plot.lines) {
        if (line.points.empty()) continue;
        out += fmt::format("<path fill=\"none\" stroke=\"{}\" stroke-width=\"1.75\" d=\"M{:.2f} {:.2f}",
                           hex(line.colour), x(line.points[0].at), y(line.points[0].value));
        for (std::size_t i = 1; i < line.points.size(); ++i)
            out += fmt::format("H{:.2f}V{:.2f}", x(line.points[i].at), y(line.points[i].value));
        out += fmt::format(
            "H{:.2f}\"/>\n<rect x=\"{:.0f}\" y=\"34\" width=\"14\" height=\"10\" rx=\"3\" fill=\"{}\"/>"
            "<text x=\"{:.0f}\" y=\"43\" fill=\"{}\">{}</text>\n",
            x(to), legend, hex(line.colour), legend + 20, hex(p.text), escaped(line.name));
        legend += 44 + 7.5 * static_cast<double>(line.name.size());
    }
    return out + "</svg>\n";
}

}  // namespace layerlab::viewer
