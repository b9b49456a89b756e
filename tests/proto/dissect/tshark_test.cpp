// Agreement with tshark 4.0, field by field, over small captures made here. Skipped where tshark is not installed or
// is of another version.
#include <array>
#include <cstdio>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>

#include "proto/dissect/filter_fields.hpp"
#include "proto/wire/dhcp.hpp"
#include "proto/wire/tcp.hpp"
#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;
using wire::TcpFlags;

using Names = std::vector<const char*>;

const Names compared{"eth.dst",
                     "eth.type",
                     "eth.len",
                     "eth.padding",
                     "eth.trailer",
                     "vlan.id",
                     "vlan.priority",
                     "vlan.etype",
                     "arp.opcode",
                     "arp.src.hw_mac",
                     "arp.dst.proto_ipv4",
                     "ip.hdr_len",
                     "ip.len",
                     "ip.id",
                     "ip.flags.mf",
                     "ip.frag_offset",
                     "ip.ttl",
                     "ip.proto",
                     "ip.checksum",
                     "ip.checksum.status",
                     "ip.src",
                     "ip.dst",
                     "ip.reassembled.length",
                     "icmp.type",
                     "icmp.code",
                     "icmp.checksum.status",
                     "icmp.ident",
                     "icmp.seq",
                     "icmp.mtu",
                     "udp.srcport",
                     "udp.length",
                     "udp.checksum.status",
                     "udp.stream",
                     "tcp.seq",
                     "tcp.ack",
                     "tcp.seq_raw",
                     "tcp.ack_raw",
                     "tcp.len",
                     "tcp.flags",
                     "tcp.window_size",
                     "tcp.checksum.status",
                     "tcp.stream",
                     "tcp.options.mss_val",
                     "tcp.options.wscale.shift",
                     "tcp.analysis.retransmission",
                     "tcp.analysis.out_of_order",
                     "tcp.analysis.lost_segment",
                     "tcp.analysis.duplicate_ack_num",
                     "tcp.analysis.zero_window",
                     "tcp.analysis.zero_window_probe",
                     "tcp.analysis.window_full",
                     "tcp.analysis.keep_alive",
                     "tcp.options",
                     "tcp.option_kind",
                     "tcp.time_delta",
                     "tcp.time_relative",
                     "tcp.payload",
                     "udp.payload"};

const Names compared_of_dhcp{"dhcp.type",
                             "dhcp.option.type",
                             "dhcp.option.length",
                             "dhcp.option.value",
                             "dhcp.option.suboption_length",
                             "dhcp.option.agent_information_option.suboption",
                             "dhcp.option.agent_information_option.agent_circuit_id",
                             "dhcp.option.agent_information_option.agent_remote_id",
                             "dhcp.option.agent_information_option.link_selection",
                             "dhcp.option.agent_information_option.subscriber_id",
                             "dhcp.option.agent_information_option.vi.enterprise",
                             "dhcp.option.agent_information_option.value",
                             "dhcp.option.vendor.value",
                             "dhcp.option.vendor.pxeclient.suboption",
                             "dhcp.option.vendor.pxeclient.discovery_control",
                             "dhcp.option.vendor.pxeclient.discovery_control.bstrap",
                             "dhcp.option.vendor.pxeclient.boot_servers.ip",
                             "dhcp.option.vendor.pxeclient.mtftp_client_port",
                             "dhcp.option.vendor.pxeclient.boot_menu.desc",
                             "dhcp.option.vendor.pxeclient.end"};

const Names compared_of_http{"http.request.method", "http.response.code",    "http.content_encoding",
                             "http.content_type",   "http.chunk_size",       "http.file_data",
                             "data.data",           "tcp.reassembled.length"};

std::string output_of(const std::string& command) {
    std::string out;
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::array<char, 4096> buffer{};
    for (std::size_t n = 1; pipe && n > 0;) {
        n = fread(buffer.data(), 1, buffer.size(), pipe.get());
        out.append(buffer.data(), n);
    }
    return out;
}

