// layerlab dissect: reads a capture and shows its frames, one line each, as trees, or as JSON lines.
#include <charconv>
#include <filesystem>
#include <memory>

#include "capture/open.hpp"
#include "capture/wlan_opener.hpp"
#include "cli/complain.hpp"
#include "cli/frame_lanes.hpp"
#include "cli/show_frames.hpp"
#include "cli/subcommands.hpp"

namespace layerlab::cli {
namespace {

struct Options {
    std::string file;
    ShowOptions show;
    std::uint64_t count = 0;
    std::vector<std::string> wpa2;
};

// "SSID:PASSPHRASE"; in the SSID %XX is a character by its number, so that it can hold a colon.
bool add_network(proto::machine::Wpa2Reader& reader, const std::string& text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos) return false;
    std::string ssid;
    for (std::size_t i = 0; i < colon; ++i) {
        unsigned char octet = static_cast<unsigned char>(text[i]);
        if (text[i] == '%') {
            if (i + 2 >= colon || std::from_chars(&text[i + 1], &text[i + 3], octet, 16).ptr != &text[i + 3])
                return false;
            i += 2;
        }
        ssid += static_cast<char>(octet);
    }
    return reader.add_network(ssid, std::string_view(text).substr(colon + 1));
}

// One frame after the other, each shown before the next is waited for.
int show_in_turn(const Options& o, FrameShow& show) {
    auto source = capture::open_capture(o.file, [&show] { show.flush(); });  // a slow pipe
    if (!source) return complain(source.error());
    if (!o.wpa2.empty()) {
        proto::machine::Wpa2Reader reader;
        for (const std::string& network : o.wpa2)
            if (!add_network(reader, network))
                return complain(proto::Error{
                    "--wpa2 takes SSID:PASSPHRASE, not \"" + network + "\"",
                    "a passphrase has 8 to 63 characters, a key 64 hexadecimal digits, an SSID up to 32 octets"});
        *source = std::make_unique<capture::WlanOpener>(std::move(*source), std::move(reader));
    }
    std::uint64_t shown = 0;
    int status = success;
    while (o.count == 0 || shown < o.count) {
        const auto frame = (*source)->next();
        if (!frame) {
            status = complain(frame.error());
            break;
        }
        if (!*frame) break;
        if (!show.matches(**frame)) continue;
        ++shown;
        show.show();
    }
    show.flush();
    return status;
}

int run(const Options& o) {
    auto text = FrameText::open(o.show);
    if (!text) return wrong_input;
    std::error_code none;
    if (o.count > 0 || !o.wpa2.empty() || !text->wanted() || !std::filesystem::is_regular_file(o.file, none)) {
        FrameShow show(std::move(*text));
        return show_in_turn(o, show);
    }
    const auto source = capture::open_capture(o.file);
    if (!source) return complain(source.error());
    return for_each_frame_in_lanes(
        **source, text->filter(), *text->wanted(),
        [&](std::size_t, const auto& in, const auto& d, std::string& out) { text->append(out, in, d); });
}

}  // namespace

void add_dissect(CLI::App& app, int& status) {
    const auto o = std::make_shared<Options>();
    CLI::App* sub =
        app.add_subcommand("dissect", "Show the frames of a capture file (pcap, pcapng; also within gzip or zstd)");
    sub->add_option("CAPTURE", o->file, "Capture file; - is the standard input")->required();
    add_show_options(*sub, o->show);
    sub->add_option("-c,--count", o->count, "Stop after this many frames shown");
    sub->add_option(
           "--wpa2", o->wpa2,
           "Open frames of 802.11 that WPA2 sealed: SSID:PASSPHRASE, or SSID:KEY in 64 hexadecimal digits; the "
           "stations' handshakes must be in the capture; may be given several times")
        ->type_name("SSID:PASSPHRASE")
        ->allow_extra_args(false);
    sub->callback([o, &status] { status = run(*o); });
}

}  // namespace layerlab::cli
