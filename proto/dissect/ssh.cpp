// SSH over TCP port 22: the line that both sides begin with (RFC 4253 section 4.2), packets until keys are taken into
// use (section 6), the lists of KEXINIT (section 7.1). What is encrypted is shown as such.
#include <fmt/format.h>

#include "proto/dissect/cursor.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/text_lines.hpp"

namespace layerlab::proto::dissect {

namespace {

constexpr std::array<ValueName, 8> message_names{{{1, "Disconnect"},
                                                  {2, "Ignore"},
                                                  {20, "Key Exchange Init"},
                                                  {21, "New Keys"},
                                                  {30, "Key Exchange (client)"},
                                                  {31, "Key Exchange (server)"},
                                                  {33, "Diffie-Hellman Group Exchange Reply"},
                                                  {34, "Diffie-Hellman Group Exchange Request"}}};

struct F {
    static constexpr Field<std::string_view> protocol{"ssh.protocol", "Protocol"};
    static constexpr Field<bool> direction{"ssh.direction", "Direction"};  // true: from the server
    static constexpr Field<std::uint32_t> length{"ssh.packet_length", "Packet Length"};
    static constexpr Field<std::uint8_t> padding_length{"ssh.padding_length", "Padding Length"};
    static constexpr Field<std::uint8_t> message{
        "ssh.message_code", "Message Code", anywhere, {.names = message_names}};
    static constexpr Field<Bytes> cookie{"ssh.cookie", "Cookie"};
    static constexpr Field<std::uint8_t> first_follows{"ssh.first_kex_packet_follows", "First KEX Packet Follows"};
    static constexpr Field<Bytes> reserved{"ssh.kex.reserved", "Reserved"};
    static constexpr Field<Bytes> padding{"ssh.padding_string", "Padding String"};
    static constexpr Field<Bytes> length_encrypted{"ssh.packet_length_encrypted", "Packet Length (encrypted)"};
    static constexpr Field<Bytes> encrypted{"ssh.encrypted_packet", "Encrypted Packet"};
    static constexpr auto table = table_of(protocol, direction, length, padding_length, message, cookie, first_follows,
                                           reserved, padding, length_encrypted, encrypted);
};

// The lists of names of KEXINIT, in their order, each behind its length.
struct List {
    Field<std::uint32_t> length;
    Field<std::string_view> names;
};
constexpr std::array<List, 10> lists{{
    {{"ssh.kex_algorithms_length", "kex_algorithms length"}, {"ssh.kex_algorithms", "kex_algorithms string"}},
    {{"ssh.server_host_key_algorithms_length", "server_host_key_algorithms length"},
     {"ssh.server_host_key_algorithms", "server_host_key_algorithms string"}},
    {{"ssh.encryption_algorithms_client_to_server_length", "encryption_algorithms_client_to_server length"},
     {"ssh.encryption_algorithms_client_to_server", "encryption_algorithms_client_to_server string"}},
    {{"ssh.encryption_algorithms_server_to_client_length", "encryption_algorithms_server_to_client length"},
     {"ssh.encryption_algorithms_server_to_client", "encryption_algorithms_server_to_client string"}},
    {{"ssh.mac_algorithms_client_to_server_length", "mac_algorithms_client_to_server length"},
     {"ssh.mac_algorithms_client_to_server", "mac_algorithms_client_to_server string"}},
    {{"ssh.mac_algorithms_server_to_client_length", "mac_algorithms_server_to_client length"},
     {"ssh.mac_algorithms_server_to_client", "mac_algorithms_server_to_client string"}},
    {{"ssh.compression_algorithms_client_to_server_length", "compression_algorithms_client_to_server length"},
     {"ssh.compression_algorithms_client_to_server", "compression_algorithms_client_to_server string"}},
    {{"ssh.compression_algorithms_server_to_client_length", "compression_algorithms_server_to_client length"},
     {"ssh.compression_algorithms_server_to_client", "compression_algorithms_server_to_client string"}},
    {{"ssh.languages_client_to_server_length", "languages_client_to_server length"},
     {"ssh.languages_client_to_server", "languages_client_to_server string"}},
    {{"ssh.languages_server_to_client_length", "languages_server_to_client length"},
     {"ssh.languages_server_to_client", "languages_server_to_client string"}},
}};
constexpr auto list_fields = [] {
    FieldTable<2 * lists.size()> table{};
    for (std::size_t i = 0; i < lists.size(); ++i) {
        table[2 * i] = &lists[i].length.info;
        table[2 * i + 1] = &lists[i].names.info;
    }
    return table;
}();
constexpr auto ssh_fields = join(F::table, list_fields);

constexpr std::uint8_t kexinit = 20, new_keys = 21;
constexpr std::size_t longest_packet = 256 * 1024;

// By direction; 1: from the server.
struct SshMemory : ConversationMemory {
    std::array<bool, 2> has_spoken{}, is_encrypted{};
};

std::size_t direction_of(const Context& c) { return c.info.source_port < c.info.destination_port ? 1 : 0; }
SshMemory* memory_of(Context& c) {
    if (!c.memory) return nullptr;
    if (!*c.memory) *c.memory = std::make_unique<SshMemory>();
    return dynamic_cast<SshMemory*>(c.memory->get());
}

std::size_t ssh_pdu_size(Context& c, Bytes stream) {
    const SshMemory* memory = memory_of(c);
    if (memory && memory->is_encrypted[direction_of(c)]) return stream.size();
    const std::string_view text = as_text(stream);
    if (text.substr(0, 4) == "SSH-") {
        const std::size_t end = text.find('\n');
        return end == std::string_view::npos ? (stream.size() < 256 ? more : stream.size()) : end + 1;
    }
    if (stream.size() < 4) return more;
    const std::size_t length = load_be32(stream.data());
    return length < 2 || length > longest_packet ? stream.size() : 4 + length;
}

void add_kexinit(Cursor& in) {
    in.add(F::cookie, 16);
    for (const List& list : lists) {
        const std::size_t size = in.add(list.length, 4);
        if (in.ok()) in.add(list.names, size);
    }
    in.add(F::first_follows, 1);
    in.add(F::reserved, 4);
}

void add_encrypted(Context& c, Bytes bytes) {
    if (bytes.size() < 4) return c.add(F::encrypted, bytes);
    c.add(F::length_encrypted, bytes.first(4));
    if (bytes.size() > 4) c.add(F::encrypted, bytes.subspan(4));
}

void add_packet(Context& c, Bytes bytes, SshMemory* memory) {
    Cursor in(c, bytes);
    const std::size_t length = in.add(F::length, 4), padding = in.add(F::padding_length, 1);
    if (!in.ok()) return;
    if (length < padding + 2) return c.malformed(in.rest(), fmt::format("packet length {} < {}", length, padding + 2));
    const Bytes payload = in.bytes(length - padding - 1);
    if (!in.ok()) return;
    {
        const auto deeper = c.indent();
        Cursor inside(c, payload);
        const auto message = inside.add(F::message, 1);
        if (message == kexinit) add_kexinit(inside);
        if (message == new_keys && memory) memory->is_encrypted[direction_of(c)] = true;
    }
    if (padding > 0) in.add(F::padding, padding);
}

void dissect_ssh(Context& c, Bytes bytes) {
    c.begin(ssh, bytes);
    SshMemory* memory = memory_of(c);
    const std::string_view text = as_text(bytes);
    if (text.substr(0, 4) == "SSH-") {
        std::string_view rest = text;
        const std::string_view line = next_line(rest);
        c.add(F::protocol, bytes, line);
    } else if (!memory || memory->is_encrypted[direction_of(c)] || bytes.size() < 4 ||
               load_be32(bytes.data()) + std::size_t{4} != bytes.size()) {
        add_encrypted(c, bytes);
    } else {
        add_packet(c, bytes, memory);
    }
    c.generate(F::direction, std::uint64_t{direction_of(c)});
}

void summarize_ssh(const LayerView& view, std::string& info) {
    info = view.number(F::direction) ? "Server: " : "Client: ";
    if (view.find(F::protocol))
        info += fmt::format("Protocol ({})", view.text(F::protocol));
    else if (const Item* message = view.find(F::message)) {
        const char* name = F::message.info.names.find(message->number);
        info += name ? name : "Message";
    } else {
        info += "Encrypted packet";
    }
}

}  // namespace

constinit const Protocol ssh{.heading = {"ssh", "SSH Protocol"},
                             .column = "SSH",
                             .fields = ssh_fields,
                             .dissect = dissect_ssh,
                             .pdu_size = ssh_pdu_size,
                             .summarize = summarize_ssh,
                             .joins_pdus = true,
                             .source = "RFC 4253"};

}  // namespace layerlab::proto::dissect