bool has_tshark() { return output_of("tshark --version 2>/dev/null").find("Wireshark) 4.0.") != std::string::npos; }

// pcap with nanoseconds, little endian; frames 1 ms apart as Watcher has them.
void write_capture(const std::string& path, const std::vector<Octets>& frames, std::uint16_t link_type) {
    Octets out;
    const auto put = [&](std::uint32_t number) {
        for (int i = 0; i < 4; ++i) out.push_back(static_cast<std::uint8_t>(number >> 8 * i));
    };
    for (const std::uint32_t word : {0xa1b23c4du, 0x00040002u, 0u, 0u, 65535u, std::uint32_t{link_type}}) put(word);
    std::uint32_t milliseconds = 0;
    for (const Octets& frame : frames) {
        ++milliseconds;
        const auto size = static_cast<std::uint32_t>(frame.size());
        for (const std::uint32_t word : {1u + milliseconds / 1000, milliseconds % 1000 * 1'000'000, size, size})
            put(word);
        out = out + frame;
    }
    const std::unique_ptr<FILE, int (*)(FILE*)> file(fopen(path.c_str(), "wb"), fclose);
    ASSERT_NE(file, nullptr);
    ASSERT_EQ(fwrite(out.data(), 1, out.size(), file.get()), out.size());
}

// tshark writes hexadecimal where its display base is hexadecimal, and bytes without colons.
std::string plain(const std::string& name, const std::string& text) {
    const FilterField* field = FilterFields::of_registry().find(name);
    const bool is_bytes = field && field->type == FieldType::bytes;
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        std::string one = text.substr(at, end - at);
        if (one.rfind("0x", 0) == 0) one = std::to_string(std::stoul(one, nullptr, 16));
        if (one == "True" || one == "False") one = one == "True" ? "1" : "0";
        if (is_bytes) std::erase(one, ':');
        for (std::size_t n; (n = one.find('\n')) != std::string::npos;) one.replace(n, 1, "\\n");  // as tshark does
        out += (out.empty() ? "" : ",") + one;
        at = end + 1;
    }
    return out;
}

void expect_agreement(const std::string& name, const std::vector<Octets>& frames, const Names& names = compared,
                      std::uint16_t link_type = 1) {
    if (!has_tshark()) GTEST_SKIP() << "tshark 4.0 is not installed";
    const std::string path = testing::TempDir() + "layerlab-" + name + ".pcap";
    write_capture(path, frames, link_type);
    std::string command = "tshark -n -r '" + path +
                          "' -T fields -E separator='|' -E occurrence=a -o ip.check_checksum:TRUE"
                          " -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE -o ip.defragment:TRUE"
                          " -o tcp.reassemble_out_of_order:TRUE";
    for (const char* field : names) command += std::string(" -e ") + field;
    const std::string out = output_of(command + " 2>/dev/null");
    Watcher w;
    std::size_t at = 0;
    for (std::size_t frame = 0; frame < frames.size(); ++frame) {
        w.see(frames[frame], 1ms, link_type);
        for (std::size_t i = 0; i < names.size(); ++i) {
            const std::size_t end = out.find(i + 1 < names.size() ? '|' : '\n', at);
            ASSERT_NE(end, std::string::npos) << "tshark said too little at frame " << frame + 1;
            EXPECT_EQ(plain(names[i], w.value(names[i])), plain(names[i], out.substr(at, end - at)))
                << names[i] << " of frame " << frame + 1;
            at = end + 1;
        }
    }
    std::remove(path.c_str());
}

