// Protocols whose two sides write lines: FTP (RFC 959), SMTP (RFC 5321), POP (RFC 1939), IMAP (RFC 3501), NNTP (RFC
// 3977), Gopher (RFC 1436), IRC (RFC 2812). One machine: who goes to the server's port asks, the others answer.
#include "proto/dissect/line_protocols.hpp"

#include <fmt/format.h>

#include "proto/dissect/announced.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/text_lines.hpp"
#include "proto/wire/http.hpp"

namespace layerlab::proto::dissect {

namespace {

using F = FtpFields;
using S = SmtpFields;
using P = PopFields;
using I = ImapFields;
using R = IrcFields;
using G = GopherFields;

bool goes_to(const Context& c, std::uint16_t port) { return c.info.destination_port == port; }

template <class T>
void add_text(Context& c, const Field<T>& field, std::string_view text) {
    if (!text.empty()) c.add(field, as_bytes(text));
}
// A line that is there without a value, as Wireshark has POP's: the text stands beside it.
template <class T>
void add_bare_line(Context& c, const Field<T>& field, std::string_view where, std::string_view text) {
    c.add(field, as_bytes(where), std::string_view{});
    c.note(std::string(text));
}
// Also where it is empty.
template <class T>
void add_line(Context& c, const Field<T>& field, std::string_view where, std::string_view text) {
    c.add(field, as_bytes(where), text);
}

// The memory of the conversation, made on first use.
template <class M>
M* memory_of(Context& c) {
    if (!c.memory) return nullptr;
    if (!*c.memory) *c.memory = std::make_unique<M>();
    return dynamic_cast<M*>(c.memory->get());
}

// --- FTP ---

// "h1,h2,h3,h4,p1,p2" somewhere in the text: RFC 959 section 4.1.2.
bool read_host_port(std::string_view text, Ipv4Address& address, std::uint16_t& port) {
    const std::size_t first = text.find_first_of("0123456789");
    if (first == std::string_view::npos) return false;
    text.remove_prefix(first);
    std::array<std::uint64_t, 6> parts{};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        parts[i] = leading_number(text, 256);
        if (parts[i] > 255) return false;
        text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
        if (i + 1 == parts.size()) break;
        if (text.empty() || text.front() != ',') return false;
        text.remove_prefix(1);
    }
    std::uint32_t host = 0;
    for (std::size_t i = 0; i < 4; ++i) host = host << 8 | static_cast<std::uint32_t>(parts[i]);
    address = Ipv4Address{host};
    port = static_cast<std::uint16_t>(parts[4] << 8 | parts[5]);
    return true;
}

void add_data_end(Context& c, std::string_view text, const Field<Ipv4Address>& ip, const Field<std::uint16_t>& number) {
    Ipv4Address address{};
    std::uint16_t port = 0;
    if (!read_host_port(text, address, port)) return;
    c.add(ip, as_bytes(text), std::uint64_t{address.number});
    c.add(number, as_bytes(text), std::uint64_t{port});
    announce(c, NetworkAddress::of(address), port, 6, ftp_data);
}

void dissect_ftp(Context& c, Bytes bytes) {
    c.begin(ftp, bytes);
    const bool is_request = goes_to(c, 21);
    c.generate(F::request, std::uint64_t{is_request});
    c.generate(F::response, std::uint64_t{!is_request});
    std::string_view rest = as_text(bytes), line = next_line(rest);
    if (is_request) {
        const std::string_view command = next_word(line);
        add_text(c, F::command, command);
        add_text(c, F::argument, line);
        if (command == "PORT") add_data_end(c, line, F::active_ip, F::active_port);
        return;
    }
    const unsigned code = reply_code(line);
    const std::string_view text = code == 0 || line.size() < 4 ? (code == 0 ? line : line.substr(3)) : line.substr(4);
    if (code != 0) c.add(F::code, as_bytes(line.substr(0, 3)), std::uint64_t{code});
    add_text(c, F::text, text);
    if (code == 227) add_data_end(c, text, F::passive_ip, F::passive_port);
    constexpr unsigned extended_passive = 229;
    const std::size_t bars = text.find("|||");
    if (code != extended_passive || bars == std::string_view::npos) return;
    const std::uint64_t port = leading_number(text.substr(bars + 3), 0);
    if (port == 0 || port > 65535) return;
    c.add(F::extended_port, as_bytes(text), port);
    announce(c, c.info.source, static_cast<std::uint16_t>(port), 6, ftp_data);
}

void summarize_ftp(const LayerView& view, std::string& info) {
    if (view.number(F::request)) {
        info = fmt::format("Request: {} {}", view.text(F::command), view.text(F::argument));
    } else {
        info = "Response: ";
        if (view.find(F::code)) info += fmt::format("{} ", view.number(F::code));
        info += view.text(F::text);
    }
}

void dissect_ftp_data(Context& c, Bytes bytes) {
    c.begin(ftp_data, bytes);
    const std::string_view text = as_text(bytes);
    const bool is_text = std::all_of(text.begin(), text.end(), [](char ch) {
        return (ch >= ' ' && ch < 127) || ch == '\n' || ch == '\r' || ch == '\t';
    });
    c.next(is_text ? &text_lines : nullptr, bytes, c.missing());
}

// --- SMTP ---

constexpr std::size_t longest_message = std::size_t{1} << 20;

// A mail that crosses the stream line by line, up to a line with a dot alone.
struct MailMemory : ConversationMemory {
    bool in_message = false, expects_message = false;
    std::vector<std::uint8_t> message;
};

struct SmtpMemory : MailMemory {
    enum class Login : std::uint8_t { none, username, password };
    Login login = Login::none;
};

// A piece of the mail as text; behind its last piece the whole mail. True at the end.
bool add_message_piece(Context& c, MailMemory& memory, Bytes bytes) {
    const std::string_view text = as_text(bytes);
    const bool is_end = text.size() >= 3 && text.substr(text.size() - 3) == ".\r\n" &&
                        (text.size() == 3 ? true : text[text.size() - 4] == '\n');
    const Bytes body = bytes.first(bytes.size() - (is_end ? 3 : 0));
    if (memory.message.size() + body.size() <= longest_message)
        memory.message.insert(memory.message.end(), body.begin(), body.end());
    if (!is_end) {
        if (!body.empty()) c.next(&text_lines, body);
        return false;
    }
    memory.in_message = memory.expects_message = false;
    return true;
}
void show_message(Context& c, MailMemory& memory) {
    std::vector<std::uint8_t> whole = std::exchange(memory.message, {});
    if (!whole.empty()) c.next_reassembled(&imf, std::move(whole));
}

void add_smtp_response(Context& c, SmtpMemory* memory, std::string_view text) {
    c.generate(S::response_flag, 1u);
    bool is_first = true;
    while (!text.empty()) {
        const std::string_view before = text;
        const std::string_view line = next_line(text);
        const unsigned code = reply_code(line);
        if (is_first) add_line(c, S::response, before.substr(0, before.size() - text.size()), line);
        const auto deeper = c.indent();
        if (code != 0 && is_first) c.add(S::code, as_bytes(line.substr(0, 3)), std::uint64_t{code});
        if (line.size() > 4) add_line(c, S::response_parameter, line.substr(4), line.substr(4));
        is_first = false;
        if (memory && code == 354 && memory->expects_message) memory->in_message = true;
    }
}

void add_smtp_message(Context& c, SmtpMemory& memory, Bytes bytes) {
    if (!add_message_piece(c, memory, bytes)) return;
    c.generate(S::end_of_message);
    show_message(c, memory);
}

void add_smtp_command(Context& c, SmtpMemory* memory, std::string_view line, std::string_view whole) {
    using Login = SmtpMemory::Login;
    if (memory && memory->login != Login::none) {
        const bool is_name = memory->login == Login::username;
        add_text(c, is_name ? S::username : S::password, line);
        memory->login = is_name ? Login::password : Login::none;
        return;
    }
    add_line(c, S::command_line, whole, line);
    const auto deeper = c.indent();
    std::string_view rest = line;
    const std::string_view command = next_word(rest);
    add_text(c, S::command, command);
    add_text(c, S::parameter, rest);
    if (!memory) return;
    if (wire::equal_without_case(command, "DATA")) memory->expects_message = true;
    if (wire::equal_without_case(command, "AUTH") && wire::equal_without_case(rest.substr(0, 5), "LOGIN"))
        memory->login = rest.size() > 6 ? Login::password : Login::username;
}

void dissect_smtp(Context& c, Bytes bytes) {
    c.begin(smtp, bytes);
    SmtpMemory* memory = memory_of<SmtpMemory>(c);
    std::string_view text = as_text(bytes);
    const bool is_request = goes_to(c, 25) || goes_to(c, 587);
    if (!is_request) return add_smtp_response(c, memory, text);
    if (memory && memory->in_message) return add_smtp_message(c, *memory, bytes);
    c.generate(S::request_flag, 1u);
    while (!text.empty()) {
        const std::string_view before = text;
        const std::string_view line = next_line(text);
        add_smtp_command(c, memory, line, before.substr(0, before.size() - text.size()));
    }
}

std::size_t smtp_pdu_size(Context& c, Bytes stream) {
    const auto* memory = c.memory ? dynamic_cast<const SmtpMemory*>(c.memory->get()) : nullptr;
    const bool is_request = goes_to(c, 25) || goes_to(c, 587);
    if (memory && memory->in_message && is_request) return stream.size();
    return line_pdu_size(c, stream);
}

void summarize_smtp(const LayerView& view, std::string& info) {
    if (view.find(S::response_flag))
        info = fmt::format("S: {}", view.text(S::response));
    else
        info = fmt::format("C: {}", view.find(S::command_line) ? view.text(S::command_line) : "DATA fragment");
}

// --- POP ---

void add_pop_request(Context& c, MailMemory* memory, std::string_view line, std::string_view whole) {
    add_bare_line(c, P::request, whole, line);
    const auto deeper = c.indent();
    const std::string_view command = next_word(line);
    add_text(c, P::command, command);
    add_text(c, P::parameter, line);
    if (memory)
        memory->expects_message = wire::equal_without_case(command, "RETR") || wire::equal_without_case(command, "TOP");
}

void dissect_pop(Context& c, Bytes bytes) {
    c.begin(pop, bytes);
    auto* memory = memory_of<MailMemory>(c);
    std::string_view text = as_text(bytes);
    std::string_view before = text;
    const bool is_request = goes_to(c, 110);
    if (memory && memory->in_message && !is_request) {
        if (add_message_piece(c, *memory, bytes)) show_message(c, *memory);
        return;
    }
    std::string_view line = next_line(text);
    const std::string_view whole = before.substr(0, before.size() - text.size());
    if (is_request) return add_pop_request(c, memory, line, whole);
    const bool is_good = line.substr(0, 3) == "+OK";
    if (is_good || line.substr(0, 4) == "-ERR") {
        add_bare_line(c, P::response, whole, line);
        const auto deeper = c.indent();
        add_text(c, P::indicator, next_word(line));
        add_text(c, P::description, line);
        if (memory) memory->in_message = std::exchange(memory->expects_message, false) && is_good;
    } else {
        add_bare_line(c, P::data, whole, line);
    }
    if (memory && memory->in_message) {
        if (!text.empty() && add_message_piece(c, *memory, as_bytes(text))) show_message(c, *memory);
        return;
    }
    while (!text.empty()) {
        before = text;
        line = next_line(text);
        add_bare_line(c, P::data, before.substr(0, before.size() - text.size()), line);
    }
}

void summarize_pop(const LayerView& view, std::string& info) {
    if (view.find(P::request))
        info = fmt::format("C: {} {}", view.text(P::command), view.text(P::parameter));
    else
        info = fmt::format("S: {} {}", view.text(P::indicator), view.text(P::description));
}

// --- IMAP ---

void add_imap_line(Context& c, std::string_view line, bool is_request) {
    const bool is_untagged = line.empty() || line.front() == '*' || line.front() == '+';
    std::string_view rest = line;
    const std::string_view tag = next_word(rest);
    if (is_untagged || rest.empty()) return;
    const auto deeper = c.indent();
    add_text(c, is_request ? I::request : I::response, line);
    add_text(c, is_request ? I::request_tag : I::response_tag, tag);
    add_text(c, I::tag, tag);
    if (!is_request) add_text(c, I::status, next_word(rest));
    std::string_view command = next_word(rest);
    if (command.empty()) return;
    add_text(c, is_request ? I::request_command : I::response_command, command);
    add_text(c, I::command, command);
    if (is_request && wire::equal_without_case(command, "SELECT")) add_text(c, I::folder, rest);
    if (is_request && wire::equal_without_case(command, "LOGIN")) {
        add_text(c, I::username, next_word(rest));
        if (rest.size() > 1 && rest.front() == '"') rest = rest.substr(1, rest.size() - 2);
        add_text(c, I::password, rest);
    }
}

// RFC 3501 section 4.3: "{310}" at the end of a line says that so many octets follow that are no lines.
std::size_t announced_literal(std::string_view line) {
    const std::size_t open = line.rfind('{');
    if (line.empty() || line.back() != '}' || open == std::string_view::npos) return 0;
    const std::string_view digits = line.substr(open + 1, line.size() - open - 2);
    const bool is_number = !digits.empty() && digits.find_first_not_of("0123456789+") == std::string_view::npos;
    return is_number ? static_cast<std::size_t>(leading_number(digits)) : 0;
}

struct ImapMemory : ConversationMemory {
    std::array<std::size_t, 2> literal{};  // octets still to come: to the server, from it
};

void dissect_imap(Context& c, Bytes bytes) {
    c.begin(imap, bytes);
    const bool is_request = goes_to(c, 143);
    auto* memory = memory_of<ImapMemory>(c);
    std::size_t* literal = memory ? &memory->literal[is_request ? 0 : 1] : nullptr;
    c.generate(I::is_request, std::uint64_t{is_request});
    if (literal && *literal > 0) {
        const bool is_whole = *literal == bytes.size() && *literal <= longest_message;
        *literal -= std::min(*literal, bytes.size());
        return c.next(is_whole ? &imf : &text_lines, bytes);
    }
    std::string_view text = as_text(bytes);
    while (!text.empty()) {
        const std::string_view before = text;
        const std::string_view line = next_line(text);
        add_line(c, I::line, before.substr(0, before.size() - text.size()), line);
        add_imap_line(c, line, is_request);
        if (literal) *literal = announced_literal(line);
    }
}

// Lines up to one that announces a literal; a literal as a whole, if it is not too long.
std::size_t imap_pdu_size(Context& c, Bytes stream) {
    const auto* memory = c.memory ? dynamic_cast<const ImapMemory*>(c.memory->get()) : nullptr;
    const std::size_t literal = memory ? memory->literal[goes_to(c, 143) ? 0 : 1] : 0;
    if (literal > 0) return literal <= longest_message ? literal : std::min(literal, stream.size());
    const std::size_t size = line_pdu_size(c, stream);
    if (size > stream.size()) return size;
    std::string_view text = as_text(stream.first(size));
    while (!text.empty())
        if (announced_literal(next_line(text)) > 0) return size - text.size();
    return size;
}

void summarize_imap(const LayerView& view, std::string& info) {
    info = fmt::format("{}: {}", view.number(I::is_request) ? "Request" : "Response", view.text(I::line));
}

// --- NNTP ---

void dissect_nntp(Context& c, Bytes bytes) {
    c.begin(nntp, bytes);
    const bool is_request = goes_to(c, 119);
    if (is_request)
        c.generate(NntpFields::request, 1u);
    else
        c.generate(NntpFields::response, 1u);
    std::string_view text = as_text(bytes);
    while (!text.empty()) {
        const std::string_view before = text;
        const std::string_view line = next_line(text);
        c.add(ws::heading, as_bytes(before.substr(0, before.size() - text.size())));
        c.note(std::string(line));
    }
}

void summarize_nntp(const LayerView& view, std::string& info) {
    info = view.find(NntpFields::request) ? "Request: " : "Response: ";
    for (const Item& item : view.items())
        if (item.field == &ws::heading.info) return void(info += item.note);
}

// --- Gopher ---

void add_gopher_entry(Context& c, std::string_view line, std::string_view whole) {
    std::string_view rest = line.substr(1);
    const auto part = [&] {
        const std::size_t end = std::min(rest.find('\t'), rest.size());
        const std::string_view text = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        return text;
    };
    c.add(G::entry, as_bytes(whole), line);
    const auto deeper = c.indent();
    c.add(G::type, as_bytes(line.substr(0, 1)));
    for (const auto* field : {&G::name, &G::selector, &G::host, &G::port}) {
        const std::string_view text = part();
        c.add(*field, as_bytes(text));
    }
}

void dissect_gopher(Context& c, Bytes bytes) {
    c.begin(gopher, bytes);
    std::string_view text = as_text(bytes);
    if (goes_to(c, 70)) {
        const std::string_view line = next_line(text);
        return add_line(c, G::request, as_text(bytes), line.empty() ? "[Directory list]" : line);
    }
    while (!text.empty()) {
        const std::string_view before = text;
        const std::string_view line = next_line(text);
        const std::string_view whole = before.substr(0, before.size() - text.size());
        const bool is_entry = std::count(line.begin(), line.end(), '\t') >= 3;
        if (is_entry)
            add_gopher_entry(c, line, whole);
        else if (line != ".")
            add_line(c, G::unknown, whole, line);
    }
}

// --- IRC ---

// RFC 2812 section 2.3.1: [":" prefix] command parameters [":" trailer].
void add_irc_message(Context& c, std::string_view line, std::string_view whole, bool is_request) {
    add_line(c, is_request ? R::request : R::response, whole, line);
    const auto deeper = c.indent();
    if (line.front() == ':') {
        const std::string_view prefix = next_word(line);
        add_text(c, is_request ? R::request_prefix : R::response_prefix, prefix.substr(1));
    }
    const std::string_view command = next_word(line);
    const bool is_number = command.size() == 3 && command.find_first_not_of("0123456789") == std::string_view::npos;
    if (is_number && !is_request)
        c.add(R::response_number, as_bytes(command), leading_number(command));
    else
        add_text(c, is_request ? R::request_command : R::response_command, command);
    while (!line.empty()) {
        if (line.front() == ':')
            return add_text(c, is_request ? R::request_trailer : R::response_trailer, line.substr(1));
        add_text(c, is_request ? R::request_parameter : R::response_parameter, next_word(line));
    }
}

void dissect_irc(Context& c, Bytes bytes) {
    c.begin(irc, bytes);
    const bool is_request = c.info.destination_port < c.info.source_port;
    std::string_view text = as_text(bytes);
    while (!text.empty()) {
        const std::string_view before = text;
        const std::string_view line = next_line(text);
        if (!line.empty()) add_irc_message(c, line, before.substr(0, before.size() - text.size()), is_request);
    }
}

void summarize_irc(const LayerView& view, std::string& info) {
    if (view.find(R::request))
        info = fmt::format("Request ({})", view.text(R::request_command));
    else
        info = fmt::format("Response ({})", view.text(R::response_command));
}

}  // namespace

