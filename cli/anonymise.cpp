// layerlab anonymise: a capture whose addresses have become others, and whose content is gone.
#include <cerrno>
#include <fmt/format.h>
#include <memory>
#include <sys/random.h>

#include "capture/file_bytes.hpp"
#include "cli/complain.hpp"
#include "cli/copy_frames.hpp"
#include "cli/subcommands.hpp"
#include "proto/rewrite/address_cipher.hpp"
#include "proto/rewrite/frame_rewriter.hpp"
#include "proto/rewrite/key.hpp"

namespace layerlab::cli {
namespace {

namespace rewrite = proto::rewrite;

struct Options {
    std::string file, key, key_file;
    OutputOptions output;
    bool keep_vendor = false, keep_payload = false, strip_payload = false, keep_texts = false;
};

proto::Result<rewrite::Key> key_from_file(const std::string& path) {
    auto file = capture::FileSource::open(path);
    if (!file) return tl::unexpected(file.error());
    std::vector<std::uint8_t> octets(4097);
    std::size_t have = 0;
    while (have < octets.size()) {
        const auto got = (*file)->read(proto::MutableBytes(octets).subspan(have));
        if (!got) return tl::unexpected(got.error());
        if (*got == 0) break;
        have += *got;
    }
    if (have < 16 || have == octets.size())
        return proto::fail(fmt::format("{}: a key of {} bytes", path, have < 16 ? "too few" : "too many"),
                           "16 to 4096 are taken: head -c 32 /dev/urandom > key");
    return rewrite::key_from_octets(proto::Bytes(octets).first(have));
}

proto::Result<rewrite::Key> chosen_key(const Options& o) {
    if (!o.key.empty()) return rewrite::key_from_text(o.key);
    if (!o.key_file.empty()) return key_from_file(o.key_file);
    rewrite::Key key{};
    if (::getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size()))
        return tl::unexpected(capture::file_error("random numbers", "read", errno));
    return key;
}

int run(const Options& o) {
    const auto key = chosen_key(o);
    if (!key) return complain(key.error());
    rewrite::AddressCipher cipher(*key, o.keep_vendor);
    const rewrite::Rest rest = o.keep_payload    ? rewrite::Rest::keep
                               : o.strip_payload ? rewrite::Rest::strip
                                                 : rewrite::Rest::zero;
    capture::FrameFileSettings settings;
    settings.keep_texts = o.keep_texts;
    std::vector<std::uint8_t> copy(capture::largest_frame);
    std::uint64_t frames = 0, not_known = 0;
    const int status = copy_frames(o.file, o.output, settings, [&](capture::Frame& frame) {
        const proto::MutableBytes bytes = proto::MutableBytes(copy).first(frame.bytes.size());
        std::copy(frame.bytes.begin(), frame.bytes.end(), bytes.begin());
        const auto done = rewrite::rewrite_frame(bytes, static_cast<std::uint16_t>(frame.link_type), cipher, rest);
        frame.bytes = bytes.first(done.length);
        ++frames;
        if (!done.is_known) ++not_known;
        return Copy::keep;
    });
    if (not_known > 0)
        fmt::print(stderr, "layerlab: {} of {} frames hold something that is not known; it has {}\n", not_known, frames,
                   o.strip_payload ? "been cut off" : "become zeros");
    return status;
}

}  // namespace

void add_anonymise(CLI::App& app, int& status) {
    const auto o = std::make_shared<Options>();
    CLI::App* sub = app.add_subcommand("anonymise", "Write a capture with other addresses and without its content");
    sub->footer(
        "Addresses keep their common prefixes (Crypto-PAn with AES-128): hosts of one network stay together, and so "
        "who\n"
        "knows some of them learns leading bits of their neighbours. Multicast, broadcast, link-local and loopback\n"
        "addresses stay what they are. Rewritten are the addresses of Ethernet, Linux cooked, ARP, spanning tree, IPv4 "
        "and\n"
        "IPv6 with routes in options and routing headers, ICMP errors' quoted packets, neighbour discovery, IGMP and "
        "MLD,\n"
        "DHCP, DHCPv6 and DNS, behind VLAN tags, MPLS, PPPoE and in tunnels (IP in IP, GRE, VXLAN, Geneve). Checksums "
        "are\n"
        "repaired: right ones stay right, wrong ones wrong; not those of datagrams in fragments, whose data become "
        "zeros.\n"
        "The data of TCP, UDP and pings become zeros, names in DNS as many x, because names and content tell who it "
        "was;\n"
        "so does all that is not known, even with --keep-payload, and the number of such frames is told.\n"
        "Ports, lengths, times, TCP's sequence numbers and timestamps, and IP identifications stay.");
    sub->add_option("CAPTURE", o->file, "Capture file (pcap, pcapng), or - for the standard input")->required();
    add_output_options(*sub, o->output);
    auto* key =
        sub->add_option("--key", o->key,
                        "A secret text: the same one gives the same addresses. Others on this machine can see it. "
                        "Without one a key is made up and forgotten");
    sub->add_option("--key-file", o->key_file, "A file of 16 bytes or more that holds the secret")->excludes(key);
    sub->add_flag("--keep-mac-vendor", o->keep_vendor, "Keep the first three octets of MAC addresses");
    auto* keep = sub->add_flag("--keep-payload", o->keep_payload,
                               "Keep the data of transports: content, names and addresses in them stay as they are");
    sub->add_flag("--strip-payload", o->strip_payload, "Cut frames off where the data of transports begin")
        ->excludes(keep);
    sub->add_flag("--keep-comments", o->keep_texts, "Keep comments, and the names and filters of interfaces");
    sub->callback([o, &status] { status = run(*o); });
}

}  // namespace layerlab::cli