TEST(Tshark, AgreesOnLinkLayers) {
    const Octets arp{0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2};
    Octets llc = ethernet_frame(3, {0x42, 0x42, 0x03});
    llc.resize(60);
    expect_agreement("link", {
                                 ethernet_frame(0x0806, arp),
                                 ethernet_frame(0x0806, arp + Octets(18, 0)),
                                 ethernet_frame(0x8100, Octets{0x60, 100, 0x08, 0x06} + arp),
                                 llc,
                                 udp_frame(1000, 2000, octets("abc")) + Octets{1, 2, 3},
                             });
}

TEST(Tshark, AgreesOnIpUdpAndIcmp) {
    const Octets datagram = udp_datagram({}, 1000, 2000, Octets(24, 'x'));
    Datagram first, second, message;
    first.more_fragments = true;
    second.fragment_offset = 16;
    message.protocol = 1;
    Octets damaged = udp_frame(1000, 2000, octets("abc"));
    damaged.back() ^= 1;
    Octets unreachable = Octets{3, 4, 0, 0, 0, 0, 5, 0xdc} + ipv4_packet({}, datagram);
    store_be16(unreachable.data() + 2, internet_checksum(unreachable));
    expect_agreement("ip",
                     {
                         udp_frame(1000, 2000, octets("abc")),
                         damaged,
                         ethernet_frame(0x0800, ipv4_packet(second, Octets(datagram.begin() + 16, datagram.end()))),
                         ethernet_frame(0x0800, ipv4_packet(first, Octets(datagram.begin(), datagram.begin() + 16))),
                         ethernet_frame(0x0800, ipv4_packet(message, unreachable)),
                     });
}

TEST(Tshark, AgreesOnATcpConnection) {
    std::vector<Octets> frames;
    const auto send = [&](bool client, std::uint32_t sequence, std::uint32_t ack, std::uint16_t flags,
                          std::size_t length, std::uint16_t window = 200) {
        Segment s;
        s.from_client = client;
        s.sequence = (client ? 0xfffffff0 : 5000) + sequence;
        s.acknowledgment = flags & TcpFlags::ack ? (client ? 5000 : 0xfffffff0) + ack : 0;
        s.flags = flags;
        s.window = window;
        s.payload = Octets(length, 'x');
        if (flags & TcpFlags::syn) s.options = {2, 4, 5, 0xb4, 1, 3, 3, 1};
        frames.push_back(tcp_frame(s));
    };
    const std::uint16_t ack = TcpFlags::ack;
    send(true, 0, 0, TcpFlags::syn, 0);
    send(false, 0, 1, TcpFlags::syn | ack, 0);
    send(true, 1, 1, ack, 0);
    send(true, 1, 1, ack, 100);
    send(true, 1, 1, ack, 100);    // again
    send(true, 201, 1, ack, 100);  // one is lost
    send(false, 1, 101, ack, 0);
    send(false, 1, 101, ack, 0);
    send(false, 1, 101, ack, 0);
    send(true, 101, 1, ack, 100);  // and comes late
    send(false, 1, 301, ack, 50, 50);
    send(true, 301, 51, ack, 100);  // fills the window
    send(false, 51, 401, ack, 0, 0);
    send(true, 401, 51, ack, 1);  // probes
    send(false, 51, 401, ack, 0, 0);
    send(false, 51, 402, ack, 0, 300);
    send(true, 401, 51, ack, 0);  // keeps alive
    send(true, 402, 51, TcpFlags::fin | ack, 0);
    expect_agreement("tcp", frames);
}

TEST(Tshark, AgreesOnTheOptionsOfTcp) {
    std::vector<Octets> frames;
    std::uint16_t port = 40000;
    for (const Octets& options : std::vector<Octets>{{2, 4, 5, 0xb4},
                                                     {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2},
                                                     {4, 2, 0, 0},
                                                     {1, 0, 2, 4},
                                                     {34, 6, 'a', 'b', 'c', 'd', 0, 0},
                                                     {253, 4, 1, 2},
                                                     {}}) {
        Segment s;
        s.flags = TcpFlags::syn;
        s.client_port = port++;
        s.options = options;
        frames.push_back(tcp_frame(s));
    }
    expect_agreement("tcp-options", frames);
}