constinit const Protocol ftp{.heading = {"ftp", "File Transfer Protocol (FTP)"},
                             .column = "FTP",
                             .fields = F::table,
                             .dissect = dissect_ftp,
                             .pdu_size = line_pdu_size,
                             .summarize = summarize_ftp,
                             .source = "RFC 959"};
constinit const Protocol ftp_data{
    .heading = {"ftp-data", "FTP Data"}, .column = "FTP-DATA", .fields = {}, .dissect = dissect_ftp_data};
constinit const Protocol smtp{.heading = {"smtp", "Simple Mail Transfer Protocol"},
                              .column = "SMTP",
                              .fields = S::table,
                              .dissect = dissect_smtp,
                              .pdu_size = smtp_pdu_size,
                              .summarize = summarize_smtp,
                              .source = "RFC 5321"};
constinit const Protocol pop{.heading = {"pop", "Post Office Protocol"},
                             .column = "POP",
                             .fields = P::table,
                             .dissect = dissect_pop,
                             .pdu_size = line_pdu_size,
                             .summarize = summarize_pop,
                             .source = "RFC 1939"};
constinit const Protocol imap{.heading = {"imap", "Internet Message Access Protocol"},
                              .column = "IMAP",
                              .fields = I::table,
                              .dissect = dissect_imap,
                              .pdu_size = imap_pdu_size,
                              .summarize = summarize_imap,
                              .source = "RFC 3501"};
constinit const Protocol nntp{.heading = {"nntp", "Network News Transfer Protocol"},
                              .column = "NNTP",
                              .fields = NntpFields::table,
                              .dissect = dissect_nntp,
                              .pdu_size = line_pdu_size,
                              .summarize = summarize_nntp,
                              .source = "RFC 3977"};
constinit const Protocol gopher{.heading = {"gopher", "Gopher"},
                                .column = "Gopher",
                                .fields = G::table,
                                .dissect = dissect_gopher,
                                .pdu_size = line_pdu_size,
                                .source = "RFC 1436"};
constinit const Protocol irc{.heading = {"irc", "Internet Relay Chat"},
                             .column = "IRC",
                             .fields = R::table,
                             .dissect = dissect_irc,
                             .pdu_size = line_pdu_size,
                             .summarize = summarize_irc,
                             .source = "RFC 2812"};

}  // namespace layerlab::proto::dissect