TEST(Tshark, AgreesOnOptionsOfDhcpThatHoldOptions) {
    const auto request = [](std::uint8_t code, const Octets& value, std::string_view vendor_class) {
        wire::DhcpMessage m;
        m.add_type(wire::DhcpType::discover);
        if (!vendor_class.empty()) m.add_text(wire::dhcp_option::vendor_class, vendor_class);
        m.add_bytes(code, value);
        return udp_frame(68, 67, *m.encode());
    };
    const Octets relay = Octets{1, 4, 0, 4, 1, 2, 2, 3, 'f', 'a', 'r', 5, 4, 10, 0, 0, 1, 6, 3, 'j', 'o', 'e'};
    const Octets pxe{2, 2, 0, 1, 6, 1, 0x0b, 8, 7, 0, 1, 1, 10, 0, 0, 2, 9, 5, 0, 0, 2, 'a', 'b', 255};
    expect_agreement("dhcp",
                     {
                         request(82, relay, ""),
                         request(82, relay + Octets{99, 2, 1, 2, 9, 7, 0, 0, 0, 9, 2, 'a', 'b'}, ""),
                         request(82, {1, 20, 'a'}, ""),
                         request(43, {1, 2, 3}, ""),
                         request(43, {1, 2, 3}, "MSFT 5.0"),
                         request(43, pxe, "PXEClient:Arch:00000"),
                     },
                     compared_of_dhcp);
}

TEST(Tshark, AgreesOnCompressedBodies) {
    // "hello, hello, hello" and a line end, as `gzip -n` makes it.
    const Octets gzip{0x1f, 0x8b, 8,    0,    0,    0,    0,    0,    0,    3,    0xcb, 0x48, 0xcd, 0xc9, 0xc9,
                      0xd7, 0x51, 0xc8, 0x40, 0xa2, 0xb8, 0x00, 0xe7, 0x42, 0x6e, 0x52, 0x14, 0,    0,    0};
    std::vector<Octets> frames;
    auto exchange = [&, port = std::uint16_t{50000}](std::string_view encoding, const Octets& body) mutable {
        Segment s;
        s.port = 80;
        s.client_port = port++;
        s.sequence = 1;
        s.acknowledgment = 1;
        s.payload = octets("GET / HTTP/1.1\r\n\r\n");
        frames.push_back(tcp_frame(s));
        s.from_client = false;
        s.acknowledgment += static_cast<std::uint32_t>(s.payload.size());
        s.payload = octets("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: " + std::string(encoding) +
                           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n") +
                    body;
        frames.push_back(tcp_frame(s));
    };
    exchange("gzip", gzip);
    exchange("deflate", gzip);
    exchange("gzip", Octets(gzip.begin(), gzip.end() - 12));
    exchange("gzip", octets("no gzip at all"));
    exchange("identity", octets("plain"));
    exchange("unknown", octets("abc"));
    expect_agreement("http", frames, compared_of_http);
}

// The main fields of the protocols that other programs wrote (sample_frames.hpp).
const Names compared_of_links{"llc.dsap",
                              "llc.control",
                              "llc.cisco_pid",
                              "stp.version",
                              "stp.type",
                              "stp.flags.port_role",
                              "stp.flags.tc",
                              "stp.root.prio",
                              "stp.root.hw",
                              "stp.root.cost",
                              "stp.bridge.ext",
                              "stp.bridge.hw",
                              "stp.port",
                              "lldp.tlv.type",
                              "lldp.tlv.len",
                              "lldp.chassis.id.mac",
                              "lldp.port.id",
                              "lldp.time_to_live",
                              "lldp.tlv.system.name",
                              "cdp.version",
                              "cdp.ttl",
                              "cdp.checksum.status",
                              "cdp.deviceid",
                              "cdp.portid",
                              "cdp.platform",
                              "eapol.type",
                              "eapol.len",
                              "eap.code",
                              "eap.type",
                              "eap.identity",
                              "eap.md5.value",
                              "pppoe.code",
                              "pppoe.session_id",
                              "pppoed.tags.service_name",
                              "pppoed.tags.host_uniq",
                              "ppp.protocol",
                              "ppp.code",
                              "ppp.identifier",
                              "lcp.opt.type",
                              "lcp.opt.mru",
                              "lcp.opt.auth_protocol",
                              "lcp.opt.magic_number",
                              "ipcp.opt.ip_address",
                              "ipcp.opt.pri_dns_address",
                              "pap.peer_id",
                              "pap.password",
                              "chap.value",
                              "chap.name"};

const Names compared_of_networks{"geneve.vni",
                                 "geneve.proto_type",
                                 "geneve.option.class",
                                 "geneve.option.length",
                                 "esp.spi",
                                 "esp.sequence",
                                 "sctp.srcport",
                                 "sctp.verification_tag",
                                 "sctp.chunk_type",
                                 "sctp.chunk_length",
                                 "sctp.init_initiate_tag",
                                 "sctp.init_initial_tsn",
                                 "sctp.data_tsn_raw",
                                 "sctp.data_sid",
                                 "igmp.version",
                                 "igmp.type",
                                 "igmp.record_type",
                                 "igmp.maddr",
                                 "igmp.saddr",
                                 "igmp.qqic",
                                 "rip.command",
                                 "rip.ip",
                                 "rip.netmask",
                                 "rip.metric",
                                 "ripng.rte.ipv6_prefix",
                                 "ripng.rte.metric",
                                 "vrrp.version",
                                 "vrrp.prio",
                                 "vrrp.adver_int",
                                 "vrrp.short_adver_int",
                                 "vrrp.checksum.status",
                                 "vrrp.ip_addr",
                                 "ospf.msg",
                                 "ospf.srcrouter",
                                 "ospf.area_id",
                                 "ospf.auth.type",
                                 "ospf.v2.options",
                                 "ospf.hello.network_mask",
                                 "ospf.hello.hello_interval",
                                 "ospf.hello.designated_router",
                                 "ospf.hello.active_neighbor",
                                 "ospf.dbd",
                                 "ospf.db.dd_sequence",
                                 "ospf.link_state_id",
                                 "ospf.lsa",
                                 "ospf.lsa.id",
                                 "ospf.lsa.seqnum",
                                 "ospf.lsa.router.linkid",
                                 "ospf.lsa.router.metric0",
                                 "ospf.metric",
                                 "ospf.lsa.asext.netmask",
                                 "bgp.type",
                                 "bgp.length",
                                 "bgp.open.myas",
                                 "bgp.cap.type",
                                 "bgp.update.path_attribute.type_code",
                                 "bgp.update.path_attribute.next_hop",
                                 "bgp.withdrawn_prefix",
                                 "bgp.nlri_prefix",
                                 "bgp.prefix_length"};

const Names compared_of_applications{"ftp.request.command",
                                     "ftp.request.arg",
                                     "ftp.response.code",
                                     "ftp.passive.port",
                                     "smtp.req.command",
                                     "smtp.response.code",
                                     "smtp.rsp.parameter",
                                     "imf.from",
                                     "imf.subject",
                                     "pop.request.command",
                                     "pop.response.indicator",
                                     "pop.response.description",
                                     "imap.tag",
                                     "imap.command",
                                     "imap.response.status",
                                     "nntp.request",
                                     "gopher.directory.name",
                                     "gopher.directory.host",
                                     "irc.request.command",
                                     "irc.request.trailer",
                                     "irc.response.num_command",
                                     "telnet.cmd",
                                     "telnet.subcmd",
                                     "ssh.protocol",
                                     "ssh.message_code",
                                     "ssh.kex_algorithms",
                                     "tls.record.content_type",
                                     "tls.record.version",
                                     "tls.handshake.type",
                                     "tls.handshake.ciphersuite",
                                     "tls.handshake.extension.type",
                                     "tls.handshake.extensions_server_name",
                                     "tls.handshake.extensions_alpn_str",
                                     "tls.handshake.ja3_full",
                                     "tls.handshake.ja3s_full",
                                     "http2.type",
                                     "http2.flags",
                                     "http2.settings.max_concurrent_streams",
                                     "http2.window_update.window_size_increment",
                                     "ntp.flags",
                                     "ntp.stratum",
                                     "ntp.rootdelay",
                                     "ntp.refid",
                                     "snmp.version",
                                     "snmp.community",
                                     "snmp.data",
                                     "snmp.request_id",
                                     "snmp.name",
                                     "tftp.opcode",
                                     "tftp.source_file",
                                     "tftp.block",
                                     "nbns.id",
                                     "nbns.name",
                                     "nbns.type",
                                     "sip.Method",
                                     "sip.r-uri.host",
                                     "sip.Call-ID",
                                     "sip.CSeq.method",
                                     "sdp.media.port",
                                     "rtp.p_type",
                                     "rtp.seq",
                                     "rtp.ssrc",
                                     "rtcp.pt",
                                     "rtcp.senderssrc",
                                     "wg.type",
                                     "wg.sender",
                                     "wg.ephemeral",
                                     "openvpn.opcode",
                                     "openvpn.sessionid"};

const Names compared_of_wlan{"radiotap.length",
                             "radiotap.channel.freq",
                             "radiotap.dbm_antsignal",
                             "wlan.fc",
                             "wlan.fc.type_subtype",
                             "wlan.ra",
                             "wlan.ta",
                             "wlan.sa",
                             "wlan.da",
                             "wlan.bssid",
                             "wlan.seq",
                             "wlan.qos.tid",
                             "wlan.fixed.timestamp",
                             "wlan.tag.number",
                             "wlan.fixed.reason_code",
                             "llc.type",
                             "ip.src",
                             "icmp.type"};

TEST(Tshark, AgreesOnWhatLinksCarry) {
    using namespace sample;
    expect_agreement("links", {stp, rstp, lldp, cdp, eapol_start, eap_identity, eap_md5, pppoed, lcp, ipcp, pap, chap},
                     compared_of_links);
}

TEST(Tshark, AgreesOnTunnelsAndRouting) {
    using namespace sample;
    expect_agreement("routing",
                     {geneve, esp, sctp_init, sctp_data, igmp3, igmpq, rip, ripng, vrrp2, vrrp3, ospf_hello, ospf_dd,
                      ospf_req, ospf_upd, bgp_open, bgp_update, bgp_keepalive},
                     compared_of_networks);
}

TEST(Tshark, AgreesOnApplications) {
    using namespace sample;
    expect_agreement(
        "applications",
        {ftp_user, ftp_pasv, smtp_helo, smtp_reply, smtp_data, smtp_go, smtp_mail,  pop_list, pop_ok, imap_login,
         imap_ok,  nntp,     gopher,    irc,        irc_reply, telnet,  ssh_banner, ssh_kex,  http2,  ntp,
         snmp,     tftp_rrq, tftp_data, nbns,       sip,       rtp,     rtcp,       wg,       openvpn},
        compared_of_applications);
}

TEST(Tshark, AgreesOnTls) {
    using namespace sample;
    expect_agreement("tls", {tls_client, tls_server}, compared_of_applications);
}

TEST(Tshark, AgreesOnWlan) {
    using namespace sample;
    expect_agreement("wlan", {wlan_beacon, wlan_data, wlan_deauth}, compared_of_wlan, 127);
}

}  // namespace
}  // namespace layerlab::proto::dissect
